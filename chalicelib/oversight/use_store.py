"""How the Registry table keeps officers' use by day, and what was unusual of it by unit and day.

Days of use go after six weeks. What was unusual stays two years, with what came of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from chalicelib.core.times import epoch
from chalicelib.dynamodb.field_marks import Personal, Seconds
from chalicelib.dynamodb.item_schema import DeclaredItem, ItemKind
from chalicelib.dynamodb.stored_record import StoredRecord
from chalicelib.dynamodb.table import ConditionFailed, Item, Table, absent, equals
from chalicelib.oversight.day_use import SUMS, DayUse
from chalicelib.oversight.unusual_use import UnusualKind, UseFinding

USE_KEPT, UNUSUAL_KEPT = timedelta(days=42), timedelta(days=730)

_DAY = r"\d{4}-\d{2}-\d{2}"
_OFFICER = "[A-Za-z0-9-]{1,100}"


@dataclass(frozen=True)
class UnusualUse:
    """What was unusual of an officer on a day, in the list of one of their units ("" for an officer
    of no unit). kinds and words: of each finding. seen_kinds: those that somebody has looked into,
    who is seen_by, and when; note: what came of it."""

    unit: str
    day: str
    officer_id: str
    username: Personal
    kinds: tuple[UnusualKind, ...]
    words: tuple[str, ...]
    seen_kinds: tuple[UnusualKind, ...] = ()
    seen_by: Personal = ""
    seen_at: Seconds | None = None
    note: Personal = ""

    @property
    def is_new(self) -> bool:
        """True while a finding is there that nobody has looked into."""
        return not set(self.kinds) <= set(self.seen_kinds)


UNUSUAL = StoredRecord(
    "unusual use",
    UnusualUse,
    "UNUSUAL#{unit}",
    "{day}#{officer_id}",
    patterns={"unit": "[^#,]*", "day": _DAY, "officer_id": _OFFICER},
    also={"expires_at"},
)

ITEMS: tuple[DeclaredItem, ...] = (
    UNUSUAL,
    ItemKind(
        "an officer's use of a day",
        pk=f"USE#{_DAY}",
        sk=_OFFICER,
        needed=frozenset({"username", "units", "expires_at", "sums", "places", "cases"}),
        may=frozenset({"revealed", "reasons"}),
        personal=frozenset({"username"}),
    ),
    ItemKind("unit with unusual use", pk="UNUSUAL_UNITS", sk="UNIT#[^#,]*", needed=frozenset()),
    ItemKind("place of the review", pk="USE_REVIEW", sk="PLACE", needed=frozenset({"day"})),
    ItemKind(
        "unit whose supervisors were told",
        pk=f"USE_TOLD#{_DAY}",
        sk="UNIT#[^#,]*",
        needed=frozenset({"expires_at"}),
    ),
)


class UseStore:
    """Keeps and reads use by day, and what was unusual of it."""

    def __init__(self, table: Table) -> None:
        self._table = table

    # use of a day

    def keep_day(self, day: date, uses: Iterable[DayUse]) -> None:
        """Keep the use of a day, in place of what was kept of these officers before."""
        expires = _expiry(day, USE_KEPT)
        for use in uses:
            self._table.put(_use_item(day, use, expires))

    def day(self, day: date) -> dict[str, DayUse]:
        """Read the use of a day by officer id."""
        items = self._table.query(f"USE#{day.isoformat()}")
        return {item["SK"]: _use_from(item) for item in items}

    # where the review stands

    def reviewed_until(self) -> date | None:
        """The last day that was reviewed as a whole; None before the first."""
        item = self._table.get("USE_REVIEW", "PLACE", consistent=True)
        return date.fromisoformat(item["day"]) if item else None

    def set_reviewed_until(self, day: date) -> None:
        """Note the last day that was reviewed as a whole."""
        self._table.put({"PK": "USE_REVIEW", "SK": "PLACE", "day": day.isoformat()})

    # what was unusual

    def keep_unusual(self, day: date, use: DayUse, found: Sequence[UseFinding]) -> int:
        """Keep what is unusual of an officer's day, in the list of each of their units; return how
        many kinds were not there before. What somebody noted of it stays."""
        new = 0
        for unit in use.units or ("",):
            self._table.put({"PK": "UNUSUAL_UNITS", "SK": f"UNIT#{unit}"})
            key = (f"UNUSUAL#{unit}", f"{day.isoformat()}#{use.officer_id}")
            before = self._table.get(*key, consistent=True)
            had = set(UNUSUAL.read(before).kinds) if before else set()
            kinds = tuple(one.kind for one in found)
            self._table.update(
                *key,
                assign={
                    **UNUSUAL.changes(
                        username=use.username,
                        kinds=kinds,
                        words=tuple(one.words for one in found),
                    ),
                    "expires_at": _expiry(day, UNUSUAL_KEPT),
                },
                when=None,
            )
            new = max(new, len(set(kinds) - had))
        return new

    def drop_unusual(self, day: date, use: DayUse) -> None:
        """Take away what is not unusual any more, such as looks in a case in which somebody was
        asked meanwhile; what somebody looked into stays."""
        for unit in use.units or ("",):
            key = (f"UNUSUAL#{unit}", f"{day.isoformat()}#{use.officer_id}")
            try:
                self._table.delete(*key, when=absent("seen_at"))
            except ConditionFailed:
                continue

    def units(self) -> list[str]:
        """List the units in whose lists anything is or was."""
        items = self._table.query("UNUSUAL_UNITS", prefix="UNIT#")
        return [item["SK"].removeprefix("UNIT#") for item in items]

    def of_unit(self, unit: str, since: date, until: date | None = None) -> list[UnusualUse]:
        """List what was unusual in a unit since a day, the newest first. until: the last day."""
        span = (since.isoformat(), f"{until.isoformat()}~" if until else "~")
        items = self._table.query(f"UNUSUAL#{unit}", between=span, backwards=True, consistent=True)
        return list(map(UNUSUAL.read, items))

    def find_unusual(self, unit: str, day: str, officer_id: str) -> UnusualUse | None:
        """Read what was unusual of an officer on a day. What is typed into an address may be no
        day and no officer at all, and too long for a key."""
        if not (re.fullmatch(_DAY, day) and re.fullmatch(_OFFICER, officer_id)):
            return None
        item = self._table.get(f"UNUSUAL#{unit}", f"{day}#{officer_id}", consistent=True)
        return UNUSUAL.read(item) if item else None

    def note_seen(self, seen: UnusualUse, by: str, now: datetime, note: str) -> bool:
        """Note what came of looking into it; False when it has changed since it was shown."""
        changes = UNUSUAL.changes(seen_kinds=seen.kinds, seen_by=by, seen_at=now, note=note)
        shown = equals("kinds", [kind.value for kind in seen.kinds])
        try:
            self._table.update(*UNUSUAL.key(seen), assign=changes, when=shown)
        except ConditionFailed:
            return False
        return True


def told_key(day: date, unit: str) -> Item:
    """The item that says that a unit's supervisors were told of a day."""
    return {
        "PK": f"USE_TOLD#{day.isoformat()}",
        "SK": f"UNIT#{unit}",
        "expires_at": _expiry(day, USE_KEPT),
    }


def _expiry(day: date, kept: timedelta) -> int:
    return epoch(datetime.combine(day, time(), UTC) + kept)


def _use_item(day: date, use: DayUse, expires_at: int) -> Item:
    return {
        "PK": f"USE#{day.isoformat()}",
        "SK": use.officer_id,
        "username": use.username,
        "units": list(use.units),
        "expires_at": expires_at,
        "sums": {name: getattr(use, name) for name in SUMS},
        "places": sorted(use.places),
        "cases": {case: list(counts) for case, counts in use.cases.items()},
        "revealed": [list(pair) for pair in sorted(use.revealed)] or None,
        "reasons": dict(use.reasons) or None,
    }


def _use_from(item: Item) -> DayUse:
    revealed: list[Any] = item.get("revealed", [])
    return DayUse(
        item["SK"],
        item["username"],
        tuple(item["units"]),
        places=frozenset(item["places"]),
        cases={case: (counts[0], counts[1]) for case, counts in item["cases"].items()},
        revealed=frozenset((site, case) for site, case in revealed),
        reasons=item.get("reasons", {}),
        **item["sums"],
    )
