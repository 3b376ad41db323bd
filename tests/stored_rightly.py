"""What a stack holds after its tests: each item of both tables is of a declared kind, and no
personal data stands where it must not. The end of every stack asks this (tests/conftest.py)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from chalicelib.dynamodb.item_schema import item_problems
from infra.checking import every_item
from tests.running import RunningStack
from tests.support.declared import declared

COUNT = "COUNT#"
PERSONAL = ("name", "email", "phone", "address_line_1", "postcode")
LONG = 8
"""Characters, with which a word is in no identifier by chance."""
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
    personal = _any_of(
        item[name]
        for item in items
        for name in PERSONAL
        if item["PK"].startswith(HOLDERS) and item.get(name)
    )
    for item in items:
        kind = item["PK"].partition("#")[0]
        if personal.search(f"{item['PK']}\n{item['SK']}"):
            yield f"the key of an item {kind} holds personal data"
        shown = {name: item[name] for name in ("cell", "h3", "v") if name in item}
        said = json.dumps(shown or item, default=repr, ensure_ascii=False)
        if (item["PK"].startswith(COUNT) or shown) and personal.search(said):
            yield f"what searches read of an item {kind} holds personal data"


def told_by_logs(stack: RunningStack, items: list[Item]) -> set[str]:
    """Threat: logs are read by more people than the table, and kept elsewhere."""
    personal = _any_of(
        item[name]
        for item in items
        for name in ("email", "phone")
        if item["SK"] in ("OWNER", "REGISTRATION") and item[name]
    )
    logs, found = stack.client("logs"), set()
    for page in logs.get_paginator("describe_log_groups").paginate():
        for name in (group["logGroupName"] for group in page["logGroups"]):
            for events in logs.get_paginator("filter_log_events").paginate(logGroupName=name):
                if any(personal.search(event["message"]) for event in events["events"]):
                    found.add(f"the log {name} holds an e-mail address or a telephone number")
    return found


def _any_of(words: Iterable[Any]) -> re.Pattern[str]:
    """Matches where one of the words stands; nowhere when there are none.

    Short ones not within a longer: `-0`, which a test says is a name, stands in many an id.
    """
    said = sorted(str(word) for word in set(words))
    patterns = (
        re.escape(word) if len(word) >= LONG else rf"(?<![^\W_]){re.escape(word)}(?![^\W_])"
        for word in said
    )
    return re.compile("|".join(patterns) or r"(?!)")
