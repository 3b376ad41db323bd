"""How many sites stand where: read from the COUNT# items, kept for a while.

They are read and kept by blocks: at most 256 counts of 20 bytes, so a block costs one read unit
or two. They tell the planner how dense an area is and the officer how many sites are in an area
too large to list. They are exact when they are written and may be some minutes old here: a
plan made from old counts reads a little more than it must and still finds everything.

For a small area reading them costs more than they save. It is planned with those that are known
anyway, and otherwise with what the last searches read: where cameras are looked for, there are
about as many as there were the last times.
"""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median_low
from typing import Protocol

from chalicelib.geo import grid
from chalicelib.geo.areas import Area
from chalicelib.geo.cover import LAST, KeyRange, blocks
from chalicelib.geo.density import BLOCK_BITS, USUAL, Density, Tile

KEPT_FOR = timedelta(minutes=15)
MOST_BLOCKS = 512
"""Kept at once, some 20 MB at the very most."""

MOST_DENSITIES = 32
BLOCKS_OF_A_SEARCH = 9
"""An area that is listed seldom touches more; one that is counted touches hundreds."""

WORTH_COUNTING = 1.0
"""Square kilometres from which on counts are read: a circle of 560 m. Below, they cost half a
unit or more and save less than a tenth of the other reads."""

FEWEST = 5.0
"""Pins in a tile that are expected at least where nothing is known."""

REMEMBERED = 15
"""Searches that say it."""

_IN_PARTITION = 2 * (grid.COUNT_PARTITION_BITS - BLOCK_BITS)
_TILES = 2 * (BLOCK_BITS - grid.TILE_BITS)


class Counter(Protocol):
    """Reads stored counts for several key ranges at once."""

    def __call__(self, ranges: Sequence[KeyRange]) -> Iterable[list[tuple[str, int]]]:
        """For each range its (sort key, number), in the order of the ranges."""


@dataclass(frozen=True)
class _Block:
    place: Tile
    read_at: datetime
    tiles: dict[Tile, int]


class Counts:
    """The counts that this process knows."""

    def __init__(self, read: Counter) -> None:
        self._read = read
        self._blocks: OrderedDict[int, _Block] = OrderedDict()
        # By the identity of the blocks, which are kept beside so that it stays theirs.
        self._made: OrderedDict[tuple[int, ...], tuple[Density, list[_Block]]] = OrderedDict()
        self._met: deque[float] = deque([USUAL], REMEMBERED)
        self._lock = threading.Lock()

    def read(self, tiles: float, pins: int) -> None:
        """Remembers how many pins a search read on how much ground, for planning where nothing is
        known."""
        if tiles:
            with self._lock:
                self._met.append(pins / tiles)

    def around(self, area: Area, now: datetime) -> Density:
        """The density around an area. Reads what is not known yet unless the area is small."""
        wanted = blocks(area, BLOCK_BITS)
        with self._lock:
            found = {place: self._fresh(place, now) for place in wanted}
            usual = median_low(self._met)
        missing = [place for place, block in found.items() if block is None]
        if missing and area.square_km < WORTH_COUNTING:
            return Density(usual=max(usual, FEWEST))
        read = self._fetch(missing, now)
        with self._lock:
            for place, block in read.items():
                self._blocks[place] = block
                self._blocks.move_to_end(place)
            while len(self._blocks) > MOST_BLOCKS:
                self._blocks.popitem(last=False)
        kept = [read.get(place) or block for place, block in found.items()]
        return self._density([block for block in kept if block])

    def _density(self, kept: list[_Block]) -> Density:
        """The density of these blocks; the last ones made for areas that are listed are kept with
        what they worked out."""
        key = tuple(id(block) for block in kept)
        with self._lock:
            found = self._made.get(key)
            if found:
                return found[0]
        tiles: dict[Tile, int] = {}
        for block in kept:
            tiles.update(block.tiles)
        made = Density(tiles, frozenset(block.place for block in kept))
        with self._lock:
            if len(kept) <= BLOCKS_OF_A_SEARCH:
                self._made[key] = (made, kept)
            while len(self._made) > MOST_DENSITIES:
                self._made.popitem(last=False)
        return made

    def _fresh(self, place: int, now: datetime) -> _Block | None:
        block = self._blocks.get(place)
        if block is None or not timedelta(0) <= now - block.read_at <= KEPT_FOR:
            return None
        self._blocks.move_to_end(place)
        return block

    def _fetch(self, places: list[int], now: datetime) -> dict[int, _Block]:
        """Blocks from the table; those that follow each other are read in one query."""
        ranges = [_key_range(first, last) for first, last in _stretches(places)]
        found: dict[int, dict[Tile, int]] = {place: {} for place in places}
        for where, counts in zip(ranges, self._read(ranges), strict=True):
            for sort_key, number in counts:
                x, y = grid.tile_of(where.partition, sort_key)
                place = grid.number(where.partition[-4:]) << _IN_PARTITION
                place |= grid.number(sort_key) >> _TILES
                found[place][x >> grid.TILE_BITS, y >> grid.TILE_BITS] = number
        made = {}
        for place, tiles in found.items():
            x, y = grid.from_curve(place, BLOCK_BITS)
            made[place] = _Block((x >> BLOCK_BITS, y >> BLOCK_BITS), now, tiles)
        return made


def _stretches(places: list[int]) -> list[tuple[int, int]]:
    """First and last of each stretch of blocks that follow each other in a partition."""
    if not places:
        return []
    breaks = [
        (before, after)
        for before, after in pairwise(places)
        if after != before + 1 or after % (1 << _IN_PARTITION) == 0
    ]
    firsts = [places[0], *(after for _, after in breaks)]
    lasts = [*(before for before, _ in breaks), places[-1]]
    return list(zip(firsts, lasts, strict=True))


def _key_range(first: int, last: int) -> KeyRange:
    within = (1 << _IN_PARTITION) - 1
    return KeyRange(
        "COUNT#" + grid.text(first >> _IN_PARTITION, 4),
        grid.text((first & within) << _TILES, 3),
        grid.text(((last & within) + 1 << _TILES) - 1, 3) + LAST,
    )
