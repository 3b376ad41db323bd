"""Makes the counts of sites agree with the pins, also while people register, move and go.

A square is counted like this: read how often a pin came, went or moved in it (`c`), read its pins
and its counts, and write the right counts on the condition that `c` is still the same. Whatever
happened meanwhile makes the condition fail, and the square is counted again; a square that agrees
is only believed when its `c` did not change either. So no moment is needed in which nothing
happens, and stopping half-way leaves nothing wrong that was right.

The tiles and the WATCHED squares (3 km) are counted from pins; each coarser level is the sum of
the sixteen squares below, under the same condition on all of them.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

from tqdm import tqdm

from chalicelib.geo import grid
from chalicelib.geo.cover import LAST
from chalicelib.geo.levels import COARSER, LEVELS, TILES, WATCHED, Level, tile_place
from chalicelib.table import (
    NEW,
    ConditionFailed,
    Contended,
    Item,
    Table,
    When,
    Write,
    equals,
)

WORKERS = 8
TRIES = 30
"""Of a square in which something changed while it was counted; then it is left as it is."""

SETTLE = 0.1
"""Seconds between reading `c` and counting, once a square looks wrong: a transaction's items do
not all show at the same instant, and what `c` tells of must be seen in the pins."""

BELOW = 4
"""Bits of a place along the curve between two levels: sixteen squares in one."""

Place = int
"""Of a square along the curve of its level."""


@dataclass(frozen=True)
class Mended:
    """A count that was wrong. latitude, longitude: of the square's middle, in degrees."""

    level: Level
    place: Place
    latitude: float
    longitude: float
    said: int
    there: int


@dataclass(frozen=True)
class Recounted:
    """What a recount did. busy: squares that changed each time they were counted."""

    squares: int
    mended: tuple[Mended, ...]
    busy: int


@dataclass(frozen=True)
class Finding:
    """What a look at a square found. writes: mend it, if nothing has changed since."""

    wrong: tuple[Mended, ...] = ()
    writes: tuple[Write, ...] = ()


class Recount:
    """Recounts squares of one table.

    change: False only finds what is wrong. settle: seconds, see SETTLE.
    """

    def __init__(self, table: Table, change: bool = True, settle: float = SETTLE) -> None:
        self._table = table
        self._change = change
        self._settle = settle
        self._unmended: dict[tuple[Level, Place], int] = {}

    def run(self, places: dict[Level, set[Place]], quiet: bool = False) -> Recounted:
        """Recounts the squares with those places and all that they lie in, from fine to coarse.

        places: by level, some of WATCHED and coarser ones.
        """
        wanted: dict[Level, set[Place]] = {level: set(places.get(level, ())) for level in COARSER}
        for finer, coarser in pairwise(COARSER):
            wanted[coarser] |= {place >> BELOW for place in wanted[finer]}
        mended: list[Mended] = []
        total, busy = sum(map(len, wanted.values())), 0
        with (
            ThreadPoolExecutor(WORKERS) as pool,
            tqdm(total=total, desc="Squares", disable=quiet or None) as bar,
        ):
            for level in COARSER:
                for found in pool.map(partial(self._square, level), sorted(wanted[level])):
                    mended += found or ()
                    busy += found is None
                    bar.update()
                if not self._change:
                    # What lies above must not look wrong because of what was left as it is.
                    self._unmended |= {(each.level, each.place): each.there for each in mended}
        return Recounted(total, tuple(mended), busy)

    def _square(self, level: Level, place: Place) -> tuple[Mended, ...] | None:
        """Counts one square and mends it; None when it never stood still."""
        settle = 0.0
        for attempt in range(TRIES):
            try:
                found = self._look(level, place, settle)
                if not found.wrong:
                    return ()
                if settle or not self._settle:
                    if self._change:
                        self._table.transact(*found.writes)
                    return found.wrong
                settle = self._settle
            except (ConditionFailed, Contended):
                time.sleep(random.uniform(0, 0.01 * (attempt + 1)))  # noqa: S311 - no secret
        return None

    def _look(self, level: Level, place: Place, settle: float) -> Finding:
        """Raises ConditionFailed when something changed while it looked."""
        if level is WATCHED:
            return self._from_pins(place, settle)
        return self._from_below(level, place, settle)

    def _from_pins(self, place: Place, settle: float) -> Finding:
        """A WATCHED square and its tiles, from the pins."""
        key, first = WATCHED.key(place), place << BELOW
        before = self._table.get(*key, consistent=True)
        time.sleep(settle)
        said = {tile: int(item["n"]) for tile, item in self._counts(TILES, first).items()}
        there = Counter(self._tiles_of_pins(place))
        noted = int(before["n"]) if before else 0
        tiles = [tile for tile in said.keys() | there.keys() if said.get(tile, 0) != there[tile]]
        wrong = [_mended(TILES, tile, said.get(tile, 0), there[tile]) for tile in sorted(tiles)]
        if noted != there.total():
            wrong.append(_mended(WATCHED, place, noted, there.total()))
        _same(before, self._table.get(*key, consistent=True))
        if not wrong:
            return Finding()
        own = self._table.update_write(
            *key, assign={"n": there.total()}, add={"c": 1}, when=_unchanged(before)
        )
        right = (
            self._table.update_write(*TILES.key(tile), assign={"n": there[tile]}, when=None)
            for tile in tiles
        )
        return Finding(tuple(wrong), (own, *right))

    def _from_below(self, level: Level, place: Place, settle: float) -> Finding:
        """A square from the sixteen in it."""
        finer, first = LEVELS[LEVELS.index(level) - 1], place << BELOW
        squares = range(first, first + (1 << BELOW))
        below = self._counts(finer, first)
        time.sleep(settle)
        own = self._shards(level, place)
        after = self._counts(finer, first)
        for square in squares:
            _same(below.get(square), after.get(square))
        said = sum(int(item["n"]) for item in own.values())
        counts = {square: int(item["n"]) for square, item in below.items()}
        there = sum(
            self._unmended.get((finer, square), counts.get(square, 0)) for square in squares
        )
        if said == there:
            return Finding()
        key = level.key(place, "0")
        still = (
            self._table.check_write(*finer.key(square), _unchanged(below.get(square)))
            for square in squares
        )
        right = self._table.update_write(
            *key, add={"n": there - said, "c": 1}, when=_unchanged(own.get(key[1]))
        )
        return Finding((_mended(level, place, said, there),), (right, *still))

    def _counts(self, level: Level, first: Place) -> dict[Place, Item]:
        """The counts of the sixteen squares from `first` on, which lie in one partition."""
        last = level.key(first + (1 << BELOW) - 1)[1]
        partition, start = level.key(first)
        items = self._table.query(partition, between=(start, last), consistent=True)
        return {level.place(item["PK"], item["SK"]): item for item in items}

    def _shards(self, level: Level, place: Place) -> dict[str, Item]:
        """The items that together are the count of a square, by their sort keys."""
        partition, start = level.partition(place), level.key(place, "0")[1][:3]
        items = self._table.query(partition, between=(start, start + LAST), consistent=True)
        return {str(item["SK"]): item for item in items}

    def _tiles_of_pins(self, place: Place) -> Iterator[Place]:
        """The tile of each pin in a WATCHED square."""
        first = place << 2 * WATCHED.bits
        last = (place + 1 << 2 * WATCHED.bits) - 1
        pins = self._table.query(
            grid.partition(0, first),
            between=(grid.sort_text(first), grid.sort_text(last) + LAST),
            consistent=True,
        )
        # Of a pin that moves while its partition is read both places can be seen; the condition
        # on `c` then fails anyway.
        for item in pins:
            yield _place_of_pin(item["PK"], item["SK"]) >> 2 * TILES.bits


