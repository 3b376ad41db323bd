"""Proofs of work, as ALTCHA defines them: a device tries keys until one begins as asked.

It costs a person a second or two of their device's time, once, and a flood the same for each of its
calls. Nothing leaves our own origin, nothing is asked of the person, and nobody is watched. A
challenge is signed and not stored; a proof is stored when it is used, so that it counts once.

Threat: one proof serves for many calls, another kind of act, or another client, or was made long
before. A challenge names its act and its client, ends after a quarter of an hour, and its number is
used up in the transaction of the act that it pays for (`client_budgets`).
"""

from __future__ import annotations

import hmac
import json
from base64 import b64decode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from chalicelib.core.ids import keyed_hash
from chalicelib.core.times import Clock
from chalicelib.limits.acts import Act
from chalicelib.limits.asker import Asker
from chalicelib.limits.client_budgets import Proof

if TYPE_CHECKING:
    from altcha import Challenge

FIELD = "altcha"
"""The field of a form that carries a proof."""

LIFE = timedelta(minutes=15)
ALGORITHM = "PBKDF2/SHA-256"
COST = 10_000
"""Rounds of one try; ours, to check one, takes some five milliseconds."""
PREFIX = "00"
"""How the key must begin: one try in 256 does. On a telephone that takes a second or two."""

LONGEST = 4096
"""Characters of a proof that are read."""


class ProofsOfWork:
    """Makes challenges and checks proofs. key: gives the stage's secret."""

    def __init__(self, clock: Clock, key: Callable[[], bytes]) -> None:
        self._clock = clock
        self._key = key

    def challenge(self, act: Act, asker: Asker) -> dict[str, Any]:
        """Make a challenge for an act of a client, as the script of the page takes it."""
        # Imported here and below, because only a flood needs it.
        from altcha import create_challenge

        made: Challenge = create_challenge(
            ALGORITHM,
            COST,
            key_prefix=PREFIX,
            expires_at=self._clock() + LIFE,
            data={"for": self._purpose(act, asker)},
            hmac_secret=self._secret(),
        )
        return dict(made.to_dict())

    def check(self, act: Act, asker: Asker, sent: str) -> Proof | None:
        """Check what a form carries; None when it proves nothing for this act of this client."""
        from altcha import verify_solution

        if not 0 < len(sent) <= LONGEST:
            return None
        try:
            asked = json.loads(b64decode(sent, validate=True))["challenge"]["parameters"]
            nonce, until = str(asked["nonce"]), datetime.fromtimestamp(asked["expiresAt"], UTC)
            purpose = str(asked["data"]["for"]).encode()
        except (ValueError, KeyError, TypeError, OverflowError, OSError, RecursionError):
            return None
        ours = hmac.compare_digest(purpose, self._purpose(act, asker).encode())
        if not ours or until <= self._clock():
            return None
        if not verify_solution(sent, self._secret()).verified:
            return None
        return Proof(nonce, until)

    def _secret(self) -> str:
        return keyed_hash(self._key(), "proof of work", "challenge")

    def _purpose(self, act: Act, asker: Asker) -> str:
        return keyed_hash(self._key(), "proof of work", f"{act.value} {asker.network}")
