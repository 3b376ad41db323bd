"""How long links and sessions last, and that one is never taken for another."""

from __future__ import annotations

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
from chalicelib.core.times import epoch
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


def started(kind: str) -> tuple[str, list[Item]]:
    client = OneItem()
    sessions = Sessions(Table(client, "Registry"), lambda: NOW)
    if kind == "owner":
        return sessions.create_owner(OWNER), client.written
    return sessions.create_officer(OFFICER, TOKENS), client.written


def at(item: Item, now: datetime, *, gone: bool = False) -> tuple[Sessions, OneItem]:
    client = OneItem(item, gone=gone)
    return Sessions(Table(client, "Registry"), lambda: now), client


def seen(item: Item, moment: datetime) -> Item:
    return item | {k: v for k, v in SESSION.changes(seen_at=moment).items() if v is not None}


def test_limits_of_sessions_are_a_shift_and_a_day() -> None:
    assert (OFFICER_LIFE, OFFICER_IDLE) == (12 * HOUR, HOUR)
    assert (OWNER_LIFE, OWNER_IDLE) == (24 * HOUR, 2 * HOUR)


@pytest.mark.parametrize(
    ("kind", "of"), [("owner", f"OWNER#{OWNER}"), ("officer", "OFFICER#officer-1")]
)
def test_a_new_session_is_found_by_its_token_and_in_the_persons_list(kind: str, of: str) -> None:
    token, (item, listed) = started(kind)
    life = {"owner": OWNER_LIFE, "officer": OFFICER_LIFE}[kind]
    assert is_token(token) and token not in str((item, listed))
    assert listed == {
        "PK": of, "SK": f"SESSION#{token_hash(token)}", "expires_at": epoch(NOW + life),
    }  # fmt: skip
    assert item["expires_at"] == epoch(NOW + life)
    sessions, _ = at(item, NOW)
    owner, officer = sessions.owner(token), sessions.officer(token)
    assert (owner is None, officer is None) == (kind == "officer", kind == "owner")
    if owner:
        assert (owner.hash, owner.owner_id, owner.ends_at) == (token_hash(token), OWNER, NOW + life)
    if officer:
        assert (officer.hash, officer.officer, officer.tokens, officer.ends_at) == (
            token_hash(token), OFFICER, TOKENS, NOW + life,
        )  # fmt: skip
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


def test_use_is_written_down_every_five_minutes() -> None:
    token, (item, _) = started("owner")
    step = timedelta(minutes=5)
    sessions, client = at(item, NOW + step - SECOND)
    assert sessions.owner(token) and client.written == []
    sessions, client = at(item, NOW + step)
    assert sessions.owner(token) and len(client.written) == 1
    assert {"S": "2026-11-20T10:05:00Z"} in client.written[0]["ExpressionAttributeValues"].values()
    ended, _ = at(item, NOW + step, gone=True)
    assert ended.owner(token) is None, "it was ended while we looked"


def test_fresh_tokens_do_not_lengthen_a_session() -> None:
    token, (item, _) = started("officer")
    sessions, client = at(item, NOW + HOUR / 2)
    session = sessions.officer(token)
    assert session
    fresh = Tokens("id2", "refresh2", NOW + 2 * HOUR)
    supervisor = Officer("officer-1", "pc1", frozenset({Role.SUPERVISOR}))
    renewed = sessions.renew_session(session, supervisor, fresh)
    assert (renewed.hash, renewed.officer, renewed.tokens) == (session.hash, supervisor, fresh)
    assert renewed.ends_at == NOW + OFFICER_LIFE
    assert "attribute_exists" in client.written[-1]["ConditionExpression"]


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
    officers = [sessions.create_officer(OFFICER, TOKENS) for _ in range(2)]
    other_owner = sessions.create_owner("f" * 16)
    other = Officer("officer-2", "pc2", frozenset({Role.INVESTIGATOR}))
    other_officer = sessions.create_officer(other, TOKENS)
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
