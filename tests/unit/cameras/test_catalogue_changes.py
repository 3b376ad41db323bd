"""What a make keeps is changed in the catalogue: the search, the request, the reply page and the
reminders go on naming one time, also for sites whose index entry was written before."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.cameras import catalogue_file, retention
from chalicelib.cameras.model import Camera, CameraKind, PropertyType
from chalicelib.geo.areas import Circle, Point
from chalicelib.registry.model import Site
from chalicelib.registry.site_index import index_entry, pack_entry
from chalicelib.requests.model import FootageWindow, Recipient
from chalicelib.requests.recipients.relevant_cameras import select_relevant
from chalicelib.requests.reminder_schedule import (
    overwrite_deadlines,
    plan_reminders,
    still_ahead,
)
from chalicelib.search.site_matching import Scene
from chalicelib.web.reply.times import camera_holds, time_left
from chalicelib.web.resident.camera_fields import model_groups
from infra.building.hashing import files_under
from infra.commands import retention_table
from infra.paths import ROOT
from tests.support.places import new_site

FROM = datetime(2026, 11, 20, 8, tzinfo=UTC)
DAY = 24 * 60
ZONE = "Europe/London"

CATALOGUE = retention.catalogue().by_key
READ = retention.catalogue.__wrapped__
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
    known = retention.catalogue()
    changed = tuple(
        replace(
            make,
            unknown_plan=minutes[make.key],
            plans=tuple(
                replace(one, minutes=minutes[make.key] + n) for n, one in enumerate(make.plans)
            ),
        )
        for make in known.makes
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(retention, "catalogue", lambda: replace(known, makes=changed))
        yield


@settings(max_examples=200, deadline=None)
@given(
    sites(),
    st.fixed_dictionaries({key: st.integers(0, 40 * DAY) for key in CATALOGUE}),
    st.integers(0, 45 * DAY),
)
def test_all_name_the_time_that_the_catalogue_gives_now(
    site: Site, minutes: dict[str, int], minutes_ago: int
) -> None:
    written = pack_entry(index_entry(site))  # before the catalogue changed
    now = FROM + timedelta(minutes=minutes_ago)
    window = FootageWindow(FROM, FROM + timedelta(minutes=20))
    with keeping(minutes):
        scene = Scene(Circle(Point(52.4762703, -1.9053), 300), FROM, now)
        ((_, found, *_),) = scene.matches([[(f"SITE#{site.id}", written)]])

        every = overwrite_deadlines(FROM, select_relevant(site, []), site.property_type)
        asked, later = still_ahead(every, now)
        assert found.deadline == (asked.at if asked else None), "the search and the request"

        recipient = Recipient("r" * 16, site.id, site.owner_id, now, deadline=found.deadline)
        shown = time_left(replace(recipient, later=later), site, window, now)
        assert shown.first == found.deadline, "the reply page"
        of_cameras = {hold.left.first for hold in camera_holds(recipient, site, window, now)} - {
            None
        }
        assert of_cameras == {one.at for one in every}, "the page of one camera"

        reminders = plan_reminders(now, found.deadline, ZONE)
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
    entry = index_entry(site)
    with keeping(dict.fromkeys(CATALOGUE, 50)):
        first = entry.views[0].kept_minutes(PropertyType.HOME)
    with keeping(dict.fromkeys(CATALOGUE, 20)):
        second = entry.views[0].kept_minutes(PropertyType.HOME)
    assert first - second == 30


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the data file, which is read in its place when the catalogue is next needed."""
    copy = tmp_path / "catalogue.json"
    copy.write_text(catalogue_file.FILE.read_text())
    monkeypatch.setattr(catalogue_file, "FILE", copy)
    start_anew(monkeypatch)
    return copy


def start_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a function does that starts with another file: nothing has been read."""
    monkeypatch.setattr(retention, "catalogue", cache(READ))


def test_one_data_file_changes_what_a_make_keeps_everywhere(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Deadlines of a site that was registered before follow, and so do form and document."""
    camera = Camera(1, make="ring", plan="30-days")
    site = replace(new_site(52_476_000, -1_905_300)[1], cameras=(camera,))
    written = pack_entry(index_entry(site))

    def deadlines() -> tuple[datetime | None, datetime]:
        scene = Scene(Circle(Point(52.4762703, -1.9053), 300), FROM, FROM)
        ((_, found, *_),) = scene.matches([[(f"SITE#{site.id}", written)]])
        (asked,) = overwrite_deadlines(FROM, select_relevant(site, []), site.property_type)
        return found.deadline, asked.at

    before = deadlines()
    assert before == (FROM + timedelta(days=30),) * 2

    known = json.loads(data.read_text())
    ring = next(make for make in known["makes"] if make["key"] == "ring")
    plan_of_30 = next(one for one in ring["plans"] if one["key"] == "30-days")
    plan_of_30 |= {"minutes": 2 * DAY, "name": "Subscription, cut to two days"}
    data.write_text(json.dumps(known))
    start_anew(monkeypatch)

    assert deadlines() == (FROM + timedelta(days=2),) * 2
    offered = dict(option for _, options in model_groups() for option in options)
    assert offered["ring/30-days"] == "Ring: Subscription, cut to two days"
    assert "| Subscription, cut to two days | 2 days (2,880) |" in retention_table.document()


def test_the_data_file_is_read_once(data: Path) -> None:
    first = retention.catalogue()
    data.unlink()
    assert retention.catalogue() is first


def test_the_data_file_is_shipped() -> None:
    assert catalogue_file.FILE in files_under(ROOT / "chalicelib")
