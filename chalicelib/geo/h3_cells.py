"""H3 cells: the keys of the map, and the blocks that stand for places that are not shown.

A site's key is its cell of resolution KEY, its partition that cell's ancestor of resolution
PARTITION. The hierarchy of H3 is exact and its geometry is not: a cell may lie partly outside its
parent, so an ancestor is always asked of the cell (`parent_cell`) and never of the position.

This is the only file that imports h3. It does so when h3 is first needed, because the import costs
a cold start some 40 ms and most calls of a process never need it. Cells are written as H3 does, in
15 hexadecimal digits.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from math import ceil, sqrt
from typing import Any

from chalicelib.geo import geodesy
from chalicelib.geo.geodesy import DEGREE, Point, Vector

KEY = 11
"""Resolution of a site's key: about 2,150 m²."""

PARTITION = 6
"""Resolution of the partition that holds a site's key: about 36 km²."""

BLOCK = 9
"""Resolution of what officers may know of a resident's post: about 0.1 km²."""

NEIGHBOURHOOD = 6
"""Resolution by which posts are kept together: about 36 km²."""

FINEST = 15

CELL_M2: tuple[float, ...] = tuple(
    510_065_621_724_089 / (2 + 120 * 7**res) for res in range(FINEST + 1)
)
"""Square metres of a cell on average, by resolution: the globe over the number of cells (H3
documentation, "Tables of Cell Statistics")."""

KEPT_PLACES = 20_000
"""How many centres of cells a process remembers, in some 6 MB."""

Centre = tuple[float, float, Vector]
"""A cell's centre: latitude and longitude in degrees, and where it is in space."""


@cache
def _of_numbers() -> Any:
    """The functions of h3 for cells as whole numbers, which are quicker than those for texts."""
    import h3.api.basic_int

    return h3.api.basic_int


def cell_at(point: Point, resolution: int) -> str:
    """The cell that holds the point."""
    import h3

    return str(h3.latlng_to_cell(point.latitude, point.longitude, resolution))


def parent_cell(cell: str, resolution: int) -> str:
    """The ancestor of a cell at a coarser resolution. Raises ValueError when it is no cell."""
    import h3

    try:
        return str(h3.cell_to_parent(cell, resolution))
    except h3.H3BaseException as error:
        raise ValueError(f"no such cell: {cell!r}") from error


def child_cells(cell: str, resolution: int) -> list[str]:
    """The descendants of a cell at a finer resolution, in the order of their keys."""
    import h3

    return [str(child) for child in h3.cell_to_children(cell, resolution)]


def resolution_of(cell: str) -> int:
    """The resolution of a cell."""
    import h3

    return int(h3.get_resolution(cell))


def root_cells() -> tuple[int, ...]:
    """The 122 cells of resolution 0, as numbers."""
    h3 = _of_numbers()
    return tuple(sorted(h3.get_res0_cells()))


def children_of(cell: int) -> list[int]:
    """The seven children (six of a pentagon) of a cell at the next resolution, as numbers."""
    h3 = _of_numbers()
    return list(h3.cell_to_children(cell))


@lru_cache(KEPT_PLACES)
def centre_of(cell: int) -> Centre:
    """The centre of a cell that is given as a number."""
    h3 = _of_numbers()
    latitude, longitude = h3.cell_to_latlng(cell)
    return latitude, longitude, geodesy.vector_of_position(latitude * DEGREE, longitude * DEGREE)


def descendant_index(cell: int, partition: int, key: int) -> tuple[int, int, int]:
    """Find the places of a cell's descendants among those of its ancestor.

    cell: a number. partition, key: resolutions of the ancestor and of the descendants. Returns
    the ancestor, the place of the first descendant in the order of keys and the place after the
    last one. Descendants of one cell follow each other: they begin with the same digits.
    """
    h3 = _of_numbers()
    first = h3.cell_to_child_pos(h3.cell_to_center_child(cell, key), partition)
    return h3.cell_to_parent(cell, partition), first, first + h3.cell_to_children_size(cell, key)


def descendant_at(ancestor: int, key: int, place: int) -> str:
    """The cell of resolution `key` that has this place among an ancestor's descendants."""
    h3 = _of_numbers()
    return str(h3.int_to_str(h3.child_pos_to_cell(ancestor, key, place)))


def cell_text(cell: int) -> str:
    """Write a cell that is given as a number in its 15 digits."""
    return f"{cell:x}"


def cell_number(cell: str) -> int:
    """Read a cell that is written in 15 digits as a number."""
    return int(cell, 16)


def cell_centre(cell: str) -> Point:
    """The middle of the cell. Raises ValueError when it is no cell."""
    import h3

    try:
        return Point(*h3.cell_to_latlng(cell))
    except h3.H3BaseException as error:
        raise ValueError(f"no such cell: {cell!r}") from error


def cell_boundary(cell: str) -> list[tuple[float, float]]:
    """The cell's corners as (longitude, latitude) in degrees, first not repeated.

    Across the antimeridian the longitudes run on over 180 (or below -180), so that the ring is
    never torn. Raises ValueError when it is no cell.
    """
    import h3

    try:
        corners = h3.cell_to_boundary(cell)
    except h3.H3BaseException as error:
        raise ValueError(f"no such cell: {cell!r}") from error
    first = corners[0][1]
    return [((lng - first + 180.0) % 360.0 - 180.0 + first, lat) for lat, lng in corners]


def cells_around(point: Point, resolution: int, metres: float) -> Iterator[tuple[str, Point]]:
    """Yield every cell whose centre is within `metres` of the point, and some farther ones, each
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
