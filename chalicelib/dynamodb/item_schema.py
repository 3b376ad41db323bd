"""The schema of stored items: every kind of item declares its keys and attributes.

Stores list their kinds in `ITEMS`; a guard test reads a whole table after the other tests ran and
fails on an item that no kind describes, and on personal data where there must be none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


class DeclaredItem(Protocol):
    """What a store lists in `ITEMS`: an ItemKind, or a StoredRecord, which has one."""

    @property
    def kind(self) -> ItemKind:
        """The keys and attributes that are declared."""


@dataclass(frozen=True)
class ItemKind:
    """The declared keys and attributes of one kind of item.

    pk, sk: regular expressions for the whole keys. needed, may: names of attributes, besides the
    keys, that an item must or may have. personal: the attributes that are personal data.
    """

    name: str
    pk: str
    sk: str
    needed: frozenset[str]
    may: frozenset[str] = frozenset()
    personal: frozenset[str] = field(default=frozenset())

    @property
    def kind(self) -> ItemKind:
        """This kind itself, so that it can be listed beside StoredRecords."""
        return self

    def describes(self, item: Mapping[str, Any]) -> bool:
        """Return True when the item's keys are of this kind."""
        return bool(re.fullmatch(self.pk, item["PK"]) and re.fullmatch(self.sk, item["SK"]))

    def problems(self, item: Mapping[str, Any]) -> list[str]:
        """Return a text for each attribute that is missing from the item or is not declared."""
        names = set(item) - {"PK", "SK"}
        missing = sorted(self.needed - names)
        extra = sorted(names - self.needed - self.may)
        found = [f"{self.name}: no {name}" for name in missing]
        return found + [f"{self.name}: undeclared {name}" for name in extra]


def item_problems(kinds: Iterable[DeclaredItem], item: Mapping[str, Any]) -> list[str]:
    """Return all that is wrong with a stored item; empty when one of `kinds` describes it fully."""
    for kind in (declared.kind for declared in kinds):
        if kind.describes(item):
            return kind.problems(item)
    return [f"no kind of item has the key {item['PK']} / {item['SK']}"]
