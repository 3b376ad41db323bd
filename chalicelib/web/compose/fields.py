"""What an officer puts into a request on the compose page, read from its form.

The form is complete by itself: it carries the search, every site listed and what was typed, so
that each of its buttons can show the page again with nothing lost.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from pydantic import Field, ValidationInfo, field_validator

from chalicelib.core.countries import Country
from chalicelib.core.errors import Invalid
from chalicelib.core.ids import is_id
from chalicelib.incidents.message_templates import find_blanks
from chalicelib.requests.model import FootageWindow
from chalicelib.requests.request_service import LONGEST_MESSAGE
from chalicelib.web.fields.case_field_types import WorkPhoneField
from chalicelib.web.fields.contact_field_types import WordsField
from chalicelib.web.fields.field_types import TextField
from chalicelib.web.fields.time_field_types import LocalMomentField
from chalicelib.web.http.forms import SubmittedForm
from chalicelib.web.http.validation import FORM_SENTENCE, FormInput, read_json, schema_error

LONGEST_CONTACT = 80
MOST_LISTED = 1000
OWN = "own"
"""The value of `times` for "each owner their own minutes"."""

PAD = timedelta(minutes=15)
"""Before and after a moment: recorders' clocks are wrong by minutes, people arrive and leave."""

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
CONTACT_NAME = WordsField("the name", LONGEST_CONTACT, needed=False)
CONTACT_PHONE = WorkPhoneField()
OVERRIDE_REASON = TextField("the reason", 500, needed=False, lines=True)
_NO_TIME = FootageWindow(NEVER, NEVER)


class UnfilledBlanks(TextField):
    """A message without blanks left in it."""

    def read(self, sent: object) -> str:
        value = super().read(sent)
        if left := find_blanks(value):
            raise schema_error(f"Fill in {left[0]}, or take it out")
        return value


def usual_window(start: datetime, end: datetime) -> tuple[FootageWindow, bool]:
    """The time to ask for of an incident, and whether it had to be widened: a moment alone is no
    stretch of footage."""
    if end > start:
        return FootageWindow(start, end), False
    return FootageWindow(start - PAD, end + PAD), True


class TimeForm(FormInput):
    """One pair of fields. Of the hour that happens twice in October: all of it."""

    from_: Annotated[datetime, LocalMomentField("the start of the footage"), Field(alias="from")]
    to: Annotated[datetime, LocalMomentField("the end of the footage", fold=1)]


class ComposeForm(FormInput):
    """The page's form. time: the same for everybody; windows: by site, where each is asked for
    their own minutes. rest: what could be read is noted in the context's `read_compose_form`."""

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
    """A request as it was typed, clean where it could be cleaned.

    window: the same for everybody, or from the first to the last of `windows`, which holds a
    site's own where each is asked for their own minutes. error: what could not be read.
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
        """Raises Invalid when there was any problem."""
        if self.error:
            raise self.error


def read_compose_form(form: SubmittedForm, zone: str, country: Country) -> ComposedRequest:
    """What the form says, as far as it can be read. zone, country: how times and telephone
    numbers are written."""
    chosen = tuple(dict.fromkeys(form.all("site_id")))
    own = _own_times(form, chosen)
    names = ("message", "contact_name", "contact_phone", "override_reason")
    sent: dict[str, Any] = {name: form.typed(name) for name in names}
    sent |= {"site_id": list(chosen), "windows": own}
    if not own:
        sent["time"] = {"from": form.typed("from"), "to": form.typed("to")}
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
    """A site that passed nobody has no fields of its own: it is asked for the whole time."""
    if form.typed("times") != OWN:
        return {}
    return {
        site_id: {"from": form.typed(f"from.{site_id}"), "to": form.typed(f"to.{site_id}")}
        for site_id in chosen
        if f"from.{site_id}" in form.fields
    }


def _windows(found: Mapping[str, Any]) -> tuple[FootageWindow, dict[str, FootageWindow]]:
    """The time of the request and those of sites with their own; NEVER for what cannot be read."""
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
    """The sites that the page showed, in its order, chosen or not."""
    ids = (*form.typed("listed").split(), *form.all("site_id"))
    return tuple(dict.fromkeys(one for one in ids if is_id(one)))[:MOST_LISTED]


def field_of(name: str) -> str:
    """The form's name for what the domain calls `name`: site_ids, windows.<id>.from, …"""
    if name == "site_ids":
        return "site_id"
    if name in ("time.from", "time.to"):
        return name.removeprefix("time.")
    if found := re.fullmatch(r"windows\.([^.]*)(?:\.(from|to))?", name):
        return f"{found[2] or 'from'}.{found[1]}"
    return name
