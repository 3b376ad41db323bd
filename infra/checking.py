"""Reading every item of a table, and checking things one after another."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any, TypeVar

from tqdm import tqdm

from chalicelib.dynamodb.table import Item, decode_item

Thing = TypeVar("Thing")


def every_item(client: Any, table: str, **more: Any) -> Iterator[Item]:
    """Read every item of a table. client: boto3's DynamoDB client. more: arguments of Scan."""
    pages = client.get_paginator("scan").paginate(TableName=table, **more)
    for page in pages:
        yield from map(decode_item, page["Items"])


def count_broken(
    things: Collection[Thing], check: Callable[[Thing], str], label: str, *, quiet: bool
) -> int:
    """Count the things that are not as they should be, and print what is wrong with each.

    check: names a thing and says what is wrong with it, "" when nothing is.
    """
    broken = 0
    for thing in tqdm(things, desc=label, disable=quiet or None):
        if said := check(thing):
            broken += 1
            print(f"BROKEN {said}.")
    return broken
