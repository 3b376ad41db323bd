"""Daily budgets of looks: how many searches an officer may make in a day, how many sites these may
show, and how many owners' contact details the officer may see.

Threat: the likeliest thief of a map of people's cameras has an account and a case. Every single
look of theirs has a reason and is on record; what gives them away, and what makes the theft slow,
is how many looks they need. So looks are counted before anything is shown, by a conditional write
on one item of the officer's day: when the count cannot be written, nothing is shown. The figures,
and why: docs/decisions/0028-budgets-and-unusual-use.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from chalicelib.access.audit import BUDGET_SPENT, Action, Actor, AuditLog
from chalicelib.access.permissions import Officer
from chalicelib.core.errors import TooMany
from chalicelib.core.times import Clock, epoch
from chalicelib.dynamodb.item_schema import ItemKind
from chalicelib.dynamodb.table import Condition, ConditionFailed, Item, Table, all_of, below

KEPT = timedelta(days=40)
"""How long the item of an officer's day is kept."""

NEAR = 5
"""The officer is told what is left once that is no more than one part in NEAR of the budget."""


class LookKind(StrEnum):
    """What is counted of an officer's looks; the value names its attribute in the item of a day."""

    SEARCHES = "searches"
    SITES = "sites"
    REVEALS = "reveals"

    @property
    def words(self) -> str:
        """What there is so many of, in words."""
        return _WORDS[self]


_WORDS = {
    LookKind.SEARCHES: "searches",
    LookKind.SITES: "sites that searches show",
    LookKind.REVEALS: "looks at contact details",
}

Amounts = Mapping[LookKind, int]

ITEMS: tuple[ItemKind, ...] = (
    # more_…: what supervisors granted for the day; granted_by: the last of them, and grant: the id
    # of the form by which that one did, so that a form sent twice grants once.
    ItemKind(
        "an officer's looks of a day",
        pk="OFFICER#[A-Za-z0-9-]+",
        sk=r"LOOKS#\d{4}-\d{2}-\d{2}",
        needed=frozenset({"expires_at"}),
        may=frozenset({*LookKind, *(f"more_{kind}" for kind in LookKind), "granted_by", "grant"}),
        personal=frozenset({"granted_by"}),
    ),
)


class BudgetSpent(TooMany):
    """An officer's budget of a day does not allow a look. retry_after: seconds to midnight."""

    code, title = "budget-spent", "That is enough for today"

    def __init__(self, sentence: str, retry_after: int) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


@dataclass(frozen=True)
class DayOfLooks:
    """An officer's looks of a day. used: how many there were. most: how many there may be, with
    what was granted. granted: how many of these a supervisor allowed for this day; granted_by: the
    supervisor's user name."""

    day: date
    used: Amounts
    most: Amounts
    granted: Amounts = field(default_factory=dict)
    granted_by: str = ""

    def left(self, kind: LookKind) -> int:
        """Count what is left of one kind of look."""
        return max(0, self.most[kind] - self.used[kind])

    def hints(self) -> list[str]:
        """Say to the officer what a supervisor granted, and what is nearly used up."""
        said = []
        if more := [f"{n:,} more {kind.words}" for kind, n in self.granted.items() if n]:
            said.append(f"{self.granted_by} allowed you {' and '.join(more)} today.")
        said += [
            f"{self.left(kind):,} of {self.most[kind]:,} {kind.words} left today."
            for kind in LookKind
            if self.left(kind) * NEAR <= self.most[kind]
        ]
        return said


