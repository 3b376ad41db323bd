"""Requests, sites and answers for the tests of what answers prove, drawn by hand and by chance."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from chalicelib.cameras.model import Camera, CameraKind
from chalicelib.evidence.coverage_report import ReportedCoverage
from chalicelib.geo.sight.field_of_view import position_beside
from chalicelib.incidents.records import Incident, TeamMember
from chalicelib.registry.model import PositionSource, Site
from chalicelib.requests.coverage.answer_history import RecordedAnswer, RecordedClockCheck
from chalicelib.requests.coverage.coverage import Coverage, compute_coverage
from chalicelib.requests.coverage.viewing_log import AskedSite, recorder_offsets
from chalicelib.requests.model import (
    ANSWERS,
    CameraAnswer,
    FootageRequest,
    FootageWindow,
    Recipient,
    RecipientState,
)
from tests.support.places import a_site

SCENE = (52_475_939, -1_905_387)
START = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
END = START + timedelta(minutes=30)
SENT = START + timedelta(hours=6)
NOW = SENT + timedelta(hours=2)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
DAY = 24 * 60
LONDON = "Europe/London"

FACING = Camera(1, CameraKind.FIXED, "", "", 7 * DAY, True, 180, 90, 40)
"""Stands 20 m north of the scene and looks south: it has the scene in view."""
AWAY = replace(FACING, bearing=0)
BLIND = Camera(1, retention_minutes=7 * DAY)


def request(
    start: datetime = START, end: datetime = END, request_id: str = "r" * 16
) -> FootageRequest:
    return FootageRequest(
        request_id, "n" * 16, "RRRR-RRRR", "Look.", start, end, "w" * 16, "pc.lane", SENT, 1
    )


def site(*cameras: Camera, metres: float = 20, bearing: float = 0, number: int = 0) -> Site:
    latitude, longitude = position_beside(SCENE, bearing, metres)
    return a_site(
        *cameras, id=f"{number:016}", owner_id="w" * 16, latitude_e6=latitude,
        longitude_e6=longitude, created_at=START,
    )  # fmt: skip


def asked(
    where: Site | None, state: RecipientState, after: timedelta = HOUR, **more: object
) -> AskedSite:
    """A recipient in a state that it came to so long after the request was sent."""
    at = SENT + after
    recipient = Recipient(
        "r" * 16,
        where.id if where else "0" * 16,
        "w" * 16,
        SENT,
        state=state,
        answer=state if state in ANSWERS else None,
        answered_at=at if state in (*ANSWERS, RecipientState.UPLOADED) else None,
        saved_at=at if state is RecipientState.SAVED else None,
    )
    recipient = replace(recipient, **more)  # type: ignore[arg-type]  # a test's own words
    return AskedSite(recipient, where, recipient.window or FootageWindow(START, END))


def by_camera(
    one: AskedSite, *answers: tuple[int, RecipientState] | tuple[int, RecipientState, str]
) -> AskedSite:
    """The same, answered camera by camera."""
    said = tuple(CameraAnswer(*answer) for answer in answers)
    return replace(one, recipient=replace(one.recipient, by_camera=said))


def clock(one: AskedSite, ahead: timedelta, checked: timedelta) -> AskedSite:
    """The same after a check of its recorder's clock, so long after the request was sent."""
    at, offset = SENT + checked, round(ahead.total_seconds())
    recipient = replace(one.recipient, clock_offset_seconds=offset, clock_checked_at=at)
    return replace(
        one,
        recipient=recipient,
        told=(RecordedClockCheck(at, offset),),
        offsets=recorder_offsets(recipient, one.window, LONDON),
    )


def covered(*those: AskedSite, start: datetime = START, end: datetime = END) -> Coverage:
    """Of one request for this time: sites without a window of their own are asked for it."""
    window = FootageWindow(start, end)
    windowed = [replace(one, window=one.recipient.window or window) for one in those]
    return compute_coverage([window], SCENE, windowed, NOW)


INCIDENT = Incident(
    "20/1/26", "Burglary", *SCENE, START, END, "A burglary.",
    id="n" * 16, created_by="pc.lane", created_by_id="w" * 16,
 in_charge=TeamMember("w" * 16, "pc.lane"), created_at=SENT,
)  # fmt: skip


def proof(found: Coverage, *requests: FootageRequest) -> ReportedCoverage:
    """What the pages and the API are given."""
    return ReportedCoverage(found, INCIDENT, requests or (request(*found.window),))


# by chance

