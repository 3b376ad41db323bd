"""Reading every item of a table, and checking things one after another."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from typing import Any, TypeVar

from tqdm import tqdm

from chalicelib.dynamodb.table import Item, decode_item
from chalicelib.evidence.checking.custody_check import CustodyReport
from chalicelib.integrity.audit_check import ChainReport

Thing = TypeVar("Thing")
Report = TypeVar("Report", ChainReport, CustodyReport)


def every_item(client: Any, table: str, **more: Any) -> Iterator[Item]:
    """Read every item of a table. client: boto3's DynamoDB client. more: arguments of Scan."""
    pages = client.get_paginator("scan").paginate(TableName=table, **more)
    for page in pages:
        yield from map(decode_item, page["Items"])


def count_broken(
    things: Collection[Thing], check: Callable[[Thing], list[str]], label: str, *, quiet: bool
) -> int:
    """Count the things that are not as they should be, and print what is wrong with each.

    check: names a thing and says what is wrong with it, in as many sentences as there are faults.
    """
    broken = 0
    for thing in tqdm(things, desc=label, disable=quiet or None):
        faults = check(thing)
        broken += bool(faults)
        for said in faults:
            print(f"BROKEN {said}.")
    return broken


def settled(check: Callable[[], Report], seconds: float = 20) -> Report:
    """Check a chain or a piece of evidence; one with entries that are too new to have a copy again,
    until they have one or the seconds are over. So what was written just before a check is compared
    too."""
    until = time.monotonic() + seconds
    report = check()
    while report.waiting and time.monotonic() < until:
        time.sleep(0.5)
        report = check()
    return report


def without_copy(report: ChainReport) -> list[str]:
    """Name the entries of a chain that should have a locked copy and have none."""
    return [
        f"entry {entry.get('sequence')} has no locked copy: nobody can say that it is as it was "
        "written. The hourly check copies it, marked as late"
        for entry in report.lost
    ]
