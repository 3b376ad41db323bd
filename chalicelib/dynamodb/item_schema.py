"""What may stand in a table: every kind of item declares its keys and attributes.

Stores list their kinds in `ITEMS`; a guard test reads a whole table after the other tests ran
and fails on an item that no kind describes, and on personal data where it must not be.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


class DeclaredItem(Protocol):
    """What a store lists: a kind of item, or a record that has one (stored.Record)."""

    @property
    def kind(self) -> ItemKind:
        """The kind of item."""


@dataclass(frozen=True)
class ItemKind:
    """One kind of item.

    pk, sk: regular expressions for the whole key. needed, may: attribute names besides the
    keys. personal: those among them that are personal data.
    """

    name: str
    pk: str
    sk: str
    needed: frozenset[str]
    may: frozenset[str] = frozenset()
    personal: frozenset[str] = field(default=frozenset())

    @property
    def kind(self) -> ItemKind:
        """Itself, so that it can be listed beside records."""
        return self

    def describes(self, item: Mapping[str, Any]) -> bool:
        """True when the item's keys are of this kind."""
        return bool(re.fullmatch(self.pk, item["PK"]) and re.fullmatch(self.sk, item["SK"]))

    def problems(self, item: Mapping[str, Any]) -> list[str]:
        """What is missing from the item or should not be in it."""
        names = set(item) - {"PK", "SK"}
        missing = sorted(self.needed - names)
        extra = sorted(names - self.needed - self.may)
        found = [f"{self.name}: no {name}" for name in missing]
        return found + [f"{self.name}: undeclared {name}" for name in extra]


def item_problems(kinds: Iterable[DeclaredItem], item: Mapping[str, Any]) -> list[str]:
    """Everything wrong with one stored item; empty when a kind describes it fully."""
    for kind in (declared.kind for declared in kinds):
        if kind.describes(item):
            return kind.problems(item)
    return [f"no kind of item has the key {item['PK']} / {item['SK']}"]
