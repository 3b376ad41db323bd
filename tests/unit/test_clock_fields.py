"""The forms of a recorder's clock check: what is typed, what is asked again, what is kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.errors import Invalid
from chalicelib.requests.clock_check import How, offset_seconds
from chalicelib.web.clock_fields import Check, officer_check, owner_check
from chalicelib.web.forms import Form

LONDON = "Europe/London"
NOW = datetime(2026, 11, 20, 14, 3, 27, tzinfo=UTC)
RIGHT = {"shown_day": "20", "shown_month": "11", "shown_year": "2026", "shown_time": "14:10:39"}


def form(**typed: str) -> Form:
    return Form({name: [value] for name, value in {**RIGHT, **typed}.items()})


def offset(check: Check | None) -> int:
    assert check is not None
    return offset_seconds(check.shown, check.seen_at, LONDON)


def test_without_more_the_true_time_is_that_of_sending() -> None:
    check = owner_check(form(), NOW, LONDON)
    assert check and (check.how, check.seen_at) == (How.TYPED, NOW)
    assert offset(check) == 432


def test_the_moment_that_was_marked_counts_more_than_that_of_sending() -> None:
    marked = NOW - timedelta(seconds=40)
    check = owner_check(form(looked_at=marked.isoformat()), NOW, LONDON)
    assert check and (check.how, check.seen_at) == (How.TIMED, marked)


@pytest.mark.parametrize(
    "said", ["", "soon", "2026-11-20T14:03", "2025-01-01T00:00:00Z", "2026-11-20T15:00:00Z"]
)
def test_a_mark_that_cannot_be_is_left_out(said: str) -> None:
    check = owner_check(form(looked_at=said), NOW, LONDON)
    assert check and check.how is How.TYPED


def test_what_was_typed_counts_most() -> None:
    check = owner_check(
        form(true_time="13:55:00", looked_at=NOW.isoformat(), shown_time="14:02:12"), NOW, LONDON
    )
    assert check and check.how is How.TIMED
    assert offset(check) == 432


def test_two_clocks_without_seconds_are_compared_by_their_minutes() -> None:
    assert offset(owner_check(form(shown_time="14:02", true_time="13:55"), NOW, LONDON)) == 420


def test_everything_wrong_is_said_at_once_beside_its_field() -> None:
    typed = form(shown_day="", shown_month="13", shown_year="x", shown_time="")
    assert owner_check(typed, NOW, LONDON) is None
    assert set(typed.messages()) == {"shown_day", "shown_month", "shown_year", "shown_time"}
    typed = form(shown_day="", shown_month="", shown_year="")
    assert owner_check(typed, NOW, LONDON) is None
    assert typed.messages() == {"shown_day": "Enter the date that the recorder shows"}
    typed = form(shown_day="31")
    assert owner_check(typed, NOW, LONDON) is None
    assert "no such date" in typed.messages()["shown_day"]
    typed = form(true_time="late")
    assert owner_check(typed, NOW, LONDON) is None
    assert set(typed.messages()) == {"true_time"}


def test_half_a_day_is_asked_about() -> None:
    typed = form(shown_time="2:10:39")
    assert owner_check(typed, NOW, LONDON) is None
    assert "am or pm" in typed.messages()["shown_time"]
    assert offset(owner_check(form(shown_time="2:10:39 pm"), NOW, LONDON)) == 432


def test_another_year_is_taken_once_it_was_confirmed() -> None:
    typed = form(shown_year="2019")
    assert owner_check(typed, NOW, LONDON) is None
    assert "days" in typed.messages()["sure"]
    assert offset(owner_check(form(shown_year="2019", sure="yes"), NOW, LONDON)) < -7 * 365 * 86400


def test_an_officer_reads_both_clocks_off_a_picture() -> None:
    typed = Form({"shown": ["2026-07-20T15:10:39"], "true_at": ["2026-07-20T15:03:27"]})
    check = officer_check(typed, NOW, LONDON)
    assert check.how is How.PICTURE
    assert check.seen_at == datetime(2026, 7, 20, 14, 3, 27, tzinfo=UTC)
    assert offset(check) == 432


@pytest.mark.parametrize(
    ("shown", "true_at", "wrong"),
    [
        ("", "", {"shown", "true_at"}),
        ("yesterday", "2026-11-20T14:03", {"shown"}),
        ("2026-11-20T14:03", "2026-11-20T14:30", {"true_at"}),
        ("2026-11-20T14:03Z", "2026-11-20T14:03", {"shown"}),
        ("1066-10-14T09:00", "2026-11-20T14:03", {"shown"}),
    ],
)
def test_what_an_officer_cannot_have_read_is_said(
    shown: str, true_at: str, wrong: set[str]
) -> None:
    with pytest.raises(Invalid) as caught:
        officer_check(Form({"shown": [shown], "true_at": [true_at]}), NOW, LONDON)
    assert {field for field, _ in caught.value.fields} == wrong
