"""Answers camera by camera: what a camera is called, and how the form's fields are read.

Fields: `answer_1` and `reason_1` for camera number 1, and so on; a camera without an answer is
left out, empty or `later`. They may stand beside the site's own `answer`, which then holds for
the cameras that are not named.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from chalicelib.registry.model import Camera, CameraKind, Site
from chalicelib.registry.retention import find_make
from chalicelib.requests.answer import REASONS
from chalicelib.requests.model import ANSWERS, CameraAnswer, Recipient, State
from chalicelib.requests.public_place import direction
from chalicelib.web.forms import FieldProblem, Form, choice

LATER = "later"
"""Of a camera that nobody has looked at yet; a choice, so that an answer can be taken back."""

_FIELD = re.compile(r"answer_([1-9]\d{0,3})")
_NAMES = re.compile(r"(answer|reason)_[1-9]\d{0,3}")

KINDS = {
    CameraKind.DOORBELL: "doorbell",
    CameraKind.FIXED: "fixed camera",
    CameraKind.PTZ: "camera that turns",
    CameraKind.DASHCAM: "dashcam",
    CameraKind.UNKNOWN: "",
}


def camera_name(camera: Camera) -> str:
    """`Camera 2: Ring doorbell, faces north-east`."""
    known = find_make(camera.make)
    make = known.name if known else camera.make
    kind = KINDS[camera.kind]
    # "Dashcam dashcam": the catalogue knows dashcams as a make.
    what = kind if make.casefold() == kind.casefold() else f"{make} {kind}".strip()
    facing = f"faces {direction(camera.bearing)}" if camera.bearing is not None else ""
    told = ", ".join(part for part in (what, facing) if part)
    return f"Camera {camera.number}{f': {told}' if told else ''}"


def names_cameras(fields: Mapping[str, object]) -> bool:
    """True when a form came from the page that asks camera by camera."""
    return any(_NAMES.fullmatch(name) for name in fields)


def read_cameras(form: Form, site: Site) -> tuple[CameraAnswer, ...]:
    """What the form says of single cameras, by number; problems are noted on the form."""
    found: dict[int, CameraAnswer] = {}
    for name in form.fields:
        match = _FIELD.fullmatch(name)
        if not match or form.typed(name).strip() in ("", LATER):
            continue
        number = int(match[1])
        if site.camera(number) is None:
            form.problem(name, f"There is no camera {number} at this address")
            continue
        said = form.take(name, _answer_of(number), "")
        if not said:
            continue
        reason = form.take(f"reason_{number}", _reason, "") if said == "unavailable" else ""
        found[number] = CameraAnswer(number, State(said), reason)
    return tuple(found[number] for number in sorted(found))


def camera_values(recipient: Recipient, site: Site) -> dict[str, str]:
    """The form's values for what was answered before."""
    values = {f"answer_{camera.number}": LATER for camera in site.cameras}
    for one in recipient.by_camera:
        values[f"answer_{one.number}"] = one.answer.value
        values[f"reason_{one.number}"] = one.reason
    return values


def known_reason(reason: str) -> str:
    """A reason as one of ours: a camera's is counted and goes on record, so it is never free
    text."""
    return reason if not reason or reason in REASONS else "other"


def _answer_of(number: int) -> Callable[[str], str]:
    return choice(f"your answer for camera {number}", tuple(state.value for state in ANSWERS))


def _reason(typed: str) -> str:
    if typed and typed not in REASONS:
        raise FieldProblem("Select the reason from the list")
    return typed
