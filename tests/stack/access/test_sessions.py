"""How long sessions last: with a clock that stands until it is moved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.access.permissions import Officer, Role
from chalicelib.access.sessions import OFFICER_IDLE, OFFICER_LIFE, OWNER_LIFE, Sessions, Tokens
from chalicelib.core.ids import new_id, token_hash
from chalicelib.dynamodb.table import Table
from tests.running import RunningStack


class Watch:
    """A clock that stands until it is moved. It begins now, because the table removes what has
    expired by its own clock."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC).replace(microsecond=0)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def sessions(stack: RunningStack, watch: Watch) -> Sessions:
    return Sessions(Table(stack.client("dynamodb"), str(stack.described["registry_table"])), watch)


def officer_session(sessions: Sessions, watch: Watch) -> str:
    officer = Officer(new_id(), "pc.lane", frozenset({Role.ANALYST, Role.AUDITOR}))
    tokens = Tokens("id", "refresh", watch.now + timedelta(hours=1))
    return sessions.create_officer(officer, tokens, new_id())


def test_a_session_is_what_was_put_in(sessions: Sessions, watch: Watch) -> None:
    token = officer_session(sessions, watch)
    found = sessions.officer(token)
    assert found is not None and found.username == "pc.lane"
    assert found.tokens(token) == Tokens("id", "refresh", watch.now + timedelta(hours=1))
    assert "refresh" not in repr(found.tokens(token))


def test_a_session_that_is_used_lasts_its_life_and_no_longer(
    sessions: Sessions, watch: Watch
) -> None:
    token, began = officer_session(sessions, watch), watch.now
    while watch.now + timedelta(minutes=14) < began + OFFICER_LIFE:
        watch.now += timedelta(minutes=14)
        assert sessions.officer(token)
    watch.now = began + OFFICER_LIFE - timedelta(seconds=1)
    assert sessions.officer(token)
    watch.now += timedelta(seconds=1)
    assert sessions.officer(token) is None


def test_a_session_that_is_not_used_ends_early(sessions: Sessions, watch: Watch) -> None:
    token = officer_session(sessions, watch)
    watch.now += OFFICER_IDLE - timedelta(seconds=1)
    assert sessions.officer(token)
    watch.now += OFFICER_IDLE
    assert sessions.officer(token) is None


def test_an_ended_session_stays_ended(sessions: Sessions, watch: Watch) -> None:
    token = officer_session(sessions, watch)
    sessions.end_session(token_hash(token))
    sessions.end_session(token_hash(token))
    assert sessions.officer(token) is None
    owner = sessions.create_owner(new_id())
    assert sessions.owner(owner)
    watch.now += OWNER_LIFE
    assert sessions.owner(owner) is None
