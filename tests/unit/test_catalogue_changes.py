"""What a make keeps is changed in the catalogue: the search, the request, the reply page and the
reminders go on naming one time, also for sites whose index entry was written before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.cameras import retention
from chalicelib.cameras.model import Camera, CameraKind, PropertyType
from chalicelib.cameras.retention import CATALOGUE
from chalicelib.geo.areas import Circle, Point
from chalicelib.registry.model import Site
from chalicelib.registry.site_index import entry_of, pack
from chalicelib.requests.model import Recipient, Window
from chalicelib.requests.recipients.relevant_cameras import relevant
from chalicelib.requests.reminders.reminder_schedule import overwrite_deadlines, plan, still_ahead
from chalicelib.search.site_matching import Scene
from chalicelib.web.reply.times import camera_holds, time_left
from tests.support.places import new_site

FROM = datetime(2026, 11, 20, 8, tzinfo=UTC)
DAY = 24 * 60
ZONE = "Europe/London"

PLANS = [(make.key, plan.key) for make in CATALOGUE.values() for plan in make.plans]
MODELS = st.one_of(
    st.sampled_from(PLANS),
    st.sampled_from([(key, "") for key in CATALOGUE]),
    st.just(("", "")),
    st.just(("Some other make", "")),
)


@st.composite
def sites(draw: st.DrawFn) -> Site:
    made = new_site(52_476_000, -1_905_300)[1]
    cameras = []
    for number in range(1, draw(st.integers(1, 4)) + 1):
        make, chosen = draw(MODELS)
        camera = Camera(
            number,
            draw(st.sampled_from(CameraKind)),
            make=make,
            plan=chosen,
            retention_minutes=draw(st.none() | st.integers(1, 60 * DAY)),
            records=draw(st.booleans()),
        )
        cameras.append(camera)
    kind = draw(st.sampled_from(PropertyType))
    return replace(made, property_type=kind, cameras=tuple(cameras))


@contextmanager
def keeping(minutes: dict[str, int]) -> Iterator[None]:
    """For as long as it lasts, each plan of a make keeps so many minutes."""
    changed = {
        key: replace(
            make,
            unknown_plan=minutes[key],
            plans=tuple(replace(one, minutes=minutes[key] + n) for n, one in enumerate(make.plans)),
        )
        for key, make in CATALOGUE.items()
    }
    before, called = dict(CATALOGUE), dict(retention._CALLED)
    try:
        CATALOGUE.update(changed)
        retention._CALLED.update({name: changed[make.key] for name, make in called.items()})
        yield
    finally:
        CATALOGUE.update(before)
        retention._CALLED.update(called)


@settings(max_examples=200, deadline=None)
@given(
    sites(),
    st.fixed_dictionaries({key: st.integers(0, 40 * DAY) for key in CATALOGUE}),
    st.integers(0, 45 * DAY),
)
def test_all_name_the_time_that_the_catalogue_gives_now(
    site: Site, minutes: dict[str, int], minutes_ago: int
) -> None:
    written = pack(entry_of(site))  # before the catalogue changed
    now = FROM + timedelta(minutes=minutes_ago)
    window = Window(FROM, FROM + timedelta(minutes=20))
    with keeping(minutes):
        scene = Scene(Circle(Point(52.4762703, -1.9053), 300), FROM, now)
        ((_, found, *_),) = scene.matches([[(f"SITE#{site.id}", written)]])

        every = overwrite_deadlines(FROM, relevant(site, []), site.property_type)
        asked, later = still_ahead(every, now)
        assert found.deadline == (asked.at if asked else None), "the search and the request"

        recipient = Recipient("r" * 16, site.id, site.owner_id, now, deadline=found.deadline)
        shown = time_left(replace(recipient, later=later), site, window, now)
        assert shown.first == found.deadline, "the reply page"
        of_cameras = {hold.left.first for hold in camera_holds(site, window, now)} - {None}
        assert of_cameras == {one.at for one in every}, "the page of one camera"

        reminders = plan(now, found.deadline, ZONE)
        assert all(now < moment < (found.deadline or now) for moment in reminders)
        if found.deadline is None or found.deadline <= now:
            assert not reminders
        if found.minutes_left is not None and found.minutes_left > 3 * DAY:
            assert reminders, "the owner is reminded while there is time"


def test_a_shorter_time_in_the_catalogue_reaches_a_site_that_nobody_touches() -> None:
    make, chosen = next((key, plan) for key, plan in PLANS if CATALOGUE[key].plan(plan))
    site = replace(
        new_site(52_476_000, -1_905_300)[1], cameras=(Camera(1, make=make, plan=chosen),)
    )
    entry = entry_of(site)
    with keeping(dict.fromkeys(CATALOGUE, 50)):
        first = entry.views[0].kept_minutes(PropertyType.HOME)
    with keeping(dict.fromkeys(CATALOGUE, 20)):
        second = entry.views[0].kept_minutes(PropertyType.HOME)
    assert first - second == 30
