"""Everything at once, in real time: answers while messages go out, a withdrawal while reminders do.
One message of each kind to everybody, and the right state at the end."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from time import sleep
from typing import Any

import pytest

from chalicelib.core.times import parse_iso
from infra.localstack.visitor import PageRefused
from tests.running import RunningStack
from tests.stack.real_time import Case, at_work


@pytest.fixture(scope="module")
def case(stack: RunningStack) -> Iterator[Case]:
    with at_work(stack) as case:
        yield case


def test_answers_during_the_send_stand_and_two_tabs_are_one_answer(case: Case) -> None:
    pairs = [case.site() for _ in range(8)]
    made = case.ask(*(site for site, _ in pairs))

    def answer(email: str) -> None:
        reply = case.stack.link_in_mail(email, "/reply/")
        with case.stack.visitor() as tab, case.stack.visitor() as other:
            pages = tab.open_page(reply), other.open_page(reply)
            tab.submit(pages[0], {"answer": "nothing", "note": ""})
            other.submit(pages[1], {"answer": "nothing", "note": ""})

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(answer, [owner.email for _, owner in pairs]))
    case.stack.wait_for(
        lambda: all(one["notified_at"] for one in case.request(made)["recipients"]), "the notes"
    )
    request = case.request(made)
    assert request["counts"]["nothing"] == 8
    assert all(one["next_wake"] is None for one in request["recipients"])
    for _, owner in pairs:
        assert len(case.subjects(owner)) == 1


def test_a_withdrawal_in_the_middle_of_reminders_is_told_once_to_each(case: Case) -> None:
    pairs = [case.site() for _ in range(10)]
    made = case.ask(*(site for site, _ in pairs), left=timedelta(seconds=120))
    case.stack.wait_for(lambda: case.request(made)["counts"]["notified"] == 10, "all to be asked")
    first = parse_iso(case.request(made)["recipients"][0]["reminders_planned"][0])
    sleep(max(0.0, (first - datetime.now(UTC)).total_seconds()))

    def withdraw(_: int) -> Any:
        try:
            return case.officer.json(
                "POST", f"/api/v1/requests/{made['id']}/withdrawal", {"reason": "Found"},
                token=case.token,
            )  # fmt: skip
        except PageRefused as refused:
            return refused.status

    with ThreadPoolExecutor(2) as pool:  # a double click
        assert list(pool.map(withdraw, range(2))).count(409) == 1

    def told() -> bool:
        return all(
            sum("no longer need" in subject for subject in case.subjects(owner)) == 1
            for _, owner in pairs
        )

    case.stack.wait_for(told, "everybody to be told", 90)
    request = case.request(made)
    assert request["counts"]["withdrawn"] == 10
    sent = {one["site_id"]: one["reminders_sent"] for one in request["recipients"]}
    for site, owner in pairs:
        assert len(case.subjects(owner)) == 2 + sent[site.id] and sent[site.id] <= 1
