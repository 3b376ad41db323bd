"""Which part of the audit record an officer may read.

Auditors read all of it. Supervisors read what officers did while they belonged to one of the
supervisor's own units, wherever they did it, and what owners and the service did in cases that the
supervisor sees. Nobody reads somebody else's looks at themselves: who is looked into should not
learn of it from the record, and should not judge it.

What may not be read is passed over in the table, so that pages are full and nothing can be counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from functools import cached_property
from heapq import merge
from itertools import islice
from operator import itemgetter

from chalicelib.access.audit import Action, AuditLog, units_field
from chalicelib.access.permissions import Officer, Role
from chalicelib.access.units.unit_rosters import UnitRosters
from chalicelib.core.times import iso_micros
from chalicelib.dynamodb.table import Condition, Item, all_of
from chalicelib.telemetry.workers import Workers

LOOK_BACK = timedelta(days=31)
"""How far back the newest entries are looked for."""

_AT_ONCE = 8
_AT = itemgetter("at")


class RecordScope:
    """Reads the audit record for one officer. Entries come newest first. before: a stored time (of
    one actor's entries, a sequence number), for entries older than that.

    sees_case: whether the officer sees the incident of this id.
    """

    def __init__(
        self,
        audit: AuditLog,
        rosters: UnitRosters,
        officer: Officer,
        sees_case: Callable[[str], bool],
    ) -> None:
        self._audit = audit
        self._rosters = rosters
        self._sees_case = sees_case
        self._own = f"officer.{officer.id}"
        self.units = tuple(sorted(officer.units))
        self.whole = Role.AUDITOR in officer.roles

    @property
    def officer_ids(self) -> frozenset[str] | None:
        """The ids of the officers whose acts can be among the entries; None for everybody."""
        return None if self.whole else frozenset(self._members)

    @cached_property
    def _members(self) -> list[str]:
        return self._rosters.members(self.units)

    def of_cases(self, case_ids: Iterable[str], limit: int, before: str) -> list[Item]:
        """List the entries of some cases."""
        each = [self._of_case(one, limit, before) for one in case_ids]
        return list(islice(merge(*each, key=_AT, reverse=True), limit))

    def _of_case(self, case_id: str, limit: int, before: str) -> Iterator[Item]:
        others = _NOT_OFFICERS if not self.whole and self._sees_case(case_id) else None
        return self._audit.of_case(case_id, limit, before, self._keep(others))

    def of_subject(self, subject: str, limit: int, before: str) -> list[Item]:
        """List the entries on a subject, such as `request.…`."""
        if subject == self._own:
            own_acts = Condition("#actor = :own", {"#actor": "actor"}, {":own": self._own})
            return list(self._audit.of_subject(subject, limit, before, own_acts))
        others = None if self.whole else self._of_seen_case(subject)
        keep = self._keep(others, subject=False)
        return list(self._audit.of_subject(subject, limit, before, keep))

    def _of_seen_case(self, subject: str) -> Condition | None:
        """The condition on what owners and the service did in the subject's case, where the officer
        sees that; None where they do not."""
        filed = Condition("attribute_exists(#case)", {"#case": "case"})
        first = next(self._audit.of_subject(subject, 1, keep=filed), None)
        if first is None or not self._sees_case(first["case"]):
            return None
        same = Condition("#case = :case", {"#case": "case"}, {":case": first["case"]})
        return all_of(_NOT_OFFICERS, same)

    def of_actor(self, actor: str, month: str, limit: int, before: str) -> list[Item]:
        """List an actor's entries of a month."""
        return list(self._audit.of_actor(actor, month, limit, before, self._keep(None)))

    def of_day(self, day: str, limit: int, before: str) -> list[Item]:
        """List a day's entries (UTC); for supervisors, those of their officers alone."""
        if self.whole:
            return list(self._audit.of_day(day, limit, before, self._keep(None)))
        same = Condition("#day = :day", {"#day": "day"}, {":day": day})
        return self._of_officers([day[:7]], same, limit, before)

    def newest(self, now: datetime, limit: int, before: str) -> list[Item]:
        """List the newest entries of the last LOOK_BACK; for supervisors as `of_day`."""
        oldest = now - LOOK_BACK
        if not self.whole:
            months = sorted({f"{moment:%Y-%m}" for moment in (now, oldest)}, reverse=True)
            since = Condition("#at >= :since", {"#at": "at"}, {":since": iso_micros(oldest)})
            return self._of_officers(months, since, limit, before)
        found: list[Item] = []
        # A page begins at a time, which says on which day to go on.
        start = datetime.fromisoformat(before) if before else now
        for back in range(LOOK_BACK.days):
            day = f"{start - timedelta(days=back):%Y-%m-%d}"
            left = limit - len(found)
            found += self._audit.of_day(day, left, "" if back else before, self._keep(None))
            if len(found) >= limit:
                break
        return found

    def _of_officers(
        self, months: list[str], within: Condition, limit: int, before: str
    ) -> list[Item]:
        """The entries of all officers of the units, from their chains."""
        keep = all_of(self._keep(None), within)
        if before:
            keep = all_of(keep, Condition("#at < :before", {"#at": "at"}, {":before": before}))
        chains = [(f"officer.{one}", month) for one in self._members for month in months]

        def read(chain: tuple[str, str]) -> list[Item]:
            actor, month = chain
            return list(self._audit.of_actor(actor, month, limit, keep=keep))

        with Workers(_AT_ONCE) as pool:
            each = list(pool.map(read, chains))
        return list(islice(merge(*each, key=_AT, reverse=True), limit))

    def _keep(self, others: Condition | None, *, subject: bool = True) -> Condition:
        """The condition on entries that this officer may read. others: of what is not an officer's
        act. subject: False where `subject` is the key of what is read."""
        keep = _not_about(self._own, subject=subject)
        if self.whole:
            return keep
        named = {f":unit{n}": units_field([one]) for n, one in enumerate(self.units)}
        tests = [f"contains(#units, {name})" for name in named]
        allowed = Condition(" OR ".join(tests), {"#units": "units"}, named) if tests else _NONE
        return all_of(keep, _any_of(allowed, others) if others else allowed)


_NOT_OFFICERS = Condition(
    "NOT begins_with(#actor, :officers)", {"#actor": "actor"}, {":officers": "officer."}
)
_NONE = Condition("attribute_not_exists(#actor)", {"#actor": "actor"})
"""No entry is without an actor."""


def _not_about(own: str, *, subject: bool) -> Condition:
    """The condition that an entry is not somebody else's look at this officer: at their part of the
    record, or at what was unusual of them."""
    read = "#action = :read AND contains(#details, :own)"
    names = {"#action": "action", "#details": "details", "#actor": "actor"}
    values = {":read": Action.READ_AUDIT.value, ":own": own}
    if subject:
        read = f"({read}) OR (#action = :judged AND #subject = :own)"
        names["#subject"], values[":judged"] = "subject", Action.JUDGED_USE.value
    return Condition(f"NOT (#actor <> :own AND ({read}))", names, values)


def _any_of(one: Condition, other: Condition) -> Condition:
    return Condition(
        f"({one.expression}) OR ({other.expression})",
        {**one.names, **other.names},
        {**one.values, **other.values},
    )
