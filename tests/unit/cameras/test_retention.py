"""How long cameras keep footage, who says so, and how it is saved."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.cameras.catalogue import CameraMake, CatalogueSource, StoragePlan
from chalicelib.cameras.model import DAY, HOUR, Camera, CameraKind, PropertyType
from chalicelib.cameras.retention import (
    assumed_retention,
    catalogue,
    find_make,
    longest_retention,
    retention,
    saving_steps,
    saving_ways,
)
from chalicelib.web.resident.camera_fields import model_groups
from infra.commands import retention_table

CATALOGUE = catalogue().by_key
PLANS = [(make, plan) for make in CATALOGUE.values() for plan in make.plans]


@pytest.mark.parametrize(
    "camera, place, minutes, certain",
    [
        (Camera(1), PropertyType.HOME, 7 * DAY, False),
        (Camera(1), PropertyType.BUSINESS, 28 * DAY, False),
        (Camera(1, CameraKind.DOORBELL), PropertyType.BUSINESS, 3 * HOUR, False),
        (Camera(1, CameraKind.DASHCAM), PropertyType.HOME, 4 * HOUR, False),
        (Camera(1, retention_minutes=31 * DAY), PropertyType.HOME, 31 * DAY, True),
        (Camera(1, make="ring", plan="180-days"), PropertyType.HOME, 180 * DAY, True),
        (Camera(1, make="Ring", plan="free"), PropertyType.HOME, 0, True),
        (Camera(1, make="nest", plan="free"), PropertyType.HOME, 3 * HOUR, True),
        (Camera(1, make="nest", plan="free-6h"), PropertyType.HOME, 6 * HOUR, True),
        (Camera(1, make="nest", plan="continuous"), PropertyType.HOME, 10 * DAY, False),
        (Camera(1, make="Google Nest"), PropertyType.HOME, 3 * HOUR, False),
        (Camera(1, make="hikvision"), PropertyType.BUSINESS, 14 * DAY, False),
        (Camera(1, make="a make nobody knows"), PropertyType.BUSINESS, 28 * DAY, False),
    ],
)
def test_what_is_kept(camera: Camera, place: PropertyType, minutes: int, certain: bool) -> None:
    found = retention(camera, place)
    assert (found.minutes, found.certain) == (minutes, certain)
    assert found.source


@pytest.mark.parametrize("said, plan, minutes", [(30, "180-days", 30), (90, "30-days", 30)])
def test_the_smaller_of_what_the_owner_and_the_maker_say(
    said: int, plan: str, minutes: int
) -> None:
    camera = Camera(1, make="ring", plan=plan, retention_minutes=said * DAY)
    assert retention(camera, PropertyType.HOME).minutes == minutes * DAY


@given(
    st.sampled_from([(make, plan) for make, plan in PLANS if plan.fixed]),
    st.integers(0, 400 * DAY),
    st.sampled_from(PropertyType),
)
def test_of_two_figures_the_smaller_counts_to_the_minute(
    which: tuple[CameraMake, StoragePlan], said: int, place: PropertyType
) -> None:
    make, plan = which
    camera = Camera(1, make=make.key, plan=plan.key, retention_minutes=said)
    assert retention(camera, place).minutes == min(said, plan.minutes)


@given(st.sampled_from(list(CATALOGUE)), st.sampled_from(["", "no such plan"]), st.integers(0, DAY))
def test_an_owner_is_never_taken_to_keep_more_than_they_said(
    make: str, plan: str, said: int
) -> None:
    camera = Camera(1, make=make, plan=plan, retention_minutes=said)
    assert retention(camera, PropertyType.HOME).minutes == said


def test_who_says_how_long_but_not_which_plan_is_believed_up_to_the_longest() -> None:
    def keeps(make: str, days: int) -> int:
        camera = Camera(1, make=make, retention_minutes=days * DAY)
        return retention(camera, PropertyType.HOME).minutes

    assert keeps("nest", 30) == 30 * DAY, "not the three hours of those who said nothing"
    assert keeps("nest", 400) == 60 * DAY and keeps("ring", 400) == 180 * DAY


def test_what_is_assumed_of_a_disk_gives_way_to_its_owner() -> None:
    disk = Camera(1, make="hikvision", plan="recorder", retention_minutes=31 * DAY)
    assert longest_retention(disk) is None
    found = retention(disk, PropertyType.BUSINESS)
    assert (found.minutes, found.certain) == (31 * DAY, True)


# the catalogue itself


def test_every_make_that_was_asked_for_is_there() -> None:
    assert set(CATALOGUE) >= {
        *("ring", "blink", "nest", "arlo", "eufy", "netatmo", "reolink", "tapo"),
        *("swann", "hikvision", "dahua", "dashcam"),
    }
    days = [plan.minutes // DAY for plan in CATALOGUE["ring"].plans]
    assert days == [0, 1, 3, 7, 14, 21, 30, 60, 90, 120, 180]


@pytest.mark.parametrize("make, plan", PLANS, ids=lambda one: one.key)
def test_a_certain_figure_has_a_source_and_every_figure_a_reason(
    make: CameraMake, plan: StoragePlan
) -> None:
    assert make.plan(plan.key) is plan, "each key once"
    assert plan.minutes >= 0 and plan.why
    if plan.certain:
        assert plan.source and plan.fixed
    assert plan.steps or not plan.steps_source
    for source in (plan.source, plan.steps_source):
        if source:
            check(source)


@pytest.mark.parametrize("make", CATALOGUE.values(), ids=lambda make: make.key)
def test_every_make_has_steps_and_a_figure_for_who_does_not_know_the_plan(make: CameraMake) -> None:
    assert CATALOGUE[make.key] is make
    assert make.unknown_plan > 0 and make.unknown_why and len(make.steps) >= 2
    for source in (make.unknown_source, make.steps_source):
        if source:
            check(source)
    assert find_make(make.name) is make and find_make(f"{make.key} 2 Pro") is make
    assert all(find_make(model) is make for model in make.models)
    for one in (*make.steps, *(step for plan in make.plans for step in plan.steps)):
        assert one.endswith(".") and len(one) < 160


def check(source: CatalogueSource) -> None:
    assert source.address.startswith("https://") and " " not in source.address
    assert source.title and source.looked.year >= 2026


def test_what_is_assumed_says_why() -> None:
    known = catalogue().assumptions
    assert set(known.places) == set(PropertyType)
    assert known.every == (known.doorbell, known.dashcam, *known.places.values())
    for one in known.every:
        assert one.why
        if one.source:
            check(one.source)


@pytest.mark.parametrize("place", PropertyType)
@pytest.mark.parametrize("kind", CameraKind)
def test_what_is_assumed_is_never_certain(kind: CameraKind, place: PropertyType) -> None:
    found = assumed_retention(Camera(1, kind), place)
    assert not found.certain and found.source.startswith("assumed for a")


def test_the_owners_form_offers_every_plan() -> None:
    offered = {value for _, options in model_groups() for value, _ in options}
    for make, plan in PLANS:
        assert f"{make.key}/{plan.key}" in offered
    assert all(f"{key}/" in offered for key in CATALOGUE if key != CameraKind.DASHCAM)


def test_the_page_says_what_the_catalogue_says() -> None:
    """Made by `python -m infra.commands.retention_table`."""
    assert retention_table.DOCUMENT.read_text() == retention_table.document()


# saving


def test_the_owners_own_steps_where_the_make_is_known() -> None:
    assert "Ring app" in saving_steps(Camera(1, make="ring"))[0]
    assert "card" in " ".join(saving_steps(Camera(1, CameraKind.DASHCAM)))
    assert saving_steps(Camera(1))


def test_steps_follow_where_the_footage_is() -> None:
    """Of one make, a recorder is saved from otherwise than an app."""
    app, recorder = (
        saving_steps(Camera(1, make="reolink", plan=plan)) for plan in ("card", "recorder")
    )
    assert "app" in app[0] and "recorder" in recorder[0]


def test_who_says_what_their_plan_says_is_believed_for_themselves() -> None:
    same = Camera(1, make="nest", plan="continuous", retention_minutes=10 * DAY)
    found = retention(same, PropertyType.HOME)
    assert (found.minutes, found.certain, found.source) == (10 * DAY, True, "the owner")
    less = retention(replace(same, retention_minutes=10 * DAY + 1), PropertyType.HOME)
    assert (less.minutes, less.certain) == (10 * DAY, False) and less.source != "the owner"


def test_each_make_has_its_own_way_of_saving() -> None:
    ways = saving_ways(
        [
            Camera(1, CameraKind.DOORBELL, "ring"),
            Camera(2, CameraKind.FIXED, "hikvision"),
            Camera(3, CameraKind.DOORBELL, "Ring Pro 2"),
            Camera(4, records=False),
        ]
    )
    assert [(way.cameras, way.make) for way in ways] == [((1, 3), "Ring"), ((2,), "Hikvision")]
    assert all(way.steps for way in ways)
    assert [way.cameras for way in saving_ways([Camera(1, records=False)])] == [(1,)]
