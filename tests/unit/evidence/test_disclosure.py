"""The disclosure list: everything that was asked and answered, nobody's name, nothing that runs."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.times import iso_seconds
from chalicelib.evidence.disclosure import COLUMNS, DisclosureSchedule, disclosure_rows, inert_cell
from chalicelib.evidence.model import Evidence
from chalicelib.evidence.model import EvidenceState as FileState
from chalicelib.requests.coverage.answer_history import (
    RecordedAnswer,
    answer_history,
    answer_times,
    parse_camera_answers,
)
from chalicelib.requests.model import (
    CameraAnswer,
    Deadline,
    Recipient,
    RecipientState,
    SkippedSite,
    SkipReason,
)
from tests.unit.requests.coverage.coverage_cases import NOW, SENT, request

SITE = "0123456789abcdef"
ASKED = Recipient("r" * 16, SITE, "o" * 16, SENT, state=RecipientState.NOTIFIED, notified_at=SENT)
ANSWERED = replace(
    ASKED,
    state=RecipientState.NOTHING,
    answer=RecipientState.NOTHING,
    answered_at=SENT + timedelta(hours=2),
    reason="faces_away",
    note="My neighbour Mr Smith was there",
    reminded=(SENT + timedelta(hours=1),),
)
SAID = {
    SITE: [
        RecordedAnswer(SENT + timedelta(hours=1), "declined"),
        RecordedAnswer(SENT + timedelta(hours=2), "nothing"),
    ]
}
FILE = Evidence(
    "e" * 16, "r" * 16, SITE, "o" * 16, "i" * 16, FileState.ACCEPTED, "Mr Smith.mp4", "video/mp4",
    9, 9, "", SENT, sha256="a" * 64, received_at=SENT,
)  # fmt: skip


def listed(*recipients: Recipient, files: tuple[Evidence, ...] = ()) -> list[dict[str, str]]:
    rows = disclosure_rows(request(), "20/1/26", recipients, SAID, files, NOW)
    text = DisclosureSchedule("RRRR-RRRR", tuple(rows)).csv()
    return list(csv.DictReader(io.StringIO(text)))


def test_a_row_says_everything_that_was_asked_and_answered() -> None:
    (row,) = listed(ANSWERED, files=(FILE, replace(FILE, id="f" * 16, sha256="")))
    assert tuple(row) == COLUMNS
    assert row["site_id"] == SITE and row["request_reference"] == "RRRR-RRRR"
    assert row["crime_reference"] == "20/1/26"
    assert row["asked_at"] == row["message_sent_at"] == "2026-11-20T08:00:00Z"
    assert row["answer"] == "nothing" and row["answered_at"] == "2026-11-20T10:00:00Z"
    assert row["answers_in_order"] == (
        "2026-11-20T09:00:00Z declined; 2026-11-20T10:00:00Z nothing"
    )
    assert row["reminders_sent"] == "1" and row["reminded_at"] == "2026-11-20T09:00:00Z"
    assert row["uploads"] == "2" and row["upload_sha256"] == f"{'a' * 64}; none"
    assert row["upload_states"] == "accepted; accepted"


def test_nobody_is_named() -> None:
    """Not in a note, not in a file's name, not by the owner's id."""
    rows = disclosure_rows(request(), "20/1/26", [ANSWERED], SAID, [FILE], NOW)
    text = DisclosureSchedule("RRRR-RRRR", tuple(rows)).csv()
    assert "Smith" not in text and ANSWERED.owner_id not in text
    assert listed(ANSWERED)[0]["note_left"] == "yes" and listed(ASKED)[0]["note_left"] == "no"


def test_who_did_not_answer_is_listed_as_well() -> None:
    (row,) = listed(replace(ASKED, site_id="1" * 16))
    assert row["state"] == "notified" and row["answer"] == row["answers_in_order"] == ""


def test_the_deadline_is_the_one_that_pages_name() -> None:
    """That of the next camera, as soon as the first has passed, also before the night is over."""
    hour = timedelta(hours=1)
    first = replace(ASKED, deadline=NOW - hour, later=(Deadline(NOW + hour, certain=True),))
    (row,) = listed(first)
    assert (row["footage_kept_until"], row["kept_until_is"]) == (iso_seconds(NOW + hour), "known")
    (row,) = listed(replace(first, state=RecipientState.NOTHING))
    assert row["footage_kept_until"] == iso_seconds(NOW - hour)


def test_sites_come_in_one_order_whatever_they_answered() -> None:
    rows = listed(replace(ANSWERED, site_id="b" * 16), replace(ASKED, site_id="a" * 16))
    assert [row["site_id"] for row in rows] == ["a" * 16, "b" * 16]


@pytest.mark.parametrize(
    "typed, kept",
    [
        ("=1+1", "'=1+1"),
        ("+44 7700", "'+44 7700"),
        ("-5", "'-5"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("  =1", "'  =1"),
        ("\t=1", "' =1"),
        ("\r\n=1", "' =1"),
        ("＝1", "'＝1"),
        ("a;=1", "a;'=1"),
        ('a,"=1', "a,'\"=1"),
        ("a\x00b\nc", "a b c"),
        ("plain - words = fine", "plain - words = fine"),
        ("", ""),
    ],
)
def test_a_cell_never_runs(typed: str, kept: str) -> None:
    assert inert_cell(typed) == kept


@given(st.text(max_size=60))
def test_no_text_becomes_a_formula_or_a_second_cell(text: str) -> None:
    (row,) = listed(replace(ANSWERED, reason=text))
    cell = row["reason"]
    assert not cell.strip().startswith(("=", "+", "-", "@"))
    for separator in ",;|":
        for part in cell.split(separator)[1:]:
            assert not part.strip(" \t\"'").startswith(("=", "+", "-", "@")) or part.startswith("'")
    assert row["list_made_at"] == "2026-11-20T10:00:00Z"
    assert not any(letter in cell for letter in "\r\n\t\x00")


# what was said before


def test_the_record_may_be_a_moment_behind() -> None:
    assert [said.answer for said in answer_history(ANSWERED, [])] == ["nothing"]
    assert answer_history(ANSWERED, SAID[SITE]) == SAID[SITE]
    assert answer_history(ASKED, []) == []


def test_an_answer_stands_since_it_was_first_given() -> None:
    first, again = (datetime(2026, 11, 20, hour, tzinfo=UTC) for hour in (9, 10))
    twice = [RecordedAnswer(first, "nothing"), RecordedAnswer(again, "nothing")]
    assert answer_times(twice, RecipientState.NOTHING) == [first, again]
    between = [twice[0], RecordedAnswer(first, "declined"), twice[1]]
    assert answer_times(between, RecipientState.NOTHING) == [again]
    assert (
        answer_times(twice, RecipientState.SAVED) == answer_times([], RecipientState.NOTHING) == []
    )


def test_of_a_camera_counts_what_was_said_of_it() -> None:
    first, again = (datetime(2026, 11, 20, hour, tzinfo=UTC) for hour in (9, 10))
    said = [
        RecordedAnswer(first, "nothing", parse_camera_answers({"cameras": "1 nothing"})),
        RecordedAnswer(again, "saved", parse_camera_answers({"cameras": "1 nothing, 12 saved"})),
    ]
    assert said[1].cameras == {1: "nothing", 12: "saved"}
    assert answer_times(said, RecipientState.NOTHING, 1) == [first, again]
    assert answer_times(said, RecipientState.SAVED, 12) == [again]
    assert answer_times(said, RecipientState.NOTHING, 2) == []
    assert parse_camera_answers({}) == {}


# who was not asked, and what else is known


def test_who_was_chosen_and_not_asked_is_listed_with_the_reason() -> None:
    asked_for = replace(request(), skipped=(SkippedSite("2" * 16, SkipReason.ASKED_OFTEN),))
    rows = disclosure_rows(asked_for, "20/1/26", [ANSWERED], SAID, [], NOW)
    text = DisclosureSchedule("RRRR-RRRR", tuple(rows)).csv()
    asked_row, skipped = csv.DictReader(io.StringIO(text))
    assert asked_row["not_asked_because"] == ""
    assert (skipped["site_id"], skipped["state"]) == ("2" * 16, "not_asked")
    assert skipped["not_asked_because"] == "asked_often"
    assert skipped["asked_at"] == skipped["message_sent_at"] == skipped["answer"] == ""


def test_answers_by_camera_and_the_recorders_clock_are_in_the_list() -> None:
    one = replace(
        ANSWERED,
        by_camera=(
            CameraAnswer(1, RecipientState.NOTHING),
            CameraAnswer(2, RecipientState.UNAVAILABLE, '=HYPERLINK("x")'),
        ),
        clock_offset_seconds=-312,
        clock_checked_at=SENT,
    )
    (row,) = listed(one)
    assert row["answers_by_camera"].startswith("1 nothing; 2 unavailable")
    assert row["recorder_clock"] == "312 seconds behind"
    assert row["recorder_clock_checked_at"] == "2026-11-20T08:00:00Z"
    assert row["answers_in_order"].endswith("nothing (1 nothing, 2 unavailable)")
    assert listed(replace(one, clock_offset_seconds=0))[0]["recorder_clock"] == "right"
    assert listed(ANSWERED)[0]["recorder_clock"] == ""


def test_old_columns_stay_where_they_are() -> None:
    """Programs read the list by its columns; new ones come last."""
    assert COLUMNS[:5] == (
        "request_reference", "request_id", "crime_reference", "window_from", "window_to",
    )  # fmt: skip
    assert COLUMNS.index("list_made_at") == 27 and COLUMNS[-1] == "not_asked_because"


def test_a_list_is_named_after_what_it_is_of() -> None:
    assert DisclosureSchedule("RRRR-RRRR", ()).file_name == "disclosure-RRRR-RRRR.csv"
