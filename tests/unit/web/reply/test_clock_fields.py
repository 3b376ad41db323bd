"""The forms of a recorder's clock check: what is typed, what is asked again, what is kept."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.core.errors import Invalid
from chalicelib.requests.recorder_clock import CheckMethod, offset_seconds
from chalicelib.web.http import templating
from chalicelib.web.http.forms import SubmittedForm, field_errors
from chalicelib.web.reply.recorder_clock_fields import (
    ClockReading,
    OfficerClockForm,
    OwnerClockForm,
)

LONDON = "Europe/London"
NOW = datetime(2026, 11, 20, 14, 3, 27, tzinfo=UTC)
RIGHT = {"shown_day": "20", "shown_month": "11", "shown_year": "2026", "shown_time": "14:10:39"}


CONTEXT = {"now": NOW, "zone": LONDON}


def check_of(**typed: str) -> ClockReading:
    form = SubmittedForm({name: [value] for name, value in {**RIGHT, **typed}.items()})
    return form.read(OwnerClockForm, CONTEXT).reading(CONTEXT)


def problems(**typed: str) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        check_of(**typed)
    return field_errors(caught.value)


def offset(check: ClockReading) -> int:
    return offset_seconds(check.shown, check.seen_at, LONDON)


def test_without_more_the_true_time_is_that_of_sending() -> None:
    check = check_of()
    assert (check.how, check.seen_at) == (CheckMethod.TYPED, NOW)
    assert offset(check) == 432


def test_the_moment_that_was_marked_counts_more_than_that_of_sending() -> None:
    marked = NOW - timedelta(seconds=40)
    check = check_of(looked_at=marked.isoformat())
    assert (check.how, check.seen_at) == (CheckMethod.TIMED, marked)


def test_a_true_time_without_its_half_of_the_day_is_asked_about() -> None:
    """At 2:03pm somebody types 1:55 of their phone's clock, which is not 1:55 at night."""
    asked = {"true_time": "Is that morning or afternoon? Add am or pm to the time"}
    assert problems(shown_time="1:50 pm", true_time="1:55") == asked
    assert offset(check_of(shown_time="1:50 pm", true_time="1:55 pm")) == -300
    # Without either half it does not matter which is meant.
    assert offset(check_of(shown_time="1:50", true_time="1:55")) == -300


@pytest.mark.parametrize(
    ("country", "order", "like"),
    [
        ("GB", ["shown_day", "shown_month", "shown_year"], "27 3 2026"),
        ("US", ["shown_month", "shown_day", "shown_year"], "3 27 2026"),
    ],
)
def test_a_date_is_typed_in_the_order_of_the_country(
    country: str, order: list[str], like: str
) -> None:
    """Recorders show 03/27/2026 where people write so, and boxes in another order mislead."""
    parts = templating.environment("America/Chicago", country).get_template("parts/clock_form.html")
    form = str(parts.make_module({"zone": "America/Chicago"}).clock_form("/x", {"now": NOW}))
    assert re.findall(r'<input[^>]* name="(shown_(?:day|month|year))"', form) == order
    assert f"For example, {like} or" in form


@pytest.mark.parametrize(
    "said", ["", "soon", "2026-11-20T14:03", "2025-01-01T00:00:00Z", "2026-11-20T15:00:00Z"]
)
def test_a_mark_that_cannot_be_is_left_out(said: str) -> None:
    check = check_of(looked_at=said)
    assert check.how is CheckMethod.TYPED


def test_what_was_typed_counts_most() -> None:
    check = check_of(true_time="13:55:00", looked_at=NOW.isoformat(), shown_time="14:02:12")
    assert check.how is CheckMethod.TIMED
    assert offset(check) == 432


def test_two_clocks_without_seconds_are_compared_by_their_minutes() -> None:
    assert offset(check_of(shown_time="14:02", true_time="13:55")) == 420


def test_everything_wrong_is_said_at_once_beside_its_field() -> None:
    wrong = problems(shown_day="", shown_month="13", shown_year="x", shown_time="")
    assert set(wrong) == {"shown_day", "shown_month", "shown_year", "shown_time"}
    wrong = problems(shown_day="", shown_month="", shown_year="")
    assert wrong == {"shown_day": "Enter the date that the recorder shows"}
    wrong = problems(shown_day="", shown_month="", shown_year="", true_time="late", shown_time="")
    assert list(wrong) == ["shown_day", "shown_time", "true_time"]
    assert "no such date" in problems(shown_day="31")["shown_day"]
    assert set(problems(true_time="late")) == {"true_time"}


def test_half_a_day_is_asked_about() -> None:
    assert "am or pm" in problems(shown_time="2:10:39")["shown_time"]
    assert offset(check_of(shown_time="2:10:39 pm")) == 432


def test_another_year_is_taken_once_it_was_confirmed() -> None:
    assert "days" in problems(shown_year="2019")["sure"]
    assert offset(check_of(shown_year="2019", sure="yes")) < -7 * 365 * 86400


def officer_check(**typed: str) -> ClockReading:
    form = SubmittedForm({name: [value] for name, value in typed.items()})
    return form.read(OfficerClockForm, CONTEXT).reading()


@pytest.mark.parametrize("typed", ["2026-11-20", "2026-W47-5", "20261120", "14:03"])
def test_an_officer_does_not_read_midnight_off_a_date(typed: str) -> None:
    for box in ("shown", "true_at"):
        right = {"shown": "2026-11-20T14:03:27", "true_at": "2026-11-20T14:00:00", "picture": ""}
        with pytest.raises(Invalid) as caught:
            officer_check(**{**right, box: typed})
        assert "date and" in field_errors(caught.value)[box]


def test_an_officer_reads_both_clocks_off_a_picture() -> None:
    check = officer_check(shown="2026-07-20T15:10:39", true_at="2026-07-20T15:03:27")
    assert check.how is CheckMethod.PICTURE
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
        officer_check(shown=shown, true_at=true_at)
    assert {field for field, _ in caught.value.fields} == wrong
