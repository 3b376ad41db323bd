"""The numbers by which officers speak of an incident's sites: the same on map, list, letter and
coverage, whichever search found a site first.

A number is given when a site is first shown in an incident and stays with it. The item holds ids of
sites in the order of their numbers and nothing else of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from chalicelib.core.errors import Unavailable
from chalicelib.dynamodb.item_schema import DeclaredItem
from chalicelib.dynamodb.stored_record import StoredRecord
from chalicelib.dynamodb.table import ConditionFailed, Table, absent, equals

MOST_NUMBERED = 15_000
"""Sites with a number in one incident; an item holds 400 KB, which is 25,000 ids."""

_ID = 16  # characters of an id
_TRIES = 8


@dataclass(frozen=True)
class NumberedSites:
    """The numbered sites of an incident. ids: the ids of sites, one after the other, the first of
    which has number 1. count: how many they are."""

    incident_id: str
    count: int
    ids: str


NUMBERED = StoredRecord(
    "numbered sites of an incident", NumberedSites, "INCIDENT#{incident_id}", "SITE_NUMBERS"
)

ITEMS: tuple[DeclaredItem, ...] = (NUMBERED,)


class SiteNumbers:
    """Gives and reads the numbers of an incident's sites."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def number_sites(self, incident_id: str, site_ids: Iterable[str]) -> dict[str, int]:
        """Site id → number, of these sites. Sites without one get the next numbers, in the order
        given; beyond MOST_NUMBERED they get none. Raises Unavailable when too many officers search
        at once."""
        wanted = list(dict.fromkeys(site_ids))
        for _ in range(_TRIES):
            item = self._table.get(f"INCIDENT#{incident_id}", "SITE_NUMBERS", consistent=True)
            stored = NUMBERED.read(item) if item else NumberedSites(incident_id, 0, "")
            known = {stored.ids[n * _ID : (n + 1) * _ID]: n + 1 for n in range(stored.count)}
            new = [one for one in wanted if one not in known and len(one) == _ID]
            new = new[: MOST_NUMBERED - stored.count]
            if not new:
                return {one: known[one] for one in wanted if one in known}
            after = NumberedSites(incident_id, stored.count + len(new), stored.ids + "".join(new))
            # Threat: of two searches at once, each would give a number that the other gave too.
            same = equals("count", stored.count) if stored.count else absent("count")
            try:
                self._table.put(NUMBERED.item(after), when=same)
            except ConditionFailed:
                continue
            known |= {one: stored.count + n for n, one in enumerate(new, start=1)}
            return {one: known[one] for one in wanted if one in known}
        raise Unavailable("Many officers are searching for this incident. Try again.")
