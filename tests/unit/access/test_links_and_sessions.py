"""How long links and sessions last, and that one is never taken for another."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.access.one_time_links import (
    KEPT_AFTER_USE,
    LINK,
    LinkPurpose,
    OneTimeLink,
    OneTimeLinks,
)
from chalicelib.access.permissions import Officer, Role
from chalicelib.access.sessions import (
    OFFICER_IDLE,
    OFFICER_LIFE,
    OWNER_IDLE,
    OWNER_LIFE,
    SESSION,
    Sessions,
    Tokens,
)
from chalicelib.core.errors import Gone, NotFound
from chalicelib.core.ids import is_token, new_token, token_hash
from chalicelib.core.times import epoch, iso_seconds
from chalicelib.dynamodb.attributes import decode_item, encode_item
from chalicelib.dynamodb.table import Item, Table
from tests.support.memory_client import MemoryClient

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
OWNER = "0123456789abcdef"


class OneItem:
    """A table's client that holds one item and notes what it was asked to write."""

    class exceptions:  # noqa: N801 - as boto3's clients have it
        class ConditionalCheckFailedException(Exception):
            """The condition of a write does not hold."""

        class TransactionConflictException(Exception):
            """The item is in a transaction."""

    def __init__(self, item: Item | None = None, *, gone: bool = False) -> None:
        self.item, self.gone = item, gone
        self.written: list[dict[str, Any]] = []

    def get_item(self, **asked: Any) -> dict[str, Any]:
        assert asked["ConsistentRead"], "what was ended a moment ago is over"
        wanted = decode_item(asked["Key"])
        same = self.item and all(self.item[name] == wanted[name] for name in wanted)
        return {"Item": encode_item(self.item)} if self.item and same else {}

    def update_item(self, **asked: Any) -> dict[str, Any]:
        if self.gone:
            raise self.exceptions.ConditionalCheckFailedException
        self.written.append(asked)
        return {"Attributes": {}}

    def transact_write_items(self, **asked: Any) -> None:
        self.written += [decode_item(write["Put"]["Item"]) for write in asked["TransactItems"]]


# Links


def link_item(token: str, **changes: Any) -> Item:
    made = {
        "hash": token_hash(token), "purpose": LinkPurpose.REPLY, "subject": "r.s",
        "ends_at": NOW + HOUR, "created_at": NOW, **changes,
    }  # fmt: skip
    item = LINK.item(OneTimeLink(**made))
    return {name: value for name, value in item.items() if value is not None}


def opened(
    token: str, item: Item | None, now: datetime, purpose: LinkPurpose = LinkPurpose.REPLY
) -> OneTimeLink:
    return OneTimeLinks(Table(OneItem(item), "Registry"), lambda: now).open_link(token, purpose)


def test_a_new_link_keeps_the_hash_and_lasts_as_long_as_it_was_made_for() -> None:
    links = OneTimeLinks(Table(OneItem(), "Registry"), lambda: NOW)
    token, write = links.make_link(LinkPurpose.SIGN_IN, OWNER, HOUR)
    item = decode_item(write.arguments["Item"])
    assert is_token(token) and token not in str(write.arguments)
    assert item["PK"] == f"LINK#{token_hash(token)}"
    link = LINK.read(item)
    assert (link.ends_at, link.created_at, link.subject) == (NOW + HOUR, NOW, OWNER)
    assert link.purpose is LinkPurpose.SIGN_IN and link.used_at is None
    assert timedelta(days=7) == KEPT_AFTER_USE
    assert item["expires_at"] == epoch(NOW + HOUR + KEPT_AFTER_USE)


def test_a_link_opens_until_its_moment_and_once_used_as_long_as_it_is_kept() -> None:
    token = new_token()
    item = link_item(token)
    assert opened(token, item, NOW + HOUR - SECOND).subject == "r.s"
    for late in (NOW + HOUR, NOW + HOUR + SECOND):
        with pytest.raises(Gone):
            opened(token, item, late)
        assert opened(token, link_item(token, used_at=NOW, result="x"), late).result == "x"


def test_a_link_for_one_thing_opens_no_other() -> None:
    token = new_token()
    for purpose in set(LinkPurpose) - {LinkPurpose.REPLY}:
        with pytest.raises(NotFound):
            opened(token, link_item(token), NOW, purpose)
    for other in (new_token(), token[:-1], token + "x", ""):
        with pytest.raises(NotFound):
            opened(other, link_item(token), NOW)
    with pytest.raises(NotFound):
        opened(token, None, NOW)


def test_using_a_link_holds_only_once_in_time_and_for_its_purpose() -> None:
    links = OneTimeLinks(Table(OneItem(), "Registry"), lambda: NOW)
    link = LINK.read(link_item(new_token()))
    arguments = links.use_link(link, "made").arguments
    condition = arguments["ConditionExpression"]
    assert condition.count(" AND ") == 2 and "#ends > :now" in condition
    assert arguments["ExpressionAttributeValues"][":now"] == {"S": "2026-11-20T10:00:00Z"}
    assert "attribute_not_exists" in condition
    assert {"S": LinkPurpose.REPLY.value} in arguments["ExpressionAttributeValues"].values()
    assert decode_item(arguments["Key"])["PK"] == f"LINK#{link.hash}"


