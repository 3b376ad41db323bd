"""Whether a file is whole, as far as the lengths of its own parts tell. Pure.

A sender whose copy broke off hears of it while the recorder may still have the original. Nothing
here looks at pictures or sound: "whole" says that every part that the file announces is there, and
no more. A format without a reader is "not read", and nothing is claimed of it.

A reader is a generator: it asks for a few bytes at a time, further and further on, and returns its
finding. So the pass over the file that makes its hash answers it on the way, and a file of 20 GB
costs no request and no memory more. No library is used: those that read these formats decode them,
need the whole file in reach, or give up at what is damaged, which is the case that matters here.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from enum import StrEnum


class Structure(StrEnum):
    """What the check of a file's parts found."""

    NOT_READ = "not_read"
    """The format has no reader, or the file does not say how long it is."""
    WHOLE = "whole"
    """Every part that the file announces is there."""
    CUT_SHORT = "cut_short"
    """The end is missing; what is there can be played."""
    BROKEN = "broken"
    """A part is missing without which nothing can be played, such as the index of an MP4."""


@dataclass(frozen=True)
class Finding:
    """What a reader found. why: what is missing, in words that follow a colon; "" for nothing."""

    structure: Structure
    why: str = ""


WHOLE = Finding(Structure.WHOLE)
NOT_READ = Finding(Structure.NOT_READ)
MOST_ASKS = 1_000_000
"""Questions after which a file counts as not read. Threat: a file that is nothing but headers would
keep the job busy until its time runs out, and then stay in quarantine for good."""
ENDS_EARLY = "it ends before its last part does"


def missing(why: str, *, plays: bool) -> Finding:
    """The finding for a file that lacks something. plays: True when the rest can be played."""
    return Finding(Structure.CUT_SHORT if plays else Structure.BROKEN, why)


@dataclass(frozen=True)
class Ask:
    """The bytes that a reader wants next. It asks forwards: never from before its last question."""

    at: int
    count: int


Reader = Generator[Ask, bytes, Finding]
"""Asks for bytes and returns a finding. An answer is shorter when the file ends there."""


class StructureCheck:
    """Answers a reader out of a file's bytes as they go by, from the first to the last."""

    def __init__(self, reader: Reader | None) -> None:
        self._reader = reader
        self._found: Finding | None = None if reader else NOT_READ
        self._ask, self._asks = Ask(0, 0), 0
        self._end = 0  # bytes that have gone by
        self._kept, self._start = b"", 0  # bytes that may be asked for, and where they begin
        self._answer(b"", begin=True)

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes of the file."""
        before, self._end = self._end, self._end + len(chunk)
        if self._found or self._ask.at >= self._end:
            return
        if self._kept:
            self._kept += chunk
        else:
            self._start = max(self._ask.at, before)
            self._kept = chunk[self._start - before :]
        while not self._found and self._ask.at + self._ask.count <= self._end:
            self._answer(self._asked())
        # What lies before the next question is not needed any more.
        self._kept = b"" if self._found else self._kept[max(0, self._ask.at - self._start) :]
        self._start = max(self._start, self._ask.at)

    def finish(self) -> Finding:
        """Say what was found, once the last byte has gone by."""
        while not self._found:
            self._answer(self._asked())
        return self._found

    def _asked(self) -> bytes:
        first = self._ask.at - self._start
        return self._kept[first : first + self._ask.count] if first >= 0 else b""

    def _answer(self, answer: bytes, *, begin: bool = False) -> None:
        if self._reader is None:
            return
        try:
            asked = next(self._reader) if begin else self._reader.send(answer)
        except StopIteration as ended:
            self._found = ended.value
            return
        if asked.at < self._ask.at:
            raise ValueError("a reader asked for bytes that have gone by")
        self._ask, self._asks = asked, self._asks + 1
        if self._asks > MOST_ASKS:
            self._found = NOT_READ
