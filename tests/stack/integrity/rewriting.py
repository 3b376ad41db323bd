"""What somebody with every right on a table can do to a record in it, hashes included."""

from __future__ import annotations

import argparse
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from typing import Any

from chalicelib.core.hash_chain import GENESIS, entry_hash
from chalicelib.dynamodb.attributes import decode_item, encode_item
from chalicelib.integrity.locked_bucket import LockedBucket
from chalicelib.integrity.record_copies import RecordCopies, chain_folder, entry_place
from tests.running import RunningStack

Item = dict[str, Any]
Command = Any
"""A module of infra.commands."""


def said_by(command: Command, stack: RunningStack, *words: str) -> tuple[int, str]:
    """What a command gives and says, without a process of its own each time."""
    said, parser = io.StringIO(), argparse.ArgumentParser()
    command.arguments(parser)
    with redirect_stdout(said):
        code = command.run(parser.parse_args(words), stack.target)
    return code, said.getvalue()


def copies_of(stack: RunningStack) -> RecordCopies:
    return RecordCopies(LockedBucket(stack.client("s3"), str(stack.described["audit_bucket"])))


def wait_until_copied(stack: RunningStack, pk: str, entries: int) -> None:
    """Wait until the stream has told of so many entries of a chain."""
    copies = copies_of(stack)
    stack.wait_for(lambda: len(copies.of_chain(pk)) >= entries, f"copies of {pk}")


def chained(entries: Sequence[Item], prefix: str = "") -> list[Item]:
    """The entries as a chain whose every hash holds, numbered anew. prefix: of the sort keys."""
    made, previous = [], GENESIS
    for number, entry in enumerate(entries, start=1):
        fields = {n: v for n, v in entry.items() if n not in ("PK", "SK", "hash")}
        fields |= {"previous": previous, "sequence": number}
        previous = fields["hash"] = entry_hash(fields)
        made.append({"PK": entry["PK"], "SK": f"{prefix}{number:010d}", **fields})
    return made


class RawTable:
    """A table and the rights to do anything with it."""

    def __init__(self, stack: RunningStack, name: str) -> None:
        self._client = stack.client("dynamodb")
        self._name = name

    def partition(self, pk: str) -> list[Item]:
        found = self._client.query(
            TableName=self._name,
            KeyConditionExpression="PK = :pk",
            ExpressionAttributeValues={":pk": {"S": pk}},
            ConsistentRead=True,
        )
        return [decode_item(item) for item in found["Items"]]

    def get(self, pk: str, sk: str) -> Item:
        key = {"PK": {"S": pk}, "SK": {"S": sk}}
        found = self._client.get_item(TableName=self._name, Key=key, ConsistentRead=True)
        return decode_item(found["Item"])

    def put(self, *items: Item) -> None:
        for item in items:
            self._client.put_item(TableName=self._name, Item=encode_item(item))

    def put_raw(self, item: Item) -> None:
        self._client.put_item(TableName=self._name, Item=item)

    def delete(self, *items: Item) -> None:
        for item in items:
            key = {"PK": {"S": item["PK"]}, "SK": {"S": item["SK"]}}
            self._client.delete_item(TableName=self._name, Key=key)

    def replace(self, pk: str, items: Sequence[Item]) -> None:
        """Put these in the place of all that is in a partition."""
        self.delete(*self.partition(pk))
        self.put(*items)

    @contextmanager
    def restored(self, pk: str) -> Iterator[None]:
        """Put back afterwards what was in a partition."""
        kept = self.partition(pk)
        try:
            yield
        finally:
            self.replace(pk, kept)


def forget_chain(stack: RunningStack, table: RawTable, pk: str) -> None:
    """Remove a chain and its copies, by the right to bypass the local stack's lock, which no role
    of ours has: later tests check all that there is, and a chain that was attacked never holds
    again. What is removed last is what the stream tells last."""
    end = {"PK": pk, "SK": "end"}
    table.put(end)
    table.delete(*table.partition(pk))
    table.delete(end)
    place = entry_place("end")
    stack.wait_for(
        lambda: any(not one.digest for one in copies_of(stack).of_chain(pk) if one.place == place),
        "the stream to tell of the end of a chain",
    )
    s3, bucket = stack.client("s3"), str(stack.described["audit_bucket"])
    pages = s3.get_paginator("list_object_versions").paginate(
        Bucket=bucket, Prefix=chain_folder(pk)
    )
    for version in [one for page in pages for one in page.get("Versions", [])]:
        s3.delete_object(
            Bucket=bucket,
            Key=version["Key"],
            VersionId=version["VersionId"],
            BypassGovernanceRetention=True,
        )