def places_of(positions: Iterable[tuple[int, int]]) -> dict[Level, set[Place]]:
    """The WATCHED squares of some positions (latitude, longitude in microdegrees)."""
    tiles = (tile_place(*position) for position in positions)
    return {WATCHED: {WATCHED.from_tile(tile) for tile in tiles if tile is not None}}


def places_in_table(client: Any, name: str, quiet: bool = False) -> dict[Level, set[Place]]:
    """Every square that has a pin or a count: one pass over the keys of the whole table."""
    found: dict[Level, set[Place]] = {level: set() for level in COARSER}
    about = client.describe_table(TableName=name)["Table"].get("ItemCount") or None
    pages = client.get_paginator("scan").paginate(
        TableName=name, ProjectionExpression="PK, SK", ConsistentRead=True
    )
    with tqdm(total=about, desc="Items", unit_scale=True, disable=quiet or None) as bar:
        for page in pages:
            for item in page["Items"]:
                _note(found, item["PK"]["S"], item["SK"]["S"])
            bar.update(page["ScannedCount"])
    return found


def _note(found: dict[Level, set[Place]], partition: str, sort_key: str) -> None:
    if partition.endswith(("#north", "#south")):
        return  # the caps are on no map, and the planner reads them whole
    if partition.startswith(grid.PREFIXES[0]):
        found[WATCHED].add(_place_of_pin(partition, sort_key) >> 2 * WATCHED.bits)
    for level in LEVELS:
        if partition.startswith(level.prefix):
            place = level.place(partition, sort_key)
            if level is TILES:
                found[WATCHED].add(WATCHED.from_tile(place))
            else:
                found[level].add(place)


def _place_of_pin(partition: str, sort_key: str) -> Place:
    """Along the curve of the first order."""
    above = grid.number(partition.removeprefix(grid.PREFIXES[0]))
    return above << 2 * grid.PARTITION_BITS | grid.number(sort_key.partition("#")[0])


def _unchanged(item: Item | None) -> When:
    """The count has not changed since it was read."""
    return equals("c", int(item["c"])) if item else NEW


def _same(before: Item | None, after: Item | None) -> None:
    """Raises ConditionFailed when something changed between two readings of a count."""
    if (before or {}).get("c") != (after or {}).get("c"):
        raise ConditionFailed


def _mended(level: Level, place: Place, said: int, there: int) -> Mended:
    x, y = grid.from_curve(place, level.bits)
    half = 1 << level.bits - 1
    latitude, longitude = grid.place_of(x + half, y + half)
    return Mended(level, place, latitude, longitude, said, there)
