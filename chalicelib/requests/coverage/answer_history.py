"""Everything that owners answered to a request, and what they were told of their recorders'
clocks, in order.

A recipient holds its last answer and the last check only. All are also in the audit record, which
nobody can change; from there it is known what was said before, since when the present answer
stands, and by which times on the recorder its owner looked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chalicelib.access.audit import Action, AuditLog
from chalicelib.core.times import parse_iso
from chalicelib.requests.model import Recipient, RecipientState

CLOCK_OFFSET = "clock_offset_seconds"
"""The detail under which the audit record has a clock check (evidence/footage_times.py)."""
_READ = frozenset({Action.ANSWERED.value, Action.CHECKED_CLOCK.value})
_ALL = 1_000_000  # entries on one request: every one
_OF_CAMERA = re.compile(r"([0-9]{1,3}) ([a-z]{1,20})")


@dataclass(frozen=True)
class RecordedAnswer:
    """One answer of one site. cameras: what was said of each, by number; empty when the answer
    was for all of them."""

    at: datetime
    answer: str
    cameras: Mapping[int, str] = field(default_factory=dict)

    def of_camera(self, number: int | None) -> str:
        """The answer for one camera, "" for none. number: None for the site as a whole."""
        if number is None or not self.cameras:
            return self.answer
        return self.cameras.get(number, "")


@dataclass(frozen=True)
class RecordedClockCheck:
    """A check of a recorder's clock that was noted: from then on the reply page tells the times
    as that recorder shows them. offset: seconds by which it was ahead."""

    at: datetime
    offset: int


@dataclass(frozen=True)
class SiteHistory:
    """What the audit record has of one site of a request, oldest first."""

    said: tuple[RecordedAnswer, ...] = ()
    told: tuple[RecordedClockCheck, ...] = ()


NO_RECORD = SiteHistory()


def site_histories(audit: AuditLog, request_id: str) -> dict[str, SiteHistory]:
    """Site id → what is on record of it; the index may lag, so the newest may be missing."""
    said: dict[str, list[RecordedAnswer]] = {}
    told: dict[str, list[RecordedClockCheck]] = {}
    for entry in audit.of_subject(f"request.{request_id}", limit=_ALL):
        if entry["action"] not in _READ:
            continue
        details, at = json.loads(entry["details"] or "{}"), parse_iso(entry["at"])
        site = str(details.get("site", ""))
        if entry["action"] == Action.ANSWERED.value:
            answer = RecordedAnswer(
                at, str(details.get("answer", "")), parse_camera_answers(details)
            )
            said.setdefault(site, []).insert(0, answer)
        elif CLOCK_OFFSET in details:
            told.setdefault(site, []).insert(0, RecordedClockCheck(at, int(details[CLOCK_OFFSET])))
    return {
        site: SiteHistory(tuple(said.get(site, ())), tuple(told.get(site, ())))
        for site in said | told
    }


def parse_camera_answers(details: Mapping[str, Any]) -> dict[int, str]:
    """`1 saved, 2 unavailable` (recorded_answers) → {1: "saved", 2: "unavailable"}."""
    recorded = str(details.get("cameras", ""))
    return {int(number): answer for number, answer in _OF_CAMERA.findall(recorded)}


def answer_history(
    recipient: Recipient, recorded: Iterable[RecordedAnswer]
) -> list[RecordedAnswer]:
    """A recipient's answers, oldest first, the present one included even when the record is a
    moment behind."""
    said = list(recorded)
    if recipient.answer is None:
        return said
    present = RecordedAnswer(
        recipient.answered_at or recipient.created_at,
        recipient.answer.value,
        {one.number: one.answer.value for one in recipient.by_camera},
    )
    if not said or (said[-1].answer, said[-1].cameras) != (present.answer, present.cameras):
        said.append(present)
    return said


def answer_times(
    said: Sequence[RecordedAnswer], answer: RecipientState, number: int | None = None
) -> list[datetime]:
    """When the answer that now stands for a camera was given, without another one in between,
    oldest first; empty when something else stands."""
    times: list[datetime] = []
    for one in reversed(said):
        if one.of_camera(number) != answer.value:
            break
        times.insert(0, one.at)
    return times
