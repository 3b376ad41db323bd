"""The form that describes one camera: the choices that it offers, and how it is read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar, NamedTuple

from pydantic import ValidationInfo, ValidatorFunctionWrapHandler, field_validator

from chalicelib.cameras import retention
from chalicelib.cameras.model import DAY, HOUR, Camera, CameraKind
from chalicelib.web.fields.contact_field_types import WordsField
from chalicelib.web.fields.plain_field_types import ChoiceField, TypedField, WholeNumberField
from chalicelib.web.http.validation import FormInput, schema_error

KINDS = {
    CameraKind.DOORBELL: "Doorbell camera",
    CameraKind.FIXED: "Fixed camera",
    CameraKind.PTZ: "Camera that turns and zooms",
    CameraKind.DASHCAM: "Dashcam, in a parked or moving vehicle",
    CameraKind.UNKNOWN: "Something else, or I am not sure",
}

UNITS = {"hours": HOUR, "days": DAY, "weeks": 7 * DAY}
"""Units of retention in minutes, the smallest first."""

LONGEST = 5 * 365 * DAY
"""Longest retention in minutes; no recorder keeps more, so more is a slip of the finger."""

MOST_OF_A_UNIT = 9999

BEARINGS = {
    0: "North",
    45: "North-east",
    90: "East",
    135: "South-east",
    180: "South",
    225: "South-west",
    270: "West",
    315: "North-west",
}

VIEWS: dict[str, int | None] = {"narrow": 70, "wide": 120, "round": 360, "unsure": None}
"""How wide a camera's view is, by the form's pictures, in degrees; None where nobody knows."""

OTHER = "other"


def kind_items() -> list[dict[str, str]]:
    """Radio buttons for the kind of a camera."""
    return [{"value": kind.value, "text": text} for kind, text in KINDS.items()]


def model_groups() -> list[tuple[str, list[tuple[str, str]]]]:
    """Makes with their plans, as (make, [(value, text)]) for one list that needs no script."""
    groups: list[tuple[str, list[tuple[str, str]]]] = []
    for make in retention.catalogue().makes:
        if make.key == CameraKind.DASHCAM:
            continue  # a kind, not a make
        options = [(f"{make.key}/{plan.key}", f"{make.name}: {plan.name}") for plan in make.plans]
        options.append((f"{make.key}/", f"{make.name}: not sure"))
        groups.append((make.name, options))
    return groups


def bearing_items(camera: Camera) -> list[dict[str, str]]:
    """Choices for the direction of a camera: compass points, and its stored degrees if between."""
    items = [{"value": "", "text": "Not sure"}]
    items += [{"value": str(degrees), "text": name} for degrees, name in BEARINGS.items()]
    if camera.bearing is not None and camera.bearing not in BEARINGS:
        items.append({"value": str(camera.bearing), "text": f"{camera.bearing}° from north"})
    return items


def stored_values(camera: Camera) -> dict[str, str]:
    """Values that show a stored camera in the form."""
    keeps, unit = _in_words(camera.retention_minutes)
    known = camera.make in retention.catalogue().by_key
    return {
        "kind": camera.kind.value,
        "model": f"{camera.make}/{camera.plan}" if known else (OTHER if camera.make else ""),
        "make": "" if known else camera.make,
        "records": "yes" if camera.records else "no",
        "keeps": keeps,
        "keeps_unit": unit,
        "bearing": "" if camera.bearing is None else str(camera.bearing),
        "view": next(
            (view for view, angle in VIEWS.items() if angle and angle == camera.angle), ""
        ),
        "angle": "" if camera.angle is None else str(camera.angle),
    }


def _in_words(minutes: int | None) -> tuple[str, str]:
    """Minutes as a number and its unit, `10080` as ("7", "days"): in days where that is exact, else
    in whole hours, rounded down but at least one; ("", "days") for None."""
    if minutes is None:
        return "", "days"
    unit = "days" if minutes % DAY == 0 else "hours"
    return str(max(1, minutes // UNITS[unit])), unit


class ChosenMake(NamedTuple):
    """A make and, where one was chosen, its plan, as the catalogue names them."""

    make: str
    plan: str = ""


@dataclass(frozen=True)
class MakeAndPlanField(TypedField):
    """One line of the list of makes and plans: `ring/30-days`, `ring/`, `other` or nothing."""

    what: str = "the make and plan from the list"
    boxed: ClassVar[bool] = False

    def clean(self, typed: str) -> ChosenMake:
        if typed in ("", OTHER):
            return ChosenMake(typed)
        key, _, plan = typed.partition("/")
        make = retention.catalogue().by_key.get(key)
        if make is None or (plan and make.plan(plan) is None):
            raise schema_error(f"Select {self.what}")
        return ChosenMake(key, plan)


class CameraForm(FormInput):
    """An owner's description of one camera.

    make: counts only where `model` says that the make is not in the list; keeps_unit only beside a
    number in `keeps`.
    """

    kind: Annotated[CameraKind, ChoiceField("what kind of camera it is", tuple(KINDS))]
    model: Annotated[ChosenMake, MakeAndPlanField()]
    make: Annotated[str, WordsField("the make", 60, needed=False)]
    records: Annotated[str, ChoiceField("whether it records", ("yes", "no"))]
    keeps: Annotated[
        int | None, WholeNumberField("how long footage is kept", 1, MOST_OF_A_UNIT, needed=False)
    ]
    keeps_unit: Annotated[str, ChoiceField("hours, days or weeks", tuple(UNITS))]
    bearing: Annotated[int | None, WholeNumberField("the direction", 0, 359, needed=False)]
    view: Annotated[str, ChoiceField("how wide its view is", tuple(VIEWS), empty=True)]
    angle: Annotated[int | None, WholeNumberField("the angle of view", 1, 360, needed=False)]

    @field_validator("make", mode="wrap")
    @classmethod
    def _only_of_another_make(
        cls, typed: Any, read: ValidatorFunctionWrapHandler, info: ValidationInfo
    ) -> Any:
        return read(typed) if info.data.get("model") == ChosenMake(OTHER) else ""

    @field_validator("keeps_unit", mode="wrap")
    @classmethod
    def _only_with_a_number(
        cls, typed: Any, read: ValidatorFunctionWrapHandler, info: ValidationInfo
    ) -> Any:
        number = info.data.get("keeps")
        if number is None:
            return "days"
        unit = read(typed)
        if number * UNITS[unit] > LONGEST:
            raise schema_error("How long footage is kept must be 5 years or less", "keeps")
        return unit

    def described(self, camera: Camera) -> Camera:
        """A stored camera with everything that the form describes replaced."""
        make, plan = self.model
        if make == OTHER:
            make = self.make
        return replace(
            camera,
            kind=self.kind,
            make=make,
            plan=plan,
            records=self.records == "yes" and not _live_only(make, plan),
            retention_minutes=None if self.keeps is None else self.keeps * UNITS[self.keeps_unit],
            bearing=self.bearing,
            angle=self._angle(camera.angle),
        )

    def _angle(self, before: int | None) -> int | None:
        """The angle that was meant: degrees that were typed, else the picture that was chosen. The
        form comes with the stored degrees in it, and a picture chosen beside them replaces them."""
        if self.view and self.angle in (None, before):
            return VIEWS[self.view]
        return self.angle


def _live_only(make: str, plan: str) -> bool:
    """True for a plan under which a camera shows live pictures and keeps no footage."""
    known = retention.catalogue().by_key.get(make)
    chosen = known.plan(plan) if known else None
    return chosen is not None and chosen.minutes == 0
