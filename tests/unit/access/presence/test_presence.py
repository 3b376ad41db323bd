"""Who is let in, and until when: with a directory and a clock of the test's own."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.access.audit import Action, AuditLog
from chalicelib.access.permissions import Officer, Role
from chalicelib.access.presence.account_checks import (
    ASKED_AGAIN_AFTER,
    TRUSTED_FOR,
    AccountChecks,
    CheckedAccount,
)
from chalicelib.access.presence.officer_directory import OfficerDirectory
from chalicelib.access.presence.officer_presence import (
    OfficerPresence,
    end_every_session,
    record_shut_out,
)
from chalicelib.access.sessions import Sessions, Tokens
from chalicelib.core.errors import NoAnswer, Unavailable
from chalicelib.core.ids import new_token
from chalicelib.dynamodb.table import Table
from tests.support.memory_client import MemoryClient

SECOND = timedelta(seconds=1)
PC = Officer("officer-1", "pc1", frozenset({Role.INVESTIGATOR}))
SIGN_IN = "a sign-in of Cognito's"


class Pool:
    """Cognito's user pool with one account, as boto3 speaks to it."""

    class exceptions:  # noqa: N801 - as boto3's clients have it
        class UserNotFoundException(Exception):
            """There is no such account."""

    def __init__(self) -> None:
        self.enabled, self.there, self.answers = True, True, True
        self.sub, self.units = PC.id, "North, Robbery"
        self.groups = ["investigator"]
        self.asked = 0

    def admin_get_user(self, *, UserPoolId: str, Username: str) -> dict[str, Any]:  # noqa: N803
        assert (UserPoolId, Username) == ("pool", PC.username)
        self.asked += 1
        if not self.answers:
            raise NoAnswer("nobody there")
        if not self.there:
            raise self.exceptions.UserNotFoundException
        said = {"sub": self.sub, "custom:units": self.units}
        return {
            "Username": Username,
            "Enabled": self.enabled,
            "UserAttributes": [{"Name": name, "Value": value} for name, value in said.items()],
        }

    def admin_list_groups_for_user(self, **asked: Any) -> dict[str, Any]:
        """A page for each group, as Cognito may answer."""
        at = int(asked.get("NextToken", 0))
        more = {"NextToken": str(at + 1)} if at + 1 < len(self.groups) else {}
        return {"Groups": [{"GroupName": name} for name in self.groups[at : at + 1]], **more}


@dataclass
class House:
    """The services around one officer who has signed in."""

    pool: Pool = field(default_factory=Pool)
    now: datetime = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)

    def __post_init__(self) -> None:
        self.table = Table(MemoryClient(), "Registry")
        self.audit = AuditLog(Table(MemoryClient(), "Audit"), self.clock)
        self.sessions = Sessions(self.table, self.clock)
        self.accounts = AccountChecks(
            self.table,
            self.clock,
            OfficerDirectory(self.pool, "pool"),
            lambda account: record_shut_out(self.audit, account),
        )
        self.presence = OfficerPresence(
            self.sessions, self.accounts, self.audit, self.table, self.clock
        )
        self.token = self.sign_in()

    def clock(self) -> datetime:
        return self.now

    def sign_in(self, sign_in: str = SIGN_IN) -> str:
        tokens = Tokens("id", "refresh", self.now + timedelta(hours=1))
        return self.sessions.create_officer(PC, tokens, sign_in, "Firefox on Windows")

    def ways_in(self, sign_in: str = SIGN_IN, token: str = "") -> list[Officer | None]:
        """Who gets in by the cookie and by a Bearer token of the same sign-in."""
        found = (
            self.presence.by_cookie(token or self.token),
            self.presence.by_bearer(PC.id, sign_in),
        )
        return [one.officer if one else None for one in found]

    def acts(self) -> list[SimpleNamespace]:
        found = self.audit.of_day("2026-11-30")
        return [SimpleNamespace(**entry) for entry in found]


@pytest.fixture
def house() -> House:
    return House()


def test_who_signed_in_is_let_in_with_what_the_directory_says(house: House) -> None:
    house.pool.groups = ["other", "supervisor", "investigator"]
    for officer in house.ways_in():
        assert officer and (officer.id, officer.username) == (PC.id, "pc1")
        assert officer.roles == {Role.INVESTIGATOR, Role.SUPERVISOR}
        assert officer.units == {"North", "Robbery"}
    assert house.pool.asked == 1, "one answer serves every way in"


