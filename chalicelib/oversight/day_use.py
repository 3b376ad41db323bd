"""What one officer's entries of a day add up to. Pure.

A tally takes the entries of the record one at a time and keeps sums and short lists only, so that
a day of a whole force fits into little memory.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.access.audit import BUDGET_SPENT, NO_NEED, Action
from chalicelib.core.times import parse_iso
from chalicelib.core.typed.reasons import same_reason

MOST_KEPT = 300
"""The most places, cases or addresses of an officer's day that are told apart."""

NIGHT_FROM, NIGHT_TO = 22, 6
"""The hours, in the force's time, between which it is night."""

SUMS = ("searches", "sites", "reveals", "night", "refused", "over_budget")
"""The fields of a day's use that are numbers."""


@dataclass(frozen=True)
class DayUse:
    """An officer's use of the register on a day. searches, sites, reveals: how many searches, sites
    that these showed, and contact details seen. night: how many of the looks were at night.
    refused: looks at cases that the officer did not need to know of; over_budget: looks that a
    budget refused. places: H3 cells of about 6 km across in which searches were. cases: each
    incident with its searches and reveals. revealed: pairs of a site and the incident it was
    revealed for. reasons: how often each reason was given, by a hash of it, the most frequent."""

    officer_id: str
    username: str = ""
    units: tuple[str, ...] = ()
    searches: int = 0
    sites: int = 0
    reveals: int = 0
    night: int = 0
    refused: int = 0
    over_budget: int = 0
    places: frozenset[str] = frozenset()
    cases: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    revealed: frozenset[tuple[str, str]] = frozenset()
    reasons: Mapping[str, int] = field(default_factory=dict)

    @property
    def looks(self) -> int:
        """How many looks there were: searches and contact details seen."""
        return self.searches + self.reveals


class UseTally:
    """Adds up the entries of one officer. zone: of the force."""

    def __init__(self, officer_id: str, zone: str) -> None:
        self._id = officer_id
        self._zone = ZoneInfo(zone)
        self._name, self._units = "", ""
        self._sums = Counter[str]()
        self._places, self._revealed = set[str](), set[tuple[str, str]]()
        self._cases = dict[str, list[int]]()
        self._reasons = Counter[str]()

    def add(self, entry: Mapping[str, Any]) -> None:
        """Add an entry of this officer's."""
        self._name = entry["actor_name"] or self._name
        self._units = entry["units"] or self._units
        details = json.loads(entry["details"]) if entry["details"] else {}
        action, reason = entry["action"], entry["reason"]
        if action == Action.SEARCHED.value and "again" not in details:
            self._sums.update(searches=1, sites=int(details.get("listed", 0)))
            self._keep(self._places, details.get("place", ""))
            self._look(entry, str(entry.get("case", "")), 0)
        elif action == Action.REVEALED_CONTACT.value:
            case = str(details.get("incident", ""))
            self._sums.update(reveals=1)
            self._keep(self._revealed, (str(entry["subject"]).removeprefix("site."), case))
            self._look(entry, case, 1)
        elif action == Action.REFUSED.value:
            refused = reason == NO_NEED
            over = reason.startswith(BUDGET_SPENT)
            self._sums.update(refused=int(refused), over_budget=int(over))

    def _look(self, entry: Mapping[str, Any], case: str, kind: int) -> None:
        hour = parse_iso(entry["at"]).astimezone(self._zone).hour
        self._sums["night"] += hour >= NIGHT_FROM or hour < NIGHT_TO
        if case in self._cases or len(self._cases) < MOST_KEPT:
            self._cases.setdefault(case, [0, 0])[kind] += 1
        key = reason_key(entry["reason"])
        if key in self._reasons or len(self._reasons) < MOST_KEPT:
            self._reasons[key] += 1

    @staticmethod
    def _keep(kept: set[Any], one: Any) -> None:
        if one and len(kept) < MOST_KEPT:
            kept.add(one)

    def result(self) -> DayUse:
        """Return what was added up."""
        return DayUse(
            self._id,
            self._name,
            tuple(self._units.strip(",").split(",")) if self._units else (),
            places=frozenset(self._places),
            cases={case: (counts[0], counts[1]) for case, counts in self._cases.items()},
            revealed=frozenset(self._revealed),
            reasons=dict(self._reasons.most_common(5)),
            **{name: self._sums[name] for name in SUMS},
        )


def tally_day(
    entries: Iterable[Mapping[str, Any]], first: datetime, last: datetime, zone: str
) -> dict[str, DayUse]:
    """Add up a day's entries by officer id. first, last: when the force's day begins, and ends."""
    tallies = dict[str, UseTally]()
    for entry in entries:
        kind, _, officer_id = str(entry["actor"]).partition(".")
        counted = kind == "officer" and entry["action"] in _COUNTED
        if counted and first <= parse_iso(entry["at"]) < last:
            tallies.setdefault(officer_id, UseTally(officer_id, zone)).add(entry)
    return {officer_id: tally.result() for officer_id, tally in tallies.items()}


_COUNTED = frozenset({Action.SEARCHED.value, Action.REVEALED_CONTACT.value, Action.REFUSED.value})


def reason_key(reason: str) -> str:
    """Return a short hash of a reason, equal for reasons that differ in case and signs alone."""
    return hashlib.sha256(same_reason(reason).encode()).hexdigest()[:12]
