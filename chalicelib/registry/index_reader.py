"""Reads the index `Cell` and the counts of sites: only the key ranges asked for, every page.

Its own way past `table.Table`, because a search reads thousands of small entries: it asks for two
attributes and takes the items from the answer before boto3 turns each into objects, which is
most of what a large search would cost in processor time. The low-level client is passed in;
nothing here imports boto3.
"""

from __future__ import annotations

import json
import random
import threading
import time
from binascii import a2b_base64
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Protocol

from chalicelib.errors import Unavailable
from chalicelib.geo.cover import KeyRange
from chalicelib.registry.map_counts import partition_key
from chalicelib.registry.site_index import INDEX

BUSY = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "ThrottlingException",
        "RequestLimitExceeded",
        "InternalServerError",
    }
)
"""Errors after which the same call is worth making again."""

TRIES = 6
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 2.0  # seconds

RawEntry = tuple[str, bytes]
"""(PK of the site's item, packed `v`) as they stand in the index."""


class IndexReader(Protocol):
    """What a search needs of the table. Safe to call from several threads at once."""

    def entries(self, where: KeyRange) -> list[RawEntry]:
        """The index entries of a key range, every page."""

    def counts(self, where: KeyRange) -> list[tuple[str, int]]:
        """(H3 cell, sites) of the counts of a key range, every page."""


class TableIndexReader:
    """Reads from DynamoDB.

    client: a low-level DynamoDB client. name: of the table. pause: waits that many seconds.
    """

    def __init__(self, client: Any, name: str, pause: Callable[[float], None] = time.sleep) -> None:
        self._client = client
        self._name = name
        self._pause = pause
        self._asking = threading.local()  # set while a thread is in a query of this reader
        client.meta.events.register("before-parse.dynamodb.Query", self._take_items)

    def entries(self, where: KeyRange) -> list[RawEntry]:
        """The entries of a key range, every page. Raises Unavailable when DynamoDB stays busy."""
        found: list[RawEntry] = []
        for page in self._pages(where, "cell", "h3", "PK, v", IndexName=INDEX):
            found += [(item["PK"]["S"], a2b_base64(item["v"]["B"])) for item in page]
        return found

    def counts(self, where: KeyRange) -> list[tuple[str, int]]:
        """The counts of a key range, every page. Raises Unavailable."""
        counted = replace(where, partition=partition_key(where.partition))
        found: list[tuple[str, int]] = []
        for page in self._pages(counted, "PK", "SK", "SK, n"):
            found += [(item["SK"]["S"], int(item["n"]["N"])) for item in page]
        return found

    def _take_items(
        self, response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: Any
    ) -> None:
        """Called by botocore before it parses an answer: reads the items as they stand in the
        JSON and leaves it the rest. Others' queries by the same client are let alone."""
        if getattr(self._asking, "now", False) and response_dict["status_code"] == 200:
            answer = json.loads(response_dict["body"])
            customized_response_dict["Items"] = answer.pop("Items")
            response_dict["body"] = json.dumps(answer).encode()

    def _pages(
        self, where: KeyRange, partition: str, sort: str, attributes: str, **more: str
    ) -> Iterator[list[dict[str, Any]]]:
        arguments: dict[str, Any] = {
            "TableName": self._name,
            **more,
            "KeyConditionExpression": f"{partition} = :p AND {sort} BETWEEN :a AND :z",
            "ProjectionExpression": attributes,
            "ExpressionAttributeValues": {
                ":p": {"S": where.partition},
                ":a": {"S": where.first},
                ":z": {"S": where.last},
            },
        }
        while True:
            page = self._patiently(arguments)
            yield page["Items"]
            if "LastEvaluatedKey" not in page:
                return
            arguments["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def _patiently(self, arguments: dict[str, Any]) -> Any:
        """One page; while the table is too busy, again after a pause that grows and varies, so
        that searches that were refused together do not come back together."""
        longest = FIRST_PAUSE
        for attempt in range(TRIES):
            self._asking.now = True
            try:
                return self._client.query(**arguments)
            except self._client.exceptions.ClientError as error:
                code = error.response.get("Error", {}).get("Code")
                if code not in BUSY:
                    raise
                if attempt == TRIES - 1:
                    raise Unavailable(
                        "The register is very busy. Please try again in a minute."
                    ) from error
            finally:
                self._asking.now = False
            # Not a secret: full jitter of a pause.
            self._pause(random.uniform(0, longest))  # noqa: S311 - no secret
            longest = min(longest * 2, LONGEST_PAUSE)
        raise AssertionError("unreachable")
