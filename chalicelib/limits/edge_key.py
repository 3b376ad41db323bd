"""The key by which the application knows its own edge.

CloudFront adds the key to every request that it hands on (infra/templates/edge.yaml). Threat:
somebody finds the API's own address and calls it past the firewall, the rates and the true address
of the client.

The secret holds two keys: `key`, which the edge sends, and `previous`, which it sent until the last
rotation and sends until the new one has reached all of CloudFront. `rotate-edge-key` changes them.
"""

from __future__ import annotations

import hmac
import json
import time
from collections.abc import Callable
from typing import Any

HEADER = "sightline-edge-key"

FRESH = 60.0
"""Seconds for which the keys are not read again. The edge needs minutes to take up a new key, so
that every process knows it by then."""

AGAIN = 5.0
"""Seconds that lie between two looks for a key that is not known. Threat: direct calls with wrong
keys have us ask Secrets Manager each time."""


class EdgeKey:
    """Compares what a call shows with the keys of the stage.

    client: of Secrets Manager. arn: of the secret; "" lets nobody in. clock: seconds that only
    grow.
    """

    def __init__(self, client: Any, arn: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._arn = arn
        self._clock = clock
        self._keys: tuple[bytes, ...] = ()
        self._read_at: float | None = None

    def admits(self, shown: str) -> bool:
        """Tell whether the call came by the edge. Raises NoAnswer when the keys cannot be read."""
        if not (self._arn and shown):
            return False
        age = None if self._read_at is None else self._clock() - self._read_at
        if age is None or age > FRESH:
            self._read()
        elif not self._known(shown) and age > AGAIN:
            self._read()  # a key that was made a moment ago
        return self._known(shown)

    def _known(self, shown: str) -> bool:
        """Compare with every key, in a time that tells nothing of where they differ."""
        sent = shown.encode()
        return any([hmac.compare_digest(sent, key) for key in self._keys])  # noqa: C419 - all of them

    def _read(self) -> None:
        said = self._client.get_secret_value(SecretId=self._arn)["SecretString"]
        keys = json.loads(said)
        named = (keys.get("key", ""), keys.get("previous", ""))
        self._keys = tuple(one.encode() for one in named if one)
        self._read_at = self._clock()
