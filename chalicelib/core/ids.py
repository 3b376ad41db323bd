"""Random identifiers and one-time tokens."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no i, l, o, u to misread
_ID = re.compile(r"[0-9a-hjkmnp-tv-z]{16}")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


def new_id() -> str:
    """Return an id of 16 characters with 80 random bits: hard to guess, and short in map data.

    Knowing an id never grants anything: every use checks who is asking.
    """
    return _written(secrets.randbits(80))


def is_id(text: str) -> bool:
    """Return True when `text` has the form of `new_id`, so that it may become part of a key."""
    return _ID.fullmatch(text) is not None


def id_fraction(one: str) -> float:
    """Return where an id stands among all ids, from 0 to below 1; ids are spread evenly. 0 for a
    text that is no id."""
    if not is_id(one):
        return 0.0
    return int("".join(f"{_ALPHABET.index(letter):05b}" for letter in one[:8]), 2) / 2**40


def new_token() -> str:
    """Return 43 URL-safe characters with 256 random bits, for links and session cookies."""
    return secrets.token_urlsafe(32)


def is_token(text: str) -> bool:
    """Return True when `text` has the form of `new_token`."""
    return _TOKEN.fullmatch(text) is not None


def token_hash(token: str) -> str:
    """Return the hash that is stored in place of a token (SHA-256, hex).

    Threat: somebody reads the table or a backup. 256 random bits need no slow hash or salt.
    """
    return hashlib.sha256(token.encode()).hexdigest()


def keyed_hash(key: bytes, purpose: str, text: str) -> str:
    """Return the HMAC-SHA-256 (hex) of `text` under a key that is derived for each purpose."""
    own = hmac.digest(key, purpose.encode(), "sha256")
    return hmac.digest(own, text.encode(), "sha256").hex()


def id_from(*parts: str) -> str:
    """Return the same id for the same parts, so that what is sent twice creates one thing.

    For a form, the parts must hold something that only one person would send: an id of their own,
    or the form's random number.
    """
    digest = hashlib.sha256("\x1f".join(parts).encode()).digest()
    return _written(int.from_bytes(digest[:10]))


def _written(number: int) -> str:
    """The 80 bits of a number as an id."""
    return "".join(_ALPHABET[(number >> shift) & 31] for shift in range(75, -1, -5))
