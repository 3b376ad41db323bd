"""How a request stands for the officer who works through it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.cameras.model import Camera, CameraKind
from chalicelib.geo.areas import Circle, Corridor, Point
from chalicelib.registry.model import PositionSource
from chalicelib.requests.model import Deadline, Recipient, RecipientState
from chalicelib.requests.overviews.triage import (
    SOON,
    SiteSummary,
    site_summaries,
    site_summary,
    triage_recipients,
    urgent_recipients,
)
from chalicelib.requests.recipient_states import TriageGroup
from chalicelib.search.site_matching import Look, visibility_check
from tests.support.places import new_site

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
SEES = SiteSummary(30, "home", 1, "yes")
AWAY = replace(SEES, sees="no")


def recipient(
    number: int, state: RecipientState = RecipientState.NOTIFIED, left: float | None = 48
) -> Recipient:
    return Recipient(
        "1" * 16,
        f"{number:016d}",
        "2" * 16,
        NOW,
        state=state,
        deadline=None if left is None else NOW + left * HOUR,
    )


def numbers(recipients: list[Recipient], group: TriageGroup) -> list[int]:
    return [int(one.site_id) for one in dict(triage_recipients(recipients, {}, NOW).groups)[group]]


def test_what_is_lost_first_is_on_top_and_what_is_lost_at_the_end() -> None:
    waiting = [
        recipient(1, left=None),
        recipient(2, RecipientState.VIEWED, left=-1),
        recipient(3, left=9),
        recipient(4, RecipientState.PENDING, left=2),
    ]
    assert numbers(waiting, TriageGroup.WAITING) == [4, 3, 1, 2]


def test_a_camera_that_lost_it_does_not_hide_one_that_has_it() -> None:
    both = replace(recipient(1, left=-1), later=(Deadline(NOW + 5 * HOUR, True),))
    assert numbers([recipient(2, left=9), both, recipient(3, left=2)], TriageGroup.WAITING) == [
        3,
        1,
        2,
    ]
    made = triage_recipients([both], {}, NOW)
    assert made.next_lost and made.next_lost.deadline == NOW + 5 * HOUR


def test_what_is_still_to_come_stands_before_what_came() -> None:
    some = [
        replace(recipient(1, RecipientState.UPLOADED), answered_at=NOW - 2 * HOUR),
        replace(recipient(2, RecipientState.SAVED), saved_at=NOW - HOUR),
        replace(recipient(3, RecipientState.SAVED), saved_at=NOW - 3 * HOUR),
        replace(recipient(4, RecipientState.UPLOADED), answered_at=NOW - HOUR),
    ]
    assert numbers(some, TriageGroup.FOOTAGE) == [3, 2, 4, 1]


def test_the_newest_answer_is_on_top() -> None:
    some = [
        replace(recipient(n, state), answered_at=NOW - n * HOUR)
        for n, state in (
            (3, RecipientState.NOTHING),
            (1, RecipientState.DECLINED),
            (2, RecipientState.UNAVAILABLE),
        )
    ]
    assert numbers(some, TriageGroup.ANSWERED) == [1, 2, 3]


@pytest.mark.parametrize(
    "left, known, found",
    [
        (1, {}, True),
        (1, {"0" * 15 + "1": SEES}, True),
        (1, {"0" * 15 + "1": AWAY}, False),  # nothing to hurry for
        (SOON / HOUR, {}, True),
        (SOON / HOUR + 1, {}, False),
        (-1, {}, False),
        (None, {}, False),
    ],
)
def test_whom_to_ring_is_who_may_have_seen_it_and_loses_it_within_a_day(
    left: float | None, known: dict[str, SiteSummary], found: bool
) -> None:
    first = recipient(1, left=left)
    later = recipient(2, left=72)
    gone = recipient(3, RecipientState.NOTHING, left=0.5)
    assert triage_recipients([later, gone, first], known, NOW).next_lost == (
        first if found else None
    )


def test_who_faces_away_hides_nobody_behind() -> None:
    pair = [recipient(1, left=1), recipient(2, left=2)]
    assert triage_recipients(pair, {pair[0].site_id: AWAY}, NOW).next_lost == pair[1]


@given(
    st.lists(
        st.tuples(st.sampled_from(RecipientState), st.none() | st.floats(-99, 99)), max_size=30
    )
)
def test_everybody_stands_on_the_page_once(some: list[tuple[RecipientState, float | None]]) -> None:
    everyone = [recipient(n, state, left) for n, (state, left) in enumerate(some)]
    made = triage_recipients(everyone, {}, NOW)
    listed = [one.site_id for _, group in made.groups for one in group]
    assert sorted(listed) == sorted(one.site_id for one in everyone)
    assert sum(number for _, _, number in made.counts) == len(everyone)
    assert [group for group, _ in made.groups] == sorted(
        {group for group, _ in made.groups}, key=list(TriageGroup).index
    )


def at(scene: tuple[int, int]) -> tuple[Look, ...]:
    """What officers looked at when they searched around the scene."""
    return (visibility_check(Circle(Point.from_microdegrees(*scene), 500.0))[0],)


def test_what_was_searched_along_a_route_counts_for_the_sites_beside_it() -> None:
    """A site two kilometres from the incident sees the route that was searched: it must neither be
    said to face away nor be left out of those to be called first."""
    _, site = new_site(52_476_000, -1_905_300, 1)
    camera = Camera(1, kind=CameraKind.FIXED, bearing=0, angle=90, range_m=60)
    site = replace(site, position_source=PositionSource.PIN, cameras=(camera,))
    scene = (52_496_000, -1_905_300)
    path = (Point(52.47630, -1.9063), Point(52.47630, -1.9043))  # 33 m to the north
    along = visibility_check(Corridor(path, 80.0))[0]
    assert site_summary(site, scene, at(scene)).sees == "no"
    assert site_summary(site, scene, (*at(scene), along)).sees == "yes"


def test_a_site_is_told_by_what_names_nobody() -> None:
    _, site = new_site(52_476_000, -1_905_300, 2)
    north = Camera(1, kind=CameraKind.FIXED, bearing=0, angle=90, range_m=60)
    south = replace(north, number=2, bearing=180)
    site = replace(site, position_source=PositionSource.PIN, cameras=(north, south))
    scene = (52_476_270, -1_905_300)  # 30 m to the north
    looks = at(scene)
    known = site_summary(site, scene, looks)
    assert replace(known, distance_m=round(known.distance_m)) == SiteSummary(30, "home", 2, "yes")
    assert site_summary(replace(site, cameras=(south,)), scene, looks).sees == "no"
    assert site_summary(replace(site, cameras=(south, Camera(1))), scene, looks).sees == "unknown"
    assert site_summary(replace(site, cameras=()), scene, looks).sees == "unknown"


def ordered(*recipients: Recipient) -> list[int]:
    return [int(one.site_id) for one in urgent_recipients(recipients, NOW)]


def test_it_is_urgent_from_the_next_moment_until_a_day_from_now() -> None:
    second = 1 / 3600
    assert timedelta(hours=24) == SOON
    assert ordered(recipient(1, left=second), recipient(2, left=24)) == [1, 2]
    assert ordered(recipient(1, left=0), recipient(2, left=24 + second)) == []
    assert (
        ordered(
            recipient(1, RecipientState.SAVED, left=1), recipient(2, RecipientState.EXPIRED, left=1)
        )
        == []
    )
    assert ordered(recipient(2, left=3), recipient(1, left=3), recipient(3, left=2)) == [3, 1, 2]


def test_what_is_lost_at_this_moment_stands_below_what_is_not() -> None:
    assert numbers([recipient(1, left=0), recipient(2, left=900)], TriageGroup.WAITING) == [2, 1]
    assert numbers([recipient(1, left=-2), recipient(2, left=-9)], TriageGroup.WAITING) == [2, 1]
    # What was not asked for any more is not said to be lost.
    over = [
        recipient(1, RecipientState.EXPIRED, left=-1),
        recipient(2, RecipientState.WITHDRAWN, left=-5),
    ]
    assert numbers(over, TriageGroup.OVER) == [2, 1]


def test_answers_of_the_same_moment_stand_by_their_sites() -> None:
    some = [replace(recipient(n, RecipientState.NOTHING), answered_at=NOW) for n in (3, 1)]
    assert numbers([*some, recipient(2, RecipientState.DECLINED)], TriageGroup.ANSWERED) == [
        1,
        3,
        2,
    ]


def test_states_are_counted_where_they_occur() -> None:
    some = [
        recipient(1),
        recipient(2),
        recipient(3, RecipientState.SAVED),
        recipient(4, RecipientState.EXPIRED),
    ]
    assert triage_recipients(some, {}, NOW).counts == (
        (RecipientState.NOTIFIED, TriageGroup.WAITING, 2),
        (RecipientState.SAVED, TriageGroup.FOOTAGE, 1),
        (RecipientState.EXPIRED, TriageGroup.OVER, 1),
    )
    nobody = triage_recipients([], {}, NOW)
    assert (nobody.groups, nobody.counts, nobody.next_lost) == ((), (), None)


def test_every_site_is_told_of_by_its_id() -> None:
    _, one = new_site(52_476_000, -1_905_300)
    scene = (52_476_270, -1_905_300)
    assert site_summaries({one.id: one}, scene, at(scene)) == {
        one.id: site_summary(one, scene, at(scene))
    }
    assert site_summary(one, (one.latitude_e6, one.longitude_e6), ()).distance_m == 0
