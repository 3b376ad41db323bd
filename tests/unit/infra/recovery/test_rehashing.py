"""Hashes made anew with another secret: everybody is found again, and nobody by the old one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.dynamodb.attributes import decode_item
from chalicelib.dynamodb.table import Table
from chalicelib.registry.map_counts import MapCounts
from chalicelib.registry.model import Owner
from chalicelib.registry.store import SiteStore
from infra.recovery.rehashing import Rehashed, rehash_items
from tests.support.memory_client import MemoryClient
from tests.support.places import new_site

OLD, FRESH = b"o" * 64, b"n" * 64


class World:
    """A register, read with either key."""

    def __init__(self) -> None:
        self.client = MemoryClient()
        self.table = Table(self.client, "t")

    def store(self, key: bytes) -> SiteStore:
        return SiteStore(self.table, MapCounts(self.table), lambda: key)

    def items(self, pk: str, sk: str) -> list[dict[str, Any]]:
        found = [i for k, i in self.client.items.items() if k[0].startswith(pk) and k[1] == sk]
        return [decode_item(one) for one in found]

    def rehash(self) -> Rehashed:
        owners, sites = self.items("OWNER#", "OWNER"), self.items("SITE#", "SITE")
        return rehash_items(self.table, FRESH, owners, sites, self.items("EMAIL#", "EMAIL"))


@pytest.fixture
def registered() -> tuple[World, Owner]:
    world = World()
    owner, site = new_site(52_476_000, -1_905_300)
    store = world.store(OLD)
    store.transact(*store.new_owner_writes(owner), *store.new_site_writes(site))
    return world, owner


def test_everybody_is_found_again(registered: tuple[World, Owner]) -> None:
    world, owner = registered
    assert world.store(FRESH).owner_id_of(owner.email) is None
    done = world.rehash()
    assert (done.owners, done.sites, done.removed, done.twice) == (1, 1, 1, [])
    assert world.store(FRESH).owner_id_of(owner.email) == owner.id
    assert world.store(OLD).owner_id_of(owner.email) is None
    (site,) = world.store(FRESH).sites_of(owner.id)
    place = world.store(FRESH).place_hash(site)
    assert world.store(FRESH).places_of(owner.id) == {site.id: place}
    before = dict(world.client.items)
    assert world.rehash() == Rehashed() and world.client.items == before


def test_an_address_that_was_registered_again_stays_with_who_has_it(
    registered: tuple[World, Owner],
) -> None:
    world, owner = registered
    other = replace(owner, id="z" * 16)
    world.store(FRESH).transact(*world.store(FRESH).new_owner_writes(other))
    done = world.rehash()
    assert done.twice == [owner.id]
    assert world.store(FRESH).owner_id_of(owner.email) == other.id


def test_a_change_at_the_same_time_wins(registered: tuple[World, Owner]) -> None:
    world, owner = registered
    owners = world.items("OWNER#", "OWNER")
    world.store(OLD).change_owner(owner, replace(owner, name="Another"))
    assert rehash_items(world.table, FRESH, owners, [], []).owners == 0
    assert world.rehash().owners == 1
