"""Whom a request may reach, at the edges: the last second of a pause, the thirtieth day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from chalicelib.requests.model import FootageWindow, SkippedSite, SkipReason
from chalicelib.requests.recipient_windows import window_problems
from chalicelib.requests.recipients.eligibility import (
    BUDGET_TIME,
    EligibilityFacts,
    OwnerFacts,
    PastContact,
    RequestCheck,
    decide_recipients,
    nobody_left_sentence,
    recent_contacts,
    skip_reason,
    windows_overlap,
)

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ASKED = FootageWindow(NOW - 2 * HOUR, NOW - HOUR)


def test_windows_that_only_touch_share_no_moment() -> None:
    assert not windows_overlap(ASKED, FootageWindow(ASKED.end, NOW)) and not windows_overlap(
        FootageWindow(ASKED.end, NOW), ASKED
    )
    assert windows_overlap(ASKED, FootageWindow(ASKED.end - timedelta(seconds=1), NOW))
    assert windows_overlap(ASKED, ASKED) and windows_overlap(FootageWindow(NOW - DAY, NOW), ASKED)


def contacted(*ago: timedelta) -> OwnerFacts:
    return OwnerFacts(
        None, tuple(PastContact(f"r{n}", "i", NOW - one, ("s",)) for n, one in enumerate(ago))
    )


def test_a_request_counts_for_thirty_days() -> None:
    assert timedelta(days=30) == BUDGET_TIME
    second = timedelta(seconds=1)
    assert skip_reason(contacted(30 * DAY - second), "new", NOW, 1, False) is SkipReason.ASKED_OFTEN
    assert skip_reason(contacted(30 * DAY), "new", NOW, 1, False) is None
    assert (
        recent_contacts(contacted(30 * DAY, DAY).contacts, NOW)
        == contacted(30 * DAY, DAY).contacts[1:]
    )


def test_the_budget_is_how_many_may_reach_an_owner_and_not_one_fewer() -> None:
    assert skip_reason(contacted(DAY, DAY, DAY), "new", NOW, 4, False) is None
    assert (
        skip_reason(contacted(DAY, DAY, DAY, DAY), "new", NOW, 4, False) is SkipReason.ASKED_OFTEN
    )
    assert skip_reason(contacted(), "new", NOW, 1, False) is None
    assert skip_reason(contacted(DAY), "r0", NOW, 1, False) is None, "its own message counts once"


def test_a_pause_ends_at_its_moment() -> None:
    paused = OwnerFacts(NOW + timedelta(seconds=1))
    assert skip_reason(paused, "new", NOW, 4, False) is SkipReason.PAUSED
    assert skip_reason(paused, "new", NOW + timedelta(seconds=1), 4, False) is None


def test_sites_come_by_owner_and_those_of_nobody_are_skipped() -> None:
    owners = {"a": "y", "b": "x", "c": "y", "d": "gone"}
    known = EligibilityFacts(owners, {"x": OwnerFacts(), "y": OwnerFacts()}, {"a": [ASKED]})
    chosen = dict.fromkeys("edcba", FootageWindow(NOW - HOUR, NOW))
    found = decide_recipients(chosen, known, "mine", NOW, 4, False)
    assert found.asked == ("b", "a", "c")
    assert found.skipped == (
        SkippedSite("d", SkipReason.NOT_REGISTERED),
        SkippedSite("e", SkipReason.NOT_REGISTERED),
    )


def checked(*skipped: SkipReason, too_long: tuple[str, ...] = ()) -> RequestCheck:
    some = tuple(SkippedSite(str(number), why) for number, why in enumerate(skipped))
    return RequestCheck((), some, 0, too_long, False, {})


def test_a_reason_is_needed_for_the_budget_and_for_long_windows_alone() -> None:
    assert not checked().needs_reason and checked().over_budget == 0
    assert not checked(SkipReason.PAUSED, SkipReason.ALREADY_ASKED).needs_reason
    often = checked(SkipReason.ASKED_OFTEN, SkipReason.PAUSED, SkipReason.ASKED_OFTEN)
    assert often.needs_reason and often.over_budget == 2
    assert checked(too_long=("to",)).needs_reason


def test_nobody_left_names_no_reason_that_there_was_not() -> None:
    said = nobody_left_sentence(
        [SkippedSite("a", SkipReason.NOT_REGISTERED), SkippedSite("b", SkipReason.ASKED_OFTEN)]
    )
    assert said == (
        "Nobody is left to ask. Of the sites you chose: 1 asked as often as an owner may be in "
        "30 days; 1 not registered any more. A supervisor may ask all the same, with a reason."
    )
    assert "supervisor" not in nobody_left_sentence([SkippedSite("a", SkipReason.PAUSED)])


def test_a_window_lies_between_the_past_and_now() -> None:
    minute = timedelta(minutes=1)

    def wrong(start: datetime, end: datetime, *, agreed: bool = False) -> list[str]:
        return [name for name, _ in window_problems(FootageWindow(start, end), NOW, agreed=agreed)]

    assert wrong(NOW - 12 * HOUR, NOW) == []
    assert wrong(NOW - 12 * HOUR - minute, NOW) == ["to"]
    assert wrong(NOW - 7 * DAY, NOW, agreed=True) == []
    assert wrong(NOW - 7 * DAY - minute, NOW, agreed=True) == ["to"]
