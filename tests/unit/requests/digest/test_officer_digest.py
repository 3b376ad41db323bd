"""What officers are told of their requests, and what never."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.access.officer_profiles import NotificationTopic, Profile
from chalicelib.notifications.rendering import MessageSender
from chalicelib.requests.digest import emails
from chalicelib.requests.digest.officer_digest import digest_totals, make_digest, request_standing
from chalicelib.requests.model import FootageRequest, Recipient, RecipientState, RequestState

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
SENDER = MessageSender(
    "West Midlands Police", "101", "https://sightline.example", "Europe/London", "GB"
)
REQUEST = FootageRequest(
    "r" * 16, "i" * 16, "7K3M-9QXA", "Look for Jo.", NOW, NOW, "o", "PC Lane", NOW, site_count=1
)
PROFILE = Profile("o", "lane", "PC Alex Lane", "", "lane@example.test")


def recipient(state: RecipientState, **more: object) -> Recipient:
    made = Recipient(REQUEST.id, "1", "a", NOW, state, next_wake=NOW + timedelta(days=1))
    if state is RecipientState.SAVED:
        made = replace(made, saved_at=NOW, answer=state)
    return replace(made, **more)  # type: ignore[arg-type]


def said(recipients: list[Recipient], item: dict[str, object], **more: object) -> list[str]:
    request = replace(REQUEST, **more)  # type: ignore[arg-type]
    return make_digest(request, recipients, item, ended_told=False).wanted_by(PROFILE)


def test_what_is_new_since_the_last_mail() -> None:
    now = [
        recipient(RecipientState.SAVED),
        recipient(RecipientState.SAVED),
        recipient(RecipientState.EXPIRED),
    ]
    assert said(now, {"footage": 1}) == [
        "1 new file to look at",
        "Footage was saved at 2 sites",
        "The deadline passed without an answer at 1 site",
    ]
    assert said(now, {"told": {"saved": 1, "passed": 1}}) == ["Footage was saved at 1 site"]
    assert said(now, {"told": digest_totals(now)}) == []


def test_the_end_is_told_once_and_only_when_no_clock_runs() -> None:
    over = [
        recipient(RecipientState.EXPIRED, next_wake=None),
        recipient(RecipientState.NOTHING, next_wake=None),
    ]
    found = make_digest(REQUEST, over, {"told": digest_totals(over)}, ended_told=False)
    assert found.ended and len(found.happened) == 1
    assert make_digest(REQUEST, over, {"told": digest_totals(over)}, ended_told=True).happened == ()
    running = [*over, recipient(RecipientState.NOTIFIED)]
    assert not make_digest(REQUEST, running, {}, ended_told=False).ended


def test_an_ended_request_is_no_news_but_footage_that_still_comes_is() -> None:
    over = [recipient(RecipientState.EXPIRED, next_wake=None)]
    assert said(over, {}, state=RequestState.CLOSED) == []
    assert said(over, {"footage": 2}, state=RequestState.WITHDRAWN) == ["2 new files to look at"]


def test_an_officer_chooses_what_to_hear_of() -> None:
    found = make_digest(
        REQUEST, [recipient(RecipientState.EXPIRED)], {"footage": 1}, ended_told=False
    )
    quiet = replace(PROFILE, unwanted=frozenset({NotificationTopic.DEADLINE}))
    assert found.wanted_by(quiet) == ["1 new file to look at"]
    assert found.wanted_by(replace(PROFILE, email="")) == []


@given(
    st.lists(st.sampled_from(RecipientState), max_size=20),
    st.lists(st.sampled_from(RecipientState), max_size=20),
)
def test_nothing_is_told_twice(first: list[RecipientState], more: list[RecipientState]) -> None:
    """Each mail is compared with the last, so the sum of what mails say is what happened."""
    before = [recipient(state) for state in first]
    after = before + [recipient(state) for state in more]
    assert (
        make_digest(REQUEST, before, {"told": digest_totals(before)}, ended_told=True).happened
        == ()
    )
    new = make_digest(REQUEST, after, {"told": digest_totals(before)}, ended_told=True).happened
    saved = [text for _, text in new if text.startswith("Footage was saved")]
    assert bool(saved) == (RecipientState.SAVED in more)


def test_the_mail_has_counts_and_a_link_and_nothing_of_the_case() -> None:
    found = [
        recipient(RecipientState.SAVED, note="He wore red"),
        recipient(RecipientState.NOTIFIED),
    ]
    message = emails.digest_email(
        SENDER,
        PROFILE.email,
        name=PROFILE.name,
        reference=REQUEST.reference,
        request_id=REQUEST.id,
        happened=said(found, {}),
        standing=request_standing(found),
    )
    assert message.subject == "Request 7K3M-9QXA: Footage was saved at 1 site"
    for text in (message.text, message.html):
        assert f"https://sightline.example/console/requests/{REQUEST.id}" in text
        assert "Saved, not sent yet" in text and "No answer yet" in text
        assert "2 sites asked, 1 answered" in text
        for never in ("He wore red", "Look for Jo", "you do not have to help"):
            assert never not in text
