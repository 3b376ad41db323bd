"""How long cameras keep footage, and how their owners save it. Pure. Retention is in minutes.

The catalogue is in makes_apps, makes_cards and makes_recorders; docs/retention.md is made from
it by infra/commands/retention_table.py. Asking too early costs little and too late everything,
so wherever two figures are known the smaller counts, and what nobody said is assumed short.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from chalicelib.cameras import catalogue_apps, catalogue_cards, catalogue_recorders
from chalicelib.cameras.catalogue_model import DAY, HOUR, Make, Plan, Source
from chalicelib.cameras.model import ASSUMED_RETENTION, Camera, CameraKind, PropertyType

__all__ = ["CATALOGUE", "DAY", "HOUR", "Make", "Plan", "Retention", "Source"]


@dataclass(frozen=True)
class Retention:
    """For how many minutes footage is kept. source: who says so, for officers."""

    minutes: int
    certain: bool
    source: str


CATALOGUE: dict[str, Make] = {
    make.key: make
    for make in (*catalogue_apps.MAKES, *catalogue_cards.MAKES, *catalogue_recorders.MAKES)
}
"""Makes by their key, in the order that a form offers them."""

_CALLED = {
    called.casefold(): make
    for make in CATALOGUE.values()
    for called in (make.key, make.name, make.name.split(" (")[0], *make.models)
}

GENERAL_STEPS = (
    "Open your camera’s app, or play back on its recorder.",
    "Find the day and the time, and open the recording.",
    "Choose Download, Save, Export or Backup, and keep the file in its original form.",
)


@dataclass(frozen=True)
class Assumption:
    """What is taken where neither the owner nor a make says anything, and why."""

    retention: Retention
    why: str
    source: Source | None = None


_NO_LAW = Source(
    "Privacy Laws & Business on the Information Commissioner’s CCTV code: no period is prescribed",
    "https://www.privacylaws.com/news/ico-consults-on-its-revised-cctv-code/",
)

DOORBELL_WITHOUT_PLAN = Assumption(
    Retention(3 * HOUR, False, "assumed for a doorbell without a known plan"),
    "The shortest that a doorbell without a subscription keeps (Google Nest)",
    catalogue_apps.NEST.plans[0].source,
)
DASHCAM = Assumption(
    Retention(4 * HOUR, False, "assumed for a dashcam: four hours of driving"),
    "What a small card of 32 GB holds",
    catalogue_recorders.DASHCAM.unknown_source,
)
BY_PLACE = {
    PropertyType.HOME: Assumption(
        Retention(ASSUMED_RETENTION[PropertyType.HOME], False, "assumed for a home"),
        "Home cameras with a card keep about a week; decided, not measured",
    ),
    PropertyType.BUSINESS: Assumption(
        Retention(ASSUMED_RETENTION[PropertyType.BUSINESS], False, "assumed for a business"),
        "Businesses commonly keep a month; no law prescribes it; decided, not measured",
        _NO_LAW,
    ),
}


def find_make(text: str) -> Make | None:
    """The make meant by a key or by what somebody typed (`Ring`, `Ring Pro 2`), or None."""
    words = text.casefold().split()
    heads = (" ".join(words[:number]) for number in range(len(words), 0, -1))
    return next((_CALLED[head] for head in heads if head in _CALLED), None)


def stated(camera: Camera) -> Retention | None:
    """What the make and plan keep; None when the catalogue does not know the make."""
    make = find_make(camera.make)
    if make is None:
        return None
    plan = make.plan(camera.plan)
    if plan is None:
        return Retention(make.unknown_plan, False, f"{make.name}, plan not known")
    return Retention(plan.minutes, plan.certain, f"{make.name}: {plan.name}")


def allowed(camera: Camera) -> Retention | None:
    """The most that the make and plan allow; None where nothing limits it that is known.

    A disk or card has no limit of its maker's: what the catalogue has for it is assumed, and
    its owner knows better. Of a plan that is not known, the make's longest counts.
    """
    make = find_make(camera.make)
    if make is None:
        return None
    plan = make.plan(camera.plan)
    if plan:
        return stated(camera) if plan.fixed else None
    if make.longest is None:
        return None
    return Retention(make.longest, False, f"{make.name}, its longest plan")


def assumed(camera: Camera, property_type: PropertyType) -> Retention:
    """What is assumed where nobody said anything: short, because too late is for ever."""
    if camera.kind is CameraKind.DOORBELL:
        return DOORBELL_WITHOUT_PLAN.retention
    if camera.kind is CameraKind.DASHCAM:
        return DASHCAM.retention
    return BY_PLACE[property_type].retention


def retention(camera: Camera, property_type: PropertyType) -> Retention:
    """For how long this camera keeps what it saw.

    The smaller of what the owner said and what make and plan allow; where the owner said
    nothing, what make and plan keep; where neither is known, what is assumed. Example: a Ring
    on the 180-day setting whose owner says 30 days keeps 30.
    """
    if camera.retention_minutes is None:
        return stated(camera) or assumed(camera, property_type)
    said = Retention(camera.retention_minutes, True, "the owner")
    limit = allowed(camera)
    return limit if limit and limit.minutes < said.minutes else said


def keeping(cameras: Iterable[Camera], property_type: PropertyType) -> list[Retention]:
    """How long those of these cameras keep it that keep anything at all: one without a recorder,
    or on a plan for live pictures only, has nothing to lose."""
    kept = (retention(camera, property_type) for camera in cameras if camera.records)
    return [one for one in kept if one.minutes]


def saving_steps(camera: Camera) -> tuple[str, ...]:
    """How the owner of this camera saves a clip: as its make's app or recorder has it."""
    make = find_make(camera.make) or (
        CATALOGUE["dashcam"] if camera.kind is CameraKind.DASHCAM else None
    )
    if make is None:
        return GENERAL_STEPS
    plan = make.plan(camera.plan)
    return plan.steps if plan and plan.steps else make.steps
