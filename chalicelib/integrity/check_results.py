"""What checks of the record found, kept in the audit bucket, where it cannot be rewritten either.

A run of the check makes one object, whose key says its kind and how much it found, so that a
listing tells how things stand; each check of a piece of evidence with its file makes another.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from chalicelib.core.times import iso_micros, parse_iso
from chalicelib.integrity.locked_bucket import LockedBucket, LockedObject

CHECKS = "checks/"
_RUNS, _PIECES = f"{CHECKS}runs/", f"{CHECKS}custody/"
_RUN = re.compile(r"(?P<at>[^/]+Z)\.(?P<kind>[a-z]+)\.(?P<findings>\d+)\.json")
_SHOWN_FOR = timedelta(days=31)


class RunKind(StrEnum):
    """What a run of the check did: it looked at what was new, did a part of a day's share, or
    ended a day's share."""

    NEW_ENTRIES = "new"
    PART = "part"
    DAY = "day"


@dataclass(frozen=True)
class CheckFinding:
    """What a check found of one chain or piece of evidence. about: `audit` or `custody`. subject:
    actor and month, or the id of the evidence. problems: in words."""

    about: str
    subject: str
    problems: tuple[str, ...]


@dataclass
class CheckRun:
    """What one run of the check did and found.

    day: the day whose share it worked on (ISO). step, after: the step of the day's plan, and the
    chain in it, that was done last. copied_late: entries whose copy it had to make itself.
    """

    began_at: str
    day: str = ""
    kind: RunKind = RunKind.NEW_ENTRIES
    ended_at: str = ""
    step: str = ""
    after: str = ""
    chains: int = 0
    entries: int = 0
    evidence: int = 0
    files: int = 0
    file_bytes: int = 0
    copied_late: int = 0
    findings: list[CheckFinding] = field(default_factory=list)
    notes: list[CheckFinding] = field(default_factory=list)

    @classmethod
    def read(cls, text: bytes) -> CheckRun:
        """Read a run as it was kept."""
        said: dict[str, Any] = json.loads(text)
        for name in ("findings", "notes"):
            said[name] = [
                CheckFinding(one["about"], one["subject"], tuple(one["problems"]))
                for one in said[name]
            ]
        return cls(**{**said, "kind": RunKind(said["kind"])})


@dataclass(frozen=True)
class CheckState:
    """How the checks stand. last: when the last run ended, None before the first. runs: those of
    the last month that worked on a day's share, or found something, the newest first."""

    last: datetime | None
    runs: list[CheckRun]


class CheckResults:
    """Keeps and reads what checks found."""

    def __init__(self, bucket: LockedBucket) -> None:
        self._bucket = bucket

    def keep_run(self, run: CheckRun) -> None:
        """Keep what a run did and found."""
        key = f"{_RUNS}{run.ended_at}.{run.kind}.{len(run.findings)}.json"
        self._bucket.keep(key, json.dumps(asdict(run), sort_keys=True, ensure_ascii=False))

    def last(self, now: datetime) -> tuple[datetime | None, CheckRun | None]:
        """Return when the last run ended, of any kind, and the last one that worked on a day's
        share; None where there was none within a month or two."""
        found = self._runs(now)
        shares = [one for one, kind, _ in found if kind is not RunKind.NEW_ENTRIES]
        return (
            _ended(found[-1][0]) if found else None,
            CheckRun.read(self._bucket.read(shares[-1])) if shares else None,
        )

    def read_state(self, now: datetime) -> CheckState:
        """Read how the checks stand."""
        found = self._runs(now)
        wanted = [
            one
            for one, kind, findings in reversed(found)
            if (kind is not RunKind.NEW_ENTRIES or findings) and now - _ended(one) < _SHOWN_FOR
        ]
        last = _ended(found[-1][0]) if found else None
        return CheckState(last, [CheckRun.read(body) for body in self._bucket.read_all(wanted)])

    def keep_piece(self, evidence_id: str, at: datetime, result: Mapping[str, Any]) -> None:
        """Keep what the check of one piece of evidence found."""
        said = {"checked_at": iso_micros(at), **result}
        key = f"{_PIECES}{evidence_id}/{iso_micros(at)}.json"
        self._bucket.keep(key, json.dumps(said, sort_keys=True, ensure_ascii=False))

    def of_piece(self, evidence_id: str, most: int = 20) -> list[dict[str, Any]]:
        """Read what checks of one piece of evidence found, the newest first."""
        kept = self._bucket.objects(f"{_PIECES}{evidence_id}/")[: -most - 1 : -1]
        return [json.loads(body) for body in self._bucket.read_all(kept)]

    def _runs(self, now: datetime) -> list[tuple[LockedObject, RunKind, int]]:
        """List the runs of this month and the one before, the oldest first."""
        before = now.replace(day=1) - timedelta(days=1)
        return [
            (one, RunKind(said["kind"]), int(said["findings"]))
            for month in (before, now)
            for one in self._bucket.objects(f"{_RUNS}{month:%Y-%m}")
            if (said := _RUN.fullmatch(one.key.removeprefix(_RUNS)))
        ]


def _ended(one: LockedObject) -> datetime:
    return parse_iso(one.key.removeprefix(_RUNS).partition("Z.")[0] + "Z")
