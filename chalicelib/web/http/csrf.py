"""Proof that a form came from our own page.

Threat: another site makes a signed-in browser post a form here. Every form carries a token
bound to the session that the page was made for; a form that needs no session (registering)
carries one bound to nobody, which still proves that our page was fetched recently. Cookies are
SameSite and the Origin header is compared as well, so the token is the second wall.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta

from chalicelib.core.errors import Forbidden
from chalicelib.core.ids import keyed_hash
from chalicelib.core.times import epoch

LIFE = timedelta(hours=24)
FIELD = "csrf_token"


def make_csrf_token(key: bytes, session: str, now: datetime) -> str:
    """Make the token of a form shown now. session: hash of the session's token, "" without one."""
    until = str(epoch(now + LIFE))
    return f"{until}.{keyed_hash(key, 'csrf', f'{session} {until}')}"


def check_csrf_token(key: bytes, session: str, token: str, now: datetime) -> None:
    """Raise Forbidden when `token` was not made here for this session, or is older than `LIFE`."""
    until, _, mac = token.partition(".")
    right = keyed_hash(key, "csrf", f"{session} {until}")
    if not hmac.compare_digest(mac.encode(), right.encode()):
        raise Forbidden("This form did not come from our page. Open the page again and resend it.")
    if int(until) < epoch(now):
        raise Forbidden("This page was open for too long. Open it again and resend the form.")


def check_origin(origin: str | None, base_url: str) -> None:
    """Raise Forbidden when the Origin header says that the form came from another site."""
    if origin and origin != base_url:
        raise Forbidden("This form did not come from our page. Open the page again and resend it.")
