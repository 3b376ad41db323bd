"""What answers prove: nothing more than was looked at, and every minute accounted for."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from math import atan2, degrees

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.cameras.model import Camera, CameraKind
from chalicelib.geo.sight import field_of_view
from chalicelib.registry.model import PositionSource, Site
from chalicelib.requests.coverage.answer_history import RecordedAnswer
from chalicelib.requests.coverage.coverage import Coverage
from chalicelib.requests.coverage.viewing_log import AskedSite
from chalicelib.requests.model import FootageWindow, RecipientState
from chalicelib.requests.recipients.camera_view import UnknownViewReason, ViewBasis, camera_view
from chalicelib.requests.standings import COVERING, CameraStatus
from tests.unit.requests.coverage.coverage_cases import (
    AWAY,
    BLIND,
    DAY,
    FACING,
    HOUR,
    MINUTE,
    SCENE,
    SENT,
    START,
    asked,
    covered,
    many,
    places,
    recipients,
    site,
    windows,
)


def standings(found: Coverage) -> list[tuple[float, CameraStatus]]:
    """Of the only site: minutes from the window's start, and the standing from then on."""
    (only,) = found.sites
    start = found.window[0]
    return [((one.start - start) / MINUTE, one.standing) for one in only.scene]


# what one answer proves


def test_who_looked_through_a_camera_that_faces_the_scene_covers_it() -> None:
    found = covered(asked(site(FACING), RecipientState.NOTHING))
    assert standings(found) == [(0, CameraStatus.CHECKED)]
    assert found.gaps == () and found.checked_minutes == 30


@pytest.mark.parametrize(
    "state",
    [
        RecipientState.NOTHING,
        RecipientState.SAVED,
        RecipientState.UPLOADED,
        RecipientState.NOTIFIED,
    ],
)
def test_who_was_asked_for_ten_minutes_says_nothing_of_the_others(state: RecipientState) -> None:
    own = FootageWindow(START + 5 * MINUTE, START + 15 * MINUTE)
    found = covered(asked(site(FACING), state, window=own))
    assert [begin for begin, _ in standings(found)] == [0, 5, 15]
    unasked = [standing is CameraStatus.NOT_ASKED for _, standing in standings(found)]
    assert unasked == [True, False, True]
    assert found.covered_minutes == (0 if state is RecipientState.NOTIFIED else 10)
    (only,) = found.sites
    shown = [window for _, window in only.shown(only.views[0], found.spans)]
    assert shown == ([] if state is RecipientState.NOTIFIED else [own])


@pytest.mark.parametrize(
    "camera, standing",
    [
        (AWAY, CameraStatus.SEES_NOT),
        (BLIND, CameraStatus.CHECKED_UNCLEAR),
        (replace(FACING, bearing=None), CameraStatus.CHECKED_UNCLEAR),
        (replace(FACING, kind=CameraKind.PTZ), CameraStatus.CHECKED_UNCLEAR),
        (replace(FACING, kind=CameraKind.DASHCAM), CameraStatus.CHECKED_UNCLEAR),
        (replace(FACING, kind=CameraKind.UNKNOWN, angle=None), CameraStatus.CHECKED_UNCLEAR),
        (replace(FACING, records=False), CameraStatus.RECORDS_NOTHING),
        (replace(FACING, retention_minutes=0), CameraStatus.RECORDS_NOTHING),
        (replace(FACING, angle=None, range_m=None), CameraStatus.CHECKED),
    ],
)
def test_only_a_known_view_proves(camera: Camera, standing: CameraStatus) -> None:
    found = covered(asked(site(camera), RecipientState.NOTHING))
    assert standings(found) == [(0, standing)]
    assert bool(found.gaps) == (standing not in COVERING)


