"""Counts and index agree with the sites, whatever happens at once: many owners registering,
moving and going; two who change the same site; a recount in the middle of it."""

from __future__ import annotations

import argparse
import random
import secrets
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import h3
import pytest

from chalicelib.cameras.model import Camera, CameraKind
from chalicelib.core.errors import Conflict
from chalicelib.core.ids import new_id
from chalicelib.dynamodb.table import Table
from chalicelib.registry.map_counts import COARSEST, COUNTED, MapCounts, count_entries, count_key
from chalicelib.registry.model import Site
from chalicelib.registry.site_index import index_entry, unpack_entry
from chalicelib.registry.store import SiteStore
from infra.commands import recount
from infra.deployment.target import Target
from infra.records.checking import every_item
from infra.records.recounting import Recount, RecountResult, areas_in_table
from tests.running import RunningStack
from tests.stack.tables import create_registry
from tests.support.places import new_site

Key = tuple[str, str]

THREADS = 8


@pytest.fixture
def table(stack: RunningStack) -> Iterator[Table]:
    """A registry of these tests' own, so that all of it can be compared."""
    client, name = stack.client("dynamodb"), f"counts-{new_id()}"
    create_registry(client, name)
    yield Table(client, name)
    client.delete_table(TableName=name)


@pytest.fixture
def sites(table: Table) -> SiteStore:
    return SiteStore(table, MapCounts(table), lambda: b"key")


@dataclass(frozen=True)
class OwnTarget(Target):
    """The stack, with another table for its registry."""

    table: str = ""

    def outputs(self) -> dict[str, str]:
        return {"RegistryTable": self.table}


def town() -> tuple[int, int]:
    """Another place for each test."""
    return 50_000_000 + secrets.randbelow(4_000_000), -3_000_000 + secrets.randbelow(4_000_000)


def add(sites: SiteStore, place: tuple[int, int], cameras: int = 1) -> Site:
    owner, site = new_site(*place, cameras)
    sites.transact(*sites.new_owner_writes(owner), *sites.new_site_writes(site))
    return site


def everything(stack: RunningStack, table: Table) -> Iterator[dict[str, Any]]:
    return every_item(stack.client("dynamodb"), table.name, ConsistentRead=True)


def index_of(stack: RunningStack, table: Table, site_id: str = "") -> list[dict[str, Any]]:
    """What the index holds, of one site or of all."""
    found = every_item(stack.client("dynamodb"), table.name, IndexName="Cell")
    return [item for item in found if site_id in item["PK"]]


def disagreements(stack: RunningStack, table: Table) -> dict[Key, tuple[int, int]]:
    """Counts that are not what the index says: key → (stored, right). Fails where the index is
    not what the sites say: one entry each, of valid cells, one the ancestor of the other, and
    nothing but its three attributes."""
    stored: dict[Key, int] = {}
    sites: dict[str, dict[str, Any]] = {}
    for item in everything(stack, table):
        if item["PK"].startswith("COUNT#"):
            stored[item["PK"], item["SK"]] = item["n"]
        elif item["SK"] == "SITE":
            sites[item["PK"]] = item
    index = index_of(stack, table)
    assert sorted(item["PK"] for item in index) == sorted(sites)
    entries = []
    for item in index:
        assert set(item) == {"PK", "SK", "cell", "h3", "v"}
        assert h3.is_valid_cell(item["h3"]) and h3.get_resolution(item["h3"]) == 11
        assert item["cell"] == h3.cell_to_parent(item["h3"], 6)
        entries.append(unpack_entry(item["PK"], item["v"]))
        site = sites[item["PK"]]
        place = (site["lat"] / 1e6, site["lng"] / 1e6)
        assert item["h3"] == h3.latlng_to_cell(*place, 11)
    right = count_entries(entries)
    return {
        key: (stored.get(key, 0), right[key])
        for key in stored.keys() | right.keys()
        if stored.get(key, 0) != right[key]
    }


def near(place: tuple[int, int], dice: random.Random, spread_e6: int) -> tuple[int, int]:
    latitude, longitude = place
    return latitude + dice.randint(0, spread_e6), longitude + dice.randint(0, spread_e6)


