"""Only our own edge is answered: by its present key, and by the one before it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.limits.edge_key import AGAIN, FRESH, EdgeKey


class Secrets:
    """Secrets Manager with one secret, which counts how often it is read."""

    def __init__(self, **keys: str) -> None:
        self.keys = keys
        self.reads = 0

    def get_secret_value(self, **_: Any) -> dict[str, str]:
        self.reads += 1
        return {"SecretString": json.dumps(self.keys)}


class Seconds:
    """A clock that stands where the test puts it."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def secrets() -> Secrets:
    return Secrets(key="new", previous="old")


@pytest.fixture
def clock() -> Seconds:
    return Seconds()


@pytest.fixture
def edge(secrets: Secrets, clock: Seconds) -> EdgeKey:
    return EdgeKey(secrets, "arn:of:secret", clock)


@pytest.mark.parametrize("shown", ["new", "old"])
def test_the_present_key_and_the_one_before_are_taken(edge: EdgeKey, shown: str) -> None:
    assert edge.admits(shown)


@pytest.mark.parametrize("shown", ["", "ne", "newer", "NEW", "ﬁ"])
def test_nothing_else_is(edge: EdgeKey, shown: str) -> None:
    assert not edge.admits(shown)


def test_an_empty_previous_key_lets_nobody_in() -> None:
    edge = EdgeKey(Secrets(key="new", previous=""), "arn:of:secret")
    assert edge.admits("new") and not edge.admits("")


def test_without_a_secret_nobody_is_let_in(secrets: Secrets) -> None:
    assert not EdgeKey(secrets, "").admits("new")
    assert secrets.reads == 0


def test_a_key_that_was_made_since_is_found(
    edge: EdgeKey, secrets: Secrets, clock: Seconds
) -> None:
    assert edge.admits("new")
    secrets.keys = {"key": "newest", "previous": "new"}
    assert edge.admits("new"), "what it knew"
    clock.now = AGAIN + 1
    assert edge.admits("newest")
    assert not edge.admits("old"), "two rotations ago"


def test_wrong_keys_do_not_have_the_secret_read_each_time(
    edge: EdgeKey, secrets: Secrets, clock: Seconds
) -> None:
    for _ in range(100):
        assert not edge.admits("wrong")
    assert secrets.reads == 1
    clock.now = FRESH + 1
    assert edge.admits("new")
    assert secrets.reads == 2
