"""Answers camera by camera: what a camera is called, and how the form's fields are read.

Fields: `answer_1` and `reason_1` for camera number 1, and so on; a camera without an answer is
left out, empty or `later`. They may stand beside the site's own `answer`, which then holds for
the cameras that are not named.
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
from chalicelib.registry.model import Site
from chalicelib.requests.model import ANSWERS, CameraAnswer, Recipient, RecipientState
from chalicelib.requests.replies.answers import REASONS
from chalicelib.requests.replies.approximate_location import compass_point
from chalicelib.web.fields.plain_field_types import ChoiceField
from chalicelib.web.http.validation import FORM_SENTENCE, FormInput, read_form

LATER = "later"
"""Of a camera that nobody has looked at yet; a choice, so that an answer can be taken back."""

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
    """`Camera 2: Ring doorbell, faces north-east`."""
    known = find_make(camera.make)
    make = known.name if known else camera.make
    kind = KINDS[camera.kind]
    # "Dashcam dashcam": the catalogue knows dashcams as a make.
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
    """A reason counts beside the answer `unavailable` alone: a page may have sent one that was
    chosen before another answer was."""
    return read(typed) if info.data.get("answer") == RecipientState.UNAVAILABLE else ""


@dataclass(frozen=True)
class CameraAnswerField(ChoiceField):
    """An answer for one camera, whose number is in the context."""

    def read_in(self, sent: Any, context: Mapping[str, Any]) -> Any:
        """The answer; the sentence says for which camera it is missing."""
        return replace(self, what=f"{self.what} for camera {context['camera']}").read(sent)


class CameraAnswerForm(FormInput):
    """What is said of one camera."""

    answer: Annotated[RecipientState, CameraAnswerField("your answer", ANSWERS)]
    reason: Annotated[
        str,
        ChoiceField("the reason from the list", tuple(REASONS), empty=True),
        WrapValidator(where_it_cannot_help),
    ]


def read_cameras(fields: Mapping[str, Sequence[str]], site: Site) -> tuple[CameraAnswer, ...]:
    """What a form says of single cameras, by number. Raises Invalid with every problem."""
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
