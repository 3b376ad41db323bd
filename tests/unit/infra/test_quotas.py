"""The account's quotas: what is chosen, refused and asked for, as AWS answers."""

from __future__ import annotations

from typing import Any

import pytest

from infra.account import quotas
from infra.account.quotas import LambdaPlaces, fitting_parameters, quotas_for, too_small
from infra.errors import StackError
from tests.support.stubbed import Refusal, StubbedTarget, stubbed

NONE = Refusal("ValidationError", "Stack with id sightline-live does not exist")
USED = {"FunctionCount": 0, "TotalCodeSize": 0}


def account(
    places: int, unreserved: int | None = None, kept: str | None = None, **more: Any
) -> StubbedTarget:
    """A stage in an account with so many places for functions. kept: what its reminders have."""
    limit = {
        "ConcurrentExecutions": places,
        "UnreservedConcurrentExecutions": places if unreserved is None else unreserved,
    }
    answer = {"AccountLimit": limit, "AccountUsage": USED}
    functions = stubbed("lambda", ("get_account_settings", answer))
    stack = {
        "StackName": "sightline-live",
        "CreationTime": "2026-11-30",
        "StackStatus": "UPDATE_COMPLETE",
        "Parameters": [{"ParameterKey": "RemindConcurrency", "ParameterValue": kept or ""}],
    }
    described: Any = NONE if kept is None else {"Stacks": [stack]}
    answers = [("describe_stacks", described)] * (1 if kept is None else 2)
    stacks = stubbed("cloudformation", *answers)
    clients = {"lambda": functions, "cloudformation": stacks, **more}
    return StubbedTarget("live", "eu-west-1", clients=clients)


@pytest.mark.parametrize(
    ("places", "chosen"), [(10, "0"), (50, "0"), (100, "0"), (104, "4"), (150, "15"), (1000, "100")]
)
def test_reminders_get_a_tenth_where_that_leaves_a_hundred(places: int, chosen: str) -> None:
    assert fitting_parameters(account(places), {}) == {"RemindConcurrency": chosen}


def test_what_other_functions_of_the_account_have_is_left_to_them() -> None:
    assert fitting_parameters(account(1000, 120), {}) == {"RemindConcurrency": "20"}


@pytest.mark.parametrize("places", [10, 105, 1000])
def test_a_stage_keeps_what_it_has(places: int) -> None:
    assert fitting_parameters(account(places, kept="0"), {}) == {}


@pytest.mark.parametrize(("places", "wanted"), [(10, "1"), (10, "6"), (105, "6"), (1000, "901")])
def test_more_than_lambda_reserves_is_refused_before_anything_is_done(
    places: int, wanted: str
) -> None:
    """ "Specified ReservedConcurrentExecutions for function decreases account's
    UnreservedConcurrentExecution below its minimum value", halfway through the stack."""
    with pytest.raises(StackError) as refused:
        fitting_parameters(account(places), {"RemindConcurrency": wanted})
    said = str(refused.value)
    assert "--quota-code L-B99A9384 --desired-value" in said and "--region eu-west-1" in said
    assert "--set RemindConcurrency=0" in said


@pytest.mark.parametrize(("places", "wanted"), [(10, "0"), (106, "6"), (1000, "900")])
def test_what_fits_is_taken(places: int, wanted: str) -> None:
    assert fitting_parameters(account(places), {"RemindConcurrency": wanted}) == {}


def test_a_stage_may_keep_and_lessen_what_is_reserved_for_it() -> None:
    target = account(110, 100, kept="10")
    assert fitting_parameters(target, {"RemindConcurrency": "10"}) == {}


def test_a_small_account_is_told_with_the_whole_command(capsys: pytest.CaptureFixture[str]) -> None:
    fitting_parameters(account(10), {})
    assert (
        "aws service-quotas request-service-quota-increase --service-code lambda "
        "--quota-code L-B99A9384 --desired-value 1000 --region eu-west-1"
    ) in capsys.readouterr().out


@pytest.mark.parametrize("places", [quotas.BUSY_PLACES, 1000])
def test_an_account_that_is_large_enough_is_told_nothing(
    places: int, capsys: pytest.CaptureFixture[str]
) -> None:
    fitting_parameters(account(places), {})
    assert capsys.readouterr().out == ""


def test_places_never_go_below_nothing() -> None:
    assert LambdaPlaces(10, 10).room == 0


@pytest.mark.parametrize(
    ("officers", "small"), [(500, []), (3000, []), (3600, ["L-2"]), (200_000, ["L-1", "L-2"])]
)
def test_quotas_grow_with_the_officers_at_work(officers: int, small: list[str]) -> None:
    read = [("Rate of UserRead requests", "L-1", 120.0), ("Rate of other", "L-3", 1.0)]
    more = [("Rate of UserResourceRead requests", "L-2", 50.0)]
    pages = [
        {"Quotas": [{"QuotaName": n, "QuotaCode": c, "Value": v} for n, c, v in page]}
        for page in (read, more)
    ]
    listed = stubbed(
        "service-quotas",
        ("list_service_quotas", {**pages[0], "NextToken": "more"}),
        ("list_service_quotas", pages[1]),
    )
    target = account(1000, **{"service-quotas": listed})
    found = quotas_for(target, officers)
    assert len(found) == 3
    assert [quota.code for quota in found if quota.is_too_small] == small
    assert len(too_small(target, found)) == len(small)