def test_a_view_says_what_it_rests_on() -> None:
    def view(
        camera: Camera, source: PositionSource = PositionSource.PIN
    ) -> tuple[ViewBasis, object]:
        found = camera_view(camera, replace(site(camera), position_source=source), SCENE)
        return found.basis, found.unclear

    assert view(FACING) == (ViewBasis.STATED, None)
    assert view(replace(FACING, range_m=None)) == (ViewBasis.USUAL, None)
    assert view(replace(FACING, bearing=None)) == (ViewBasis.UNKNOWN, UnknownViewReason.FACING)
    assert view(replace(FACING, bearing=None, angle=360)) == (ViewBasis.STATED, None)
    assert view(FACING, PositionSource.POSTCODE) == (ViewBasis.UNKNOWN, UnknownViewReason.POSITION)
    assert view(replace(FACING, kind=CameraKind.PTZ)) == (
        ViewBasis.UNKNOWN,
        UnknownViewReason.TURNS,
    )


def test_a_place_known_to_the_postcode_neither_proves_nor_rules_out() -> None:
    where = replace(site(AWAY), position_source=PositionSource.POSTCODE)
    assert standings(covered(asked(where, RecipientState.NOTHING))) == [
        (0, CameraStatus.CHECKED_UNCLEAR)
    ]


def test_what_was_overwritten_before_the_owner_looked_is_not_covered() -> None:
    """Looked 7 hours after the window began; the recorder keeps 6 h 50 min."""
    camera = replace(FACING, retention_minutes=6 * 60 + 50)
    found = covered(asked(site(camera), RecipientState.NOTHING))
    assert standings(found) == [(0, CameraStatus.OVERWRITTEN), (10, CameraStatus.CHECKED)]
    assert [(gap.minutes, gap.counts) for gap in found.gaps] == [
        (10, {CameraStatus.OVERWRITTEN: 1})
    ]


def test_a_minute_of_which_half_was_overwritten_is_not_covered() -> None:
    camera = replace(FACING, retention_minutes=6 * 60 + 50)
    found = covered(asked(site(camera), RecipientState.NOTHING, HOUR + timedelta(seconds=1)))
    assert standings(found) == [(0, CameraStatus.OVERWRITTEN), (11, CameraStatus.CHECKED)]


def test_who_says_the_same_again_has_not_looked_again() -> None:
    camera = replace(FACING, retention_minutes=7 * 60)
    late = asked(site(camera), RecipientState.NOTHING, 2 * HOUR)
    assert covered(late).gaps
    twice = tuple(RecordedAnswer(SENT + hours * HOUR, "nothing") for hours in (1, 2))
    assert not covered(replace(late, said=twice)).gaps
    between = (twice[0], RecordedAnswer(SENT + HOUR, "declined"), twice[1])
    assert covered(replace(late, said=between)).gaps


def test_minutes_after_the_answer_are_not_covered() -> None:
    found = covered(asked(site(FACING), RecipientState.NOTHING), start=SENT, end=SENT + 2 * HOUR)
    assert standings(found) == [(0, CameraStatus.CHECKED), (60, CameraStatus.LATER)]


def test_saved_footage_is_held_and_not_called_checked() -> None:
    found = covered(asked(site(FACING), RecipientState.SAVED))
    assert found.held_minutes == 30 and found.checked_minutes == 0
    assert found.gaps == ()


def test_an_uploaded_file_may_show_any_minute_until_somebody_looks_at_it() -> None:
    short = replace(FACING, retention_minutes=60)
    assert standings(covered(asked(site(short), RecipientState.UPLOADED))) == [
        (0, CameraStatus.HELD)
    ]
    for camera in (AWAY, BLIND):
        assert standings(covered(asked(site(camera), RecipientState.UPLOADED))) == [
            (0, CameraStatus.HELD_UNCLEAR)
        ]
    bad = replace(asked(site(FACING), RecipientState.UPLOADED), files_kept=False)
    assert standings(covered(bad)) == [(0, CameraStatus.REJECTED)]


@pytest.mark.parametrize(
    "reason, standing",
    [
        ("off", CameraStatus.SAID_OFF),
        ("faces_away", CameraStatus.SAID_FACES_AWAY),
        ("overwritten", CameraStatus.SAID_OVERWRITTEN),
        ("other", CameraStatus.SAID_UNAVAILABLE),
        ("=1+1", CameraStatus.SAID_UNAVAILABLE),
    ],
)
def test_why_somebody_cannot_help_is_kept(reason: str, standing: CameraStatus) -> None:
    found = covered(asked(site(FACING), RecipientState.UNAVAILABLE, reason=reason))
    assert standings(found) == [(0, standing)]


