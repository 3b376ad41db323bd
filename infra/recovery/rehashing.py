"""Makes anew what is derived from the stage's secret, after the secret was lost.

By a keyed hash an owner is found by their e-mail address, and a place is known to be registered
already. Both follow from what the register holds, so that they can be made of it again with
another key. What else is made with it lives for minutes: CSRF tokens, codes, counts of strangers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from chalicelib.dynamodb.table import (
    NEW,
    Condition,
    ConditionFailed,
    Item,
    Table,
    Write,
    equals,
)
from chalicelib.registry.records import OWNER, SITE, email_item, listed_item


@dataclass
class Rehashed:
    """What was made anew. twice: ids of owners whose address has become another owner's since."""

    owners: int = 0
    sites: int = 0
    removed: int = 0
    twice: list[str] = field(default_factory=list)


def rehash_items(
    table: Table, key: bytes, owners: Iterable[Item], sites: Iterable[Item], found: Iterable[Item]
) -> Rehashed:
    """Make the items that lead to owners and places anew.

    owners, sites: their items. found: the items that lead from addresses to owners. A change at the
    same time wins: each write is on the condition that what it follows from is as it was read.
    """
    done = Rehashed()
    right: dict[str, str] = {}
    for item in owners:
        owner = OWNER.read(item)
        leads = email_item(key, owner)
        right[owner.id] = str(leads["PK"])
        present = table.get(str(leads["PK"]), "EMAIL", consistent=True)
        if present:
            if present["owner"] != owner.id:
                done.twice.append(owner.id)
            continue
        unchanged = table.check_write(*OWNER.key(owner), equals("version", owner.version))
        done.owners += _write(table, leads, NEW, unchanged)
    for item in sites:
        site = SITE.read(item, cameras=())
        listed = listed_item(key, site)
        known = table.get(str(listed["PK"]), str(listed["SK"]), consistent=True)
        if known and known["place"] != listed["place"]:
            same = equals("place", str(known["place"]))
            done.sites += _write(table, listed, same)
    for item in found:
        if right.get(str(item["owner"]), item["PK"]) != item["PK"]:
            table.delete(str(item["PK"]), "EMAIL", when=equals("owner", str(item["owner"])))
            done.removed += 1
    return done


def _write(table: Table, item: Item, when: Condition, *checks: Write) -> int:
    try:
        table.transact_with_retry(table.put_write(item, when=when), *checks)
    except ConditionFailed:
        return 0
    return 1
