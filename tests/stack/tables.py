"""Tables of a test's own, made as the stage's template makes them."""

from __future__ import annotations

from typing import Any

from infra.building.package import build_package


def create_registry(client: Any, name: str) -> None:
    """A Registry table with its keys and indexes, empty."""
    wanted = build_package().template["Resources"]["RegistryTable"]["Properties"]
    client.create_table(
        TableName=name,
        BillingMode=wanted["BillingMode"],
        AttributeDefinitions=wanted["AttributeDefinitions"],
        KeySchema=wanted["KeySchema"],
        GlobalSecondaryIndexes=wanted["GlobalSecondaryIndexes"],
    )
