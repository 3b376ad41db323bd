"""Counts what each client does, in the table, so that all processes count together.

One conditional write for an act that costs something, none for reading a page. What is beyond the
budget is not counted, so that nobody is shut out for longer by trying.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.core.times import Clock, epoch
from chalicelib.dynamodb.item_schema import DeclaredItem, ItemKind
from chalicelib.dynamodb.table import NEW, ConditionFailed, Item, Table, Write
from chalicelib.limits.acts import BUDGETS, Act, Budget, window_end, window_of
from chalicelib.limits.asker import Asker
from chalicelib.limits.client_address import client_mark
from chalicelib.limits.counted import one_more
from chalicelib.limits.refusals import Flooded, ProofNeeded

KEPT_AFTER = timedelta(hours=1)
"""How long a count is kept after its window; DynamoDB removes it within days at no cost."""

ITEMS: tuple[DeclaredItem, ...] = (
    ItemKind(
        "acts of a client",
        pk="CLIENT#[0-9a-f]{64}",
        sk=r"ACT#[a-z-]+",
        needed=frozenset({"times", "expires_at"}),
    ),
    # So that a proof of work is taken once.
    ItemKind(
        "proof of work", pk="PROOF#[0-9a-f]{32}", sk="PROOF", needed=frozenset({"expires_at"})
    ),
)

WAIT = (
    "A great many people have used this page from the same network in the last hour. "
    "Try again later."
)
PROVE = (
    "Many people are using this page from the same network. Your device has to show that it is not "
    "part of an attack."
)


@dataclass(frozen=True)
class Proof:
    """A proof of work that was checked and may not have been used. nonce: its own number."""

    nonce: str
    expires_at: datetime

    def use_write(self, table: Table) -> Write:
        """The write that uses the proof up; it fails when that was done."""
        item: Item = {
            "PK": f"PROOF#{self.nonce}",
            "SK": "PROOF",
            "expires_at": epoch(self.expires_at),
        }
        return table.put_write(item, when=NEW)


class ClientBudgets:
    """Counts acts, and refuses those beyond the budget. key: gives the stage's secret."""

    def __init__(self, table: Table, clock: Clock, key: Callable[[], bytes]) -> None:
        self._table = table
        self._clock = clock
        self._key = key

    def spend(self, act: Act, asker: Asker, proof: Proof | None = None) -> bool:
        """Count one act; return True when its proof of work was used up.

        Raises ProofNeeded when the limit is near and there is no proof, or one that was used, and
        Flooded beyond the limit.
        """
        now, budget = self._clock(), BUDGETS[act]
        kept = window_end(now) + KEPT_AFTER
        if asker.owner_id and budget.owner and proof is None:
            with suppress(ConditionFailed):  # used up: counted as everybody's from here on
                owned = _key(
                    client_mark(self._key(), f"owner.{asker.owner_id}", window_of(now)), act
                )
                self._table.update(*owned, **one_more(budget.owner, kept))
                return False
        key = _key(client_mark(self._key(), asker.network, window_of(now)), act)
        count = one_more(budget.most if proof else budget.free, kept)
        try:
            if proof:
                self._table.transact_with_retry(
                    self._table.update_write(*key, **count), proof.use_write(self._table)
                )
            else:
                self._table.update(*key, **count)
        except ConditionFailed as failed:
            raise self._refusal(key, budget, now, failed.index == 1) from None
        return proof is not None

    def is_near_limit(self, act: Act, asker: Asker) -> bool:
        """Tell whether so much of an act came from the asker's network in this hour that a proof of
        work is asked for more."""
        mark = client_mark(self._key(), asker.network, window_of(self._clock()))
        return self._times(_key(mark, act)) >= BUDGETS[act].free

    def _times(self, key: tuple[str, str]) -> int:
        item = self._table.get(*key, consistent=True)
        return int(item["times"]) if item else 0

    def _refusal(self, key: tuple[str, str], budget: Budget, now: datetime, used: bool) -> Flooded:
        """What is said: to prove some work as long as that can help, else to wait. used: the proof
        that came had been used."""
        again = window_end(now)
        left = budget.most > self._times(key)
        if left and (used or budget.proof):
            return ProofNeeded(PROVE, now, again)
        return Flooded(WAIT, now, again)


def _key(mark: str, act: Act) -> tuple[str, str]:
    return f"CLIENT#{mark}", f"ACT#{act.value}"