cameras = st.builds(
    Camera,
    number=st.just(1),
    kind=st.sampled_from(CameraKind),
    make=st.sampled_from(("", "ring", "nest", "hikvision")),
    plan=st.sampled_from(("", "free", "30-days")),
    retention_minutes=st.none() | st.integers(0, 12 * 60),
    records=st.booleans(),
    bearing=st.none() | st.integers(0, 359),
    angle=st.none() | st.integers(1, 360),
    range_m=st.none() | st.integers(1, 200),
)
places = st.builds(
    site, metres=st.floats(0, 120), bearing=st.floats(0, 360), number=st.integers(0, 10**6)
)
reasons = st.sampled_from(("", "off", "faces_away", "overwritten", "other"))


@st.composite
def sites(draw: st.DrawFn) -> Site:
    """A place with up to three cameras; one of them often faces the scene."""
    kept = draw(st.lists(cameras | st.just(FACING), max_size=3))
    return replace(
        draw(places | st.builds(site, number=st.integers(0, 10**6))),
        cameras=tuple(replace(one, number=n) for n, one in enumerate(kept, start=1)),
        position_source=draw(st.sampled_from(PositionSource)),
    )


@st.composite
def recipients(draw: st.DrawFn) -> AskedSite:
    """Somebody who was asked: of any state, for the request's time, answered as a whole."""
    where = draw(sites())
    after = timedelta(seconds=draw(st.integers(-8 * 3600, 2 * 3600)))
    found = asked(where, draw(st.sampled_from(RecipientState)), after, reason=draw(reasons))
    return replace(
        found,
        site=draw(st.sampled_from((where, where, where, None))),
        files_kept=draw(st.booleans()),
    )


whole_windows = st.tuples(st.integers(-60, 7 * 60), st.integers(1, 6 * 60)).map(
    lambda drawn: FootageWindow(START + drawn[0] * MINUTE, START + (drawn[0] + drawn[1]) * MINUTE)
)
"""From minute to minute, as officers ask."""


@st.composite
def answers(draw: st.DrawFn, where: Site | None = None) -> AskedSite:
    """Somebody who was asked for minutes of their own, in one of several requests, and may have
    answered twice, camera by camera, sent files, and had their recorder's clock checked."""
    one = replace(draw(recipients()), files_kept=True)
    if where:
        recipient = replace(one.recipient, site_id=where.id)
        one = replace(one, recipient=recipient, site=where)
    request_id = draw(st.sampled_from("rst")) * 16
    window = draw(whole_windows)
    recipient = replace(one.recipient, request_id=request_id, window=window)
    one = replace(one, recipient=recipient, window=window)
    one = _camera_by_camera(draw, one)
    if draw(st.booleans()):
        seconds = st.sampled_from((0, 59, 60, 300, -300, 3600)) | st.integers(-9000, 9000)
        checked = timedelta(seconds=draw(st.integers(-8 * 3600, 2 * 3600)))
        one = clock(one, timedelta(seconds=draw(seconds)), checked)
    return _told_twice(draw, one)


def _camera_by_camera(draw: st.DrawFn, one: AskedSite) -> AskedSite:
    if one.site is None or not draw(st.booleans()):
        return one
    named = [camera.number for camera in one.site.cameras if draw(st.booleans())]
    said = tuple(
        CameraAnswer(number, draw(st.sampled_from(ANSWERS)), draw(reasons)) for number in named
    )
    return replace(one, recipient=replace(one.recipient, by_camera=said))


def _told_twice(draw: st.DrawFn, one: AskedSite) -> AskedSite:
    """Everything that was said, and when files arrived."""
    recipient = one.recipient
    times = sorted(
        SENT + timedelta(seconds=seconds)
        for seconds in draw(st.lists(st.integers(-8 * 3600, 2 * 3600), min_size=1, max_size=3))
    )
    if recipient.state is RecipientState.UPLOADED and draw(st.booleans()):
        return replace(one, files=tuple(times))
    if recipient.answer is None:
        return one
    now = {answer.number: answer.answer.value for answer in recipient.by_camera}
    before = draw(st.sampled_from((recipient.answer.value, "declined")))
    said = [RecordedAnswer(at, before, now if before != "declined" else {}) for at in times[:-1]]
    said.append(RecordedAnswer(times[-1], recipient.answer.value, now))
    last = replace(recipient, answered_at=times[-1])
    return replace(one, recipient=last, said=tuple(said))


windows = st.tuples(st.integers(-3600, 7 * 3600), st.integers(1, 6 * 3600)).map(
    lambda drawn: (
        START + timedelta(seconds=drawn[0]),
        START + timedelta(seconds=drawn[0] + drawn[1]),
    )
)


def apart(those: list[AskedSite]) -> list[AskedSite]:
    """Those of different sites."""
    return list({one.recipient.site_id: one for one in those}.values())


many = st.lists(recipients(), max_size=6).map(apart)
