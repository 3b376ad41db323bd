"""The `page` parameter of lists: a place in a list, signed, so that nobody makes one up.

A place gives no right to anything; it is signed because a place that was never one of ours, such
as a time in the year 1, is nothing that a list can begin at.
"""

from __future__ import annotations

import base64
import hmac
import re

from chalicelib.core.ids import keyed_hash

FORM = r"[A-Za-z0-9_-]{2,120}\.[0-9a-f]{32}"
"""What a token looks like, as a regular expression."""
_FORM = re.compile(FORM)


def seal_page_token(key: bytes, of: str, place: str) -> str:
    """The token for a place ("" for none). of: the list, with what was asked of it."""
    if not place:
        return ""
    shown = base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")
    return f"{shown}.{_signature(key, of, shown)}"


def is_page_token(token: str) -> bool:
    """True when it may be one."""
    return _FORM.fullmatch(token) is not None


def open_page_token(key: bytes, of: str, token: str) -> str:
    """The place of a token that `seal_page_token` made for the same list, "" for anything else."""
    if not is_page_token(token):
        return ""
    shown, _, signature = token.partition(".")
    if not hmac.compare_digest(signature, _signature(key, of, shown)):
        return ""
    return base64.urlsafe_b64decode(shown + "=" * (-len(shown) % 4)).decode()


def _signature(key: bytes, of: str, shown: str) -> str:
    return keyed_hash(key, "page token", f"{of}\x1f{shown}")[:32]
