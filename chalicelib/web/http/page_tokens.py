"""Signed tokens for the `page` parameter of lists: each names the place where a page begins.

A token gives no right to anything. It is signed because a list cannot begin at a place that we
never gave out, such as a time in the year 1.
"""

from __future__ import annotations

import base64
import hmac
import re

from chalicelib.core.ids import keyed_hash

FORM = r"[A-Za-z0-9_-]{2,120}\.[0-9a-f]{32}"
"""What a page token looks like, as a regular expression."""
_FORM = re.compile(FORM)


def seal_page_token(key: bytes, of: str, place: str) -> str:
    """Make the token of a place in a list ("" for no place). of: the list and its filters."""
    if not place:
        return ""
    shown = base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")
    return f"{shown}.{_signature(key, of, shown)}"


def is_page_token(token: str) -> bool:
    """Tell whether a text has the form of a page token; its signature is not checked."""
    return _FORM.fullmatch(token) is not None


def open_page_token(key: bytes, of: str, token: str) -> str:
    """Return the place of a token that was made for the same list `of`, "" for any other text."""
    if not is_page_token(token):
        return ""
    shown, _, signature = token.partition(".")
    if not hmac.compare_digest(signature, _signature(key, of, shown)):
        return ""
    return base64.urlsafe_b64decode(shown + "=" * (-len(shown) % 4)).decode()


def _signature(key: bytes, of: str, shown: str) -> str:
    return keyed_hash(key, "page token", f"{of}\x1f{shown}")[:32]
