"""Retries: as often as allowed, with pauses that grow, and a sentence when it was in vain."""

from __future__ import annotations

import pytest

from chalicelib.core.errors import Unavailable
from chalicelib.core.retries import retry


class Met(Exception):
    """Somebody else was at it."""


class Act:
    """Succeeds after so many failures."""

    def __init__(self, failures: int, error: type[Exception] = Met) -> None:
        self.left, self.error, self.calls = failures, error, 0

    def __call__(self) -> str:
        self.calls += 1
        if self.left:
            self.left -= 1
            raise self.error
        return "done"


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The longest that each pause may be, which chance is made to choose."""
    slept: list[float] = []

    def longest(least: float, most: float) -> float:
        assert least == 0
        return most

    monkeypatch.setattr("random.uniform", longest)
    monkeypatch.setattr("time.sleep", slept.append)
    return slept


def test_what_succeeds_is_called_once(pauses: list[float]) -> None:
    act = Act(0)
    assert retry(act, on=Met, most=3, otherwise="Busy") == "done"
    assert (act.calls, pauses) == (1, [])


def test_the_last_attempt_counts_and_pauses_double(pauses: list[float]) -> None:
    act = Act(9)
    assert retry(act, on=Met, most=10, otherwise="Busy") == "done"
    assert act.calls == 10
    assert pauses == [0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.5, 2.5]


def test_a_pause_is_no_longer_than_its_caller_can_wait(pauses: list[float]) -> None:
    retry(Act(4), on=(Met, KeyError), most=5, otherwise="Busy", longest_pause=0.1)
    assert pauses == [0.02, 0.04, 0.08, 0.1]


def test_after_the_last_attempt_people_read_why(pauses: list[float]) -> None:
    act = Act(3)
    with pytest.raises(Unavailable, match="Please try again"):
        retry(act, on=Met, most=3, otherwise="Please try again")
    assert act.calls == 3


def test_another_error_is_not_tried_again(pauses: list[float]) -> None:
    act = Act(1, KeyError)
    with pytest.raises(KeyError):
        retry(act, on=Met, most=3, otherwise="Busy")
    assert (act.calls, pauses) == (1, [])
