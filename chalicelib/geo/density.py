"""How many pins to expect on a part of the curve, from the counts of tiles.

Within a tile pins are taken to be spread evenly. The counts are kept for the first order's
tiles; a tile of another order lies over four of them and takes its share of each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from . import grid

Tile = tuple[int, int]
"""(x, y) of a tile, in tiles from the world's north-western corner."""

PLACES = 1 << 2 * grid.TILE_BITS
"""Places of the curve in a tile."""


BLOCK_BITS = 17
"""Counts are known by blocks of 2^17 units: 16 tiles a side, 12 km in England."""

_TILES = BLOCK_BITS - grid.TILE_BITS


USUAL = 100.0
"""Pins in a tile of a town where one home in ten has a camera that its owner registered; the
planner's guess until it knows better."""


@dataclass(frozen=True)
class Density:
    """How many pins stand in the tiles around an area.

    counts: by tile. blocks: where they are known, as (x, y) in blocks; a tile in them without a
    count holds no pins. usual: pins to expect in a tile anywhere else.
    """

    counts: Mapping[Tile, int] = field(default_factory=dict)
    blocks: frozenset[Tile] = frozenset()
    usual: float = USUAL
    _seen: dict[tuple[int, int], float] = field(default_factory=dict, compare=False, repr=False)

    def per_unit(self, x: int, y: int) -> float:
        """Pins per unit² (per place on the curve) at a place in the world's units."""
        return self._counted(x >> grid.TILE_BITS, y >> grid.TILE_BITS) / PLACES

    def _counted(self, x: int, y: int) -> float:
        """Pins in a tile."""
        found = self.counts.get((x, y))
        if found is not None:
            return found
        return 0 if (x >> _TILES, y >> _TILES) in self.blocks else self.usual

    def expected(self, order: int, first: int, end: int) -> float:
        """Pins on the curve from place `first` up to `end`."""
        if not self.blocks:
            return (end - first) * self.usual / PLACES
        bits = 2 * grid.TILE_BITS
        low, high = first >> bits, end - 1 >> bits
        if low == high:
            return self._tile(order, low) * (end - first) / PLACES
        total = self._tile(order, low) * ((low + 1 << bits) - first) / PLACES
        total += self._tile(order, high) * (end - (high << bits)) / PLACES
        for tile in range(low + 1, high):
            total += self._tile(order, tile)
        return total

    def _tile(self, order: int, place: int) -> float:
        """Pins in a tile of an order."""
        key = (order, place)
        if key not in self._seen:
            x, y = grid.from_curve(place, grid.TILE_BITS)
            self._seen[key] = self._within(x - grid.SHIFTS[order], y - grid.SHIFTS[order])
        return self._seen[key]

    def _within(self, x: int, y: int) -> float:
        """Pins in the square of a tile's size whose corner is anywhere."""
        side = 1 << grid.TILE_BITS
        column, right = divmod(x, side)
        row, down = divmod(y, side)
        total = 0.0
        for tile_x, wide in ((column, side - right), (column + 1, right)):
            for tile_y, tall in ((row, side - down), (row + 1, down)):
                if wide and tall:
                    total += self._counted(tile_x, tile_y) * wide * tall
        return total / PLACES


NOTHING_KNOWN = Density()
