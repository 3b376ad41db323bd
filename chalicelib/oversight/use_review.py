"""The review of officers' use: reads the record day by day, and notes what is unusual.

A run reviews the days that have ended since the last run, and today as far as it has gone. Each day
is added up anew from the record and written over what was there, so that a run that stops half way,
or two at once, change nothing; days that nobody reviewed are caught up with, a month back at most.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from chalicelib.access.audit import AuditLog
from chalicelib.core.times import Clock, iso_micros
from chalicelib.oversight.day_use import DayUse, tally_day
from chalicelib.oversight.look_budgets import local_day
from chalicelib.oversight.unusual_use import WINDOWS, find_unusual, sums_of
from chalicelib.oversight.use_mails import UseMails
from chalicelib.oversight.use_store import UseStore
from chalicelib.telemetry.metrics import Counts, Metric

FARTHEST = timedelta(days=30)
"""How far back days are caught up with."""

SETTLED = timedelta(minutes=10)
"""How long after midnight the index of the record certainly has all of the day before."""

WasAsked = Callable[[str], bool]
"""Whether a request was ever made in the incident of an id."""


@dataclass(frozen=True)
class ReviewOutcome:
    """What a run did: how many days it reviewed, officers it looked at, and new findings."""

    days: int
    officers: int
    findings: int


class UseReview:
    """Reviews officers' use of the register. zone: of the force, whose days count."""

    def __init__(
        self,
        audit: AuditLog,
        store: UseStore,
        mails: UseMails,
        clock: Clock,
        zone: str,
        counts: Counts,
    ) -> None:
        self._audit = audit
        self._store = store
        self._mails = mails
        self._clock = clock
        self._zone = zone
        self._counts = counts

    def run(self, was_asked: WasAsked) -> ReviewOutcome:
        """Review what has not been reviewed, and today so far."""
        now = self._clock()
        today, settled = local_day(now, self._zone), local_day(now - SETTLED, self._zone)
        # The first run of all begins with yesterday.
        last = self._store.reviewed_until() or today - timedelta(days=2)
        day = max(last + timedelta(days=1), today - FARTHEST)
        days = officers = findings = 0
        while day <= today:
            reviewed, new = self._review(day, was_asked)
            days, officers, findings = days + 1, officers + reviewed, findings + new
            if day < settled:
                self._mails.tell_supervisors(day)
                self._store.set_reviewed_until(day)
            day += timedelta(days=1)
        return ReviewOutcome(days, officers, findings)

    def _review(self, day: date, was_asked: WasAsked) -> tuple[int, int]:
        """Review one day; return how many officers had any use, and how many findings are new."""
        uses = self._tally(day)
        self._store.keep_day(day, uses.values())
        earlier = [self._store.day(day - timedelta(days=n)) for n in range(1, max(WINDOWS))]
        sums = _sums(uses, earlier)
        new = 0
        for use in uses.values():
            before = [one.get(use.officer_id, DayUse(use.officer_id)) for one in earlier]
            others = {
                days: [own for officer_id, own in by.items() if officer_id != use.officer_id]
                for days, by in sums.items()
            }
            if found := find_unusual(use, before, others, was_asked):
                added = self._store.keep_unusual(day, use, found)
                # Counted once a finding is kept, so that a repeat of the run counts nothing.
                if added:
                    self._counts.add(Metric.UNUSUAL_USE, added)
                new += added
            else:
                self._store.drop_unusual(day, use)
        return len(uses), new

    def _tally(self, day: date) -> dict[str, DayUse]:
        first, last = bounds_of(day, self._zone)
        utc_days = sorted({f"{moment:%Y-%m-%d}" for moment in (first, last)})
        entries = (
            entry
            for utc_day in utc_days
            for entry in self._audit.within_day(utc_day, iso_micros(first), iso_micros(last))
        )
        return tally_day(entries, first, last, self._zone)


def _sums(
    uses: Mapping[str, DayUse], earlier: list[dict[str, DayUse]]
) -> dict[int, dict[str, dict[str, int]]]:
    """For each window the sums of every officer with any use in it, by officer id."""
    found: dict[int, dict[str, dict[str, int]]] = {}
    for days in WINDOWS:
        within = [uses, *earlier[: days - 1]]
        everybody = set[str]().union(*within)
        found[days] = {one: sums_of([by[one] for by in within if one in by]) for one in everybody}
    return found


def bounds_of(day: date, zone: str) -> tuple[datetime, datetime]:
    """Return the moments at which a day begins in a zone, and at which the next one does."""
    there = ZoneInfo(zone)
    first = datetime.combine(day, time(), there).astimezone(UTC)
    return first, datetime.combine(day + timedelta(days=1), time(), there).astimezone(UTC)
