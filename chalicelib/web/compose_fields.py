"""What an officer puts into a request on the compose page, read from its form.

The form is complete by itself: it carries the search, every site listed and what was typed, so
that each of its buttons can show the page again with nothing lost.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from chalicelib.ids import is_id
from chalicelib.requests.model import Window
from chalicelib.requests.send import LONGEST_MESSAGE
from chalicelib.requests.wordings import blanks
from chalicelib.web import resident_fields
from chalicelib.web.forms import FieldProblem, Form, text
from chalicelib.web.incident_fields import local_moment

LONGEST_CONTACT = 80
LONGEST_REASON = 500
MOST_LISTED = 1000
OWN = "own"
"""The value of `times` for "each owner their own minutes"."""

PAD = timedelta(minutes=15)
"""Before and after a moment: recorders' clocks are wrong by minutes, people arrive and leave."""

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_NO_TIME = Window(NEVER, NEVER)

message = text("what owners should look for", LONGEST_MESSAGE, lines=True)
contact_name = resident_fields.words("the name", LONGEST_CONTACT, needed=False)
override_reason = text("the reason", LONGEST_REASON, needed=False, lines=True)


def contact_phone(typed: str) -> str:
    """A telephone number as owners are to read it, also a short one like 101, and extensions; ""
    for the force's switchboard."""
    value = " ".join(unicodedata.normalize("NFKC", typed).split())
    if value and not re.fullmatch(
        r"\+?[0-9][0-9 ()-]{1,24}( ?(ext\.?|x) ?[0-9]{1,6})?", value, re.IGNORECASE
    ):
        raise FieldProblem("Enter a phone number, like 101 or 0121 496 0101 ext 204")
    return value


def unfilled(typed: str) -> str:
    """A message without blanks left in it."""
    value = message(typed)
    if left := blanks(value):
        raise FieldProblem(f"Fill in {left[0]}, or take it out")
    return value


def usual_window(start: datetime, end: datetime) -> tuple[Window, bool]:
    """The time to ask for of an incident, and whether it had to be widened: a moment alone is no
    stretch of footage."""
    if end > start:
        return Window(start, end), False
    return Window(start - PAD, end + PAD), True


@dataclass(frozen=True)
class Composed:
    """A request as it was typed, clean where it could be cleaned.

    window: the same for everybody, or from the first to the last of `windows`, which holds a
    site's own where each is asked for their own minutes.
    """

    chosen: tuple[str, ...]
    message: str
    window: Window
    windows: Mapping[str, Window]
    contact_name: str
    contact_phone: str
    override_reason: str


def read(form: Form, zone: str) -> Composed:
    """What the form says; what is wrong with it is noted in the form."""
    chosen = tuple(dict.fromkeys(form.all("site_id")))
    if not chosen:
        form.problem("site_id", "Choose at least one site")
    window, windows = times(form, chosen, zone)
    return Composed(
        chosen=chosen,
        message=form.take("message", unfilled, ""),
        window=window,
        windows=windows,
        contact_name=form.take("contact_name", contact_name, ""),
        contact_phone=form.take("contact_phone", contact_phone, ""),
        override_reason=form.take("override_reason", override_reason, ""),
    )


def times(form: Form, chosen: tuple[str, ...], zone: str) -> tuple[Window, dict[str, Window]]:
    """The time of the request and those of sites with their own; problems are noted."""
    if form.typed("times") != OWN:
        return one_time(form, zone), {}
    windows: dict[str, Window] = {}
    for site_id in chosen:
        # A site that passed nobody has no fields of its own: it is asked for the whole time.
        if f"from.{site_id}" in form.fields:
            windows[site_id] = one_time(form, zone, f".{site_id}")
    known = [one for one in windows.values() if NEVER not in (one.start, one.end)]
    if not known:
        return one_time(form, zone), {}
    whole = Window(min(one.start for one in known), max(one.end for one in known))
    return whole, windows


def one_time(form: Form, zone: str, of: str = "") -> Window:
    """One pair of fields; NEVER for what cannot be read, and the problem noted."""
    # Of the hour that happens twice in October: all of it.
    start = form.take(f"from{of}", local_moment("the start of the footage", zone), NEVER)
    end = form.take(f"to{of}", local_moment("the end of the footage", zone, fold=1), NEVER)
    return Window(start, end)


def listed(form: Form) -> tuple[str, ...]:
    """The sites that the page showed, in its order, chosen or not."""
    ids = (*form.typed("listed").split(), *form.all("site_id"))
    return tuple(dict.fromkeys(one for one in ids if is_id(one)))[:MOST_LISTED]


def field_of(name: str) -> str:
    """The form's name for what the domain calls `name`: site_ids, windows.<id>.from, …"""
    if name == "site_ids":
        return "site_id"
    if found := re.fullmatch(r"windows\.([^.]*)(?:\.(from|to))?", name):
        return f"{found[2] or 'from'}.{found[1]}"
    return name
