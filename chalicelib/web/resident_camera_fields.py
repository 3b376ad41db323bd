"""The form that describes one camera: what it offers, and how it is read back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from chalicelib.registry.model import Camera, CameraKind
from chalicelib.registry.retention import CATALOGUE, DAY, HOUR
from chalicelib.web.forms import FieldProblem, Form, choice, whole_number
from chalicelib.web.resident_fields import words

KINDS = {
    CameraKind.DOORBELL: "Doorbell camera",
    CameraKind.FIXED: "Fixed camera",
    CameraKind.PTZ: "Camera that turns and zooms",
    CameraKind.DASHCAM: "Dashcam, in a parked or moving vehicle",
    CameraKind.UNKNOWN: "Something else, or I am not sure",
}

UNITS = {"hours": HOUR, "days": DAY, "weeks": 7 * DAY}
"""In minutes, the smallest first."""

LONGEST = 5 * 365 * DAY
"""Minutes; no recorder keeps more, so more is a slip of the finger."""

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

OTHER = "other"


def kind_items() -> list[dict[str, str]]:
    """Radio buttons for what the camera is."""
    return [{"value": kind.value, "text": text} for kind, text in KINDS.items()]


def model_groups() -> list[tuple[str, list[tuple[str, str]]]]:
    """Makes with their plans, as (group, [(value, text)]) for one list that needs no script."""
    groups: list[tuple[str, list[tuple[str, str]]]] = []
    for make in CATALOGUE.values():
        if make.key == CameraKind.DASHCAM:
            continue  # a kind, not a make
        options = [(f"{make.key}/{plan.key}", f"{make.name}: {plan.name}") for plan in make.plans]
        options.append((f"{make.key}/", f"{make.name}: not sure"))
        groups.append((make.name, options))
    return groups


def bearing_items(camera: Camera) -> list[dict[str, str]]:
    """Compass points, and the exact number of degrees when one is stored."""
    items = [{"value": "", "text": "Not sure"}]
    items += [{"value": str(degrees), "text": name} for degrees, name in BEARINGS.items()]
    if camera.bearing is not None and camera.bearing not in BEARINGS:
        items.append({"value": str(camera.bearing), "text": f"{camera.bearing}° from north"})
    return items


def shown(camera: Camera) -> dict[str, str]:
    """The form's values for a stored camera."""
    keeps, unit = _in_words(camera.retention_minutes)
    known = camera.make in CATALOGUE
    return {
        "kind": camera.kind.value,
        "model": f"{camera.make}/{camera.plan}" if known else (OTHER if camera.make else ""),
        "make": "" if known else camera.make,
        "records": "yes" if camera.records else "no",
        "keeps": keeps,
        "keeps_unit": unit,
        "bearing": "" if camera.bearing is None else str(camera.bearing),
        "angle": "" if camera.angle is None else str(camera.angle),
    }


def _in_words(minutes: int | None) -> tuple[str, str]:
    """`10080` → ("7", "days"): in days where that is exact, else in hours, cut off."""
    if minutes is None:
        return "", "days"
    unit = "days" if minutes % DAY == 0 else "hours"
    return str(max(1, minutes // UNITS[unit])), unit


def read(form: Form, camera: Camera) -> Camera:
    """The camera as the form describes it; problems are noted on the form."""
    kind = form.take("kind", choice("what kind of camera it is", tuple(KINDS)), "unknown")
    make, plan = form.take("model", _model, ("", ""))
    if make == OTHER:
        make, plan = form.take("make", words("the make", 60, needed=False), ""), ""
    records = form.take("records", choice("whether it records", ("yes", "no")), "yes")
    minutes = _retention(form)
    bearing = form.take("bearing", _optional(whole_number("the direction", 0, 359)), None)
    angle = form.take("angle", _optional(whole_number("the angle of view", 1, 360)), None)
    return replace(
        camera,
        kind=CameraKind(kind),
        make=make,
        plan=plan,
        records=records == "yes" and not _live_only(make, plan),
        retention_minutes=minutes,
        bearing=bearing,
        angle=angle,
    )


def _live_only(make: str, plan: str) -> bool:
    """A plan under which a camera shows live pictures and keeps nothing."""
    chosen = CATALOGUE[make].plan(plan) if make in CATALOGUE else None
    return chosen is not None and chosen.minutes == 0


def _model(typed: str) -> tuple[str, str]:
    """`ring/30-days` → ("ring", "30-days")."""
    if typed in ("", OTHER):
        return typed, ""
    key, _, plan = typed.partition("/")
    make = CATALOGUE.get(key)
    if make is None or (plan and make.plan(plan) is None):
        raise FieldProblem("Select the make and plan from the list")
    return key, plan


def _retention(form: Form) -> int | None:
    number = form.take("keeps", _optional(whole_number("how long footage is kept", 1, 9999)), None)
    units = choice("hours, days or weeks", tuple(UNITS))
    unit = form.take("keeps_unit", units, "days") if number is not None else "days"
    minutes = None if number is None else number * UNITS[unit]
    if minutes is not None and minutes > LONGEST:
        form.problem("keeps", "How long footage is kept must be 5 years or less")
        return None
    return minutes


def _optional(clean: Any) -> Any:
    """A cleaner that takes an empty field as None."""
    return lambda typed: clean(typed) if typed.strip() else None
