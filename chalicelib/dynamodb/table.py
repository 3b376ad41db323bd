"""A DynamoDB table as this project uses it: plain items, every page, conditions that tell.

The low-level client is passed in, so nothing here imports boto3. Numbers are integers
throughout: positions are microdegrees, times are text, so no value passes through a float.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from chalicelib.core.errors import Unavailable
from chalicelib.dynamodb.attributes import Item as Item
from chalicelib.dynamodb.attributes import Value as Value
from chalicelib.dynamodb.attributes import decode_item as decode_item
from chalicelib.dynamodb.attributes import encode, encode_item

BATCH = 25  # the most that BatchWriteItem takes
TRANSACTION = 100  # the most that TransactWriteItems takes
READ_AT_ONCE = 100  # the most keys that BatchGetItem takes
_READERS = 5  # batches that are read at the same time
_TRIES = 8  # of a transaction that meets another on the same item


class ConditionFailed(Exception):
    """A conditional write did not happen because the stored item is not as expected.

    index: which write of the transaction (0 for a single one). A store turns this into the
    domain's own error; it never reaches a person.
    """

    def __init__(self, index: int = 0) -> None:
        super().__init__(f"condition of write {index} failed")
        self.index = index


class Contended(Exception):
    """Another transaction holds one of the items; trying again is right."""


@dataclass(frozen=True)
class When:
    """A condition: an expression with `#name` and `:value` placeholders and their values."""

    expression: str
    names: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Value] = field(default_factory=dict)


NEW = When("attribute_not_exists(PK)")
EXISTS = When("attribute_exists(PK)")


def equals(name: str, value: Value) -> When:
    """The stored attribute `name` is `value`."""
    return When(f"#c_{name} = :c_{name}", {f"#c_{name}": name}, {f":c_{name}": value})


def one_of(name: str, values: Iterable[Value]) -> When:
    """The stored attribute `name` is one of `values`."""
    keyed = {f":c_{name}{n}": value for n, value in enumerate(values)}
    return When(f"#c_{name} IN ({', '.join(keyed)})", {f"#c_{name}": name}, keyed)


def absent(name: str) -> When:
    """The stored item has no attribute `name` (or there is no item)."""
    return When(f"attribute_not_exists(#c_{name})", {f"#c_{name}": name})


def present(name: str) -> When:
    """The stored item has an attribute `name`."""
    return When(f"attribute_exists(#c_{name})", {f"#c_{name}": name})


def both(*conditions: When) -> When:
    """All of `conditions` hold."""
    names: dict[str, str] = {}
    values: dict[str, Value] = {}
    for condition in conditions:
        names.update(condition.names)
        values.update(condition.values)
    return When(" AND ".join(f"({c.expression})" for c in conditions), names, values)


def _condition(when: When | None) -> dict[str, Any]:
    if when is None:
        return {}
    arguments: dict[str, Any] = {"ConditionExpression": when.expression}
    if when.names:
        arguments["ExpressionAttributeNames"] = dict(when.names)
    if when.values:
        arguments["ExpressionAttributeValues"] = {k: encode(v) for k, v in when.values.items()}
    return arguments


@dataclass(frozen=True)
class Write:
    """One write of a transaction, made by the methods of `Table`; may be of several tables."""

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
        """The item under the key, or None."""
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
        """Those items under the keys that there are. attributes: the only ones wanted, besides
        the keys, so that nothing personal is read without need; all without it."""
        named = list(dict.fromkeys(keys))
        wanted = [_key(pk, sk) for pk, sk in named]
        asked: dict[str, Any] = {"ConsistentRead": consistent}
        # Where all sort keys are the same, the answers need not repeat it.
        sort_key = {"SK": named[0][1]} if attributes and len({sk for _, sk in named}) == 1 else {}
        if attributes:
            names = {f"#{name}": name for name in ("PK", "SK", *attributes) if name not in sort_key}
            asked["ExpressionAttributeNames"] = names
            asked["ProjectionExpression"] = ", ".join(names)
        batches = [wanted[n : n + READ_AT_ONCE] for n in range(0, len(wanted), READ_AT_ONCE)]
        if len(batches) > 1:
            with ThreadPoolExecutor(_READERS) as pool:
                answers = list(pool.map(lambda batch: self._read_batch(batch, asked), batches))
        else:
            answers = [self._read_batch(batch, asked) for batch in batches]
        found = [decode_item(stored) | sort_key for answer in answers for stored in answer]
        return {(item["PK"], item["SK"]): item for item in found}

    def _read_batch(self, keys: list[dict[str, Any]], asked: dict[str, Any]) -> list[Any]:
        """What one batch of keys holds, asked again for what the table was too busy to give."""
        found: list[Any] = []
        for attempt in range(_TRIES):
            answer = self._client.batch_get_item(RequestItems={self.name: {"Keys": keys, **asked}})
            found += answer["Responses"].get(self.name, [])
            keys = answer.get("UnprocessedKeys", {}).get(self.name, {}).get("Keys", [])
            if not keys:
                return found
            time.sleep(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311 - nothing to guess
        raise Unavailable("Many people are using this just now. Nothing was lost: try again.")

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
    ) -> Iterator[Item]:
        """The items of one partition in order, every page, at most `limit`.

        prefix: of the sort key. between: first and last sort key, both included.
        index: (index name, its partition attribute, its sort attribute) instead of the table.
        """
        name, partition, sort = index or ("", "PK", "SK")
        expression, values = "#pk = :pk", {":pk": encode(pk)}
        names = {"#pk": partition}
        if between:
            expression += " AND #sk BETWEEN :first AND :last"
            values |= {":first": encode(between[0]), ":last": encode(between[1])}
        elif prefix:
            expression += " AND begins_with(#sk, :prefix)"
            values[":prefix"] = encode(prefix)
        if between or prefix:
            names["#sk"] = sort
        arguments: dict[str, Any] = {
            "TableName": self.name,
            "KeyConditionExpression": expression,
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": values,
            "ScanIndexForward": not backwards,
        }
        if name:
            arguments["IndexName"] = name
        else:
            arguments["ConsistentRead"] = consistent
        yield from self._pages(arguments, limit)

    def _pages(self, arguments: dict[str, Any], limit: int | None) -> Iterator[Item]:
        left = limit
        while left is None or left > 0:
            if left is not None:
                arguments["Limit"] = left
            page = self._client.query(**arguments)
            for stored in page["Items"]:
                yield decode_item(stored)
            if left is not None:
                left -= len(page["Items"])
            if "LastEvaluatedKey" not in page:
                return
            arguments["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    # single writes

    def put(self, item: Mapping[str, Value], *, when: When | None = None) -> None:
        """Writes the item. Raises ConditionFailed when `when` does not hold."""
        self._one(self._client.put_item, self.put_write(item, when=when))

    def update(
        self,
        pk: str,
        sk: str,
        *,
        assign: Mapping[str, Value] | None = None,
        add: Mapping[str, int] | None = None,
        remove: Iterable[str] = (),
        when: When | None = EXISTS,
    ) -> Item:
        """Changes attributes of one item and returns the item as it then is.

        By default the item must exist. Raises ConditionFailed when `when` does not hold.
        """
        write = self.update_write(pk, sk, assign=assign, add=add, remove=remove, when=when)
        answer = self._one(self._client.update_item, write, ReturnValues="ALL_NEW")
        return decode_item(answer["Attributes"])

    def delete(self, pk: str, sk: str, *, when: When | None = None) -> None:
        """Deletes the item; no error when it is not there. Raises ConditionFailed."""
        self._one(self._client.delete_item, self.delete_write(pk, sk, when=when))

    def _one(self, call: Any, write: Write, **more: Any) -> Any:
        errors = self._client.exceptions
        for attempt in range(_TRIES):
            try:
                return call(**write.arguments, **more)
            except errors.ConditionalCheckFailedException as error:
                raise ConditionFailed from error
            except errors.TransactionConflictException:
                # The item is in somebody's transaction at this moment.
                time.sleep(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311 - nothing to guess
        raise Unavailable("Many people are using this just now. Nothing was lost: try again.")

    # writes of a transaction

    def put_write(self, item: Mapping[str, Value], *, when: When | None = None) -> Write:
        """A put for `transact`."""
        return Write("Put", {"TableName": self.name, "Item": encode_item(item), **_condition(when)})

    def update_write(
        self,
        pk: str,
        sk: str,
        *,
        assign: Mapping[str, Value] | None = None,
        add: Mapping[str, int] | None = None,
        remove: Iterable[str] = (),
        default: Mapping[str, Value] | None = None,
        when: When | None = EXISTS,
    ) -> Write:
        """An update for `transact`; None among the assigned values removes the attribute.
        default: assigned where the item has no such attribute."""
        names: dict[str, str] = {}
        values: dict[str, Any] = {}
        present = {n: v for n, v in (assign or {}).items() if v is not None}
        gone = [*remove, *(n for n, v in (assign or {}).items() if v is None)]
        sets = [f"#{n} = :{n}" for n in present]
        sets += [f"#{n} = if_not_exists(#{n}, :{n})" for n in default or {}]
        clauses = []
        for verb, changes in (("SET", sets), ("ADD", [f"#{n} :{n}" for n in add or {}])):
            if changes:
                clauses.append(f"{verb} " + ", ".join(changes))
        for n, v in {**present, **(default or {}), **(add or {})}.items():
            names[f"#{n}"], values[f":{n}"] = n, encode(v)
        if gone:
            clauses.append("REMOVE " + ", ".join(f"#{n}" for n in gone))
            names.update({f"#{n}": n for n in gone})
        condition = _condition(when)
        names.update(condition.pop("ExpressionAttributeNames", {}))
        values.update(condition.pop("ExpressionAttributeValues", {}))
        arguments = {
            "TableName": self.name,
            "Key": _key(pk, sk),
            "UpdateExpression": " ".join(clauses),
            **condition,
        }
        if names:
            arguments["ExpressionAttributeNames"] = names
        if values:
            arguments["ExpressionAttributeValues"] = values
        return Write("Update", arguments)

    def delete_write(self, pk: str, sk: str, *, when: When | None = None) -> Write:
        """A delete for `transact`."""
        return Write("Delete", {"TableName": self.name, "Key": _key(pk, sk), **_condition(when)})

    def check_write(self, pk: str, sk: str, when: When) -> Write:
        """A condition on an item that is not written, for `transact`."""
        return Write(
            "ConditionCheck", {"TableName": self.name, "Key": _key(pk, sk), **_condition(when)}
        )

    def transact(self, *writes: Write, token: str | None = None) -> None:
        """All of the writes or none (at most 100).

        token: makes a repeat within ten minutes harmless. Raises ConditionFailed with the first
        write whose condition does not hold, Contended when another transaction was in the way.
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
            if "TransactionConflict" in codes:
                raise Contended from error
            raise

    def transact_patiently(self, *writes: Write) -> None:
        """As `transact`, tried again while another transaction is in the way.

        Raises ConditionFailed as that does, and Unavailable when it stays too busy.
        """
        for attempt in range(_TRIES):
            try:
                return self.transact(*writes)
            except Contended:
                # Neighbours share a count: wait a little, differently long each.
                time.sleep(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311 - nothing to guess
        raise Unavailable("Many people are using this just now. Nothing was lost: try again.")

    def batch_put(self, items: Iterable[Mapping[str, Value]]) -> int:
        """Writes many items without conditions, in batches; returns how many.

        What the table was too busy to take is sent again, after longer and longer pauses, until
        it is taken.
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
        """Writes one batch; returns what was not taken, having waited a little if anything."""
        answer = self._client.batch_write_item(RequestItems={self.name: requests})
        left = list(answer.get("UnprocessedItems", {}).get(self.name, []))
        if left:
            time.sleep(random.uniform(0.02, 0.1))  # noqa: S311 - only spreads writers
        return left


def _key(pk: str, sk: str) -> dict[str, Any]:
    return {"PK": {"S": pk}, "SK": {"S": sk}}
