"""Answers camera by camera: what a camera is called, and how the form's fields are read.

Fields: `answer_1` and `reason_1` for camera number 1, and so on; for a camera without an answer
the field is left out, empty or `later`. Fields of cameras may stand beside the site's own `answer`,
which then holds for the cameras that are not named.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any

from pydantic import (
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from chalicelib.cameras.model import Camera, CameraKind
from chalicelib.cameras.retention import find_make
from chalicelib.core.errors import FieldErrors, Invalid
from chalicelib.core.formatting import compass_point
from chalicelib.registry.model import Site
from chalicelib.requests.model import ANSWERS, CameraAnswer, Recipient, RecipientState
from chalicelib.requests.replies.answers import REASONS
from chalicelib.web.fields.plain_field_types import ChoiceField
from chalicelib.web.http.validation import FORM_SENTENCE, FormInput, read_form

LATER = "later"
"""The choice for a camera that nobody has looked at yet; it lets an owner take an answer back."""

_FIELD = re.compile(r"answer_([1-9][0-9]{0,3})")
_NAMES = re.compile(r"(answer|reason)_[1-9][0-9]{0,3}")

KINDS = {
    CameraKind.DOORBELL: "doorbell",
    CameraKind.FIXED: "fixed camera",
    CameraKind.PTZ: "camera that turns",
    CameraKind.DASHCAM: "dashcam",
    CameraKind.UNKNOWN: "",
}


def camera_name(camera: Camera) -> str:
    """What a camera is called on pages, like `Camera 2: Ring doorbell, faces north-east`."""
    known = find_make(camera.make)
    make = known.name if known else camera.make
    kind = KINDS[camera.kind]
    # The catalogue has dashcams as a make, which would give "Dashcam dashcam".
    what = kind if make.casefold() == kind.casefold() else f"{make} {kind}".strip()
    facing = f"faces {compass_point(camera.bearing)}" if camera.bearing is not None else ""
    told = ", ".join(part for part in (what, facing) if part)
    return f"Camera {camera.number}{f': {told}' if told else ''}"


def names_cameras(fields: Mapping[str, object]) -> bool:
    """True when a form came from the page that asks camera by camera."""
    return any(_NAMES.fullmatch(name) for name in fields)


def where_it_cannot_help(
    typed: Any, read: ValidatorFunctionWrapHandler, info: ValidationInfo
) -> Any:
    """Reads a reason only beside the answer `unavailable`, else gives "": a page may send a reason
    that was chosen before the owner changed to another answer."""
    return read(typed) if info.data.get("answer") == RecipientState.UNAVAILABLE else ""


@dataclass(frozen=True)
class CameraAnswerField(ChoiceField):
    """An answer for the camera whose number is in the context's `camera`."""

    def read_in(self, sent: Any, context: Mapping[str, Any]) -> Any:
        """The answer, refused with a sentence that names the camera when the answer is missing."""
        return replace(self, what=f"{self.what} for camera {context['camera']}").read(sent)


class CameraAnswerForm(FormInput):
    """An owner's answer for one camera, and the reason why that camera cannot help."""

    answer: Annotated[RecipientState, CameraAnswerField("your answer", ANSWERS)]
    reason: Annotated[
        str,
        ChoiceField("the reason from the list", tuple(REASONS), empty=True),
        WrapValidator(where_it_cannot_help),
    ]


def read_cameras(fields: Mapping[str, Sequence[str]], site: Site) -> tuple[CameraAnswer, ...]:
    """A form's answers for single cameras, by camera number. Raises Invalid with every problem."""
    found: dict[int, CameraAnswer] = {}
    problems: FieldErrors = []
    for name, sent in fields.items():
        match = _FIELD.fullmatch(name)
        if not match or not sent or sent[-1].strip() in ("", LATER):
            continue
        number = int(match[1])
        if site.camera(number) is None:
            problems.append((name, f"There is no camera {number} at this address"))
            continue
        own = {"answer": sent, "reason": fields.get(f"reason_{number}", ())}
        try:
            said = read_form(CameraAnswerForm, own, {"camera": number})
        except Invalid as error:
            problems += [(f"{which}_{number}", sentence) for which, sentence in error.fields]
        else:
            found[number] = CameraAnswer(number, said.answer, said.reason)
    if problems:
        raise Invalid(FORM_SENTENCE, problems)
    return tuple(found[number] for number in sorted(found))


def camera_values(recipient: Recipient, site: Site) -> dict[str, str]:
    """Values that show earlier answers in the form that asks camera by camera."""
    values = {f"answer_{camera.number}": LATER for camera in site.cameras}
    for one in recipient.by_camera:
        values[f"answer_{one.number}"] = one.answer.value
        values[f"reason_{one.number}"] = one.reason
    return values


def known_reason(reason: str) -> str:
    """A reason of REASONS or "" as it is, any other text as `other`: a camera's reason is counted
    and goes on record, so it is never free text."""
    return reason if not reason or reason in REASONS else "other"