@pytest.mark.parametrize(
    "state, kept, standing",
    [
        (RecipientState.NOTIFIED, 7 * DAY, CameraStatus.WAITING),
        (RecipientState.EXPIRED, 7 * DAY, CameraStatus.WAITING),
        (RecipientState.NOTIFIED, 60, CameraStatus.LOST),
        (RecipientState.EXPIRED, 60, CameraStatus.LOST),
        (RecipientState.UNDELIVERABLE, 7 * DAY, CameraStatus.UNREACHED),
        (RecipientState.WITHDRAWN, 7 * DAY, CameraStatus.WITHDRAWN),
        (RecipientState.DECLINED, 7 * DAY, CameraStatus.DECLINED),
    ],
)
def test_no_answer_says_whether_one_could_still_help(
    state: RecipientState, kept: int, standing: CameraStatus
) -> None:
    found = covered(asked(site(replace(FACING, retention_minutes=kept)), state))
    assert standings(found) == [(0, standing)]


def test_saved_and_then_withdrawn_is_not_held() -> None:
    gone = asked(site(FACING), RecipientState.WITHDRAWN, answer=RecipientState.SAVED, saved_at=SENT)
    assert standings(covered(gone)) == [(0, CameraStatus.WITHDRAWN)]


def test_a_site_that_left_the_register_proves_nothing() -> None:
    for state, standing in (
        (RecipientState.NOTHING, CameraStatus.CHECKED_UNCLEAR),
        (RecipientState.SAVED, CameraStatus.GONE),
        (RecipientState.UPLOADED, CameraStatus.HELD_UNCLEAR),
        (RecipientState.NOTIFIED, CameraStatus.GONE),
    ):
        assert standings(covered(asked(None, state))) == [(0, standing)]


def test_the_best_camera_of_a_site_counts() -> None:
    both = site(AWAY, replace(FACING, number=2))
    assert standings(covered(asked(both, RecipientState.NOTHING))) == [(0, CameraStatus.CHECKED)]


# whatever was asked and answered


@given(many, windows)
def test_segments_and_stretches_partition_the_window(
    those: list[AskedSite], window: tuple[datetime, datetime]
) -> None:
    found = covered(*those, start=window[0], end=window[1])
    spans = [[(one.start, one.end) for one in found.segments]]
    spans += [[(one.start, one.end) for one in site.stretches] for site in found.sites]
    for parts in spans:
        assert parts[0][0] == window[0] and parts[-1][1] == window[1]
        assert all(start < end for start, end in parts)
        assert all(before[1] == after[0] for before, after in pairwise(parts))
    for segment in found.segments:
        assert sum(segment.counts.values()) == len(those)
        assert segment.covered == any(segment.counts.get(one) for one in COVERING)
        assert segment.checked == segment.counts.get(CameraStatus.CHECKED, 0)
        assert segment.held == segment.counts.get(CameraStatus.HELD, 0)
    both = sum(one.minutes for one in found.segments if one.covered)
    gaps = sum(gap.minutes for gap in found.gaps)
    assert both + gaps == pytest.approx((window[1] - window[0]) / MINUTE)


@given(many, windows)
def test_each_minute_is_what_its_sites_are(
    those: list[AskedSite], window: tuple[datetime, datetime]
) -> None:
    found = covered(*those, start=window[0], end=window[1])
    for segment in found.segments:
        counted: dict[CameraStatus, int] = {}
        for one in found.sites:
            (standing,) = {
                stretch.standing
                for stretch in one.stretches
                if stretch.start < segment.end and segment.start < stretch.end
            }
            counted[standing] = counted.get(standing, 0) + 1
        assert counted == segment.counts


@given(many, windows)
def test_covering_needs_a_camera_that_surely_sees_the_scene(
    those: list[AskedSite], window: tuple[datetime, datetime]
) -> None:
    for one in covered(*those, start=window[0], end=window[1]).sites:
        if one.standings & COVERING:
            seeing = [view for view in one.views if view.sees == field_of_view.YES]
            assert any(view.known and view.camera.kind != CameraKind.PTZ for view in seeing)
            assert one.asked.recipient.state in (
                RecipientState.NOTHING,
                RecipientState.SAVED,
                RecipientState.UPLOADED,
            )