def live(
    sites: SiteStore, place: tuple[int, int], dice: random.Random, acts: int, spread_e6: int
) -> None:
    """One street's owners: they register, move, change cameras and go."""
    own: list[Site] = []
    for _ in range(acts):
        act = dice.random()
        if act < 0.45 or not own:
            own.append(add(sites, near(place, dice, spread_e6)))
            continue
        site = own.pop(dice.randrange(len(own)))
        if act < 0.65:
            sites.remove_site(site)
        elif act < 0.9:
            latitude, longitude = near(place, dice, spread_e6)
            own.append(
                sites.change_site(site, replace(site, latitude_e6=latitude, longitude_e6=longitude))
            )
        else:
            cameras = (*site.cameras, Camera(len(site.cameras) + 1, CameraKind.DOORBELL))
            own.append(sites.change_site(site, replace(site, cameras=cameras)))


@pytest.mark.parametrize("spread_e6", [3_000, 400_000], ids=["one street", "a county"])
def test_counts_stay_true_while_many_things_happen(
    stack: RunningStack, sites: SiteStore, table: Table, spread_e6: int
) -> None:
    place, seed = town(), secrets.randbelow(10**6)
    with ThreadPoolExecutor(THREADS) as pool:
        done = [
            pool.submit(live, sites, place, random.Random(seed + n), 25, spread_e6)  # noqa: S311 - made up
            for n in range(THREADS)
        ]
        for each in done:
            each.result()
    assert disagreements(stack, table) == {}, f"seed {seed}"


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each act gave, or the Conflict that it was told."""
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        start.wait()
        try:
            return act()
        except Conflict as told:
            return told

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_of_two_who_move_a_site_one_is_told(
    stack: RunningStack, sites: SiteStore, table: Table
) -> None:
    place = town()
    for _ in range(6):
        before = add(sites, place)
        moved = [replace(before, latitude_e6=before.latitude_e6 + n * 20_000) for n in (1, 2, 3)]
        results = at_once(*(partial(sites.change_site, before, to) for to in moved))
        (won,) = [site for site in results if isinstance(site, Site)]
        assert sum(isinstance(told, Conflict) for told in results) == len(moved) - 1
        assert sites.site(before.id, consistent=True) == won
        (entry,) = index_of(stack, table, before.id)
        assert entry == {"PK": f"SITE#{won.id}", "SK": "SITE", **index_entry(won).attributes()}
    assert disagreements(stack, table) == {}


def test_a_site_that_is_moved_and_removed_at_once_is_one_of_both(
    stack: RunningStack, sites: SiteStore, table: Table
) -> None:
    place = town()
    for _ in range(6):
        before = add(sites, place, cameras=3)
        away = replace(
            before, longitude_e6=before.longitude_e6 + 500_000, cameras=before.cameras[:1]
        )
        moved, removed = at_once(
            partial(sites.change_site, before, away), partial(sites.remove_site, before)
        )
        assert isinstance(moved, Conflict) != isinstance(removed, Conflict)
        left = sites.site(before.id, consistent=True)
        assert left == (moved if isinstance(moved, Site) else None)
        if left is None:
            assert list(table.query(f"SITE#{before.id}", consistent=True)) == []
    assert disagreements(stack, table) == {}


def test_what_was_removed_is_not_removed_or_moved_again(sites: SiteStore) -> None:
    site = add(sites, town())
    sites.remove_site(site)
    with pytest.raises(Conflict):
        sites.remove_site(site)
    with pytest.raises(Conflict):
        sites.change_site(site, replace(site, latitude_e6=site.latitude_e6 + 50_000))


# recount


def run_recount(stack: RunningStack, table: Table, *options: str) -> int:
    parser = argparse.ArgumentParser()
    recount.arguments(parser)
    own, options = stack.target, (*options, "--quiet")
    target = OwnTarget(own.stage, own.region, own.endpoint, table.name)
    return recount.run(parser.parse_args(options), target)


def spoil(table: Table, site: Site) -> set[Key]:
    """Makes the counts above a site wrong in different ways; gives which."""
    coarse, middle, fine = (count_key(index_entry(site).h3, resolution) for resolution in COUNTED)
    table.update(*fine, add={"n": 3})
    table.delete(*middle)
    table.update(*coarse, add={"n": -2})
    return {coarse, middle, fine}


def test_recount_says_what_is_wrong_mends_it_and_leaves_the_rest(
    stack: RunningStack, sites: SiteStore, table: Table, capsys: pytest.CaptureFixture[str]
) -> None:
    place = town()
    dice = random.Random(7)  # noqa: S311 - made up
    found = [add(sites, near(place, dice, 30_000)) for _ in range(12)]
    assert run_recount(stack, table) == 0
    assert "are right" in capsys.readouterr().out

    wrong = spoil(table, found[0])
    area = h3.cell_to_parent(index_entry(found[0]).h3, COARSEST)
    keys = {count_key(index_entry(site).h3, 8) for site in found}
    empty = next(
        key for cell in h3.cell_to_children(area, 8) if (key := count_key(cell, 8)) not in keys
    )
    table.put({"PK": empty[0], "SK": empty[1], "n": 9})
    wrong.add(empty)
    assert set(disagreements(stack, table)) == wrong
    assert run_recount(stack, table, "--check") == 1
    said = capsys.readouterr().out
    assert f"{len(wrong)} counts were wrong; nothing was changed" in said
    assert set(disagreements(stack, table)) == wrong

    assert run_recount(stack, table) == 0
    said = capsys.readouterr().out
    assert f"{len(wrong)} counts were mended" in said
    assert "9 were noted, 0 are there" in said
    assert disagreements(stack, table) == {}
    assert run_recount(stack, table) == 0
    assert "are right" in capsys.readouterr().out


def test_all_counts_come_back_from_the_index_alone(
    stack: RunningStack, sites: SiteStore, table: Table
) -> None:
    """As after a table was restored without them; more than one transaction's worth."""
    area = h3.latlng_to_cell(*(side / 1e6 for side in town()), COARSEST)
    for cell in sorted(h3.cell_to_children(area, 8))[::3]:
        latitude, longitude = h3.cell_to_latlng(cell)
        add(sites, (round(latitude * 1e6), round(longitude * 1e6)))
    for item in list(everything(stack, table)):
        if item["PK"].startswith("COUNT#"):
            table.delete(item["PK"], item["SK"])
    assert len(disagreements(stack, table)) > 100
    assert run_recount(stack, table) == 0
    assert disagreements(stack, table) == {}


