"""Makes anew the hashes by which owners and places are found, after the stage's secret was lost.

Before that, the stage must have its new secret. Safe while people use the service, and at any time
again: where a hash is right already, nothing is changed. Ends with 1 when an owner cannot be found
by their address because somebody registered it again meanwhile.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from chalicelib.dynamodb.table import Item
from infra.deployment.target import Target
from infra.deployment.wiring import services_of
from infra.records.checking import every_item
from infra.recovery.rehashing import rehash_items

HELP = "Make the hashes of addresses anew, after the stage's secret was lost."


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments to its parser; it has none."""


def run(options: argparse.Namespace, target: Target) -> int:
    """Make the hashes anew; return 1 when an address has come to belong to two owners."""
    own, client = services_of(target), target.client("dynamodb")
    table = own.clients.registry_table

    def items(pk: str, sk: str) -> Iterator[Item]:
        return every_item(
            client,
            table.name,
            FilterExpression="begins_with(PK, :p) AND SK = :s",
            ExpressionAttributeValues={":p": {"S": pk}, ":s": {"S": sk}},
            ConsistentRead=True,
        )

    done = rehash_items(
        table,
        own.clients.key,
        items("OWNER#", "OWNER"),
        items("SITE#", "SITE"),
        items("EMAIL#", "EMAIL"),
    )
    print(
        f"{done.owners} owners are found by their address again, {done.sites} places are known "
        f"again; {done.removed} old hashes were removed."
    )
    for owner_id in done.twice:
        print(f"The address of owner {owner_id} was registered again by somebody. Ask them.")
    return 1 if done.twice else 0
