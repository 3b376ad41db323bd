"""How long cameras keep footage."""

from __future__ import annotations

import pytest

from chalicelib.registry.model import Camera, CameraKind, PropertyType
from chalicelib.registry.retention import CATALOGUE, find_make, retention, saving_steps

HOUR, DAY = 60, 24 * 60


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


def test_the_catalogue_says_where_each_figure_is_from_and_how_to_save() -> None:
    for key, make in CATALOGUE.items():
        assert make.key == key and make.source and make.steps
        assert make.unknown_plan > 0
        assert len({plan.key for plan in make.plans}) == len(make.plans)
        assert all(plan.minutes >= 0 for plan in make.plans)
        assert find_make(make.name) == make


def test_the_owners_own_steps_where_the_make_is_known() -> None:
    assert "Ring app" in saving_steps(Camera(1, make="ring"))[0]
    assert "card" in " ".join(saving_steps(Camera(1, CameraKind.DASHCAM)))
    assert saving_steps(Camera(1))
