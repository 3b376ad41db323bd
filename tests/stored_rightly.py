"""What a stack holds after its tests: each item of both tables is of a declared kind, and no
personal data stands where it must not. The end of every stack asks this (tests/conftest.py)."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from chalicelib.dynamodb.item_schema import item_problems
from infra.records.checking import every_item
from tests.running import RunningStack
from tests.support.declared import declared

COUNT = "COUNT#"
PERSONAL = ("name", "email", "phone", "address_line_1", "postcode")
LONG = 8
"""Characters, with which a word is in no identifier by chance."""
PIECE = re.compile(r"[^\W_]+")
HOLDERS = ("OWNER#", "SITE#", "PENDING#")

Item = dict[str, Any]


def found_wrong(stack: RunningStack) -> list[str]:
    """Everything that must not be, a sentence each; without the personal data itself."""
    registry = list(_stored(stack, "registry_table"))
    audit = list(_stored(stack, "audit_table"))
    return sorted({*undeclared([*registry, *audit]), *told_by_items(registry)}) + sorted(
        told_by_logs(stack, registry)
    )


def _stored(stack: RunningStack, table: str) -> Iterator[Item]:
    return every_item(stack.client("dynamodb"), stack.described[table])


def undeclared(items: Iterable[Item]) -> Iterator[str]:
    """Items of no declared kind, or with something that their kind does not have."""
    kinds = tuple(declared().values())
    for item in items:
        yield from item_problems(kinds, item)


def told_by_items(items: list[Item]) -> Iterator[str]:
    """Keys, counts and what searches read, where they hold a name or an address."""
    personal = Words(
        item[name]
        for item in items
        for name in PERSONAL
        if item["PK"].startswith(HOLDERS) and item.get(name)
    )
    for item in items:
        kind = item["PK"].partition("#")[0]
        if personal.found_in(f"{item['PK']}\n{item['SK']}"):
            yield f"the key of an item {kind} holds personal data"
        shown = {name: item[name] for name in ("cell", "h3", "v") if name in item}
        said = json.dumps(shown or item, default=repr, ensure_ascii=False)
        if (item["PK"].startswith(COUNT) or shown) and personal.found_in(said):
            yield f"what searches read of an item {kind} holds personal data"


def told_by_logs(stack: RunningStack, items: list[Item]) -> set[str]:
    """Threat: logs are read by more people than the table, and kept elsewhere."""
    personal = Words(
        item[name]
        for item in items
        for name in ("email", "phone")
        if item["SK"] in ("OWNER", "REGISTRATION") and item[name]
    )
    logs, found = stack.client("logs"), set()
    for page in logs.get_paginator("describe_log_groups").paginate():
        for name in (group["logGroupName"] for group in page["logGroups"]):
            for events in logs.get_paginator("filter_log_events").paginate(logGroupName=name):
                if any(personal.found_in(event["message"]) for event in events["events"]):
                    found.add(f"the log {name} holds an e-mail address or a telephone number")
    return found


class Words:
    """Finds any of thousands of words in many texts. One regular expression of all of them would be
    tried word by word at every place, which takes minutes at the end of a large stack.

    Short ones are not found within a longer: `-0`, which a test says is a name, stands in many an
    identifier.
    """

    def __init__(self, words: Iterable[Any]) -> None:
        self._long = defaultdict[str, list[str]](list)
        self._short = defaultdict[str, list[tuple[str, int]]](list)
        for word in {str(word) for word in words}:
            if len(word) >= LONG:
                self._long[word[:LONG]].append(word)
            elif first := PIECE.search(word):
                self._short[first[0]].append((word, first.start()))

    def found_in(self, text: str) -> bool:
        """Whether one of the words stands in the text."""
        for place in range(len(text) - LONG + 1):
            for word in self._long.get(text[place : place + LONG], ()):
                if text.startswith(word, place):
                    return True
        return any(
            self._alone(text, word, piece.start() - offset)
            for piece in PIECE.finditer(text)
            for word, offset in self._short.get(piece[0], ())
        )

    @staticmethod
    def _alone(text: str, word: str, place: int) -> bool:
        if place < 0 or not text.startswith(word, place):
            return False
        around = text[place - 1 : place] if place else "", text[place + len(word) :][:1]
        return not any(map(PIECE.match, around))
