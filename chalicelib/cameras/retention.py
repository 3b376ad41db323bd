"""How long cameras keep footage, and how their owners save it. Retention is in minutes.

The catalogue is in catalogue.json, and docs/retention.md is made from it by
infra/commands/retention_table.py. Asking too early costs little and asking too late loses the
footage, so of two known figures the smaller counts, and an unknown retention is assumed short.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from chalicelib.cameras.catalogue import CameraMake, Catalogue
from chalicelib.cameras.model import Camera, CameraKind, PropertyType


@dataclass(frozen=True)
class Retention:
    """For how many minutes footage is kept. source: who states that, in words for officers."""

    minutes: int
    certain: bool
    source: str


@cache
def catalogue() -> Catalogue:
    """The makes and the assumptions, read once from the file that is shipped with the code."""
    from chalicelib.cameras import catalogue_file

    return catalogue_file.read_catalogue(catalogue_file.FILE.read_text(encoding="utf-8"))


GENERAL_STEPS = (
    "Open your camera’s app, or play back on its recorder.",
    "Find the day and the time, and open the recording.",
    "Choose Download, Save, Export or Backup, and keep the file in its original form.",
)


def find_make(text: str) -> CameraMake | None:
    """Find the make meant by a key or by a typed name (`Ring`, `Ring Pro 2`); None when unknown."""
    words = text.casefold().split()
    heads = (" ".join(words[:number]) for number in range(len(words), 0, -1))
    called = catalogue().by_name
    return next((called[head] for head in heads if head in called), None)


def stated_retention(camera: Camera) -> Retention | None:
    """How long the make and plan keep footage; None when the catalogue does not know the make."""
    make = find_make(camera.make)
    if make is None:
        return None
    plan = make.plan(camera.plan)
    if plan is None:
        return Retention(make.unknown_plan, False, f"{make.name}, plan not known")
    return Retention(plan.minutes, plan.certain, f"{make.name}: {plan.name}")


def longest_retention(camera: Camera) -> Retention | None:
    """The longest retention that the make and plan allow; None where no limit is known.

    The maker sets no limit for a disk or card: the catalogue's figure is assumed, and the owner
    knows better. Where the plan is not known, the make's longest plan counts.
    """
    make = find_make(camera.make)
    if make is None:
        return None
    plan = make.plan(camera.plan)
    if plan:
        return stated_retention(camera) if plan.fixed else None
    if make.longest is None:
        return None
    return Retention(make.longest, False, f"{make.name}, its longest plan")


def assumed_retention(camera: Camera, property_type: PropertyType) -> Retention:
    """The retention assumed for an undescribed camera: short, as overwritten footage is lost."""
    known = catalogue().assumptions
    one = {CameraKind.DOORBELL: known.doorbell, CameraKind.DASHCAM: known.dashcam}.get(
        camera.kind, known.places[property_type]
    )
    return Retention(one.minutes, False, one.said)


def retention(camera: Camera, property_type: PropertyType) -> Retention:
    """For how long this camera keeps its footage.

    That is the smaller of what the owner said and what make and plan allow; where the owner said
    nothing, what make and plan keep; where neither is known, the assumption. Example: a Ring on
    the 180-day setting whose owner says 30 days keeps footage for 30 days.
    """
    if camera.retention_minutes is None:
        return stated_retention(camera) or assumed_retention(camera, property_type)
    said = Retention(camera.retention_minutes, True, "the owner")
    limit = longest_retention(camera)
    return limit if limit and limit.minutes < said.minutes else said


def retention_times(cameras: Iterable[Camera], property_type: PropertyType) -> list[Retention]:
    """Retention of each camera that keeps footage. A camera without a recorder, or on a plan for
    live pictures only, is left out: it has nothing to lose."""
    kept = (retention(camera, property_type) for camera in cameras if camera.records)
    return [one for one in kept if one.minutes]


def saving_steps(camera: Camera) -> tuple[str, ...]:
    """The steps by which the owner of this camera saves a clip in its make's app or recorder."""
    make = find_make(camera.make) or (
        catalogue().by_key["dashcam"] if camera.kind is CameraKind.DASHCAM else None
    )
    if make is None:
        return GENERAL_STEPS
    plan = make.plan(camera.plan)
    return plan.steps if plan and plan.steps else make.steps


@dataclass(frozen=True)
class SavingWay:
    """How footage of some cameras is saved. cameras: their numbers. make: "" when not known."""

    cameras: tuple[int, ...]
    make: str
    steps: tuple[str, ...]


def saving_ways(cameras: Sequence[Camera]) -> list[SavingWay]:
    """How their owner saves footage of these cameras: those of one make together, in their order.

    Cameras that keep nothing are left out, unless none keeps anything as far as we know: then
    their owner knows better, and is told all the same.
    """
    found: dict[tuple[str, tuple[str, ...]], list[int]] = {}
    for camera in [c for c in cameras if c.records] or cameras:
        make = find_make(camera.make)
        way = (make.name if make else "", saving_steps(camera))
        found.setdefault(way, []).append(camera.number)
    return [SavingWay(tuple(numbers), *way) for way, numbers in found.items()]
