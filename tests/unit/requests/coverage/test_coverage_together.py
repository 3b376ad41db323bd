"""Several requests, several cameras and recorders whose clocks are wrong: nothing is claimed that
nobody looked at, and whoever answers more never takes anything away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.cameras.model import CameraKind
from chalicelib.geo.sight import field_of_view
from chalicelib.requests.coverage.answer_history import RecordedAnswer, RecordedClockCheck
from chalicelib.requests.coverage.coverage import Coverage, compute_coverage, merged_windows
from chalicelib.requests.coverage.coverage_cells import camera_minutes, seen_cells
from chalicelib.requests.coverage.viewing_log import LEAST_OFFSET, AskedSite, recorder_offsets
from chalicelib.requests.model import FootageWindow, Recipient, RecipientState
from chalicelib.requests.recipients.camera_view import CameraView, camera_view
from chalicelib.requests.standings import COVERING, CameraStatus, CoverageLayer
from tests.unit.requests.coverage.coverage_cases import (
    AWAY,
    BLIND,
    END,
    FACING,
    HOUR,
    LONDON,
    MINUTE,
    NOW,
    SCENE,
    SENT,
    START,
    answers,
    asked,
    by_camera,
    clock,
    covered,
    site,
    sites,
    whole_windows,
)
from tests.unit.requests.coverage.test_coverage import standings

BOTH = site(FACING, replace(FACING, number=2))
"""Two cameras, both with the scene in view."""


# camera by camera


def test_a_camera_that_was_looked_at_clears_its_own_view_only() -> None:
    """The one beside it was off: what only that one sees, nobody saw."""
    two = site(AWAY, replace(FACING, number=2))
    said = by_camera(
        asked(two, RecipientState.NOTHING),
        (1, RecipientState.NOTHING),
        (2, RecipientState.UNAVAILABLE, "off"),
    )
    found = covered(said)
    assert standings(found) == [(0, CameraStatus.SAID_OFF)]
    assert {one.view.camera.number for one in camera_minutes(found)} == {1}
    whole = covered(asked(two, RecipientState.NOTHING))
    assert {cell.cell for cell in seen_cells(found).cells} < {
        cell.cell for cell in seen_cells(whole).cells
    }
    assert standings(whole) == [(0, CameraStatus.CHECKED)], (
        "answered for the site, it holds for both"
    )


def test_of_two_that_see_the_scene_one_is_enough() -> None:
    said = by_camera(
        asked(BOTH, RecipientState.NOTHING),
        (1, RecipientState.UNAVAILABLE, "off"),
        (2, RecipientState.NOTHING),
    )
    assert standings(covered(said)) == [(0, CameraStatus.CHECKED)]


def test_a_camera_that_was_not_named_is_not_answered() -> None:
    said = by_camera(
        asked(BOTH, RecipientState.UNAVAILABLE), (1, RecipientState.UNAVAILABLE, "off")
    )
    assert standings(covered(said)) == [(0, CameraStatus.WAITING)]


def test_looked_at_by_one_and_kept_of_the_other_is_both() -> None:
    said = by_camera(
        asked(BOTH, RecipientState.SAVED), (1, RecipientState.NOTHING), (2, RecipientState.SAVED)
    )
    found = covered(said)
    assert standings(found) == [(0, CameraStatus.HELD)]
    assert (found.checked_minutes, found.held_minutes) == (30, 30)
    assert {cell.layer for cell in seen_cells(found).cells} == set(CoverageLayer)


def test_what_was_saved_of_one_camera_is_what_was_sent() -> None:
    two = site(FACING, replace(AWAY, number=2))
    sent = by_camera(
        asked(two, RecipientState.UPLOADED), (1, RecipientState.NOTHING), (2, RecipientState.SAVED)
    )
    found = covered(sent)
    assert (found.checked_minutes, found.held_minutes) == (30, 0), "the file is of the other one"
    assert {one.layer: one.view.camera.number for one in camera_minutes(found)} == {
        CoverageLayer.CHECKED: 1,
        CoverageLayer.HELD: 2,
    }


def test_a_file_that_no_camera_was_named_for_is_of_an_unknown_one() -> None:
    sent = by_camera(
        asked(site(FACING), RecipientState.UPLOADED), (1, RecipientState.UNAVAILABLE, "off")
    )
    assert standings(covered(sent)) == [(0, CameraStatus.HELD_UNCLEAR)]
    saved = asked(
        BOTH, RecipientState.WITHDRAWN, answer=RecipientState.SAVED, answered_at=SENT + HOUR
    )
    withdrawn = by_camera(saved, (1, RecipientState.NOTHING), (2, RecipientState.SAVED))
    assert standings(covered(withdrawn)) == [(0, CameraStatus.CHECKED)], "looked at stays looked at"


def test_each_camera_counts_from_when_its_own_answer_was_given() -> None:
    """A second camera that was answered later takes nothing from the first."""
    short = replace(FACING, retention_minutes=7 * 60 + 10)
    two = site(short, replace(short, number=2))
    late = by_camera(
        asked(two, RecipientState.NOTHING, 2 * HOUR),
        (1, RecipientState.NOTHING),
        (2, RecipientState.NOTHING),
    )
    said = (
        RecordedAnswer(SENT + HOUR, "nothing", {1: "nothing"}),
        RecordedAnswer(SENT + 2 * HOUR, "nothing", {1: "nothing", 2: "nothing"}),
    )
    found = covered(replace(late, said=said))
    assert standings(found) == [(0, CameraStatus.CHECKED)]
    shown = {
        view.camera.number: [window.start for _, window in found.sites[0].shown(view, found.spans)]
        for view in found.sites[0].views
    }
    assert shown == {1: [START], 2: []}, "of the second the window was overwritten by then"


# recorders' clocks


def test_who_looked_by_a_clock_that_was_ahead_saw_earlier_minutes() -> None:
    one = clock(
        asked(site(FACING), RecipientState.NOTHING), ahead=5 * MINUTE, checked=HOUR + MINUTE
    )
    assert standings(covered(one)) == [(0, CameraStatus.CHECKED), (25, CameraStatus.CLOCK)]
    behind = clock(
        asked(site(FACING), RecipientState.NOTHING), ahead=-5 * MINUTE, checked=HOUR + MINUTE
    )
    assert standings(covered(behind)) == [(0, CameraStatus.CLOCK), (5, CameraStatus.CHECKED)]


def test_who_was_told_the_recorders_times_looked_at_the_right_minutes() -> None:
    one = clock(
        asked(site(FACING), RecipientState.NOTHING), ahead=5 * MINUTE, checked=HOUR - MINUTE
    )
    assert standings(covered(one)) == [(0, CameraStatus.CHECKED)]


def test_who_looks_again_after_the_check_has_looked_at_both() -> None:
    one = clock(
        asked(site(FACING), RecipientState.NOTHING, 2 * HOUR),
        ahead=40 * MINUTE,
        checked=HOUR + MINUTE,
    )
    twice = (RecordedAnswer(SENT + HOUR, "nothing"), RecordedAnswer(SENT + 2 * HOUR, "nothing"))
    found = covered(replace(one, said=twice), start=START - HOUR)
    assert found.gaps == () or all(gap.end <= START - HOUR for gap in found.gaps)
    once = covered(replace(one, said=twice[:1]), start=START - HOUR)
    assert once.covered_minutes == 90 - 40


def test_a_minute_of_which_half_was_looked_at_is_not_covered() -> None:
    seconds = clock(
        asked(site(FACING), RecipientState.NOTHING),
        ahead=timedelta(seconds=90),
        checked=HOUR + MINUTE,
    )
    assert standings(covered(seconds)) == [(0, CameraStatus.CHECKED), (28, CameraStatus.CLOCK)]


def test_less_than_a_minute_is_what_reading_two_clocks_can_tell() -> None:
    near = timedelta(seconds=LEAST_OFFSET - 1)
    for ahead in (near, -near):
        one = clock(asked(site(FACING), RecipientState.NOTHING), ahead, HOUR + MINUTE)
        assert standings(covered(one)) == [(0, CameraStatus.CHECKED)]


def test_what_a_wrong_clock_hid_and_the_recorder_has_lost_is_overwritten() -> None:
    """Only while the recorder may still hold them does looking again help."""
    short = replace(FACING, retention_minutes=7 * 60)
    one = clock(asked(site(short), RecipientState.NOTHING), ahead=5 * MINUTE, checked=HOUR + MINUTE)
    assert standings(covered(one)) == [(0, CameraStatus.CHECKED), (25, CameraStatus.OVERWRITTEN)]


def test_files_are_shifted_each_by_what_was_known_when_it_was_sent() -> None:
    one = clock(asked(site(FACING), RecipientState.UPLOADED), ahead=10 * MINUTE, checked=HOUR)
    early = replace(one, files=(SENT + 30 * MINUTE,))
    assert standings(covered(early)) == [(0, CameraStatus.HELD), (20, CameraStatus.CLOCK)]
    both = replace(one, files=(SENT + 30 * MINUTE, SENT + 2 * HOUR))
    assert standings(covered(both)) == [(0, CameraStatus.HELD)]


def test_a_second_check_corrects_what_the_first_one_said() -> None:
    """Looked where a check of 5 minutes said; it was 7 minutes."""
    one = clock(asked(site(FACING), RecipientState.NOTHING), ahead=7 * MINUTE, checked=2 * HOUR)
    told = (RecordedClockCheck(SENT + 30 * MINUTE, 300), *one.told)
    assert standings(covered(replace(one, told=told))) == [
        (0, CameraStatus.CHECKED),
        (28, CameraStatus.CLOCK),
    ]


def test_where_nobody_knows_whether_a_recorder_follows_summer_time_both_must_hold() -> None:
    window = FootageWindow(datetime(2026, 10, 24, 12, 0, tzinfo=UTC), END)
    checked = datetime(2026, 10, 26, 12, 0, tzinfo=UTC)
    recipient = Recipient("r" * 16, "s" * 16, "w" * 16, SENT, clock_checked_at=checked)

    def offsets(seconds: int | None) -> tuple[int, ...]:
        return recorder_offsets(replace(recipient, clock_offset_seconds=seconds), window, LONDON)

    assert offsets(None) == ()
    assert offsets(20) == (20,), "right, and taken to have been right"
    assert offsets(300) == (300 - 3600, 300)
    assert offsets(3600) == (0,), "stays on summer time, so it was right in summer"


# requests together


def together(*those: AskedSite, windows: list[FootageWindow] | None = None) -> Coverage:
    return compute_coverage(windows or [FootageWindow(START, END)], SCENE, those, NOW)


def in_request(one: AskedSite, letter: str, window: FootageWindow | None = None) -> AskedSite:
    recipient = replace(one.recipient, request_id=letter * 16, window=window)
    return replace(one, recipient=recipient, window=window or one.window)


def test_a_site_that_was_asked_twice_is_one_site() -> None:
    house = site(FACING)
    early = in_request(
        asked(house, RecipientState.NOTHING), "a", FootageWindow(START, START + 20 * MINUTE)
    )
    late = in_request(
        asked(house, RecipientState.SAVED), "b", FootageWindow(START + 10 * MINUTE, END)
    )
    found = together(early, late)
    (only,) = found.sites
    assert [one.recipient.request_id[0] for one in only.asks] == ["b", "a"]
    assert standings(found) == [(0, CameraStatus.CHECKED), (10, CameraStatus.HELD)]
    assert (found.checked_minutes, found.held_minutes, found.covered_minutes) == (20, 20, 30)
    assert all(sum(segment.counts.values()) == 1 for segment in found.segments)


def test_what_one_request_left_open_another_closes() -> None:
    refused = in_request(asked(site(FACING, number=1), RecipientState.DECLINED), "a")
    looked = in_request(asked(site(FACING, number=2), RecipientState.NOTHING), "b")
    assert together(refused).gaps and not together(refused, looked).gaps


def test_nobody_was_asked_about_the_hours_between_two_windows() -> None:
    evening = FootageWindow(START + 5 * HOUR, START + 5 * HOUR + 10 * MINUTE)
    one = in_request(asked(site(FACING), RecipientState.NOTHING), "a", evening)
    found = together(one)
    assert found.spans == (FootageWindow(START, END), evening)
    assert found.minutes == 40 and found.covered_minutes == 10
    assert [gap.minutes for gap in found.gaps] == [30]
    assert found.window == (START, evening.end)


def test_a_site_asked_for_minutes_outside_the_requests_own_counts_for_them() -> None:
    before = FootageWindow(START - 20 * MINUTE, START + 5 * MINUTE)
    found = covered(asked(site(FACING), RecipientState.NOTHING, window=before))
    assert found.spans == (FootageWindow(START - 20 * MINUTE, END),)
    assert found.covered_minutes == 25 and found.minutes == 50


def test_an_incident_that_nobody_was_asked_about_is_one_gap() -> None:
    found = together()
    assert found.sites == () and [gap.minutes for gap in found.gaps] == [30]
    assert seen_cells(found).cells == ()


@given(st.lists(whole_windows, min_size=1, max_size=8))
def test_windows_become_stretches_that_lie_apart(windows: list[FootageWindow]) -> None:
    found = merged_windows(windows)
    assert all(before.end < after.start for before, after in pairwise(found))
    for window in windows:
        assert sum(one.start <= window.start and window.end <= one.end for one in found) == 1


# whatever was asked and answered


def of_one_register(those: list[AskedSite]) -> list[AskedSite]:
    """The same id is the same site, and each request asks it once."""
    register = {one.recipient.site_id: one.site for one in reversed(those)}
    once = {(one.recipient.request_id, one.recipient.site_id): one for one in those}
    return [replace(one, site=register[one.recipient.site_id]) for one in once.values()]


several = st.lists(answers(), max_size=4).map(of_one_register)


@st.composite
def same_site(draw: st.DrawFn) -> list[AskedSite]:
    """One site, asked by several requests."""
    where = draw(sites())
    asks = [draw(answers(where)) for _ in range(draw(st.integers(1, 3)))]
    return list({one.recipient.request_id: one for one in asks}.values())


def minutes_of(found: Coverage) -> Iterator[tuple[datetime, frozenset[CameraStatus], int, int]]:
    """Each whole minute, what covers it, and by how many sites it was looked at and is kept."""
    for segment in found.segments:
        layers = {
            CameraStatus.CHECKED: segment.checked,
            CameraStatus.HELD: segment.held,
        }
        at = segment.start
        while at + MINUTE <= segment.end:
            covers = frozenset(one for one, number in layers.items() if number)
            yield at, covers, segment.checked, segment.held
            at += MINUTE


def supported(one: AskedSite, minute: datetime) -> set[CameraStatus]:
    """What an answer says of a minute, found the long way: from what the recorder showed."""
    found: set[CameraStatus] = set()
    if one.site is None:
        return found
    for camera in one.site.cameras:
        view = camera_view(camera, one.site, SCENE)
        state, _ = one.answer(camera.number)
        if view.sees != field_of_view.YES:
            continue
        for at in times_of(one, camera.number, state):
            if before_them(one, view, state, at, minute):
                found.add(
                    CameraStatus.CHECKED if state is RecipientState.NOTHING else CameraStatus.HELD
                )
    return found


def times_of(one: AskedSite, number: int, state: RecipientState) -> list[datetime]:
    """When the owner had this camera's footage before them, as far as that counts."""
    recipient = one.recipient
    if state is RecipientState.UPLOADED:
        return list(one.files) or [at for at in [recipient.answered_at] if at]
    if state not in (RecipientState.NOTHING, RecipientState.SAVED):
        return []
    run: list[RecordedAnswer] = []
    for said in reversed(one.said):
        given = said.cameras.get(number, "") if said.cameras else said.answer
        if given != state.value:
            break
        run.insert(0, said)
    if not run:
        last = recipient.saved_at if state is RecipientState.SAVED else None
        return [at for at in [last or recipient.answered_at] if at]
    checked = recipient.clock_checked_at
    first_after = [said.at for said in run if checked and said.at >= checked][:1]
    return [run[0].at, *first_after]


