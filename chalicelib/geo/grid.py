"""The order in which pins stand in the table: a square grid walked along a Hilbert curve.

The world in Mercator's projection is a square of 2^28 units a side (15 cm at the equator), so
that a cell of the grid is a square on the ground at any latitude. The curve visits every cell
of any size completely before it leaves it, so a square of 1/2^n of the world is one contiguous
key range, and the way along the curve never leaps.

Where the curve breaks, one place is far from itself in the order, at any scale. So each pin
stands in seven orders, the grid moved by a seventh of the world each time: a place that lies on
a break in one order lies well inside a cell in others (docs/decisions/0003-pin-layout.md).

Latitudes beyond 85° have no place in the projection: each polar cap is one partition of its
own.
"""

from __future__ import annotations

from math import asinh, atan, cos, degrees, pi, radians, sinh, tan

from .earth import DEGREE

WORLD_BITS = 28
WORLD = 1 << WORLD_BITS
"""Units along each side of the world."""

BITS = WORLD_BITS + 1
"""Bits of a coordinate after the move of an order."""

PARTITION_BITS = 17
"""A partition is a square of 2^17 units: 19 km at the equator, 12 km in England. A city spreads
over a few; a search reads one or two, or some more when it is large anyway."""

COUNT_PARTITION_BITS = 20
"""Counts are far fewer, and a partition of them eight times as wide."""

TILE_BITS = 13
"""A count tile is a square of 2^13 units: 1.2 km at the equator, 750 m in England."""

ORDERS = 7
"""An odd number, so that no two orders have their breaks in the same places."""

