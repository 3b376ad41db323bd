"""A DynamoDB table: plain items, queries that read every page, and errors for failed conditions.

The low-level client is passed in, so nothing here imports boto3. How values are stored is in
`dynamodb.attributes`.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Unpack

from chalicelib.core.errors import Unavailable
from chalicelib.core.retries import retry
from chalicelib.dynamodb.attributes import Item as Item
from chalicelib.dynamodb.attributes import Value as Value
from chalicelib.dynamodb.attributes import decode_item as decode_item
from chalicelib.dynamodb.attributes import encode_item
from chalicelib.dynamodb.expressions import EXISTS as EXISTS
from chalicelib.dynamodb.expressions import NEW as NEW
from chalicelib.dynamodb.expressions import (
    Changes,
    conditional,
    filtered,
    key_expression,
    update_expression,
)
from chalicelib.dynamodb.expressions import Condition as Condition
from chalicelib.dynamodb.expressions import absent as absent
from chalicelib.dynamodb.expressions import all_of as all_of
from chalicelib.dynamodb.expressions import below as below
from chalicelib.dynamodb.expressions import equals as equals
from chalicelib.dynamodb.expressions import one_of as one_of
from chalicelib.dynamodb.refusals import TELL_WHAT_IS_THERE, is_busy, is_own_write
from chalicelib.telemetry.workers import Workers

BATCH = 25  # The most items that BatchWriteItem takes.
TRANSACTION = 100  # The most writes that TransactWriteItems takes.
READ_AT_ONCE = 100  # The most keys that BatchGetItem takes.
_FILTERED = 500  # Items that a query with a filter reads at a time.
_READERS = 5  # Batches that are read at the same time.
_TRIES = 8  # Attempts of a call that meets a transaction or a busy table.
_BUSY = "Many people are using this just now. Try again in a minute."
"""Says nothing of what was done: earlier writes of the same call may stand."""


class ConditionFailed(Exception):
    """A conditional write did not happen because the stored item is not as expected.

    index: the position of the write in its transaction (0 for a single write). A store turns this
    into a domain error; it never reaches a person.
    """

    def __init__(self, index: int = 0) -> None:
        super().__init__(f"condition of write {index} failed")
        self.index = index


class Contended(Unavailable):
    """Another transaction holds one of the items, or the table is busy; the call may be retried."""

    def __init__(self) -> None:
        super().__init__(_BUSY)


@dataclass(frozen=True)
class Write:
    """One write for `transact`, made by `Table`; one transaction may be of several tables."""

    kind: str
    arguments: Mapping[str, Any]


class Table:
    """Reads and writes of one table.

    client: a low-level DynamoDB client. name: the table's name.
    """

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self.name = name

    # reads

    def get(self, pk: str, sk: str, *, consistent: bool = False) -> Item | None:
        """Return the item under the key, or None."""
        answer = self._client.get_item(
            TableName=self.name, Key=_key(pk, sk), ConsistentRead=consistent
        )
        return decode_item(answer["Item"]) if "Item" in answer else None

    def get_many(
        self,
        keys: Iterable[tuple[str, str]],
        *,
        attributes: Sequence[str] = (),
        consistent: bool = False,
    ) -> dict[tuple[str, str], Item]:
        """Return the existing items under the keys, by key. attributes: the only ones to read,
        besides the keys, so that nothing personal is read without need; empty for all."""
        named = list(dict.fromkeys(keys))
        wanted = [_key(pk, sk) for pk, sk in named]
        asked: dict[str, Any] = {"ConsistentRead": consistent}
        # Where all sort keys are the same, DynamoDB's answers need not repeat it.
        sort_key = {"SK": named[0][1]} if attributes and len({sk for _, sk in named}) == 1 else {}
        if attributes:
            names = {f"#{name}": name for name in ("PK", "SK", *attributes) if name not in sort_key}
            asked["ExpressionAttributeNames"] = names
            asked["ProjectionExpression"] = ", ".join(names)
        batches = [wanted[n : n + READ_AT_ONCE] for n in range(0, len(wanted), READ_AT_ONCE)]
        if len(batches) > 1:
            with Workers(_READERS) as pool:
                answers = list(pool.map(lambda batch: self._read_batch(batch, asked), batches))
        else:
            answers = [self._read_batch(batch, asked) for batch in batches]
        found = [decode_item(stored) | sort_key for answer in answers for stored in answer]
        return {(item["PK"], item["SK"]): item for item in found}

    def _read_batch(self, keys: list[dict[str, Any]], asked: dict[str, Any]) -> list[Any]:
        """Return the stored items of one batch of keys, retrying keys that were not processed."""
        found: list[Any] = []

        def ask() -> None:
            nonlocal keys
            answer = self._client.batch_get_item(RequestItems={self.name: {"Keys": keys, **asked}})
            found.extend(answer["Responses"].get(self.name, []))
            keys = answer.get("UnprocessedKeys", {}).get(self.name, {}).get("Keys", [])
            if keys:
                raise Contended

        retry(ask, on=Contended, most=_TRIES, otherwise=_BUSY)
        return found

    def query(
        self,
        pk: str,
        *,
        prefix: str = "",
        between: tuple[str, str] | None = None,
        index: tuple[str, str, str] | None = None,
        backwards: bool = False,
        limit: int | None = None,
        consistent: bool = False,
        keep: Condition | None = None,
    ) -> Iterator[Item]:
        """Yield the items of one partition in order, from every page, at most `limit`.

        prefix: how sort keys begin. between: first and last sort key, both included.
        index: (index name, its partition attribute, its sort attribute) instead of the table.
        keep: the condition on items that are given, which may not name a key; others are passed
        over in the table, and `limit` counts what is given.
        """
        name, partition, sort = index or ("", "PK", "SK")
        arguments: dict[str, Any] = {
            "TableName": self.name,
            "ScanIndexForward": not backwards,
            **key_expression(pk, partition, sort if prefix or between else "", prefix, between),
        }
        if keep:
            filtered(arguments, keep)
        if name:
            arguments["IndexName"] = name
        else:
            arguments["ConsistentRead"] = consistent
        yield from self._pages(arguments, limit)

    def _pages(self, arguments: dict[str, Any], limit: int | None) -> Iterator[Item]:
        left = limit
        while left is None or left > 0:
            if left is not None:
                arguments["Limit"] = max(left, _FILTERED if "FilterExpression" in arguments else 0)
            page = self._client.query(**arguments)
            for stored in page["Items"][:left]:
                yield decode_item(stored)
            if left is not None:
                left -= len(page["Items"])
            if "LastEvaluatedKey" not in page:
                return
            arguments["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    # single writes

    def put(self, item: Mapping[str, Value], *, when: Condition | None = None) -> None:
        """Write the item. Raises ConditionFailed when `when` does not hold."""
        write = self.put_write(item, when=when)
        try:
            self._one(self._client.put_item, write, **(TELL_WHAT_IS_THERE if when else {}))
        except ConditionFailed as error:
            if not is_own_write(error.__cause__, write.arguments["Item"]):
                raise

    def update(self, pk: str, sk: str, **changes: Unpack[Changes]) -> Item:
        """Change attributes of one item and return the changed item. Raises ConditionFailed when
        the condition does not hold."""
        write = self.update_write(pk, sk, **changes)
        answer = self._one(self._client.update_item, write, ReturnValues="ALL_NEW")
        return decode_item(answer["Attributes"])

    def delete(self, pk: str, sk: str, *, when: Condition | None = None) -> None:
        """Delete the item, if it exists. Raises ConditionFailed when `when` does not hold."""
        self._one(self._client.delete_item, self.delete_write(pk, sk, when=when))

    def _one(self, call: Any, write: Write, **more: Any) -> Any:
        errors = self._client.exceptions
        try:
            return retry(
                lambda: call(**write.arguments, **more),
                on=errors.TransactionConflictException,  # Another transaction has the item.
                most=_TRIES,
                otherwise=_BUSY,
            )
        except errors.ConditionalCheckFailedException as error:
            raise ConditionFailed from error

    # writes of a transaction

    def put_write(self, item: Mapping[str, Value], *, when: Condition | None = None) -> Write:
        """Return the write that puts an item, for `transact`."""
        return Write(
            "Put", {"TableName": self.name, "Item": encode_item(item), **conditional(when)}
        )

    def update_write(self, pk: str, sk: str, **changes: Unpack[Changes]) -> Write:
        """Return the write that changes attributes of an item, for `transact`."""
        arguments = {"TableName": self.name, "Key": _key(pk, sk), **update_expression(changes)}
        return Write("Update", arguments)

    def delete_write(self, pk: str, sk: str, *, when: Condition | None = None) -> Write:
        """Return the write that deletes an item, for `transact`."""
        return Write("Delete", {"TableName": self.name, "Key": _key(pk, sk), **conditional(when)})

    def check_write(self, pk: str, sk: str, when: Condition) -> Write:
        """Return the check of a condition on an item that is not written, for `transact`."""
        return Write(
            "ConditionCheck",
            {"TableName": self.name, "Key": _key(pk, sk), **conditional(when)},
        )

    def transact(self, *writes: Write, token: str | None = None) -> None:
        """Make all of the writes or none (at most TRANSACTION).

        token: makes a repeat within ten minutes harmless. Raises ConditionFailed with the first
        write whose condition does not hold, Contended when a transaction or a busy table was met.
        """
        arguments: dict[str, Any] = {
            "TransactItems": [{write.kind: dict(write.arguments)} for write in writes]
        }
        if token:
            arguments["ClientRequestToken"] = token
        try:
            self._client.transact_write_items(**arguments)
        except self._client.exceptions.TransactionCanceledException as error:
            codes = [r.get("Code", "None") for r in error.response.get("CancellationReasons", [])]
            if "ConditionalCheckFailed" in codes:
                raise ConditionFailed(codes.index("ConditionalCheckFailed")) from error
            if "TransactionConflict" in codes or any(map(is_busy, codes)):
                raise Contended from error
            raise

    def transact_with_retry(self, *writes: Write) -> None:
        """Make all of the writes or none, retrying while another transaction is in the way. Raises
        ConditionFailed as `transact` does, and Unavailable when retrying did not help."""
        retry(lambda: self.transact(*writes), on=Contended, most=_TRIES, otherwise=_BUSY)

    def batch_put(self, items: Iterable[Mapping[str, Value]]) -> int:
        """Write many items without conditions, in batches; return how many.

        Items that the table was too busy to take are sent again, after growing pauses, until they
        are taken.
        """
        count = 0
        pending: list[dict[str, Any]] = []
        for item in items:
            pending.append({"PutRequest": {"Item": encode_item(item)}})
            count += 1
            if len(pending) == BATCH:
                pending = self._batch(pending)
        pause = 0.05
        while pending:
            left = self._batch(pending)
            if len(left) == len(pending):
                time.sleep(pause)
                pause = min(2 * pause, 5.0)
            pending = left
        return count

    def _batch(self, requests: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Write one batch; return the writes that were not taken, after a short pause if any."""
        answer = self._client.batch_write_item(RequestItems={self.name: requests})
        left = list(answer.get("UnprocessedItems", {}).get(self.name, []))
        if left:
            time.sleep(random.uniform(0.02, 0.1))  # noqa: S311 - Guessing a pause gains nothing.
        return left


def _key(pk: str, sk: str) -> dict[str, Any]:
    return {"PK": {"S": pk}, "SK": {"S": sk}}