def before_them(
    one: AskedSite, view: CameraView, state: RecipientState, at: datetime, minute: datetime
) -> bool:
    """The owner who looked then had this whole minute before them."""
    recipient = one.recipient
    ahead = timedelta(seconds=recipient.clock_offset_seconds or 0)
    checked = recipient.clock_checked_at
    knew = checked is not None and at >= checked
    hand = timedelta(0) if knew or abs(ahead.total_seconds()) < LEAST_OFFSET else ahead
    # The recorder showed `minute + ahead` while it recorded; the owner looked at the window's
    # own times, or at those that the page said after the check.
    shown_there = one.window.start <= minute + hand and minute + MINUTE + hand <= one.window.end
    if not shown_there or minute + MINUTE > at.replace(second=0, microsecond=0):
        return False
    if state is RecipientState.UPLOADED:
        return True
    kept = timedelta(minutes=view.kept.minutes)
    return view.camera.records and minute >= at - kept and view.kept.minutes > 0


@given(several)
def test_exactly_the_minutes_that_somebody_had_before_them_are_covered(
    those: list[AskedSite],
) -> None:
    found = together(*those)
    for minute, covers, _, _ in minutes_of(found):
        wanted = set().union(*(supported(one, minute) for one in those))
        assert covers == wanted


@given(same_site())
def test_a_site_asked_by_several_requests_claims_what_any_of_its_answers_does(
    those: list[AskedSite],
) -> None:
    found = together(*those)
    for minute, covers, checked, held in minutes_of(found):
        assert covers == set().union(*(supported(one, minute) for one in those))
        assert max(checked, held) <= 1
    (only,) = found.sites
    for stretch in only.stretches:
        assert stretch.covers <= COVERING
        assert (stretch.standing in COVERING) == bool(stretch.covers)