def test_links_sent_before_the_address_changed_are_of_the_former_address() -> None:
    link = LINK.read(link_item(new_token()))
    assert not link.is_of_former_address(None)
    assert not link.is_of_former_address(NOW) and not link.is_of_former_address(NOW - SECOND)
    assert link.is_of_former_address(NOW + SECOND)


# Sessions

TOKENS = Tokens("id", "refresh", NOW + HOUR)
OFFICER = Officer("officer-1", "pc1", frozenset({Role.INVESTIGATOR}))
SIGN_IN = "0b1c2d3e-cognito"


def started(kind: str) -> tuple[str, list[Item]]:
    client = OneItem()
    sessions = Sessions(Table(client, "Registry"), lambda: NOW)
    if kind == "owner":
        return sessions.create_owner(OWNER), client.written
    made = sessions.create_officer(OFFICER, TOKENS, SIGN_IN, "Firefox on Windows")
    return made, client.written


def at(item: Item, now: datetime, *, gone: bool = False) -> tuple[Sessions, OneItem]:
    client = OneItem(item, gone=gone)
    return Sessions(Table(client, "Registry"), lambda: now), client


def seen(item: Item, moment: datetime) -> Item:
    return item | {k: v for k, v in SESSION.changes(seen_at=moment).items() if v is not None}


def test_limits_of_sessions_are_a_shift_and_a_day() -> None:
    assert (OFFICER_LIFE, OFFICER_IDLE) == (12 * HOUR, HOUR / 4)
    assert (OWNER_LIFE, OWNER_IDLE) == (24 * HOUR, 2 * HOUR)


@pytest.mark.parametrize(
    ("kind", "of"), [("owner", f"OWNER#{OWNER}"), ("officer", "OFFICER#officer-1")]
)
def test_a_new_session_is_found_by_its_token_and_in_the_persons_list(kind: str, of: str) -> None:
    token, (item, listed) = started(kind)
    life = {"owner": OWNER_LIFE, "officer": OFFICER_LIFE}[kind]
    assert is_token(token) and token not in str((item, listed))
    places: dict[str, Item] = {
        "owner": {"SK": f"SESSION#{token_hash(token)}"},
        "officer": {"SK": f"SIGN-IN#{token_hash(SIGN_IN)}", "session": token_hash(token)},
    }
    assert listed == {"PK": of, "expires_at": epoch(NOW + life), **places[kind]}
    assert item["expires_at"] == epoch(NOW + life)
    sessions, _ = at(item, NOW)
    owner, officer = sessions.owner(token), sessions.officer(token)
    assert (owner is None, officer is None) == (kind == "officer", kind == "owner")
    if owner:
        assert (owner.hash, owner.owner_id, owner.ends_at) == (token_hash(token), OWNER, NOW + life)
    if officer:
        assert (officer.hash, officer.officer_id, officer.username, officer.ends_at) == (
            token_hash(token), OFFICER.id, OFFICER.username, NOW + life,
        )  # fmt: skip
        assert officer.tokens(token) == TOKENS and officer.browser == "Firefox on Windows"
    assert sessions.owner(new_token()) is None and sessions.owner("") is None


@pytest.mark.parametrize(("kind", "idle", "life"), [
    ("owner", OWNER_IDLE, OWNER_LIFE), ("officer", OFFICER_IDLE, OFFICER_LIFE),
])  # fmt: skip
def test_a_session_ends_when_it_was_not_used_and_when_it_is_old(
    kind: str, idle: timedelta, life: timedelta
) -> None:
    token, (item, _) = started(kind)

    def lives(used: datetime, now: datetime) -> bool:
        sessions, _ = at(seen(item, used), now)
        return (sessions.owner(token) or sessions.officer(token)) is not None

    assert lives(NOW, NOW + idle - SECOND) and not lives(NOW, NOW + idle)
    end = NOW + life
    assert lives(end - 2 * SECOND, end - SECOND) and not lives(end - SECOND, end)


@pytest.mark.parametrize(
    ("kind", "step"), [("owner", timedelta(minutes=5)), ("officer", timedelta(seconds=30))]
)
def test_use_is_written_down_now_and_then(kind: str, step: timedelta) -> None:
    token, (item, _) = started(kind)

    def use(now: datetime, *, gone: bool = False) -> tuple[object, list[dict[str, Any]]]:
        sessions, client = at(item, now, gone=gone)
        return sessions.owner(token) or sessions.officer(token), client.written

    assert use(NOW + step - SECOND)[1] == []
    found, written = use(NOW + step)
    assert found and len(written) == 1
    moment = iso_seconds(NOW + step)
    assert {"S": moment} in written[0]["ExpressionAttributeValues"].values()
    assert use(NOW + step, gone=True)[0] is None, "it was ended while we looked"


