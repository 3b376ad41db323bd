"""After everything else ran: each item in both tables is of a declared kind, and no personal
data stands where it must not. (Named so that it is collected last.)"""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Iterator
from typing import Any

import chalicelib
from chalicelib.items import ItemKind, problems
from chalicelib.table import decode_item
from tests.running import RunningStack

COUNT = "COUNT#"


def declared() -> tuple[ItemKind, ...]:
    """The ITEMS of every module, each kind once."""
    kinds: dict[str, ItemKind] = {}
    for module in pkgutil.walk_packages(chalicelib.__path__, "chalicelib."):
        for kind in getattr(importlib.import_module(module.name), "ITEMS", ()):
            assert kinds.setdefault(kind.name, kind) == kind, f"two kinds are called {kind.name}"
    return tuple(kinds.values())


def stored(stack: RunningStack, table: str) -> Iterator[dict[str, Any]]:
    pages = stack.client("dynamodb").get_paginator("scan")
    for page in pages.paginate(TableName=stack.described[table]):
        for item in page["Items"]:
            yield decode_item(item)


def test_every_kind_says_which_of_its_attributes_are_personal() -> None:
    kinds = declared()
    assert len(kinds) >= 15
    for kind in kinds:
        assert kind.personal <= kind.needed | kind.may, kind.name
        if kind.pk.startswith(COUNT):
            assert not kind.personal, f"{kind.name} is read for the map"


def test_every_stored_item_is_declared(stack: RunningStack) -> None:
    kinds = declared()
    found: set[str] = set()
    for table in ("registry_table", "audit_table"):
        for item in stored(stack, table):
            found.update(problems(kinds, item))
    assert not found, "\n".join(sorted(found))


def test_no_name_or_address_stands_in_a_search_item_or_a_key(stack: RunningStack) -> None:
    items = list(stored(stack, "registry_table"))
    personal = {
        str(item[name])
        for item in items
        for name in ("name", "email", "phone", "address_line_1", "postcode")
        if item["PK"].startswith(("OWNER#", "SITE#", "PENDING#")) and item.get(name)
    }
    for item in items:
        assert not any(word in item["PK"] + item["SK"] for word in personal)
        shown = {name: item[name] for name in ("cell", "h3", "v") if name in item}
        if item["PK"].startswith(COUNT) or shown:
            said = json.dumps(shown or item, default=repr)
            assert not any(word in said for word in personal)


def test_no_personal_data_stands_in_the_logs(stack: RunningStack) -> None:
    """Threat: logs are read by more people than the table, and kept elsewhere."""
    owners = [i for i in stored(stack, "registry_table") if i["SK"] in ("OWNER", "REGISTRATION")]
    words = {str(owner[name]) for owner in owners for name in ("email", "phone") if owner[name]}
    logs = stack.client("logs")
    for page in logs.get_paginator("describe_log_groups").paginate():
        for group in page["logGroups"]:
            events = logs.get_paginator("filter_log_events")
            for found in events.paginate(logGroupName=group["logGroupName"]):
                for event in found["events"]:
                    assert not any(word in event["message"] for word in words), group
