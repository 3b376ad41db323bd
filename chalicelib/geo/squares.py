"""Which stretches of the curve lie under a rectangle: for the map, where a box is a box.

Simpler than `cover`, which weighs every query for a search: the rectangle is covered with squares
about an eighth of its longer side, and larger ones until few stretches are left to read.
"""

from __future__ import annotations

from dataclasses import dataclass

from . import grid

ACROSS = 8
"""How many squares lie along the longer side, about: more cover closer and cost more queries."""

MOST_STRETCHES = 12


@dataclass(frozen=True)
class Box:
    """A rectangle in grid units, its borders included."""

    west: int
    north: int
    east: int
    south: int

    def outward(self, bits: int) -> Box:
        """The smallest box of whole squares of 2^bits units that holds this one."""
        rest = (1 << bits) - 1
        return Box(self.west & ~rest, self.north & ~rest, self.east | rest, self.south | rest)

    def across(self, bits: int) -> int:
        """How many squares of 2^bits units the longer side touches."""
        columns = (self.east >> bits) - (self.west >> bits)
        return max(columns, (self.south >> bits) - (self.north >> bits)) + 1

    def holds(self, x: int, y: int) -> bool:
        """True when the place is in the box."""
        return self.west <= x <= self.east and self.north <= y <= self.south


@dataclass(frozen=True)
class Cover:
    """Squares of 2^bits units, by their places on the curve of the first order: first and last of
    each stretch. reach: the box that holds all of them."""

    bits: int
    stretches: tuple[tuple[int, int], ...]
    reach: Box


def cover(box: Box, smallest_bits: int, partition_bits: int) -> Cover:
    """The squares that touch the box, in at most MOST_STRETCHES stretches.

    smallest_bits: of a square. partition_bits: a stretch does not go from one square of this
    size into the next, because another partition of the table begins there. A box must be small
    enough against it: up to three times as wide touches nine partitions at most.
    """
    longer = max(box.east - box.west, box.south - box.north) + 1
    bits = max(smallest_bits, (longer // ACROSS).bit_length())
    while True:
        bits = min(bits, partition_bits)
        found = _stretches(box, bits, 2 * (partition_bits - bits))
        if len(found) <= MOST_STRETCHES or bits == partition_bits:
            return Cover(bits, tuple(found), box.outward(bits))
        bits += 1


def _stretches(box: Box, bits: int, within: int) -> list[tuple[int, int]]:
    places = sorted(
        grid.along_curve(x << bits, y << bits, bits)[0]
        for x in range(box.west >> bits, (box.east >> bits) + 1)
        for y in range(box.north >> bits, (box.south >> bits) + 1)
    )
    found: list[tuple[int, int]] = []
    for place in places:
        if found and place == found[-1][1] + 1 and place % (1 << within):
            found[-1] = (found[-1][0], place)
        else:
            found.append((place, place))
    return found
