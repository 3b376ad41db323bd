"""Threads: who is told what, and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.ids import new_id
from chalicelib.requests.threads.model import (
    GAP,
    LONGEST,
    MOST,
    NotifiedState,
    Side,
    ThreadHead,
    ThreadMessage,
    new_messages,
    notice_due,
    notify_after,
    officers_to_notify,
)

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
REQUEST, SITE = new_id(), new_id()
UNTOLD = NotifiedState()


def thread(*sides: Side) -> list[ThreadMessage]:
    """A thread of messages of these sides; each officer's is of another officer."""
    return [
        ThreadMessage(REQUEST, SITE, new_id(), n, side, f"{side}-{n}", "", NOW, f"words {n}")
        for n, side in enumerate(sides, start=1)
    ]


def head_of(messages: list[ThreadMessage], told: NotifiedState = UNTOLD) -> ThreadHead:
    last = {side: max((m.number for m in messages if m.by is side), default=0) for side in Side}
    counted = (len(messages), last[Side.OWNER], last[Side.OFFICER])
    return ThreadHead(REQUEST, SITE, *counted, owner_told=told.number, owner_told_at=told.at)


@given(st.lists(st.sampled_from(Side)), st.data())
def test_every_message_is_told_once_however_often_somebody_is_told(
    sides: list[Side], data: st.DataObject
) -> None:
    """Told in any number of mails, at whatever moments: each message of an officer reaches the
    owner in exactly one of them, in order."""
    messages, told, seen = thread(*sides), UNTOLD, []
    moments = sorted([*data.draw(st.lists(st.integers(0, len(messages)))), len(messages)])
    for count in moments:
        head = head_of(messages[:count], told)
        if not head.is_unnotified(Side.OWNER):
            continue
        until = head.for_side(Side.OWNER)
        seen += new_messages(Side.OWNER, messages, head.notified_state(Side.OWNER).number, until)
        told = replace(told, number=until)
    assert seen == [m for m in messages if m.by is Side.OFFICER]


def test_what_a_side_wrote_itself_is_no_news_to_it() -> None:
    messages = thread(Side.OWNER, Side.OWNER)
    head = head_of(messages)
    assert not head.is_unnotified(Side.OWNER)
    assert head.is_unnotified(Side.OFFICER)
    assert new_messages(Side.OFFICER, messages, 0, 2) == messages


def test_the_first_mail_goes_at_once_and_the_next_after_a_while() -> None:
    head = head_of(thread(Side.OFFICER))
    assert notify_after(head, Side.OWNER, NOW) == NOW
    again = replace(head, owner_told_at=NOW - timedelta(minutes=2))
    assert notify_after(again, Side.OWNER, NOW) == NOW - timedelta(minutes=2) + GAP
    assert notify_after(again, Side.OFFICER, NOW) == NOW
    later = replace(head, owner_told_at=NOW - 2 * GAP)
    assert notify_after(later, Side.OWNER, NOW) == NOW


def test_who_asked_and_whoever_wrote_is_told_each_once() -> None:
    messages = thread(Side.OFFICER, Side.OWNER, Side.OFFICER)
    assert officers_to_notify("maker", messages) == ["maker", "officer-1", "officer-3"]
    assert officers_to_notify("officer-3", messages) == ["officer-3", "officer-1"]
    assert officers_to_notify("maker", []) == ["maker"]


def test_unread_is_what_the_owner_wrote_since_this_officer_looked() -> None:
    head = head_of(thread(Side.OFFICER, Side.OWNER))
    read = replace(head, read_by={"o1": 2, "o2": 1})
    assert head.is_unread_by("o1") and head.is_unread_by("o2")
    assert not read.is_unread_by("o1")
    assert read.is_unread_by("o2") and read.is_unread_by("o3")
    assert not head_of(thread(Side.OFFICER)).is_unread_by("o1")


def test_what_a_colleague_has_answered_is_unread_by_nobody() -> None:
    assert not head_of(thread(Side.OWNER, Side.OFFICER)).is_unread_by("o1")
    assert head_of(thread(Side.OWNER, Side.OFFICER, Side.OWNER)).is_unread_by("o1")


def test_a_second_mail_waits_four_minutes_after_the_first() -> None:
    assert timedelta(minutes=4) == GAP
    head = replace(head_of(thread(Side.OFFICER)), owner_told_at=NOW - GAP)
    assert notify_after(head, Side.OWNER, NOW) == NOW
    assert notify_after(head, Side.OWNER, NOW - timedelta(seconds=1)) == NOW


def test_news_is_what_is_above_one_number_and_up_to_another() -> None:
    messages = thread(*[Side.OFFICER] * 4)
    assert [m.number for m in new_messages(Side.OWNER, reversed(messages), 1, 3)] == [2, 3]
    assert new_messages(Side.OFFICER, messages, 0, 4) == []


def test_each_side_is_told_for_itself() -> None:
    head = ThreadHead(
        REQUEST, SITE, 3, from_owner=1, from_officer=3,
        owner_told=2, owner_told_at=NOW, officer_told=1, officer_claimed_until=NOW,
    )  # fmt: skip
    assert head.key == f"{REQUEST}.{SITE}"
    assert head.notified_state(Side.OWNER) == NotifiedState(2, NOW, None)
    assert head.notified_state(Side.OFFICER) == NotifiedState(1, None, NOW)
    assert (head.for_side(Side.OWNER), head.for_side(Side.OFFICER)) == (3, 1)
    assert head.is_unnotified(Side.OWNER) and not head.is_unnotified(Side.OFFICER)
    assert (Side.OWNER.other, Side.OFFICER.other) == (Side.OFFICER, Side.OWNER)
    assert (LONGEST, MOST) == (2000, 200)
    begun = ThreadHead(REQUEST, SITE)
    assert (begun.messages, begun.from_owner, begun.from_officer, begun.read_by) == (0, 0, 0, {})
    assert (begun.notified_state(Side.OWNER), begun.notified_state(Side.OFFICER)) == (
        UNTOLD,
        UNTOLD,
    )
    assert not begun.is_unread_by("o1") and not begun.unreachable and UNTOLD.number == 0


def test_a_mail_is_due_to_whoever_may_be_told_first() -> None:
    both = ThreadHead(REQUEST, SITE, 2, from_owner=1, from_officer=2)
    assert notice_due(ThreadHead(REQUEST, SITE), NOW) is None
    assert notice_due(both, NOW) == NOW
    second = timedelta(seconds=1)
    waits = replace(both, owner_told=1, owner_told_at=NOW - second)
    assert notice_due(waits, NOW) == NOW, "the officer can be told at once"
    officer_knows = replace(waits, officer_told=1, officer_told_at=NOW)
    assert notice_due(officer_knows, NOW) == NOW - second + GAP
    both_know = replace(officer_knows, owner_told=2)
    assert notice_due(both_know, NOW) is None
    new = replace(both_know, from_owner=3)
    assert notice_due(new, NOW) == notify_after(new, Side.OFFICER, NOW) == NOW + GAP
    assert notice_due(new, NOW + GAP + second) == NOW + GAP + second
