"""H3 cells, for what is shown as a block and never as a place. The only import of h3.

The library is loaded when it is first needed: it costs a cold start some 40 ms and most calls
of a process never need it. Cells are written as H3 does, 15 hexadecimal digits.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, sqrt

from .earth import Point

BLOCK = 9
"""Resolution of what officers may know of a resident's post: about 0.1 km²."""

NEIGHBOURHOOD = 6
"""Resolution by which posts are kept together: about 36 km²."""


def cell_at(point: Point, resolution: int) -> str:
    """The cell that holds the point."""
    import h3

    return str(h3.latlng_to_cell(point.latitude, point.longitude, resolution))


def parent(cell: str, resolution: int) -> str:
    """The coarser cell that this one is counted under. Raises ValueError when it is no cell."""
    import h3

    try:
        return str(h3.cell_to_parent(cell, resolution))
    except h3.H3BaseException as error:
        raise ValueError(f"no such cell: {cell!r}") from error


def centre(cell: str) -> Point:
    """The middle of the cell. Raises ValueError when it is no cell."""
    import h3

    try:
        return Point(*h3.cell_to_latlng(cell))
    except h3.H3BaseException as error:
        raise ValueError(f"no such cell: {cell!r}") from error


def boundary(cell: str) -> list[tuple[float, float]]:
    """The cell's corners as [lng, lat], first not repeated. Raises ValueError."""
    import h3

    try:
        return [(lng, lat) for lat, lng in h3.cell_to_boundary(cell)]
    except h3.H3BaseException as error:
        raise ValueError(f"no such cell: {cell!r}") from error


def around(point: Point, resolution: int, metres: float) -> Iterator[tuple[str, Point]]:
    """Every cell whose centre is within so many metres of the point, and some further ones, each
    with its centre."""
    import h3

    origin = h3.latlng_to_cell(point.latitude, point.longitude, resolution)
    # Centres of the n-th ring are at least n * spacing * sqrt(3) / 2 away; here cells are a
    # little squeezed in one direction, and the point is not the middle of its cell.
    spacing = sqrt(2 * h3.cell_area(origin, "m^2") / sqrt(3))
    rings = ceil(metres / (spacing * 0.7)) + 1
    for cell in h3.grid_disk(origin, rings):
        yield str(cell), Point(*h3.cell_to_latlng(cell))


def cell_size(point: Point, resolution: int) -> float:
    """Square metres of the cell that holds the point."""
    import h3

    return float(h3.cell_area(cell_at(point, resolution), "m^2"))
