"""Squares in which sites are counted for the map, from a country's to a neighbourhood's.

A level is the grid cut into 2^zoom squares along each side of the world, as web maps cut it. The
finest are the planner's tiles (`grid.TILE_BITS`, 750 m in England); each coarser one has squares
four times as long. A map of any size is counted from the level that is as coarse as its own
squares or one step finer: at most four counts for a square it shows. Of large squares, of which
a country has few, a step more is read, to know where in a square the sites are.

All squares of a level that lie in a square of 128 by 128 of them are one partition, in the order
of the same curve as the pins.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from . import grid

WITHIN_BITS = 7
"""A partition of a level holds 2^7 by 2^7 squares."""

_WITHIN = (1 << 2 * WITHIN_BITS) - 1


@dataclass(frozen=True)
class Level:
    """One size of squares.

    zoom: 2^zoom along each side of the world. shards: over how many items each count is spread,
    so that sites all over a region can be registered at the same moment.
    """

    zoom: int
    shards: int = 1

    @property
    def bits(self) -> int:
        """A square has 2^bits units a side."""
        return grid.WORLD_BITS - self.zoom

    @property
    def prefix(self) -> str:
        """Of the partition keys: the tiles came first and have no number."""
        return "COUNT#" if self is TILES else f"COUNT{self.zoom}#"

    def key(self, place: int, site_id: str = "") -> tuple[str, str]:
        """(PK, SK) of the count of the square at a place along the curve of this level.

        site_id: of the site that is counted, where a count has shards; any will do else.
        """
        within = grid.text(place & _WITHIN, 3)
        if self.shards > 1:
            within += f"#{ord(site_id[-1]) % self.shards}"
        return self.partition(place), within

    def partition(self, place: int) -> str:
        """The partition key that holds the square at a place along the curve."""
        return self.prefix + grid.text(place >> 2 * WITHIN_BITS, 4)

    def place(self, partition_key: str, sort_key: str) -> int:
        """The reverse of `key`: the square's place along the curve of this level."""
        above = grid.number(partition_key.removeprefix(self.prefix))
        return above << 2 * WITHIN_BITS | grid.number(sort_key[:3])

    def from_tile(self, tile: int) -> int:
        """The square's place from that of a tile in it."""
        return tile >> 2 * (self.bits - TILES.bits)


TILES = Level(grid.WORLD_BITS - grid.TILE_BITS)
WATCHED = Level(TILES.zoom - 2)
"""3 km in England. Its counts also say how often a pin came, went or moved in the square: by
that a repair knows that nothing changed while it counted (infra/recounting.py)."""

COARSER = (WATCHED, Level(TILES.zoom - 4), Level(TILES.zoom - 6), Level(TILES.zoom - 8, shards=8))
"""From fine to coarse: 3, 12, 48 and 190 km in England. The coarsest holds whole regions."""

LEVELS = (TILES, *COARSER)


def tile_place(latitude_e6: int, longitude_e6: int) -> int | None:
    """Along the curve, the tile that holds a position; None in the polar caps, which no map of
    this projection shows."""
    if abs(latitude_e6) >= grid.CAP:
        return None
    x, y = grid.column(longitude_e6), grid.row(latitude_e6)
    return grid.along_curve(x, y, grid.TILE_BITS)[0]


def coarser_keys(latitude_e6: int, longitude_e6: int, site_id: str) -> Iterator[tuple[str, str]]:
    """(PK, SK) of the counts above the tile's that a site adds to, from fine to coarse."""
    tile = tile_place(latitude_e6, longitude_e6)
    if tile is not None:
        for level in COARSER:
            yield level.key(level.from_tile(tile), site_id)


LARGE = 9
"""Squares of this zoom or less (48 km in England) are put together from smaller ones."""


def level_for(zoom: int) -> Level:
    """The coarsest level to count squares of a zoom from, up to the tiles'."""
    least = zoom + 1 if zoom <= LARGE else zoom
    return next((level for level in reversed(LEVELS) if level.zoom >= least), TILES)
