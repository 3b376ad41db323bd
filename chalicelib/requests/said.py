"""Everything that owners answered to a request, in order.

A recipient holds its last answer only. Every answer is also in the audit record, which nobody
can change; from there it is known what was said before, and since when the present one stands.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from chalicelib.access.audit import Action, Audit
from chalicelib.requests.model import Recipient
from chalicelib.times import parse_iso

_ALL = 1_000_000  # entries on one request: every one


@dataclass(frozen=True)
class Said:
    """One answer of one site."""

    at: datetime
    answer: str


def answers_of(audit: Audit, request_id: str) -> dict[str, list[Said]]:
    """Site id → its answers, oldest first. An index: the newest may be a moment late."""
    found: dict[str, list[Said]] = {}
    for entry in audit.of_subject(f"request.{request_id}", limit=_ALL):
        if entry["action"] == Action.ANSWERED.value:
            details = json.loads(entry["details"] or "{}")
            said = Said(parse_iso(entry["at"]), str(details.get("answer", "")))
            found.setdefault(str(details.get("site", "")), []).insert(0, said)
    return found


def history(recipient: Recipient, recorded: Iterable[Said]) -> list[Said]:
    """A recipient's answers, oldest first, the present one included even when the record is a
    moment behind."""
    said = list(recorded)
    if recipient.answer and (not said or said[-1].answer != recipient.answer.value):
        at = recipient.answered_at or recipient.created_at
        said.append(Said(at, recipient.answer.value))
    return said


def stands_since(recipient: Recipient, recorded: Mapping[str, list[Said]]) -> datetime | None:
    """When the owner first gave the answer that now stands, without another one in between: who
    says the same again has not looked again."""
    since: datetime | None = None
    for said in reversed(history(recipient, recorded.get(recipient.site_id, ()))):
        if recipient.answer is None or said.answer != recipient.answer.value:
            break
        since = said.at
    if since and recipient.answered_at:
        since = min(since, recipient.answered_at)
    return since
