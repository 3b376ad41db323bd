"""Whom closing an incident writes to, and what they read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.notifications.rendering import Sender
from chalicelib.requests.closing import emails
from chalicelib.requests.closing.closing_notices import answered, helped
from chalicelib.requests.closing.emails import About, Helped
from chalicelib.requests.closing.service import effect_of, last_messages
from chalicelib.requests.closing.termination import CLOSED_REASON
from chalicelib.requests.model import (
    ANSWERED,
    ANSWERS,
    FootageRequest,
    Recipient,
    RequestState,
    State,
)

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
SENDER = Sender("West Midlands Police", "101", "https://sightline.example", "Europe/London", "GB")
REQUEST = FootageRequest(
    "r" * 16, "i" * 16, "7K3M-9QXA", "Look.", NOW, NOW, "o", "PC Lane", NOW, site_count=1
)
CLOSED = replace(REQUEST, state=RequestState.CLOSED, ended_at=NOW)
ABOUT = About(
    name="Alex Owner",
    phrase="amber kettle harbour",
    reference="7K3M-9QXA",
    happened="A shop was broken into.",
    contact="PC Alex Lane",
    contact_phone="0121 496 0101",
)


def recipient(state: State, owner: str = "a", site: str = "1", **more: object) -> Recipient:
    answer = state if state in ANSWERS else None
    asked = None if state is State.PENDING else NOW
    made = Recipient(REQUEST.id, site, owner, NOW, state, answer=answer, notified_at=asked)
    return replace(made, **more)  # type: ignore[arg-type]


HEARS = {
    State.PENDING: False,
    State.NOTIFIED: True,
    State.VIEWED: True,
    State.SAVED: True,
    State.UPLOADED: True,
    State.NOTHING: True,
    State.UNAVAILABLE: True,
    State.DECLINED: True,
    State.EXPIRED: False,
    State.WITHDRAWN: False,
    State.UNDELIVERABLE: False,
}


@pytest.mark.parametrize("state", State)
def test_who_answered_or_has_time_left_hears_of_it_and_nobody_else(state: State) -> None:
    one = recipient(state)
    assert bool(last_messages([(REQUEST, [one])])) == HEARS[state]
    assert answered(one) == (state in ANSWERED)


def test_the_same_owners_hear_of_it_after_their_recipients_were_ended() -> None:
    """The work is done in parts that can be repeated: what was ended a moment ago still counts."""
    ended = recipient(State.WITHDRAWN, reason=CLOSED_REASON)
    assert last_messages([(CLOSED, [ended])])
    never_asked = replace(ended, notified_at=None)
    withdrawn_before = replace(ended, reason="")
    assert not last_messages([(CLOSED, [never_asked, withdrawn_before])])


def test_a_late_answer_after_the_deadline_is_an_answer() -> None:
    assert last_messages([(REQUEST, [recipient(State.EXPIRED, answer=State.NOTHING)])])


recipients = st.lists(
    st.builds(
        recipient, st.sampled_from(State), st.sampled_from("abcd"), st.text("123456789", min_size=1)
    ),
    max_size=12,
)


@given(recipients, recipients)
def test_nobody_hears_twice_and_whoever_answered_is_thanked(
    first: list[Recipient], second: list[Recipient]
) -> None:
    owners = last_messages([(REQUEST, first), (CLOSED, second)])
    thanked = {one.owner_id for one in first + second if answered(one)}
    assert thanked <= set(owners)
    for owner, theirs in owners.items():
        done = helped([(one, "12 Test Street") for one in theirs])
        assert (done is not None) == (owner in thanked)
    effect = effect_of([(REQUEST, first), (CLOSED, second)])
    assert (effect.thanked, effect.not_needed) == (len(thanked), len(owners) - len(thanked))
    assert effect.requests == 1


def test_what_an_owner_of_several_sites_did_is_told_together() -> None:
    done = helped(
        [
            (recipient(State.UPLOADED, site="1"), "12 Test Street"),
            (recipient(State.SAVED, site="2"), "3 Side Road"),
            (recipient(State.NOTHING, site="3"), "9 High Street"),
            (recipient(State.SAVED, site="4"), ""),
        ]
    )
    assert done == Helped(("12 Test Street",), ("3 Side Road", "your camera"), looked=True)
    assert helped([(recipient(State.NOTIFIED), "x")]) is None
    assert helped([(recipient(State.DECLINED), "x")]) == Helped(declined=True)


def thanks(done: Helped, words: str = "") -> str:
    said = emails.thanks(SENDER, "a@example.test", replace(ABOUT, words=words), done)
    for part in ("amber kettle harbour", "7K3M-9QXA", "0121 496 0101", "/privacy"):
        assert part in said.text and part in said.html
    assert "/reply/" not in said.text + said.html
    return said.text


def test_thanks_say_what_happens_with_what_was_sent_and_only_that() -> None:
    sent = thanks(Helped(sent=("12 Test Street",)))
    assert "It is evidence now" in sent and "12 Test Street" in sent
    assert "delete" not in sent
    saved = thanks(Helped(saved=("12 Test Street",)))
    assert "you may delete it" in saved and "evidence" not in saved
    looked = thanks(Helped(looked=True))
    assert "nothing to see helps us too" in looked
    assert "delete" not in looked and "evidence" not in looked
    assert "rather not" in thanks(Helped(declined=True))


def test_the_officers_own_words_are_marked_as_theirs() -> None:
    assert "PC Alex Lane adds:\n\nHe was found. <b>" in thanks(
        Helped(looked=True), "He was found. <b>"
    )
    assert "adds" not in thanks(Helped(looked=True))
    about = replace(ABOUT, words="<b>")
    html = emails.thanks(SENDER, "", about, Helped(looked=True)).html
    assert "&lt;b&gt;" in html


def test_who_need_not_look_any_more_is_told_for_all_their_sites() -> None:
    said = emails.not_needed(SENDER, "", ABOUT, ["12 Test Street", "3 Side Road"])
    for text in (said.text, said.html):
        assert "12 Test Street and 3 Side Road" in text
        assert "amber kettle harbour" in text
    assert said.subject == "You no longer need to look for footage"
