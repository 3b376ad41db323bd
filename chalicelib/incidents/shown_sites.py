"""What a search is about to show an officer: counted against the budget of their day, and kept as
the proof of what was found, before it is shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from chalicelib.access.permissions import Officer
from chalicelib.incidents.found_sites import FoundSites, Packed, pack_ids
from chalicelib.oversight.look_budgets import LookBudgets, LookKind


@dataclass(frozen=True)
class ShownLook:
    """What a search is about to show. sites: those that it shows or showed the officer before.
    seen: those of them that the officer has seen; None when they have not seen this search."""

    sites: Packed
    seen: Packed | None

    @property
    def was_seen(self) -> bool:
        """True when the officer has seen this search before."""
        return self.seen is not None


class ShownSites:
    """Counts and keeps what searches show. What an officer has seen of a search already is counted
    once: showing it again tells them nothing."""

    def __init__(self, found: FoundSites, budgets: LookBudgets) -> None:
        self._found = found
        self._budgets = budgets

    def count_look(
        self,
        incident_id: str,
        search_id: str,
        site_ids: Iterable[str],
        officer: Officer,
        *,
        again: bool = False,
    ) -> ShownLook:
        """Count what a search shows; return what is to be kept. again: the search was made before,
        perhaps by somebody else. Raises BudgetSpent."""
        listed = pack_ids(site_ids)
        seen = self._found.shown_to(incident_id, search_id, officer.id) if again else None
        new = len(listed - (seen or frozenset()))
        amounts = {LookKind.SEARCHES: int(seen is None), LookKind.SITES: new}
        self._budgets.spend(officer, f"incident.{incident_id}", amounts)
        return ShownLook(listed | (seen or frozenset()), seen)

    def keep_look(
        self, incident_id: str, search_id: str, officer: Officer, look: ShownLook
    ) -> None:
        """Keep what a search shows, once the look is on record. Nothing is written for an officer
        who is shown the same again: the item of a large search has 100 KB."""
        if look.sites != look.seen:
            self._found.keep_shown(incident_id, search_id, officer.id, look.sites)
