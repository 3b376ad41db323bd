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


@dataclass(frozen=True)
class Density:
    """How many pins stand in the tiles around an area.

    counts: by tile; None when nothing is known. usual: pins per tile to expect then. A tile
    missing from known counts holds none.
    """

    counts: Mapping[Tile, int] | None = None
    usual: float = 150.0
    _seen: dict[tuple[int, int], float] = field(default_factory=dict, compare=False, repr=False)

    def per_unit(self, x: int, y: int) -> float:
        """Pins per unit² (per place on the curve) at a place in the world's units."""
        if self.counts is None:
            return self.usual / PLACES
        return self.counts.get((x >> grid.TILE_BITS, y >> grid.TILE_BITS), 0) / PLACES

    def expected(self, order: int, first: int, end: int) -> float:
        """Pins on the curve from place `first` up to `end`."""
        if self.counts is None:
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
        assert self.counts is not None
        side = 1 << grid.TILE_BITS
        column, right = divmod(x, side)
        row, down = divmod(y, side)
        total = 0.0
        for tile_x, wide in ((column, side - right), (column + 1, right)):
            for tile_y, tall in ((row, side - down), (row + 1, down)):
                if wide and tall:
                    total += self.counts.get((tile_x, tile_y), 0) * wide * tall
        return total / PLACES


NOTHING_KNOWN = Density()