class LookBudgets:
    """Counts officers' looks against the budgets of a day, and grants more of them.

    zone: of the force, whose days count. most: what a day allows.
    """

    def __init__(
        self, table: Table, audit: AuditLog, clock: Clock, zone: str, most: Amounts
    ) -> None:
        self._table = table
        self._audit = audit
        self._clock = clock
        self._zone = zone
        self._most = most

    @property
    def usual(self) -> Amounts:
        """What a day allows without a grant."""
        return self._most

    def day_of(self, officer_id: str) -> DayOfLooks:
        """Read an officer's looks of today."""
        return self.days_of([officer_id])[officer_id]

    def days_of(self, officer_ids: Sequence[str]) -> dict[str, DayOfLooks]:
        """Read the looks of today of several officers, by officer id."""
        day = local_day(self._clock(), self._zone)
        keys = {one: _key(one, day) for one in officer_ids}
        found = self._table.get_many(keys.values(), consistent=True)
        return {one: self._day(day, found.get(key, {})) for one, key in keys.items()}

    def _day(self, day: date, found: Item) -> DayOfLooks:
        granted = {kind: int(found.get(f"more_{kind}", 0)) for kind in LookKind}
        return DayOfLooks(
            day,
            {kind: int(found.get(kind, 0)) for kind in LookKind},
            {kind: self._most[kind] + granted[kind] for kind in LookKind},
            granted,
            str(found.get("granted_by", "")),
        )

    def spend(self, officer: Officer, subject: str, amounts: Amounts) -> None:
        """Count looks that are about to be shown. subject: as in the audit record.

        Raises BudgetSpent, which goes on record, when they are more than is left of the day; what
        is left then stays as it was.
        """
        wanted = {kind: count for kind, count in amounts.items() if count}
        if not wanted:
            return
        today = self.day_of(officer.id)
        # Counted in the same write that compares, so that of two calls at once that would take the
        # last place only one does.
        within = [
            below(kind.value, today.most[kind] - count + 1)
            for kind, count in wanted.items()
            if count <= today.most[kind]
        ]
        try:
            if len(within) < len(wanted):
                raise ConditionFailed
            self._table.update(
                *_key(officer.id, today.day),
                add={kind.value: count for kind, count in wanted.items()},
                assign=self._expiry(today.day),
                when=all_of(*within),
            )
        except ConditionFailed:
            raise self._refuse(officer, subject, wanted) from None

    def _refuse(self, officer: Officer, subject: str, wanted: Amounts) -> BudgetSpent:
        today = self.day_of(officer.id)
        over = [kind for kind, count in wanted.items() if count > today.left(kind)]
        kind = over[0] if over else next(iter(wanted))
        self._audit.record_act(
            Actor.officer(officer), Action.REFUSED, subject, f"{BUDGET_SPENT}: {kind.value}"
        )
        if kind is LookKind.SITES and today.left(kind):
            said = (
                f"This search finds more sites than the {today.left(kind):,} that you may still "
                "see today. Search a smaller area, or ask your supervisor to allow more."
            )
        else:
            said = (
                f"You have used the {today.most[kind]:,} {kind.words} that one day allows. Ask "
                "your supervisor to allow more, or go on tomorrow."
            )
        now = self._clock()
        return BudgetSpent(said, max(1, epoch(next_midnight(now, self._zone)) - epoch(now)))

    def grant(
        self, supervisor: Officer, officer_id: str, more: Amounts, reason: str, form: str
    ) -> None:
        """Allow an officer more looks today. form: an id made with the form, so that a form sent
        twice grants once. The caller checks that the supervisor may do so."""
        granted = {kind: count for kind, count in more.items() if count}
        day = local_day(self._clock(), self._zone)
        self._audit.record_act(
            Actor.officer(supervisor),
            Action.GRANTED_LOOKS,
            f"officer.{officer_id}",
            reason,
            **{kind.value: count for kind, count in granted.items()},
        )
        try:
            self._table.update(
                *_key(officer_id, day),
                add={f"more_{kind}": count for kind, count in granted.items()},
                assign={
                    "granted_by": supervisor.username,
                    "grant": form,
                    **self._expiry(day),
                },
                when=_not_by(form),
            )
        except ConditionFailed:
            return  # The same form once more.

    def _expiry(self, day: date) -> Item:
        return {"expires_at": epoch(datetime.combine(day, time(), UTC) + KEPT)}


def local_day(now: datetime, zone: str) -> date:
    """Return the day that the calendars of a zone show at a moment."""
    return now.astimezone(ZoneInfo(zone)).date()


def next_midnight(now: datetime, zone: str) -> datetime:
    """Return the moment, in UTC, at which the next day begins in a zone."""
    tomorrow = local_day(now, zone) + timedelta(days=1)
    return datetime.combine(tomorrow, time(), ZoneInfo(zone)).astimezone(UTC)


def _not_by(form: str) -> Condition:
    """The condition that the last grant of the day did not come from this form."""
    return Condition("attribute_not_exists(#g) OR #g <> :by", {"#g": "grant"}, {":by": form})


def _key(officer_id: str, day: date) -> tuple[str, str]:
    return f"OFFICER#{officer_id}", f"LOOKS#{day.isoformat()}"