@given(many, windows, st.data())
def test_a_camera_turned_away_never_proves(
    those: list[AskedSite], window: tuple[datetime, datetime], data: st.DataObject
) -> None:
    turned = []
    for one in those:
        where = data.draw(places.filter(lambda place: distance_to_scene(place) > 5))
        east, north = field_of_view.offset_metres((where.latitude_e6, where.longitude_e6), SCENE)
        away = round(bearing_of(-east, -north)) % 360
        cameras = (replace(FACING, bearing=away),)
        turned.append(replace(one, site=replace(where, cameras=cameras)))
    found = covered(*turned, start=window[0], end=window[1])
    assert not any(segment.covered for segment in found.segments)


def distance_to_scene(place: Site) -> float:
    east, north = field_of_view.offset_metres((place.latitude_e6, place.longitude_e6), SCENE)
    return float((east**2 + north**2) ** 0.5)


def bearing_of(east: float, north: float) -> float:
    return degrees(atan2(east, north))


@given(many, windows, st.data())
def test_taking_an_answer_back_never_adds_coverage(
    those: list[AskedSite], window: tuple[datetime, datetime], data: st.DataObject
) -> None:
    if not those:
        return
    at = data.draw(st.integers(0, len(those) - 1))
    quiet = data.draw(
        st.sampled_from((RecipientState.DECLINED, RecipientState.NOTIFIED, RecipientState.EXPIRED))
    )
    changed = list(those)
    changed[at] = replace(those[at], recipient=replace(those[at].recipient, state=quiet))
    before = covered(*those, start=window[0], end=window[1])
    after = covered(*changed, start=window[0], end=window[1])
    for segment in after.segments:
        if segment.covered:
            assert all(
                one.covered
                for one in before.segments
                if one.start < segment.end and segment.start < one.end
            )


@given(recipients(), windows, st.integers(1, 600))
def test_looking_later_never_shows_earlier_minutes(
    one: AskedSite, window: tuple[datetime, datetime], minutes: int
) -> None:
    """Retention only ever takes away from the front."""
    first = covered(one, start=window[0], end=window[1])
    answered = one.recipient.answered_at
    if answered is None or one.recipient.state is not RecipientState.NOTHING:
        return
    moved = replace(one.recipient, answered_at=answered + timedelta(minutes=minutes))
    later = covered(replace(one, recipient=moved), start=window[0], end=window[1])
    shown = [s.start for s in first.segments if s.covered]
    shown_later = [s.start for s in later.segments if s.covered and s.start < answered - MINUTE]
    if shown_later and shown:
        assert min(shown_later) >= min(shown)


def test_sites_come_by_answer_and_then_by_distance() -> None:
    far, near = site(FACING, metres=30, number=1), site(FACING, metres=10, number=2)
    found = covered(
        asked(site(BLIND, number=3), RecipientState.DECLINED),
        asked(far, RecipientState.NOTHING),
        asked(near, RecipientState.NOTHING),
        asked(site(BLIND, number=4), RecipientState.SAVED),
    )
    assert [int(one.asked.recipient.site_id) for one in found.sites] == [4, 2, 1, 3]


@given(many, windows)
def test_the_stricter_reading_never_covers_more(
    those: list[AskedSite], window: tuple[datetime, datetime]
) -> None:
    found = covered(*those, start=window[0], end=window[1])
    assert found.stated_minutes <= found.covered_minutes
    gaps = sum(gap.minutes for gap in found.gaps)
    assert found.covered_minutes + gaps == pytest.approx((window[1] - window[0]) / MINUTE)


def test_the_stricter_reading_leaves_out_what_is_only_usual() -> None:
    usual = replace(FACING, angle=None)
    assert covered(asked(site(usual), RecipientState.NOTHING)).stated_minutes == 0
    both = covered(
        asked(site(usual, number=1), RecipientState.NOTHING),
        asked(site(FACING, number=2), RecipientState.SAVED),
    )
    assert both.covered_minutes == both.stated_minutes == 30
