"""What `chalicelib.dynamodb.table` promises of DynamoDB, held against two emulators that know
nothing of each other: the stack's and moto. What only one does as AWS documents is said below.

The limits are those of "Quotas in Amazon DynamoDB" and of the API's reference: 100 writes in a
transaction and none of one item twice; 100 keys and 16 MB in a batch of reads; 1 MB in a page of a
query; 400 KB in an item.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.core.ids import new_id
from chalicelib.dynamodb.table import (
    EXISTS,
    NEW,
    TRANSACTION,
    ConditionFailed,
    Table,
    absent,
    equals,
    one_of,
)
from tests.running import RunningStack
from tests.stack.tables import create_registry

KILOBYTE = 1024


@pytest.fixture(scope="module")
def table(dynamodb: Any) -> Iterator[Table]:
    """A table of both emulators; each test has partitions of its own."""
    name = f"semantics-{new_id()}"
    create_registry(dynamodb, name)
    yield Table(dynamodb, name)
    dynamodb.delete_table(TableName=name)


@pytest.fixture
def pk() -> str:
    return f"TEST#{new_id()}"


def code_of(refused: pytest.ExceptionInfo[ClientError]) -> str:
    return str(refused.value.response["Error"]["Code"])


# transactions


def test_a_transaction_takes_a_hundred_writes(table: Table, pk: str) -> None:
    writes = [table.put_write({"PK": pk, "SK": f"{n:03}"}, when=NEW) for n in range(TRANSACTION)]
    table.transact(*writes)
    assert len([*table.query(pk, consistent=True)]) == TRANSACTION


def test_a_transaction_refuses_one_more(table: Table, pk: str) -> None:
    writes = [table.put_write({"PK": pk, "SK": f"{n:03}"}) for n in range(TRANSACTION + 1)]
    with pytest.raises(ClientError) as refused:
        table.transact(*writes)
    assert code_of(refused) == "ValidationException"
    assert [*table.query(pk, consistent=True)] == []


def test_a_transaction_refuses_one_item_twice(table: Table, pk: str) -> None:
    with pytest.raises(ClientError) as refused:
        table.transact(
            table.put_write({"PK": pk, "SK": "A"}), table.check_write(pk, "A", absent("x"))
        )
    assert code_of(refused) == "ValidationException"
    assert table.get(pk, "A", consistent=True) is None


@pytest.mark.parametrize("failing", [(0,), (3,), (1, 4), (4, 2)])
def test_a_transaction_names_the_first_write_that_did_not_hold(
    table: Table, pk: str, failing: tuple[int, ...]
) -> None:
    for n in failing:
        table.put({"PK": pk, "SK": str(n)})
    writes = [table.put_write({"PK": pk, "SK": str(n), "x": 1}, when=NEW) for n in range(5)]
    with pytest.raises(ConditionFailed) as failed:
        table.transact(*writes)
    assert failed.value.index == min(failing)
    stored = [*table.query(pk, consistent=True)]
    assert [item["SK"] for item in stored] == [str(n) for n in sorted(failing)]
    assert not [item for item in stored if "x" in item], "all or nothing"


def test_each_kind_of_write_has_its_condition(table: Table, pk: str) -> None:
    table.put({"PK": pk, "SK": "A", "n": 1})
    refused = {
        "put": table.put_write({"PK": pk, "SK": "A"}, when=NEW),
        "update": table.update_write(pk, "A", add={"n": 1}, when=equals("n", 2)),
        "delete": table.delete_write(pk, "A", when=absent("n")),
        "check": table.check_write(pk, "A", one_of("n", [2, 3])),
    }
    for kind, write in refused.items():
        with pytest.raises(ConditionFailed) as failed:
            table.transact(table.put_write({"PK": pk, "SK": "B"}), write)
        assert failed.value.index == 1, kind
    assert table.get(pk, "B", consistent=True) is None
    table.transact(
        table.put_write({"PK": pk, "SK": "B"}, when=NEW),
        table.update_write(pk, "A", add={"n": 1}, when=equals("n", 1)),
        table.check_write(pk, "C", absent("PK")),
    )
    assert table.get(pk, "A", consistent=True) == {"PK": pk, "SK": "A", "n": 2}


def test_a_repeated_transaction_counts_once(stack: RunningStack, pk: str) -> None:
    """Moto knows no ClientRequestToken, so only one emulator holds this."""
    client, token = stack.client("dynamodb"), new_id()
    own = Table(client, stack.target.outputs()["RegistryTable"])
    for _ in range(2):
        own.transact(own.update_write(pk, "A", add={"n": 1}, when=None), token=token)
    assert own.get(pk, "A", consistent=True) == {"PK": pk, "SK": "A", "n": 1}
    own.delete(pk, "A")


# single writes


def test_a_write_whose_condition_fails_changes_nothing(table: Table, pk: str) -> None:
    table.put({"PK": pk, "SK": "A", "n": 1}, when=NEW)
    for write in (
        lambda: table.put({"PK": pk, "SK": "A", "n": 2}, when=NEW),
        lambda: table.update(pk, "A", assign={"n": 2}, when=equals("n", 7)),
        lambda: table.delete(pk, "A", when=absent("n")),
        lambda: table.update(pk, "missing", assign={"n": 2}, when=EXISTS),
    ):
        with pytest.raises(ConditionFailed) as failed:
            write()
        assert failed.value.index == 0
    assert [*table.query(pk, consistent=True)] == [{"PK": pk, "SK": "A", "n": 1}]


def test_an_update_makes_an_item_and_takes_attributes_away(table: Table, pk: str) -> None:
    made = table.update(pk, "A", assign={"x": "1"}, add={"n": 2}, default={"d": "1st"}, when=None)
    assert made == {
        "PK": pk, "SK": "A", "x": "1", "n": 2, "d": "1st",
    }  # fmt: skip
    assert table.update(pk, "A", assign={"x": None}, add={"n": -3}, default={"d": "later"}) == {
        "PK": pk, "SK": "A", "n": -1, "d": "1st",
    }  # fmt: skip


def test_an_item_may_have_400_kilobytes(table: Table, pk: str) -> None:
    table.put({"PK": pk, "SK": "A", "text": "x" * 390 * KILOBYTE})
    with pytest.raises(ClientError) as refused:
        table.put({"PK": pk, "SK": "B", "text": "x" * 401 * KILOBYTE})
    assert code_of(refused) == "ValidationException"


# reads


def test_many_items_are_read_whatever_their_number_and_size(table: Table, pk: str) -> None:
    """More than 100 keys, and more than the 16 MB at which an answer leaves keys unprocessed."""
    large = [{"PK": pk, "SK": f"{n:03}", "text": "x" * 390 * KILOBYTE} for n in range(45)]
    assert table.batch_put([*large, *({"PK": pk, "SK": f"{n:03}"} for n in range(45, 130))]) == 130
    keys = [(pk, f"{n:03}") for n in range(140)]
    found = table.get_many([*keys, *keys], consistent=True)
    assert sorted(found) == keys[:130]
    named = table.get_many(keys[:3], attributes=["n"])
    assert named == {(pk, sk): {"PK": pk, "SK": sk} for _, sk in keys[:3]}


def test_a_query_reads_every_page(table: Table, pk: str) -> None:
    for n in range(8):
        text = "x" * 300 * KILOBYTE
        table.put({"PK": pk, "SK": f"S{n}", "text": text, "even": n % 2 == 0, "listing": pk,
                   "listed_at": f"{9 - n}"})  # fmt: skip
    table.put({"PK": pk, "SK": "T"})
    assert [i["SK"] for i in table.query(pk, prefix="S")] == [f"S{n}" for n in range(8)]
    assert [i["SK"] for i in table.query(pk, prefix="S", limit=6)] == [f"S{n}" for n in range(6)]
    backwards = [i["SK"] for i in table.query(pk, backwards=True, limit=2)]
    assert backwards == ["T", "S7"]
    between = [i["SK"] for i in table.query(pk, between=("S2", "S4"))]
    assert between == ["S2", "S3", "S4"]
    kept = [i["SK"] for i in table.query(pk, keep=equals("even", True), limit=3)]
    assert kept == ["S0", "S2", "S4"]
    index = ("Listing", "listing", "listed_at")
    assert [i["SK"] for i in table.query(pk, index=index)] == [f"S{n}" for n in range(7, -1, -1)]
    some = table.query(pk, index=index, between=("3", "5"))
    assert [i["listed_at"] for i in some] == ["3", "4", "5"]
