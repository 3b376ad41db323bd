"""The form of the compose page, read into the request that an officer composes.

The form is complete by itself: it carries the search, every site listed and what was typed, so
that each of its buttons can show the page again with nothing lost.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import Field, ValidationInfo, field_validator

from chalicelib.core.countries import Country
from chalicelib.core.errors import Invalid
from chalicelib.core.ids import is_id
from chalicelib.incidents.message_templates import find_blanks
from chalicelib.incidents.service import Incident
from chalicelib.requests.model import FootageWindow
from chalicelib.requests.request_service import LONGEST_MESSAGE
from chalicelib.web.fields.case_field_types import ReasonField, WorkPhoneField
from chalicelib.web.fields.contact_field_types import WordsField
from chalicelib.web.fields.field_types import TextField
from chalicelib.web.fields.time_field_types import WHICH, LocalMomentField
from chalicelib.web.http.forms import SubmittedForm
from chalicelib.web.http.validation import (
    FORM_SENTENCE,
    FormInput,
    join_boxes,
    read_json,
    schema_error,
)

LONGEST_CONTACT = 80
MOST_LISTED = 1000
OWN = "own"
"""The value of the field `times` that asks each owner for their own minutes."""

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
CONTACT_NAME = WordsField("the name", LONGEST_CONTACT, needed=False)
CONTACT_PHONE = WorkPhoneField()
OVERRIDE_REASON = ReasonField(needed=False)
_NO_TIME = FootageWindow(NEVER, NEVER)


class UnfilledBlanks(TextField):
    """A message in which no blank of its message template is left to be filled in."""

    def read(self, sent: object) -> str:
        value = super().read(sent)
        if left := find_blanks(value):
            raise schema_error(f"Fill in {left[0]}, or take it out")
        return value


def usual_window(incident: Incident) -> FootageWindow:
    """The footage window to ask for unless the officer says otherwise."""
    return FootageWindow(incident.footage_from, incident.footage_to)


class TimeForm(FormInput):
    """The start and end of a footage window, as local times."""

    from_: Annotated[datetime, LocalMomentField("the start of the footage"), Field(alias="from")]
    to: Annotated[datetime, LocalMomentField("the end of the footage")]


class ComposeForm(FormInput):
    """The compose page's form. time: the window for every site; windows: by site id, where each
    owner is asked for their own minutes. rest: no field of the page; reading it last notes every
    value that could be read in the context's `read`, for a form that is only partly valid."""

    site_id: list[str]
    time: TimeForm | None = None
    windows: dict[str, TimeForm]
    message: Annotated[
        str, UnfilledBlanks("what owners should look for", LONGEST_MESSAGE, lines=True)
    ]
    contact_name: Annotated[str, CONTACT_NAME]
    contact_phone: Annotated[str, CONTACT_PHONE]
    override_reason: Annotated[str, OVERRIDE_REASON]
    rest: Any = Field(default=None, validate_default=True)

    @field_validator("site_id")
    @classmethod
    def _somebody(cls, chosen: list[str]) -> list[str]:
        if not chosen:
            raise schema_error("Choose at least one site")
        return chosen

    @field_validator("rest")
    @classmethod
    def _note(cls, _: Any, info: ValidationInfo) -> None:
        (info.context or {})["read"] = dict(info.data)


@dataclass(frozen=True)
class ComposedRequest:
    """A request as it was typed, with the values that could be read.

    window: the time for every site, or the whole span of `windows`, which has a site's own time by
    its id where each owner is asked for their own minutes. error: what could not be read.
    """

    chosen: tuple[str, ...]
    message: str
    window: FootageWindow
    windows: Mapping[str, FootageWindow]
    contact_name: str
    contact_phone: str
    override_reason: str
    error: Invalid | None = None

    def require_valid(self) -> None:
        """Raises Invalid when any field of the form could not be read."""
        if self.error:
            raise self.error


def read_compose_form(form: SubmittedForm, zone: str, country: Country) -> ComposedRequest:
    """The request that the compose form describes, as far as the form can be read. zone: of local
    times; country: how telephone numbers are written."""
    chosen = tuple(dict.fromkeys(form.all("site_id")))
    own = _own_times(form, chosen)
    names = ("message", "contact_name", "contact_phone", "override_reason")
    sent: dict[str, Any] = {name: form.typed(name) for name in names}
    sent |= {"site_id": list(chosen), "windows": own}
    if not own:
        sent["time"] = {"from": typed_time(form, "from"), "to": typed_time(form, "to")}
    context: dict[str, Any] = {"zone": zone, "country": country}
    error = None
    try:
        read_json(ComposeForm, sent, context)
    except Invalid as invalid:
        named = [(field_of(name), said) for name, said in invalid.fields]
        error = Invalid(FORM_SENTENCE, named)
    found: dict[str, Any] = context["read"]
    window, windows = _windows(found)
    texts = {name: found.get(name, "") for name in names}
    return ComposedRequest(chosen=chosen, window=window, windows=windows, error=error, **texts)


def _own_times(form: SubmittedForm, chosen: tuple[str, ...]) -> dict[str, dict[str, str]]:
    """Typed start and end by site id. A site that nobody can have passed has no fields of its own:
    it is asked for the whole time."""
    if form.typed("times") != OWN:
        return {}
    return {
        site_id: {end: typed_time(form, own_box(end, site_id)) for end in ("from", "to")}
        for site_id in chosen
        if f"from.{site_id}" in form.fields
    }


def own_box(box: str, site_id: str) -> str:
    """The name of a field of a site's own window. box: the name of the field for all sites."""
    end, which, _ = box.partition(WHICH)
    return f"{end}.{site_id}{which}"


def typed_time(form: SubmittedForm, name: str) -> str:
    """A time as typed, with the choice of one of the two moments that it can mean."""
    return join_boxes(form.typed(name), form.typed(name + WHICH))


def time_problems(form: SubmittedForm, composed: ComposedRequest) -> tuple[str, ...]:
    """What is wrong with the times that were typed, each sentence once; a box that is still empty
    is no problem yet."""
    wrong = composed.error.fields if composed.error else []
    times = [said for name, said in wrong if re.match(r"(from|to)\b", name) and form.typed(name)]
    return tuple(dict.fromkeys(times))


def _windows(found: Mapping[str, Any]) -> tuple[FootageWindow, dict[str, FootageWindow]]:
    """The request's window, NEVER to NEVER where it is unreadable, and the sites' own windows."""
    windows = {
        site_id: FootageWindow(own.from_, own.to)
        for site_id, own in found.get("windows", {}).items()
    }
    if windows:
        first = min(one.start for one in windows.values())
        return FootageWindow(first, max(one.end for one in windows.values())), windows
    time = found.get("time")
    return (FootageWindow(time.from_, time.to) if time else _NO_TIME), {}


def listed_sites(form: SubmittedForm) -> tuple[str, ...]:
    """Ids of the sites that the compose page listed, in its order, chosen or not."""
    ids = (*form.typed("listed").split(), *form.all("site_id"))
    return tuple(dict.fromkeys(one for one in ids if is_id(one)))[:MOST_LISTED]


def field_of(name: str) -> str:
    """The form's field for what the domain calls `name`, like `site_ids` or `windows.<id>.to`."""
    if name == "site_ids":
        return "site_id"
    if name in ("time.from", "time.to"):
        return name.removeprefix("time.")
    if found := re.fullmatch(r"windows\.([^.]*)(?:\.(from|to))?", name):
        return f"{found[2] or 'from'}.{found[1]}"
    return name
