"""Proof that a form came from our own page.

Threat: another site makes a signed-in browser post a form here. Every form carries a token
bound to the session that the page was made for; a form that needs no session (registering)
carries one bound to nobody, which still proves that our page was fetched recently. Cookies are
SameSite and the Origin header is compared as well, so the token is the second wall.

A form on the page of somebody who is signed in says besides whose page it was. A form that comes
when the session has ended is refused, but what was typed can be kept for that person.

Threat: another site, or another officer, plants a letter that somebody finds and sends after
signing in. Whose page it was is signed too, and a token for a person stands only on their pages.

Threat (BREACH): pages are compressed, so their length tells whether a guess that a page repeats is
in its token. Each token has a mark of its own, which changes all of it, so no two pages have the
same secret.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta

from chalicelib.core.errors import Forbidden
from chalicelib.core.ids import keyed_hash
from chalicelib.core.times import epoch

OLD = "This page was open for too long. Check what you entered and send it again."


class FormRefused(Forbidden):
    """A form without a token that counts now. ours: it came from our page all the same, for nobody
    in particular, too long ago."""

    def __init__(self, sentence: str, *, ours: bool = False) -> None:
        super().__init__(sentence)
        self.ours = ours


LIFE = timedelta(hours=24)
FIELD = "csrf_token"


def make_csrf_token(key: bytes, session: str, now: datetime, person: str = "") -> str:
    """Make the token of a form shown now. session: hash of the session's token, "" without one.
    person: whose page it is, as the audit record names them (`officer.4f…`), "" for nobody's."""
    until = f"{epoch(now + LIFE)}-{secrets.token_hex(8)}"
    token = f"{until}.{keyed_hash(key, 'csrf', f'{session} {until}')}"
    return f"{token}.{_of_person(key, person, until)}.{person}" if person else token


def person_of_form(key: bytes, token: str) -> str:
    """Return whose page a form came from, also when its session has ended since; "" for a token
    that was not made here, or for nobody in particular."""
    until, _, signed, person = [*token.split(".", 3), "", "", ""][:4]
    right = _of_person(key, person, until)
    return person if person and hmac.compare_digest(signed.encode(), right.encode()) else ""


def _of_person(key: bytes, person: str, until: str) -> str:
    return keyed_hash(key, "form of a person", f"{person} {until}")


def check_csrf_token(key: bytes, session: str, token: str, now: datetime) -> None:
    """Raise FormRefused when `token` was not made here for this session or is older than LIFE."""
    until, mac = [*token.split(".", 2), ""][:2]
    right = keyed_hash(key, "csrf", f"{session} {until}")
    if not hmac.compare_digest(mac.encode(), right.encode()):
        raise FormRefused(
            "This form did not come from our page. Open the page again and resend it."
        )
    if int(until.partition("-")[0]) < epoch(now):
        raise FormRefused(OLD, ours=not session)


def check_origin(origin: str | None, base_url: str) -> None:
    """Raise Forbidden when the Origin header says that the form came from another site."""
    if origin and origin != base_url:
        raise Forbidden("This form did not come from our page. Open the page again and resend it.")
