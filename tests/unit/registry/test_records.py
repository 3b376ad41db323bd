"""Owners, sites and cameras come back from the table as they went in; each item is declared."""

from __future__ import annotations

import string
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.cameras.model import Camera, CameraKind, PropertyType
from chalicelib.dynamodb.attributes import decode_item, encode_item
from chalicelib.dynamodb.item_schema import item_problems
from chalicelib.dynamodb.table import Item
from chalicelib.registry import records
from chalicelib.registry.model import (
    MOST_CAMERAS,
    Owner,
    PositionSource,
    Registration,
    Site,
    place_key,
)

ids = st.text(string.ascii_lowercase + string.digits, min_size=16, max_size=16)
words = st.text(max_size=20)
times = st.datetimes(
    datetime(2020, 1, 1),  # noqa: DTZ001 - Hypothesis adds the zone
    datetime(2040, 1, 1),  # noqa: DTZ001 - Hypothesis adds the zone
    timezones=st.just(UTC),
).map(lambda moment: moment.replace(microsecond=0))
maybe = st.one_of(st.none(), st.integers(0, 360))
KEY = b"k" * 64


def cameras(number: int) -> st.SearchStrategy[Camera]:
    return st.builds(
        Camera,
        number=st.just(number),
        kind=st.sampled_from(CameraKind),
        make=words,
        plan=words,
        retention_minutes=maybe,
        records=st.booleans(),
        bearing=maybe,
        angle=maybe,
        range_m=maybe,
    )


place = {
    "address_line_1": words,
    "address_line_2": words,
    "town": words,
    "postcode": words,
    "latitude_e6": st.integers(-90_000_000, 90_000_000),
    "longitude_e6": st.integers(-180_000_000, 180_000_000),
    "position_source": st.sampled_from(PositionSource),
    "property_type": st.sampled_from(PropertyType),
    "created_at": times,
}
sites = st.builds(
    Site,
    id=ids,
    owner_id=ids,
    cameras=st.integers(0, 12).flatmap(
        lambda count: st.tuples(*(cameras(number) for number in range(1, count + 1)))
    ),
    version=st.integers(1, 99),
    **place,
)
owners = st.builds(
    Owner, id=ids, name=words, email=words, phone=words, phrase=words, created_at=times,
    paused_until=st.one_of(st.none(), times), version=st.integers(1, 99),
)  # fmt: skip
registrations = st.builds(
    Registration, id=ids, name=words, email=words, phone=words,
    camera_count=st.integers(1, MOST_CAMERAS), **place,
)  # fmt: skip


def stored(item: Item) -> Item:
    assert item_problems(records.ITEMS, {k: v for k, v in item.items() if v is not None}) == []
    return decode_item(encode_item(item))


@given(sites)
def test_a_site_with_its_cameras(site: Site) -> None:
    items = [records.camera_item(site.id, camera) for camera in reversed(site.cameras)]
    items.append(records.SITE.item(site))
    assert records.site_from(stored(item) for item in items) == site
    assert stored(records.listed_item(KEY, site))


@given(owners)
def test_an_owner(owner: Owner) -> None:
    assert records.OWNER.read(stored(records.OWNER.item(owner))) == owner
    assert stored(records.email_item(KEY, owner))["owner"] == owner.id


@given(registrations)
def test_an_unconfirmed_registration(registration: Registration) -> None:
    assert records.PENDING.read(stored(records.PENDING.item(registration))) == registration


def test_the_case_of_an_email_address_does_not_make_another_owner() -> None:
    one, other = (records.email_partition(KEY, text) for text in ("Pat@x.test", "pat@X.test"))
    assert one == other
    assert "pat" not in one.casefold()
    assert one != records.email_partition(b"another key", "pat@x.test")


def test_the_same_place_is_seen_however_it_is_written() -> None:
    assert place_key("B1 1AY", "1  High Street,") == place_key("B1 1AY", "1 HIGH STREET")
    assert place_key("B1 1AY", "1 High Street") != place_key("B1 1AY", "11 High Street")


@given(sites, st.integers(1, MOST_CAMERAS))
def test_changing_the_number_of_cameras_keeps_the_first_ones(site: Site, count: int) -> None:
    changed = site.with_camera_count(count)
    kept = min(count, len(site.cameras))
    assert len(changed.cameras) == count
    assert changed.cameras[:kept] == site.cameras[:kept]
    assert len({camera.number for camera in changed.cameras}) == count
