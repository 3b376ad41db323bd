"""Tables and the index against the errors that DynamoDB documents."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.core.errors import NoAnswer, Unavailable
from chalicelib.dynamodb.table import NEW, ConditionFailed, Contended, Table
from chalicelib.geo.h3_cover import KeyRange
from chalicelib.search import index_reader
from chalicelib.search.index_reader import TableIndexReader
from tests.support.stubbed import Answer, Refusal, stubbed

Act = Callable[[Table], Any]
WRITES: dict[str, tuple[str, Act]] = {
    "put": ("put_item", lambda table: table.put({"PK": "A", "SK": "B"}, when=NEW)),
    "update": ("update_item", lambda table: table.update("A", "B", assign={"x": 1})),
    "delete": ("delete_item", lambda table: table.delete("A", "B", when=NEW)),
}


def table(*answers: Answer) -> Table:
    return Table(stubbed("dynamodb", *answers), "Registry")


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.core.retries.time.sleep", lambda _: None)


@pytest.mark.parametrize("name", WRITES)
def test_a_condition_that_fails_is_no_error_of_the_table(name: str) -> None:
    operation, act = WRITES[name]
    with pytest.raises(ConditionFailed) as failed:
        act(table((operation, Refusal("ConditionalCheckFailedException"))))
    assert failed.value.index == 0


@pytest.mark.parametrize("name", WRITES)
def test_a_write_that_meets_a_transaction_is_tried_again(name: str) -> None:
    operation, act = WRITES[name]
    done: dict[str, Any] = {"Attributes": {"x": {"N": "1"}}} if name == "update" else {}
    act(table((operation, Refusal("TransactionConflictException")), (operation, done)))


@pytest.mark.parametrize("name", WRITES)
def test_a_write_that_always_meets_one_says_that_it_is_busy(name: str) -> None:
    operation, act = WRITES[name]
    with pytest.raises(Unavailable):
        act(table(*[(operation, Refusal("TransactionConflictException"))] * 8))


@pytest.mark.parametrize("code", ["AccessDeniedException", "ResourceNotFoundException"])
@pytest.mark.parametrize("name", WRITES)
def test_what_nobody_foresaw_of_a_write_is_raised_as_it_is(name: str, code: str) -> None:
    operation, act = WRITES[name]
    with pytest.raises(ClientError, match=code):
        act(table((operation, Refusal(code))))


def cancelled(*codes: str) -> Answer:
    reasons = [{"Code": code} for code in codes]
    more = {"CancellationReasons": reasons}
    return "transact_write_items", Refusal("TransactionCanceledException", more=more)


def transact(*answers: Answer) -> None:
    one = table(*answers)
    one.transact(*(one.put_write({"PK": "A", "SK": str(n)}, when=NEW) for n in range(3)))


@pytest.mark.parametrize(
    "codes, index",
    [
        (("ConditionalCheckFailed", "None", "None"), 0),
        (("None", "None", "ConditionalCheckFailed"), 2),
        (("None", "ConditionalCheckFailed", "ConditionalCheckFailed"), 1),
        # What holds for good goes before what passes.
        (("TransactionConflict", "None", "ConditionalCheckFailed"), 2),
    ],
)
def test_a_transaction_says_which_condition_failed(codes: tuple[str, ...], index: int) -> None:
    with pytest.raises(ConditionFailed) as failed:
        transact(cancelled(*codes))
    assert failed.value.index == index


@pytest.mark.parametrize(
    "code", ["TransactionConflict", "ProvisionedThroughputExceeded", "ThrottlingError"]
)
def test_a_transaction_that_may_pass_later_is_contended(code: str) -> None:
    with pytest.raises(Contended):
        transact(cancelled("None", code, "None"))


@pytest.mark.parametrize("code", ["ValidationError", "ItemCollectionSizeLimitExceeded"])
def test_a_transaction_that_never_passes_is_an_error(code: str) -> None:
    with pytest.raises(ClientError, match="TransactionCanceled"):
        transact(cancelled("None", code, "None"))


def entries(*answers: Answer) -> list[Any]:
    reader = TableIndexReader(stubbed("dynamodb", *answers), "Registry", lambda _: None)
    return reader.entries(KeyRange("C#1", "a", "b"))


@pytest.mark.parametrize(
    "code",
    ["ProvisionedThroughputExceededException", "RequestLimitExceeded", "ThrottlingException"],
)
def test_a_search_waits_for_a_busy_index_and_then_says_so(code: str) -> None:
    busy: Answer = ("query", Refusal(code))
    assert entries(busy, busy, ("query", {"Items": []})) == []
    with pytest.raises(NoAnswer):
        entries(*[busy] * index_reader.TRIES)


@pytest.mark.parametrize("code", ["AccessDeniedException", "ResourceNotFoundException"])
def test_what_nobody_foresaw_of_the_index_is_raised_as_it_is(code: str) -> None:
    with pytest.raises(ClientError, match=code):
        entries(("query", Refusal(code)))
