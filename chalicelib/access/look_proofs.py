"""Proofs that a look is on record, carried by the page that was shown because of it. Pure.

A page that shows a case is put on record before it is shown. What belongs to that page (a preview
that follows what is typed, a count that is asked for again, what one form led to) needs no further
entry: hundreds of them would hide the entries that matter. So the page carries a proof; a call
without one is put on record as a look of its own.

Threat: somebody passes an address with a proof on, or finds one in a browser's history. A proof is
bound to the session that the look was made in and to what was looked at, and ends soon.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta

from chalicelib.core.ids import keyed_hash
from chalicelib.core.times import epoch

FIELD = "look"
"""The name of a form's field, or of a parameter in an address, that carries a proof."""


def prove_look(key: bytes, session: str, of: str, now: datetime, life: timedelta) -> str:
    """Make the proof of a look that went on record. session: hash of the session's token. of: what
    was looked at, such as `incident.4f…`. life: how long the proof counts."""
    until = str(epoch(now + life))
    return f"{until}.{_mac(key, session, of, until)}"


def is_proven(key: bytes, session: str, of: str, proof: str, now: datetime) -> bool:
    """Tell whether `proof` was made here for this session and look, and still counts."""
    until, _, mac = proof.partition(".")
    right = _mac(key, session, of, until)
    return hmac.compare_digest(mac.encode(), right.encode()) and int(until) >= epoch(now)


def _mac(key: bytes, session: str, of: str, until: str) -> str:
    return keyed_hash(key, "look on record", f"{session}\x1f{of}\x1f{until}")
