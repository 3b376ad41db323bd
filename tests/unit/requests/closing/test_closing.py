"""Whom closing an incident writes to, and what they read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.notifications.rendering import MessageSender
from chalicelib.requests.closing import emails
from chalicelib.requests.closing.closing_notices import has_answered, summarise_help
from chalicelib.requests.closing.emails import HelpGiven, NoticeSubject
from chalicelib.requests.closing.service import closing_effect, last_messages
from chalicelib.requests.closing.termination import CLOSED_REASON
from chalicelib.requests.model import (
    ANSWERED,
    ANSWERS,
    FootageRequest,
    Recipient,
    RecipientState,
    RequestState,
)

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
SENDER = MessageSender(
    "West Midlands Police", "101", "https://sightline.example", "Europe/London", "GB"
)
REQUEST = FootageRequest(
    "r" * 16, "i" * 16, "7K3M-9QXA", "Look.", NOW, NOW, "o", "PC Lane", NOW, site_count=1
)
CLOSED = replace(REQUEST, state=RequestState.CLOSED, ended_at=NOW)
ABOUT = NoticeSubject(
    name="Alex Owner",
    phrase="amber kettle harbour",
    reference="7K3M-9QXA",
    happened="A shop was broken into.",
    contact="PC Alex Lane",
    contact_phone="0121 496 0101",
)


def recipient(
    state: RecipientState, owner: str = "a", site: str = "1", **more: object
) -> Recipient:
    answer = state if state in ANSWERS else None
    asked = None if state is RecipientState.PENDING else NOW
    made = Recipient(REQUEST.id, site, owner, NOW, state, answer=answer, notified_at=asked)
    return replace(made, **more)  # type: ignore[arg-type]


HEARS = {
    RecipientState.PENDING: False,
    RecipientState.NOTIFIED: True,
    RecipientState.VIEWED: True,
    RecipientState.SAVED: True,
    RecipientState.UPLOADED: True,
    RecipientState.NOTHING: True,
    RecipientState.UNAVAILABLE: True,
    RecipientState.DECLINED: True,
    RecipientState.EXPIRED: False,
    RecipientState.WITHDRAWN: False,
    RecipientState.UNDELIVERABLE: False,
}


@pytest.mark.parametrize("state", RecipientState)
def test_who_answered_or_has_time_left_hears_of_it_and_nobody_else(state: RecipientState) -> None:
    one = recipient(state)
    assert bool(last_messages([(REQUEST, [one])])) == HEARS[state]
    assert has_answered(one) == (state in ANSWERED)


def test_the_same_owners_hear_of_it_after_their_recipients_were_ended() -> None:
    """The work is done in parts that can be repeated: what was ended a moment ago still counts."""
    ended = recipient(RecipientState.WITHDRAWN, reason=CLOSED_REASON)
    assert last_messages([(CLOSED, [ended])])
    never_asked = replace(ended, notified_at=None)
    withdrawn_before = replace(ended, reason="")
    assert not last_messages([(CLOSED, [never_asked, withdrawn_before])])


def test_a_late_answer_after_the_deadline_is_an_answer() -> None:
    assert last_messages(
        [(REQUEST, [recipient(RecipientState.EXPIRED, answer=RecipientState.NOTHING)])]
    )


recipients = st.lists(
    st.builds(
        recipient,
        st.sampled_from(RecipientState),
        st.sampled_from("abcd"),
        st.text("123456789", min_size=1),
    ),
    max_size=12,
)


@given(recipients, recipients)
def test_nobody_hears_twice_and_whoever_answered_is_thanked(
    first: list[Recipient], second: list[Recipient]
) -> None:
    owners = last_messages([(REQUEST, first), (CLOSED, second)])
    thanked = {one.owner_id for one in first + second if has_answered(one)}
    assert thanked <= set(owners)
    for owner, theirs in owners.items():
        done = summarise_help([(one, "12 Test Street") for one in theirs])
        assert (done is not None) == (owner in thanked)
    effect = closing_effect([(REQUEST, first), (CLOSED, second)])
    assert (effect.thanked, effect.not_needed) == (len(thanked), len(owners) - len(thanked))
    assert effect.requests == 1


def test_what_an_owner_of_several_sites_did_is_told_together() -> None:
    done = summarise_help(
        [
            (recipient(RecipientState.UPLOADED, site="1"), "12 Test Street"),
            (recipient(RecipientState.SAVED, site="2"), "3 Side Road"),
            (recipient(RecipientState.NOTHING, site="3"), "9 High Street"),
            (recipient(RecipientState.SAVED, site="4"), ""),
        ]
    )
    assert done == HelpGiven(("12 Test Street",), ("3 Side Road", "your camera"), looked=True)
    assert summarise_help([(recipient(RecipientState.NOTIFIED), "x")]) is None
    assert summarise_help([(recipient(RecipientState.DECLINED), "x")]) == HelpGiven(declined=True)


def thanks(done: HelpGiven, words: str = "") -> str:
    about = replace(ABOUT, words=words, words_by="Sgt Robin Ward")
    said = emails.thanks_email(SENDER, "a@example.test", about, done)
    for part in ("amber kettle harbour", "7K3M-9QXA", "0121 496 0101", "/privacy"):
        assert part in said.text and part in said.html
    assert "/reply/" not in said.text + said.html
    return said.text


def test_thanks_say_what_happens_with_what_was_sent_and_only_that() -> None:
    sent = thanks(HelpGiven(sent=("12 Test Street",)))
    assert "It is now evidence" in sent and "12 Test Street" in sent
    assert "delete" not in sent
    saved = thanks(HelpGiven(saved=("12 Test Street",)))
    assert "you can delete it" in saved and "evidence" not in saved
    looked = thanks(HelpGiven(looked=True))
    assert "It helps us to know where there was nothing to see" in looked
    assert "delete" not in looked and "evidence" not in looked
    assert "rather not" in thanks(HelpGiven(declined=True))


def test_who_could_not_help_is_not_thanked_for_looking() -> None:
    """Whoever said that a camera was off did not tell us where there is nothing to see."""
    done = summarise_help([(recipient(RecipientState.UNAVAILABLE), "12 Test Street")])
    assert done == HelpGiven(unable=True)
    said = thanks(done)
    assert "could not help this time" in said
    assert "nothing to see" not in said and "checking" not in said
    both = [recipient(RecipientState.UNAVAILABLE), recipient(RecipientState.NOTHING, site="2")]
    assert "where there was nothing to see" in thanks(
        summarise_help([(one, "12 Test Street") for one in both]) or HelpGiven()
    )


def test_the_officers_own_words_are_marked_as_theirs() -> None:
    """By the name of who closed the incident, who need not be whom owners may call."""
    said = thanks(HelpGiven(looked=True), "He was found. <b>")
    assert "Message from Sgt Robin Ward:\n\nHe was found. <b>" in said
    assert "Message from PC Alex Lane" not in said and "PC Alex Lane on" in said
    assert "Message from" not in thanks(HelpGiven(looked=True))
    about = replace(ABOUT, words="<b>")
    html = emails.thanks_email(SENDER, "", about, HelpGiven(looked=True)).html
    assert "&lt;b&gt;" in html


def test_who_need_not_look_any_more_is_told_for_all_their_sites() -> None:
    said = emails.not_needed_email(SENDER, "", ABOUT, ["12 Test Street", "3 Side Road"])
    for text in (said.text, said.html):
        assert "12 Test Street and 3 Side Road" in text
        assert "amber kettle harbour" in text
    assert said.subject == "You no longer need to look for footage"
