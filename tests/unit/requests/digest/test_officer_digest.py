"""What officers are told of their requests, and what never."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.access.officer_profiles import News, Profile
from chalicelib.notifications.rendering import Sender
from chalicelib.requests.digest import emails
from chalicelib.requests.digest.officer_digest import digest, standing, totals
from chalicelib.requests.model import FootageRequest, Recipient, RequestState, State

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
SENDER = Sender("West Midlands Police", "101", "https://sightline.example", "Europe/London", "GB")
REQUEST = FootageRequest(
    "r" * 16, "i" * 16, "7K3M-9QXA", "Look for Jo.", NOW, NOW, "o", "PC Lane", NOW, site_count=1
)
PROFILE = Profile("o", "lane", "PC Alex Lane", "", "lane@example.test")


def recipient(state: State, **more: object) -> Recipient:
    made = Recipient(REQUEST.id, "1", "a", NOW, state, next_wake=NOW + timedelta(days=1))
    if state is State.SAVED:
        made = replace(made, saved_at=NOW, answer=state)
    return replace(made, **more)  # type: ignore[arg-type]


def said(recipients: list[Recipient], item: dict[str, object], **more: object) -> list[str]:
    request = replace(REQUEST, **more)  # type: ignore[arg-type]
    return digest(request, recipients, item, ended_told=False).wanted_by(PROFILE)


def test_what_is_new_since_the_last_mail() -> None:
    now = [recipient(State.SAVED), recipient(State.SAVED), recipient(State.EXPIRED)]
    assert said(now, {"footage": 1}) == [
        "1 new file can be looked at",
        "Footage was saved at 2 sites",
        "The deadline passed without an answer at 1 site",
    ]
    assert said(now, {"told": {"saved": 1, "passed": 1}}) == ["Footage was saved at 1 site"]
    assert said(now, {"told": totals(now)}) == []


def test_the_end_is_told_once_and_only_when_no_clock_runs() -> None:
    over = [recipient(State.EXPIRED, next_wake=None), recipient(State.NOTHING, next_wake=None)]
    found = digest(REQUEST, over, {"told": totals(over)}, ended_told=False)
    assert found.ended and len(found.happened) == 1
    assert digest(REQUEST, over, {"told": totals(over)}, ended_told=True).happened == ()
    running = [*over, recipient(State.NOTIFIED)]
    assert not digest(REQUEST, running, {}, ended_told=False).ended


def test_an_ended_request_is_no_news_but_footage_that_still_comes_is() -> None:
    over = [recipient(State.EXPIRED, next_wake=None)]
    assert said(over, {}, state=RequestState.CLOSED) == []
    assert said(over, {"footage": 2}, state=RequestState.WITHDRAWN) == [
        "2 new files can be looked at"
    ]


def test_an_officer_chooses_what_to_hear_of() -> None:
    found = digest(REQUEST, [recipient(State.EXPIRED)], {"footage": 1}, ended_told=False)
    quiet = replace(PROFILE, unwanted=frozenset({News.DEADLINE}))
    assert found.wanted_by(quiet) == ["1 new file can be looked at"]
    assert found.wanted_by(replace(PROFILE, email="")) == []


@given(st.lists(st.sampled_from(State), max_size=20), st.lists(st.sampled_from(State), max_size=20))
def test_nothing_is_told_twice(first: list[State], more: list[State]) -> None:
    """Each mail is compared with the last, so the sum of what mails say is what happened."""
    before = [recipient(state) for state in first]
    after = before + [recipient(state) for state in more]
    assert digest(REQUEST, before, {"told": totals(before)}, ended_told=True).happened == ()
    new = digest(REQUEST, after, {"told": totals(before)}, ended_told=True).happened
    saved = [text for _, text in new if text.startswith("Footage was saved")]
    assert bool(saved) == (State.SAVED in more)


def test_the_mail_has_counts_and_a_link_and_nothing_of_the_case() -> None:
    found = [recipient(State.SAVED, note="He wore red"), recipient(State.NOTIFIED)]
    message = emails.news(
        SENDER,
        PROFILE.email,
        name=PROFILE.name,
        reference=REQUEST.reference,
        request_id=REQUEST.id,
        happened=said(found, {}),
        standing=standing(found),
    )
    assert message.subject == "Request 7K3M-9QXA: Footage was saved at 1 site"
    for text in (message.text, message.html):
        assert f"https://sightline.example/console/requests/{REQUEST.id}" in text
        assert "Saved, not sent yet" in text and "No answer yet" in text
        assert "2 sites asked, 1 answered" in text
        for never in ("He wore red", "Look for Jo", "every answer is up to you"):
            assert never not in text
