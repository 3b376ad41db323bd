"""A real boto3 DynamoDB client whose answers come from memory instead of the network.

Everything that boto3 does for a Query is done: the request is built, checked and signed, the
answer's JSON is parsed and turned into items. Only the socket is missing. The time that the
memory takes to write an answer is measured, so that it can be left out.
"""

from __future__ import annotations

import json
import threading
import time
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse

from chalicelib.geo.cover import KeyRange
from chalicelib.registry.map_counts import COUNT
from tests.support.memory_table import PAGE_BYTES, MemoryTable, Stored, entry_bytes

ALONE = "ALONE"
"""The partition that holds what `serve_alone` was given."""


class CannedTable:
    """Answers Query calls of `client` from a table in memory."""

    def __init__(self, table: MemoryTable) -> None:
        self._table = table
        self._alone: list[bytes] = []
        self._lock = threading.Lock()
        self.seconds = 0.0  # of processor time spent here
        self.client = boto3.client(
            "dynamodb",
            region_name="eu-west-2",
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )
        self.client.meta.events.register("before-send.dynamodb.Query", self._answer)

    def serve_alone(self, items: Sequence[Stored]) -> None:
        """Lets a query of the partition ALONE return these entries, given as (h3, PK, v)."""
        self._alone = []
        page: list[str] = []
        size = 0
        for h3, pk, packed in items:
            value = b64encode(packed).decode()
            page.append(
                f'{{"PK":{{"S":"{pk}"}},"SK":{{"S":"SITE"}},"cell":{{"S":"{h3}"}},'
                f'"h3":{{"S":"{h3}"}},"v":{{"B":"{value}"}}}}'
            )
            size += entry_bytes(h3, h3, pk, packed)
            if size >= PAGE_BYTES:
                self._alone.append(_body(page, more=True))
                page, size = [], 0
        self._alone.append(_body(page, more=False))

    def query_alone(self) -> int:
        """A bare Query, every page; returns how many items came."""
        arguments: dict[str, Any] = {
            "TableName": "registry",
            "KeyConditionExpression": "PK = :p",
            "ExpressionAttributeValues": {":p": {"S": ALONE}},
        }
        items = []
        while True:
            page = self.client.query(**arguments)
            items += page["Items"]
            if "LastEvaluatedKey" not in page:
                return len(items)
            number = int(arguments.get("ExclusiveStartKey", {"SK": {"S": "0"}})["SK"]["S"])
            arguments["ExclusiveStartKey"] = {"PK": {"S": ALONE}, "SK": {"S": str(number + 1)}}

    def _answer(self, request: Any, **_: Any) -> AWSResponse:
        begin = time.thread_time()
        asked = json.loads(request.body)
        values = asked["ExpressionAttributeValues"]
        start = asked.get("ExclusiveStartKey", {}).get("SK", {}).get("S", "0")
        if values[":p"]["S"] == ALONE:
            body = self._alone[int(start)]
        else:
            body = self._page(KeyRange(*(values[name]["S"] for name in (":p", ":a", ":z"))), start)
        response = AWSResponse(request.url, 200, {"x-amzn-RequestId": "0"}, _Raw(body))
        with self._lock:
            self.seconds += time.thread_time() - begin
        return response

    def _page(self, where: KeyRange, start: str) -> bytes:
        if where.partition.startswith(COUNT):
            counts = self._table.counts(
                replace(where, partition=where.partition[len(COUNT) :].ljust(15, "f"))
            )
            return _body([f'{{"SK":{{"S":"{t}"}},"n":{{"N":"{n}"}}}}' for t, n in counts], False)
        pages = list(self._table.entry_pages(where))
        page = pages[int(start)]
        written = [
            f'{{"PK":{{"S":"{key}"}},"v":{{"B":"{b64encode(packed).decode()}"}}}}'
            for _, key, packed in page
        ]
        return _body(written, more=int(start) + 1 < len(pages), key=str(int(start) + 1))


def _body(items: Sequence[str], more: bool, key: str = "0") -> bytes:
    last = f',"LastEvaluatedKey":{{"PK":{{"S":"{ALONE}"}},"SK":{{"S":"{key}"}}}}' if more else ""
    counted = f'"Count":{len(items)},"ScannedCount":{len(items)}'
    return f'{{{counted},"Items":[{",".join(items)}]{last}}}'.encode()


class _Raw:
    """The stream that botocore reads an answer from."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, **_: Any) -> Any:
        """All of it at once."""
        yield self._body
