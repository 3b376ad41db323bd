"""Statistics for planning: how often each kind of act was done, by day.

Acts are counted as they go on record, in one small item a day, so that a report over years takes a
few reads. What happened exactly is in the audit record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from chalicelib.access.audit import Action
from chalicelib.core.times import Clock
from chalicelib.dynamodb.item_schema import ItemKind
from chalicelib.dynamodb.table import Table

PARTITION = "STATISTICS"


class AuditFigure(StrEnum):
    """A kind of act that is counted; the value names its attribute in the item of a day."""

    REGISTRATIONS = "registrations"
    REMOVALS = "removals"
    INCIDENTS = "incidents"
    SEARCHES = "searches"
    CONTACTS = "contacts"
    REQUESTS = "requests"
    RECIPIENTS = "recipients"
    ANSWERS = "answers"
    UPLOADS = "uploads"


ITEMS: tuple[ItemKind, ...] = (
    ItemKind(
        "figures of a day",
        pk=PARTITION,
        sk=r"DAY#\d{4}-\d{2}-\d{2}",
        needed=frozenset(),
        may=frozenset(figure.value for figure in AuditFigure),
    ),
)


_OF: dict[Action, AuditFigure] = {
    Action.REGISTERED: AuditFigure.REGISTRATIONS,
    Action.REMOVED_SITE: AuditFigure.REMOVALS,
    Action.CREATED_INCIDENT: AuditFigure.INCIDENTS,
    Action.SEARCHED: AuditFigure.SEARCHES,
    Action.REVEALED_CONTACT: AuditFigure.CONTACTS,
    Action.REQUESTED: AuditFigure.REQUESTS,
    Action.ANSWERED: AuditFigure.ANSWERS,
    Action.UPLOADED: AuditFigure.UPLOADS,
}


class AuditStatistics:
    """Counts acts by day, and reports the counts."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    def count_act(self, action: Action, details: Mapping[str, str | int]) -> None:
        """Count an act that is already on record. A figure may miss an act, when the function
        stops between the two writes; the record never misses one for the sake of a figure."""
        figure = _OF.get(action)
        if figure is None or "again" in details:  # A search whose page was only shown again.
            return
        added = {figure.value: 1}
        if action is Action.REQUESTED:
            added[AuditFigure.RECIPIENTS.value] = int(details.get("sites", 0))
        self._table.update(PARTITION, f"DAY#{self._clock():%Y-%m-%d}", add=added, when=None)

    def report(self, days: int = 30) -> dict[str, Any]:
        """Return `{"total": {figure: n}, "days": [{"day", figure: n, …}, …]}`, newest day first.

        days: the most days to list, of those with any act; totals are over all time.
        """
        items = list(self._table.query(PARTITION, prefix="DAY#", backwards=True))
        return {
            "total": _sum(items),
            "days": [
                {"day": item["SK"].removeprefix("DAY#"), **_sum([item])} for item in items[:days]
            ],
        }


def _sum(items: Iterable[dict[str, Any]]) -> dict[str, int]:
    found = list(items)
    return {f.value: sum(int(item.get(f.value, 0)) for item in found) for f in AuditFigure}
