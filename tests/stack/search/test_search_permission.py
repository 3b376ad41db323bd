"""A role that may query nothing but the index of the map can search, and reads no name."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from chalicelib.core.ids import new_id
from chalicelib.geo.areas import Circle, Point
from chalicelib.search.index_reader import TableIndexReader
from chalicelib.search.site_search import SiteSearch
from tests.running import RunningStack
from tests.stack.residents import store
from tests.support.places import new_site

PLACE = Point(59.123456, -3.111111)
"""Where no other test registers anybody."""


@pytest.fixture(scope="module")
def limited(stack: RunningStack) -> Any:
    """A DynamoDB client of somebody with that one permission."""
    iam, name = stack.client("iam"), f"searcher-{new_id()}"
    iam.create_user(UserName=name)
    table = stack.client("dynamodb").describe_table(TableName=stack.described["registry_table"])
    only = {
        "Effect": "Allow",
        "Action": "dynamodb:Query",
        "Resource": f"{table['Table']['TableArn']}/index/Cell",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [only]})
    iam.put_user_policy(UserName=name, PolicyName="search", PolicyDocument=policy)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return boto3.client(
        "dynamodb",
        region_name=stack.described["region"],
        endpoint_url=stack.described["aws_endpoint"],
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
    )


def test_who_may_only_query_the_index_searches_and_reads_no_name(
    stack: RunningStack, limited: Any
) -> None:
    owner, site = new_site(PLACE.latitude_e6, PLACE.longitude_e6)
    sites = store(stack)
    sites.transact(*sites.new_owner_writes(owner), *sites.new_site_writes(site))
    table, now = stack.described["registry_table"], datetime.now(UTC)

    search = SiteSearch(TableIndexReader(limited, table))
    found = search.search(Circle(PLACE, 100), window_from=now, now=now)
    assert [one.id for one in found.sites] == [site.id]
    search.close()

    key = {"PK": {"S": f"SITE#{site.id}"}, "SK": {"S": "SITE"}}
    by_owner = {
        "IndexName": "Owner",
        "KeyConditionExpression": "owner_id = :p",
        "ExpressionAttributeValues": {":p": {"S": owner.id}},
    }
    by_key = {
        "KeyConditionExpression": "PK = :p",
        "ExpressionAttributeValues": {":p": {"S": f"OWNER#{owner.id}"}},
    }
    asks: list[Callable[[], Any]] = [
        lambda: limited.get_item(TableName=table, Key=key),
        lambda: limited.query(TableName=table, **by_key),
        lambda: limited.query(TableName=table, **by_owner),
        lambda: limited.scan(TableName=table),
        lambda: limited.scan(TableName=table, IndexName="Cell"),
        lambda: limited.put_item(TableName=table, Item=key),
    ]
    for ask in asks:
        with pytest.raises(ClientError) as refused:
            ask()
        assert refused.value.response["Error"]["Code"] == "AccessDeniedException"


def test_the_index_has_keys_and_v_and_nothing_else(stack: RunningStack) -> None:
    table = stack.client("dynamodb").describe_table(TableName=stack.described["registry_table"])
    (index,) = (
        one for one in table["Table"]["GlobalSecondaryIndexes"] if one["IndexName"] == "Cell"
    )
    assert [(key["AttributeName"], key["KeyType"]) for key in index["KeySchema"]] == [
        ("cell", "HASH"),
        ("h3", "RANGE"),
    ]
    assert index["Projection"] == {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["v"]}