def test_what_a_page_does_by_itself_is_no_use() -> None:
    token, (item, _) = started("officer")
    sessions, client = at(item, NOW + OFFICER_IDLE - SECOND)
    assert sessions.officer(token, used=False) and client.written == []
    assert sessions.officer(token) and len(client.written) == 1


def test_fresh_tokens_do_not_lengthen_a_session() -> None:
    token, (item, _) = started("officer")
    sessions, client = at(item, NOW + OFFICER_IDLE / 2)
    session = sessions.officer(token, used=False)
    assert session
    fresh = Tokens("id2", "refresh2", NOW + 2 * HOUR)
    sessions.renew_tokens(session, token, fresh)
    (written,) = client.written
    assert "attribute_exists" in written["ConditionExpression"]
    renewed = SESSION.read(item | changed_by(written))
    assert renewed.tokens(token) == fresh and renewed.ends_at == NOW + OFFICER_LIFE


def changed_by(written: dict[str, Any]) -> Item:
    """What an update assigns."""
    values = decode_item(written["ExpressionAttributeValues"])
    return {name.removeprefix(":"): value for name, value in values.items()}


def test_a_stored_session_holds_no_token_of_cognitos() -> None:
    """Whoever reads the table has nothing to go on with: only the cookie opens what is kept."""
    tokens = Tokens("eyJ.the.id-token", "eyJ.the.refresh-token", NOW + HOUR)
    client = OneItem()
    sessions = Sessions(Table(client, "Registry"), lambda: NOW)
    token = sessions.create_officer(OFFICER, tokens, SIGN_IN)
    for item in client.written:
        stored = str(item) + str(base64.b64decode(str(item.get("sealed", ""))))
        assert not {"token", "eyJ", SIGN_IN, token} & set(re.findall(r"[\w-]+", stored))
    session = SESSION.read(client.written[0])
    assert session.tokens(token) == tokens and "sealed" not in repr(session)
    for other in (new_token(), session.hash, ""):
        with pytest.raises(ValueError, match="another session"):
            session.tokens(other)


@pytest.fixture
def sessions() -> Sessions:
    return Sessions(Table(MemoryClient(), "Registry"), lambda: NOW)


def test_an_ended_session_is_over_and_ends_no_other(sessions: Sessions) -> None:
    first, second = (sessions.create_owner(OWNER) for _ in range(2))
    for _ in range(2):
        sessions.end_session(token_hash(first))
    assert sessions.owner(first) is None and sessions.owner(second)


def test_all_sessions_of_one_person_end_at_once_and_are_counted(sessions: Sessions) -> None:
    """Who was told that three ended knows that there were three."""
    owners = [sessions.create_owner(OWNER) for _ in range(3)]
    officers = [sessions.create_officer(OFFICER, TOKENS, f"sign-in {n}") for n in range(2)]
    other_owner = sessions.create_owner("f" * 16)
    other = Officer("officer-2", "pc2", frozenset({Role.INVESTIGATOR}))
    other_officer = sessions.create_officer(other, TOKENS, "of another")
    assert sessions.end_all_of_owner(OWNER) == 3
    assert not any(sessions.owner(token) for token in owners) and sessions.officer(officers[0])
    assert sessions.end_all_of_officer(OFFICER.id) == 2
    assert not any(sessions.officer(token) for token in officers)
    assert sessions.owner(other_owner) and sessions.officer(other_officer)
    assert sessions.end_all_of_owner(OWNER) == sessions.end_all_of_officer(OFFICER.id) == 0


def test_a_session_that_ended_by_itself_is_still_counted(sessions: Sessions) -> None:
    token = sessions.create_owner(OWNER)
    sessions.end_session(token_hash(token))
    assert sessions.end_all_of_owner(OWNER) == 1


def test_a_session_is_found_by_its_sign_in_as_long_as_it_lasts(sessions: Sessions) -> None:
    """A Bearer token is good as long as the session that it was given out by."""
    token = sessions.create_officer(OFFICER, TOKENS, SIGN_IN)
    found = sessions.of_sign_in(OFFICER.id, SIGN_IN)
    assert found and found.hash == token_hash(token)
    assert sessions.of_sign_in("officer-2", SIGN_IN) is None
    assert sessions.of_sign_in(OFFICER.id, "another sign-in") is None
    sessions.end_session(found.hash)
    assert sessions.of_sign_in(OFFICER.id, SIGN_IN) is None


def test_an_officer_finds_every_session_that_lasts(sessions: Sessions) -> None:
    tokens = [sessions.create_officer(OFFICER, TOKENS, f"sign-in {n}") for n in range(3)]
    sessions.create_owner(OWNER)
    sessions.end_session(token_hash(tokens[0]))
    listed = {one.hash for one in sessions.all_of_officer(OFFICER.id)}
    assert listed == {token_hash(token) for token in tokens[1:]}
    assert sessions.all_of_officer("officer-2") == []
