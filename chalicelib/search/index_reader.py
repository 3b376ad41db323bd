"""Reads the index `Cell` and the counts of sites: every page of the key ranges asked for.

This reader does not use `table.Table`, because a search reads thousands of small entries: it asks
for two attributes and takes the items from the answer before boto3 turns each into objects, which
would be most of the processor time of a large search. The low-level client is passed in, so that
this module need not import boto3.
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

from chalicelib.core.deadline import seconds_left
from chalicelib.core.errors import NoAnswer
from chalicelib.dynamodb.refusals import is_busy
from chalicelib.geo.h3_cover import KeyRange
from chalicelib.registry.map_counts import partition_key
from chalicelib.registry.site_index import INDEX

TRIES = 6
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 2.0  # seconds

RawEntry = tuple[str, bytes]
"""An index entry as it is stored: the PK of the site's item, and the packed `v`."""


class IndexReader(Protocol):
    """What a search reads from the table. It must be safe to call from several threads at once."""

    def entries(self, where: KeyRange) -> list[RawEntry]:
        """Return every index entry in a key range. Raises Unavailable when the table stays busy."""

    def counts(self, where: KeyRange) -> list[tuple[str, int]]:
        """Return (H3 cell, number of sites) for every count in a key range. Raises Unavailable."""


class TableIndexReader:
    """Reads index entries and counts from DynamoDB.

    client: a low-level DynamoDB client. name: the table's name. pause: waits a number of seconds.
    """

    def __init__(self, client: Any, name: str, pause: Callable[[float], None] = time.sleep) -> None:
        self._client = client
        self._name = name
        self._pause = pause
        self._asking = threading.local()  # set while a thread is in a query of this reader
        client.meta.events.register("before-parse.dynamodb.Query", self._take_items)

    def entries(self, where: KeyRange) -> list[RawEntry]:
        """Return every index entry in a key range. Raises Unavailable when DynamoDB stays busy."""
        found: list[RawEntry] = []
        for page in self._pages(where, "cell", "h3", "PK, v", IndexName=INDEX):
            found += [(item["PK"]["S"], a2b_base64(item["v"]["B"])) for item in page]
        return found

    def counts(self, where: KeyRange) -> list[tuple[str, int]]:
        """Return every count in a key range. Raises Unavailable when DynamoDB stays busy."""
        counted = replace(where, partition=partition_key(where.partition))
        found: list[tuple[str, int]] = []
        for page in self._pages(counted, "PK", "SK", "SK, n"):
            found += [(item["SK"]["S"], int(item["n"]["N"])) for item in page]
        return found

    def _take_items(
        self, response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: Any
    ) -> None:
        """Take the items out of an answer's JSON before botocore parses the rest of it. botocore
        calls this for every query of the client; queries of other users are left unchanged."""
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
        """Read one page. While the table is too busy, try again after a pause that grows and
        varies, so that searches that were refused together do not return together."""
        longest = FIRST_PAUSE
        for _ in range(TRIES - 1):
            try:
                return self._query(arguments)
            except NoAnswer:
                pause = random.uniform(0, longest)  # noqa: S311 - jitter of a pause, no secret
                if pause >= seconds_left():
                    raise
            self._pause(pause)
            longest = min(longest * 2, LONGEST_PAUSE)
        return self._query(arguments)

    def _query(self, arguments: dict[str, Any]) -> Any:
        """Ask once. Raises NoAnswer while the table is too busy."""
        self._asking.now = True
        try:
            return self._client.query(**arguments)
        except self._client.exceptions.ClientError as error:
            if not is_busy(error.response.get("Error", {}).get("Code", "")):
                raise
            raise NoAnswer("The register is very busy. Please try again in a minute.") from error
        finally:
            self._asking.now = False
