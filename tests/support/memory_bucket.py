"""The audit bucket in memory, with a clock of the test's own: objects can be added and read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from chalicelib.integrity.locked_bucket import LockedBucket, LockedObject


class MemoryBucket(LockedBucket):
    """What LockedBucket does, without S3. Tests may take objects out of `kept`."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.kept: dict[str, tuple[datetime, bytes]] = {}
        self._clock = clock

    def keep(self, key: str, text: str) -> bool:
        if key in self.kept:
            return False
        self.kept[key] = (self._clock(), text.encode())
        return True

    def objects(self, prefix: str) -> list[LockedObject]:
        return [
            LockedObject(key, "v1", at)
            for key, (at, _) in sorted(self.kept.items())
            if key.startswith(prefix)
        ]

    def folders(self, prefix: str, after: str = "") -> Iterator[str]:
        inner = [key.removeprefix(prefix) for key in sorted(self.kept) if key.startswith(prefix)]
        found = dict.fromkeys(prefix + key.partition("/")[0] + "/" for key in inner if "/" in key)
        return (folder for folder in found if folder > after)

    def read(self, one: LockedObject) -> bytes:
        return self.kept[one.key][1]