@pytest.mark.parametrize(
    ("change", "is_in"),
    [
        ({"enabled": False}, False),
        ({"there": False}, False),
        ({"groups": []}, False),
        ({"groups": ["nothing of ours"]}, False),
        ({"sub": "somebody else of the same name"}, False),
        ({"groups": ["analyst"], "units": ""}, True),
    ],
)
def test_a_change_in_the_directory_counts_within_a_minute(
    house: House, change: dict[str, Any], is_in: bool
) -> None:
    assert all(house.ways_in())
    vars(house.pool).update(change)
    house.now += TRUSTED_FOR - SECOND
    assert ASKED_AGAIN_AFTER < TRUSTED_FOR <= timedelta(minutes=1)
    for officer in house.ways_in():
        assert bool(officer) is is_in
        assert officer is None or (
            (set(officer.roles), set(officer.units)) == ({Role.ANALYST}, set())
        )


def test_the_directory_is_not_asked_at_every_call(house: House) -> None:
    house.ways_in()
    house.now += ASKED_AGAIN_AFTER - SECOND
    house.ways_in()
    assert house.pool.asked == 1
    house.now += SECOND
    house.ways_in()
    assert house.pool.asked == 2


def test_without_an_answer_nobody_is_in_once_the_minute_is_over(house: House) -> None:
    house.ways_in()
    house.pool.answers = False
    house.now += TRUSTED_FOR - SECOND
    assert all(house.ways_in()), "what was said less than a minute ago still counts"
    house.now += SECOND
    with pytest.raises(Unavailable, match="does not answer"):
        house.presence.by_cookie(house.token)
    with pytest.raises(Unavailable, match="does not answer"):
        house.presence.by_bearer(PC.id, SIGN_IN)
    house.pool.answers = True
    assert all(house.ways_in()), "nothing was lost"


def test_an_account_that_is_enabled_again_opens_no_session_from_before(house: House) -> None:
    assert all(house.ways_in())
    house.pool.enabled = False
    house.now += ASKED_AGAIN_AFTER
    assert not any(house.ways_in())
    (act,) = house.acts()
    assert (act.action, act.subject) == (Action.ENDED_SESSIONS, f"officer.{PC.id}")
    house.pool.enabled = True
    house.now += ASKED_AGAIN_AFTER
    assert not any(house.ways_in())
    again = house.sign_in("later")
    assert all(house.ways_in("later", again))
    assert len(house.acts()) == 1, "once is enough"


def test_who_signs_in_because_of_a_change_need_not_wait(house: House) -> None:
    house.ways_in()
    house.pool.groups = ["supervisor"]
    house.now += SECOND
    house.accounts.check_now(PC.id, "pc1")
    assert [one.roles for one in house.ways_in() if one] == [{Role.SUPERVISOR}] * 2


def test_a_slow_answer_of_the_directory_passes_over_no_newer_one(house: House) -> None:
    asked, look_up = house.now, house.pool.admin_get_user

    def slow(**arguments: Any) -> dict[str, Any]:
        said = look_up(**arguments)
        house.pool.admin_get_user = look_up  # type: ignore[method-assign]
        house.pool.enabled = False
        house.now = asked + 5 * SECOND
        house.accounts.check_now(PC.id, "pc1")  # another call, meanwhile
        return said

    house.pool.admin_get_user = slow  # type: ignore[method-assign]
    assert house.accounts.check(PC.id, "pc1").let_in is False
    assert not any(house.ways_in())


def test_ending_a_session_ends_its_bearer_tokens_and_no_others(house: House) -> None:
    other = house.sign_in("on a telephone")
    assert len(house.presence.list_sessions(PC)) == 2
    one = house.sessions.of_sign_in(PC.id, SIGN_IN)
    assert one
    house.presence.end_one(PC, one)
    assert not any(house.ways_in())
    assert all(house.ways_in("on a telephone", other))
    (act,) = house.acts()
    assert act.action == Action.ENDED_SESSION and "Firefox on Windows" in act.details


def test_signing_out_everywhere_ends_also_what_is_only_just_beginning(house: House) -> None:
    """A sign-in whose session is stored after the list of sessions was read."""
    late = house.clock()
    house.now += SECOND
    end_every_session(house.table, house.sessions, PC.id, house.now)
    assert not any(house.ways_in())
    house.now, later = late, house.now
    slow = house.sign_in("begun before, stored after")
    house.now = later
    assert not any(house.ways_in("begun before, stored after", slow))
    assert house.presence.list_sessions(PC) == []
    again = house.sign_in("afterwards")
    assert all(house.ways_in("afterwards", again))


def test_nobody_comes_in_by_what_was_never_given_out(house: House) -> None:
    assert house.presence.by_cookie(new_token()) is None
    assert house.presence.by_cookie("") is None
    assert house.presence.by_bearer(PC.id, "a sign-in that made no session") is None
    assert house.presence.by_bearer("officer-2", SIGN_IN) is None


def test_an_account_that_was_never_checked_is_not_let_in() -> None:
    assert not CheckedAccount("officer-1").admits(datetime(2026, 11, 30, tzinfo=UTC))
