"""Sites and their cameras: numbers that stay, and addresses that are the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from chalicelib.cameras.model import Camera, PropertyType
from chalicelib.notifications.verification_phrase import WORDS, new_phrase
from chalicelib.registry.model import (
    MOST_CAMERAS,
    PENDING_LIFE,
    Owner,
    PositionSource,
    Registration,
    place_key,
    undescribed_cameras,
)
from tests.support.places import new_site

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
SITE = new_site(52_476_000, -1_905_300, 3)[1]
REGISTRATION = Registration(
    id="0" * 16, name="Alex", email="a@example.test", phone="",
    property_type=PropertyType.BUSINESS, address_line_1="12 Test Street", address_line_2="Flat 2",
    town="Birmingham", postcode="B1 1AY", camera_count=2, latitude_e6=52_476_000,
    longitude_e6=-1_905_300, position_source=PositionSource.PIN, created_at=NOW,
)  # fmt: skip


def numbers(cameras: tuple[Camera, ...]) -> list[int]:
    return [camera.number for camera in cameras]


def test_cameras_keep_their_numbers_when_others_go_and_come() -> None:
    two = SITE.without_camera(2)
    assert numbers(two.cameras) == [1, 3] and two.camera(2) is None
    assert two.camera(3) == Camera(3)
    assert numbers(two.with_camera_count(4).cameras) == [1, 3, 4, 5]
    assert numbers(two.with_camera_count(1).cameras) == [1]
    assert numbers(SITE.with_camera_count(3).cameras) == [1, 2, 3]
    assert numbers(undescribed_cameras(2)) == [1, 2] and undescribed_cameras(0) == ()
    assert numbers(undescribed_cameras(1, [Camera(7), Camera(2)])) == [8]


def test_one_camera_is_described_anew_and_the_others_stay() -> None:
    ring = Camera(2, make="ring")
    changed = SITE.with_camera(ring)
    assert changed.cameras == (Camera(1), ring, Camera(3))


def test_a_registration_waits_for_seven_days_and_becomes_a_site() -> None:
    assert timedelta(days=7) == PENDING_LIFE and MOST_CAMERAS == 50
    assert REGISTRATION.expires_at == NOW + timedelta(days=7)
    site = REGISTRATION.site("s" * 16, "o" * 16, NOW + timedelta(hours=1))
    assert (site.id, site.owner_id, site.created_at) == (
        "s" * 16, "o" * 16, NOW + timedelta(hours=1),
    )  # fmt: skip
    assert numbers(site.cameras) == [1, 2] and site.version == 1
    owner = Owner("o" * 16, "Alex", "a@example.test", "", "amber kettle harbour", NOW)
    assert owner.version == 1
    assert site.property_type is PropertyType.BUSINESS
    assert (site.latitude_e6, site.longitude_e6) == (52_476_000, -1_905_300)


def test_an_address_has_no_empty_lines() -> None:
    lines = ["12 Test Street", "Flat 2", "Birmingham", "B1 1AY"]
    assert REGISTRATION.address_lines == lines
    assert replace(REGISTRATION, address_line_2="").address_lines == [lines[0], *lines[2:]]
    assert place_key("B1 1AY", " 12, Test  STREET") == "B1 1AY 12 test street"


def test_a_phrase_is_three_different_words_of_the_list() -> None:
    assert len(WORDS) == len(set(WORDS)) and len(WORDS) > 200
    for _ in range(20):
        words = new_phrase().split(" ")
        assert len(set(words)) == 3 and set(words) <= set(WORDS)
