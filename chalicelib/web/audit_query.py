"""Which part of the audit record somebody wants, for the API and the console alike."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from chalicelib.access.audit import Audit
from chalicelib.errors import Invalid
from chalicelib.table import Item
from chalicelib.times import parse_iso
from chalicelib.web.queries import limit_of, only

PARAMETERS = ("subject", "actor", "month", "day", "limit", "page")
PAGE = 50
LARGEST_PAGE = 500
_LOOK_BACK = 31  # days that the newest entries are looked for in

_SUBJECT = re.compile(r"[A-Za-z0-9 ./{}_-]{1,200}")
_ACTOR = re.compile(r"(officer|owner|system)\.[A-Za-z0-9._-]{1,80}")


@dataclass(frozen=True)
class AuditQuery:
    """One of: everything on a subject; one actor's month; everybody's day; or (with none of
    them) the newest entries of the last month. before: where the page begins, "" for the
    newest."""

    subject: str
    actor: str
    month: str
    day: str
    limit: int
    before: str

    @property
    def wanted(self) -> str:
        """What is asked for, in a word or two, for the record of this very look."""
        if self.subject:
            return f"subject {self.subject}"
        if self.actor:
            return f"actor {self.actor} {self.month}"
        return f"day {self.day}" if self.day else "newest"


def read_query(query: Mapping[str, str], now: datetime) -> AuditQuery:
    """The query in an address. Raises Invalid with every parameter that is wrong."""
    only(query, *PARAMETERS)
    problems = []
    subject, actor = query.get("subject", "").strip(), query.get("actor", "").strip()
    if subject and not _SUBJECT.fullmatch(subject):
        problems.append(("subject", "Enter kind and id, like incident.4f0c2m8k1n5p7q9r"))
    if actor and not _ACTOR.fullmatch(actor):
        problems.append(("actor", "Enter kind and id, as the entries name their actor"))
    if subject and actor:
        problems.append(("actor", "Ask for a subject or for an actor, not for both"))
    month, day = query.get("month", "").strip(), query.get("day", "").strip()
    if month and not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", month):
        problems.append(("month", "Enter a month, like 2026-11"))
    if day and not _is_day(day):
        problems.append(("day", "Enter a day, like 2026-11-20"))
    if day and (subject or actor):
        problems.append(("day", "A day goes alone: it shows everybody's entries"))
    if problems:
        raise Invalid("The record cannot be asked for like this.", problems)
    return AuditQuery(
        subject,
        actor,
        month or f"{now:%Y-%m}",
        day,
        limit_of(query, PAGE, LARGEST_PAGE),
        _read_page(query.get("page", "")),
    )


def _is_day(text: str) -> bool:
    try:
        return f"{date.fromisoformat(text):%Y-%m-%d}" == text
    except ValueError:
        return False


def fetch(audit: Audit, query: AuditQuery, now: datetime) -> tuple[list[Item], str]:
    """The entries, newest first, and the token of the next page ("" at the end)."""
    wanted = query.limit + 1
    if query.actor:
        found = list(audit.of_actor(query.actor, query.month, wanted, query.before))
        return _cut(found, query.limit, "SK")
    if query.subject:
        return _cut(list(audit.of_subject(query.subject, wanted, query.before)), query.limit, "at")
    if query.day:
        return _cut(list(audit.of_day(query.day, wanted, query.before)), query.limit, "at")
    found = []
    # A page token of this list is a time, so it says on which day to go on.
    start = datetime.fromisoformat(query.before) if query.before else now
    for back in range(_LOOK_BACK):
        day = f"{start - timedelta(days=back):%Y-%m-%d}"
        found += audit.of_day(day, wanted - len(found), "" if back else query.before)
        if len(found) >= wanted:
            break
    return _cut(found, query.limit, "at")


def _cut(found: list[Item], limit: int, place: str) -> tuple[list[Item], str]:
    shown = found[:limit]
    return shown, _write_page(str(shown[-1][place])) if len(found) > limit else ""


def _write_page(before: str) -> str:
    return base64.urlsafe_b64encode(before.encode()).decode().rstrip("=")


def _read_page(page: str) -> str:
    """The place in a page token: a time or a sequence number. It gives no right to anything."""
    if not page:
        return ""
    try:
        place = base64.b64decode(page + "=" * (-len(page) % 4), b"-_", validate=True).decode()
        if not re.fullmatch(r"\d{10}", place):
            parse_iso(place)
    except ValueError:
        sentence = "This page token is not one of ours. Start from the first page."
        raise Invalid.field("page", sentence) from None
    return place


def entry_json(entry: Item) -> dict[str, Any]:
    """An entry as the API says it; `details` as an object again."""
    return {
        "at": entry["at"],
        "actor": entry["actor"],
        "actor_name": entry["actor_name"],
        "action": entry["action"],
        "subject": entry["subject"],
        "reason": entry["reason"],
        "details": json.loads(entry["details"]) if entry["details"] else {},
        "sequence": entry["sequence"],
        "previous": entry["previous"],
        "hash": entry["hash"],
    }
