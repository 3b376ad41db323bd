"""Reads the answer form of a reply page: for the site as a whole, camera by camera, or both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import WrapValidator

from chalicelib.cameras.model import Camera
from chalicelib.core.errors import FieldErrors, Invalid
from chalicelib.registry.model import Site
from chalicelib.requests.model import ANSWERS, CameraAnswer, RecipientState
from chalicelib.web.fields.field_types import TextField
from chalicelib.web.fields.plain_field_types import ChoiceField
from chalicelib.web.http.validation import FORM_SENTENCE, FormInput, read_form
from chalicelib.web.reply.cameras import (
    names_cameras,
    read_cameras,
    where_it_cannot_help,
)
from chalicelib.web.reply.view import LONGEST_NOTE

LONGEST_REASON = 200

UPLOAD, CAMERAS = WAYS = ("upload", "cameras")
"""Choices beside the answers that lead on to another page and answer nothing by themselves."""


class SiteAnswerForm(FormInput):
    """The answer for the site as a whole, or one of WAYS that was chosen instead."""

    answer: Annotated[str, ChoiceField("your answer", (*ANSWERS, *WAYS))]
    reason: Annotated[
        str,
        TextField("the reason", LONGEST_REASON, needed=False),
        WrapValidator(where_it_cannot_help),
    ]
    note: Annotated[str, TextField("your note", LONGEST_NOTE, needed=False, lines=True)]


class BesideCamerasForm(SiteAnswerForm):
    """The site's part of a form that answers camera by camera, where its answer may be empty."""

    answer: Annotated[str, ChoiceField("your answer", (*ANSWERS, *WAYS), empty=True)]


@dataclass(frozen=True)
class ReadAnswer:
    """An answer form as read. said, reason: for the site as a whole, None and "" when the form does
    not answer for it. way: which of WAYS was chosen instead of an answer, "" for none."""

    said: RecipientState | None
    reason: str
    note: str
    cameras: tuple[CameraAnswer, ...]
    way: str


def read_answer(
    fields: Mapping[str, Sequence[str]], site: Site, shown: Sequence[Camera] = ()
) -> ReadAnswer:
    """Reads an answer form for a site. shown: the cameras on the page, where it does not show all.
    Raises Invalid with every problem.

    The answer for the site holds for the cameras that the form does not name.
    """
    each = names_cameras(fields)
    problems: FieldErrors = []
    sent: SiteAnswerForm | None = None
    cameras: tuple[CameraAnswer, ...] = ()
    try:
        cameras = read_cameras(fields, site)
    except Invalid as error:
        problems += error.fields
    try:
        sent = read_form(BesideCamerasForm if each else SiteAnswerForm, fields)
    except Invalid as error:
        problems += error.fields
    said = sent.answer if sent and isinstance(sent.answer, RecipientState) else None
    if each and not problems and not cameras and said is None:
        problems = [(_first(shown or site.cameras), "Select your answer for at least one camera")]
    if problems or sent is None:
        raise Invalid(FORM_SENTENCE, problems)
    way = sent.answer if not each and said is None else ""
    return ReadAnswer(said, sent.reason, sent.note, cameras, way)


def _first(cameras: Sequence[Camera]) -> str:
    """The name of the answer field of the first of these cameras."""
    return f"answer_{min((camera.number for camera in cameras), default=1)}"