def test_a_hundred_registrations_at_once_wait_for_nobody(
    stack: RunningStack, sites: SiteStore, table: Table
) -> None:
    """After the evening news: neighbours share three counts, and none is told that it is busy."""
    place = town()
    results = at_once(*[partial(add, sites, place) for _ in range(100)])
    found = [site for site in results if isinstance(site, Site)]
    assert len(found) == 100
    assert disagreements(stack, table) == {}
    key = count_key(index_entry(found[0]).h3, COARSEST)
    stored = table.get(*key, consistent=True)
    assert stored is not None
    assert (stored["n"], stored["c"]) == (100, 100)


def test_recounting_while_people_register_move_and_go(
    stack: RunningStack, sites: SiteStore, table: Table
) -> None:
    """Recounts run all the time that sites come and go in the very area that is wrong."""
    place, seed = town(), secrets.randbelow(10**6)
    first = add(sites, place)
    spoil(table, first)
    over = threading.Event()
    recounts: list[RecountResult] = []

    def keep_recounting() -> None:
        while not over.is_set():
            areas = areas_in_table(stack.client("dynamodb"), table.name, quiet=True)
            recounts.append(Recount(table, settle=0).recount_areas(areas, quiet=True))

    with ThreadPoolExecutor(THREADS) as pool:
        recounting = pool.submit(keep_recounting)
        living = [
            pool.submit(live, sites, place, random.Random(seed + n), 15, 40_000)  # noqa: S311 - made up
            for n in range(4)
        ]
        for each in living:
            each.result()
        over.set()
        recounting.result()
    assert run_recount(stack, table) == 0
    assert disagreements(stack, table) == {}, f"seed {seed}"
    assert len(recounts[0].mended) + sum(each.busy for each in recounts) > 0


def test_an_area_that_changed_while_it_was_counted_is_counted_again(
    sites: SiteStore, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A site comes between the counting and the writing: the count is not set to what it was."""
    site = add(sites, town())
    key = count_key(index_entry(site).h3, 8)
    table.update(*key, add={"n": 5})
    transact, between = table.transact, [True]

    def late(*writes: Any, token: str | None = None) -> None:
        if between:
            between.clear()
            add(sites, (site.latitude_e6, site.longitude_e6))
        transact(*writes, token=token)

    monkeypatch.setattr(table, "transact", late)
    done = Recount(table, settle=0).recount_areas([h3.cell_to_parent(key[1], COARSEST)], quiet=True)
    assert [(each.said, each.there) for each in done.mended] == [(7, 2)]
    stored = table.get(*key)
    assert stored is not None
    assert stored["n"] == 2