SHIFTS = tuple(WORLD * order // ORDERS for order in range(ORDERS))
"""How far each order moves the grid, east and south."""

PREFIXES = ("CELL#", *(f"CEL{number}#" for number in range(2, ORDERS + 1)))
"""Of the partition keys of the orders; all as short as the first, since each byte is read."""

CAP = 85 * DEGREE
"""Latitude (microdegrees) from which on a pin belongs to a polar cap."""

_DIGITS = "0123456789abcdefghijklmnopqrstuv"  # sorts as text as it does as a number

# The curve as a table. A cell is divided in four; `state` says which way the curve runs in it
# (0 as drawn, 1 mirrored at the diagonal, 2 at the other diagonal, 3 turned by half).
# _ENTER[state * 4 + quadrant] = (place along the curve, state inside), quadrant = 2 * x + y.
# QUADRANTS[state] = the same the other way round: (x, y, state inside) in the curve's order.
_MIRROR = (
    lambda x, y: (x, y),
    lambda x, y: (y, x),
    lambda x, y: (1 - y, 1 - x),
    lambda x, y: (1 - x, 1 - y),
)
_DRAWN = ((0, 0), (0, 1), (1, 1), (1, 0))
_INSIDE = (1, 0, 0, 2)
QUADRANTS: tuple[tuple[tuple[int, int, int], ...], ...] = tuple(
    tuple((*_MIRROR[state](*_DRAWN[place]), state ^ _INSIDE[place]) for place in range(4))
    for state in range(4)
)
_ENTER: tuple[tuple[int, int], ...] = tuple(
    next(
        (place, inside)
        for place, (x, y, inside) in enumerate(QUADRANTS[state])
        if 2 * x + y == quadrant
    )
    for state in range(4)
    for quadrant in range(4)
)


def column(longitude_e6: int) -> int:
    """Units east of 180° W of a longitude in microdegrees; 180° E is 180° W."""
    return (longitude_e6 + 180 * DEGREE) * WORLD // (360 * DEGREE) % WORLD


def row(latitude_e6: float) -> int:
    """Units south of the projection's northern edge, for latitudes within the caps."""
    return int(row_exact(latitude_e6))


def row_exact(latitude_e6: float) -> float:
    """`row` without rounding."""
    return (1.0 - asinh(tan(radians(latitude_e6 / DEGREE))) / pi) / 2.0 * WORLD


def column_exact(longitude_e6: float) -> float:
    """Units east of 180° W, neither rounded nor brought back into the world."""
    return (longitude_e6 + 180 * DEGREE) * WORLD / (360 * DEGREE)


def place_of(x: float, y: float) -> tuple[float, float]:
    """(latitude, longitude) in degrees of a place in units."""
    return degrees(atan(sinh(pi * (1.0 - 2.0 * y / WORLD)))), x * 360.0 / WORLD - 180.0


def units_per_metre(latitude: float) -> float:
    """Grid units that one metre has at most, at a latitude in degrees (within ±89.9)."""
    # 6,335,439 m is the smallest radius of curvature of WGS84 (north to south, at the equator).
    return WORLD / (2.0 * pi * 6_335_439.0 * cos(radians(latitude)))


def along_curve(x: int, y: int, size_bits: int = 0) -> tuple[int, int]:
    """(place along the curve, state) of the cell of 2^size_bits units that holds (x, y)."""
    place = state = 0
    for bit in range(BITS - 1, size_bits - 1, -1):
        step, state = _ENTER[state * 4 + ((x >> bit & 1) << 1 | y >> bit & 1)]
        place = place << 2 | step
    return place, state


def from_curve(place: int, size_bits: int = 0) -> tuple[int, int]:
    """The reverse of `along_curve`: the corner (x, y), in units, of the cell at `place`."""
    x = y = state = 0
    for level in range(BITS - size_bits - 1, -1, -1):
        right, down, state = QUADRANTS[state][place >> 2 * level & 3]
        x, y = x << 1 | right, y << 1 | down
    return x << size_bits, y << size_bits


def text(number: int, length: int) -> str:
    """A number as text of fixed length that sorts as the number does."""
    found = []
    for _ in range(length):
        found.append(_DIGITS[number & 31])
        number >>= 5
    return "".join(reversed(found))


def number(written: str) -> int:
    """The reverse of `text`. Raises ValueError when it is none."""
    return int(written, 32)


def partition(order: int, place: int) -> str:
    """The partition key that holds a place along the curve of an order."""
    return PREFIXES[order] + text(place >> 2 * PARTITION_BITS, 5)


def sort_text(place: int) -> str:
    """The part of a sort key that says where along the curve, within its partition."""
    return text(place & ((1 << 2 * PARTITION_BITS) - 1), 7)


def cap_partition(north: bool) -> str:
    """The partition key of a polar cap. Caps have one order only."""
    return PREFIXES[0] + ("north" if north else "south")


def keys_of(latitude_e6: int, longitude_e6: int) -> list[tuple[str, str]]:
    """Where a pin stands: (partition key, start of the sort key) in each of the orders."""
    x = column(longitude_e6)
    if abs(latitude_e6) >= CAP:
        return [(cap_partition(latitude_e6 > 0), text(x >> 1, 7))]
    y = row(latitude_e6)
    places = (along_curve(x + shift, y + shift)[0] for shift in SHIFTS)
    return [(partition(order, place), sort_text(place)) for order, place in enumerate(places)]


def count_key(latitude_e6: int, longitude_e6: int) -> tuple[str, str]:
    """(partition key, sort key) of the count that a position adds to."""
    if abs(latitude_e6) >= CAP:
        return "COUNT#" + ("north" if latitude_e6 > 0 else "south"), "000"
    return tile_key(column(longitude_e6), row(latitude_e6))


def tile_key(x: int, y: int) -> tuple[str, str]:
    """(partition key, sort key) of the count of the tile that holds (x, y)."""
    place, _ = along_curve(x, y, TILE_BITS)
    within = 2 * (COUNT_PARTITION_BITS - TILE_BITS)
    return "COUNT#" + text(place >> within, 4), text(place & ((1 << within) - 1), 3)


def tile_of(partition_key: str, sort_key: str) -> tuple[int, int]:
    """The corner (x, y) of the tile of a stored count; not for the caps."""
    within = 2 * (COUNT_PARTITION_BITS - TILE_BITS)
    place = number(partition_key.removeprefix("COUNT#")) << within | number(sort_key)
    return from_curve(place, TILE_BITS)
