"""Who asks for something that a stranger may ask for, as far as it matters to the limits. Pure."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from chalicelib.core.ids import is_id, keyed_hash

_PURPOSE = "browser of an owner"


@dataclass(frozen=True)
class Asker:
    """network: see `client_address`. owner_id: the owner who has signed in with this browser
    before, "" for nobody. proven: this call carried a proof of work."""

    network: str
    owner_id: str = ""
    proven: bool = False


def browser_mark(key: bytes, owner_id: str) -> str:
    """Make what a browser keeps after an owner has signed in with it, as the value of a cookie.

    It opens nothing. It shows that whoever holds it has read this owner's mail before, so that
    strangers who ask for links in the owner's name use up a budget that is not theirs.
    """
    return f"{owner_id}.{keyed_hash(key, _PURPOSE, owner_id)}"


def owner_of_mark(key: bytes, mark: str) -> str:
    """Return the owner of a browser's mark, "" for one that was not made here."""
    owner_id, _, sent = mark.partition(".")
    right = keyed_hash(key, _PURPOSE, owner_id)
    known = is_id(owner_id) and hmac.compare_digest(sent.encode(), right.encode())
    return owner_id if known else ""
