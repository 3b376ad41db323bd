"""What must hold on a restored table is done again, and a repeat changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.dynamodb.table import Table
from chalicelib.registry.map_counts import MapCounts
from chalicelib.registry.model import Owner, Pause
from chalicelib.registry.owner_changes import UNTIL_RESUMED
from chalicelib.registry.store import SiteStore
from chalicelib.requests.store import RequestStore
from infra.recovery.later_acts import LaterActs
from infra.recovery.reapplying import LaterActsAgain, Reapplied
from tests.support.memory_client import MemoryClient
from tests.support.places import new_site

MOMENT = datetime(2026, 11, 30, 12, tzinfo=UTC)


class World:
    """A restored table with two owners, one of whom has left since."""

    def __init__(self) -> None:
        self.client = MemoryClient()
        self.table = Table(self.client, "t")
        self.sites = SiteStore(self.table, MapCounts(self.table), lambda: b"k" * 64)
        self.own: Any = SimpleNamespace(
            registry=SimpleNamespace(sites=self.sites),
            requests=SimpleNamespace(store=RequestStore(self.table)),
            clients=SimpleNamespace(registry_table=self.table),
            clock=lambda: MOMENT,
        )
        self.stays, self.leaves = self.add(), self.add()

    def add(self) -> Owner:
        owner, site = new_site(52_476_000, -1_905_300)
        writes = [*self.sites.new_owner_writes(owner), *self.sites.new_site_writes(site)]
        self.sites.transact(*writes)
        return owner

    def do_again(self, **acts: Any) -> Reapplied:
        return LaterActsAgain(self.own, MOMENT).do_again(LaterActs(**acts))

    def owner(self, owner: Owner) -> Owner:
        found = self.sites.owner(owner.id)
        assert found
        return found


@pytest.fixture
def world() -> World:
    return World()


def test_who_left_is_gone_again_with_all_that_was_theirs(world: World) -> None:
    done = world.do_again(owners={world.leaves.id})
    assert (done.owners, done.sites, done.problems) == (1, 1, [])
    assert world.sites.owner(world.leaves.id) is None
    assert world.sites.owner_id_of(world.leaves.email) is None
    left = {key for key in world.client.items if world.leaves.id in "".join(key)}
    assert left == set()
    (count,) = {item["n"]["N"] for key, item in world.client.items.items() if "n" in item}
    assert count == "1", "the map counts the one who stays"
    assert world.owner(world.stays) == world.stays
    before = dict(world.client.items)
    assert world.do_again(owners={world.leaves.id, "x" * 16}) == Reapplied()
    assert world.client.items == before


def test_who_paused_is_asked_nothing(world: World) -> None:
    assert world.do_again(quiet={world.stays.id}).quiet == 1
    paused = world.owner(world.stays)
    assert (paused.paused_until, paused.paused_why) == (UNTIL_RESUMED, Pause.OWN)
    assert world.do_again(quiet={world.stays.id}) == Reapplied()


def test_who_left_an_address_that_is_in_the_table_is_asked_nothing(world: World) -> None:
    assert world.do_again(moved={world.stays.id}).quiet == 1
    assert world.owner(world.stays).paused_until == UNTIL_RESUMED


def test_who_moved_after_the_switch_is_not_disturbed(world: World) -> None:
    after = MOMENT + timedelta(hours=3)
    moved = replace(world.stays, email_changed_at=after)
    world.sites.change_owner(world.stays, moved)
    assert world.do_again(moved={world.stays.id}) == Reapplied()


def test_a_permission_that_was_taken_is_taken_again(world: World) -> None:
    for officer in ("a", "b"):
        world.table.put({"PK": f"OFFICER#{officer}", "SK": "GRANT#VIEW_MAP"})
    assert world.do_again(taken={"a"}).permissions == 1
    grants = {pk for pk, sk in world.client.items if sk.startswith("GRANT#")}
    assert grants == {"OFFICER#b"}


def test_one_that_fails_is_named_and_the_others_are_done(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    stays, remove = world.stays.id, SiteStore.remove_owner

    def changed_meanwhile(store: SiteStore, owner: Owner, *writes: Any) -> None:
        as_read = replace(owner, version=7) if owner.id == stays else owner
        remove(store, as_read, *writes)

    monkeypatch.setattr(SiteStore, "remove_owner", changed_meanwhile)
    done = world.do_again(owners={stays, world.leaves.id})
    assert done.owners == 1 and len(done.problems) == 1
    assert done.problems[0].startswith(f"owner {stays}: ")
    monkeypatch.undo()
    assert world.do_again(owners={stays, world.leaves.id}).owners == 1