@given(several | same_site(), st.data())
def test_one_answer_more_never_takes_anything_away(
    those: list[AskedSite], data: st.DataObject
) -> None:
    """Not a minute of the scene, by any layer, and not a cell."""
    fewer = list(those)
    if fewer:
        fewer.pop(data.draw(st.integers(0, len(fewer) - 1)))
    windows = [FootageWindow(START, END), *(one.window for one in those)]
    before, after = (together(*some, windows=windows) for some in (fewer, those))
    known = {minute: (checked, held) for minute, _, checked, held in minutes_of(after)}
    for minute, _, checked, held in minutes_of(before):
        assert known[minute][0] >= checked and known[minute][1] >= held
    assert after.stated_minutes >= before.stated_minutes
    assert after.covered_minutes >= before.covered_minutes
    cells, more = seen_cells(before), seen_cells(after)
    if cells.resolution == more.resolution:
        assert {(c.layer, c.cell) for c in cells.cells} <= {(c.layer, c.cell) for c in more.cells}


@given(several)
def test_time_is_accounted_for_without_holes(those: list[AskedSite]) -> None:
    found = together(*those)
    borders = {span.start: span.end for span in found.spans}
    timelines = [[(part.start, part.end) for part in found.segments]]
    timelines += [[(part.start, part.end) for part in one.stretches] for one in found.sites]
    for parts in timelines:
        assert set(borders) <= {start for start, _ in parts}
        for (_, end), (start, _) in pairwise(parts):
            assert end == start or (end in borders.values() and start in borders)
    assert sum(one.minutes for one in found.segments) == pytest.approx(found.minutes)
    for segment in found.segments:
        assert sum(segment.counts.values()) == len(found.sites)
        assert max(segment.checked, segment.held) <= len(found.sites)


@given(several)
def test_no_cell_is_claimed_that_no_answer_supports(those: list[AskedSite]) -> None:
    for one in camera_minutes(together(*those)):
        view, camera = one.view, one.view.camera
        assert view.known and camera.kind not in (CameraKind.PTZ, CameraKind.DASHCAM)
        said = {asked.answer(camera.number)[0] for asked in one.site.asks}
        wanted = (
            {RecipientState.NOTHING}
            if one.layer is CoverageLayer.CHECKED
            else {RecipientState.SAVED, RecipientState.UPLOADED}
        )
        assert said & wanted
        assert any(span.start <= one.start < one.end <= span.end for span in together(*those).spans)


def test_who_cannot_see_proves_nothing_however_often_they_are_asked() -> None:
    those = [in_request(asked(site(BLIND), RecipientState.NOTHING), letter) for letter in "ab"]
    assert standings(together(*those)) == [(0, CameraStatus.CHECKED_UNCLEAR)]
