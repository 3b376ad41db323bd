"""What a stack holds after its tests: each item of both tables is of a declared kind, and no
personal data stands where it must not. The end of every stack asks this (tests/conftest.py)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from ahocorasick import Automaton

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
        if item["PK"].startswith(COUNT) or shown:
            said = json.dumps(shown or item, default=repr, ensure_ascii=False)
            if personal.found_in(said):
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
    """Finds any of thousands of words in many texts.

    Short ones are not found within a longer: `-0`, which a test says is a name, stands in many an
    identifier.
    """

    def __init__(self, words: Iterable[Any]) -> None:
        self._words = Automaton()
        for word in {str(word) for word in words}:
            if len(word) >= LONG or PIECE.search(word):
                self._words.add_word(word, word)
        self._words.make_automaton()

    def found_in(self, text: str) -> bool:
        """Whether one of the words stands in the text."""
        return bool(self._words) and any(
            len(word) >= LONG or self._alone(text, word, last - len(word) + 1)
            for last, word in self._words.iter(text)
        )

    @staticmethod
    def _alone(text: str, word: str, place: int) -> bool:
        around = text[place - 1 : place] if place else "", text[place + len(word) :][:1]
        return not any(map(PIECE.match, around))
