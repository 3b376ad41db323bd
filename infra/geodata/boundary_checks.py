"""Checks that an outline can be a force's area: closed rings, not crossing, in its country."""

from __future__ import annotations

import math

import shapely
from pyproj import Geod

from chalicelib.core.countries import Country
from chalicelib.geo.plausible import Misplaced, misplaced
from chalicelib.registry.force_area import AreaOutline, Ring
from infra.geodata.boundary_files import CONVERT, Boundary, Outline, Position

EXCHANGED = "latitude and longitude look exchanged. In such a file the longitude comes first"


def checked_area(boundary: Boundary, country: Country) -> AreaOutline:
    """Make an area of a file's outlines. Raises ValueError naming what is wrong, and where."""
    for outline in boundary.outlines:
        for number, ring in enumerate(outline.rings):
            _check_positions(ring, outline.ring_name(number))
    area = AreaOutline(tuple(outline.rings for outline in boundary.outlines))
    west, _, east, _ = area.bounds
    if east - west > 180:
        raise ValueError(
            "it reaches around more than half of the Earth. Of an area that crosses 180° of "
            "longitude, load the part on one side"
        )
    for outline in boundary.outlines:
        for number, ring in enumerate(outline.rings):
            _check_country(ring, outline.ring_name(number), country)
        _check_shape(outline)
    return area


def square_km(area: AreaOutline) -> float:
    """Compute an area's size on the Earth in km²; where polygons overlap, it counts twice."""
    earth = Geod(ellps="WGS84")

    def size(ring: Ring) -> float:
        longitudes, latitudes = zip(*ring, strict=True)
        return abs(float(earth.polygon_area_perimeter(longitudes, latitudes)[0]))

    return sum(size(first) - sum(map(size, holes)) for first, *holes in area.polygons) / 1e6


def _check_positions(ring: tuple[Position, ...], where: str) -> None:
    for number, (longitude, latitude) in enumerate(ring, 1):
        if not (math.isfinite(longitude) and abs(longitude) <= 180 and abs(latitude) <= 90):
            place = f"{where}, position {number}: {longitude:g}, {latitude:g}"
            if abs(longitude) <= 90 and abs(latitude) <= 180:
                raise ValueError(f"{place}: {EXCHANGED}")
            raise ValueError(
                f"{place} is not longitude and latitude in degrees (WGS84). Eastings and "
                f"northings have to be converted first: {CONVERT}"
            )
    if len(ring) < 4:
        raise ValueError(f"{where} has {len(ring)} positions; a closed ring has at least four")
    if ring[0] != ring[-1]:
        raise ValueError(
            f"{where} is not closed: its last position has to be the first one again. "
            "Perhaps the file was cut off"
        )


def _check_country(ring: tuple[Position, ...], where: str, country: Country) -> None:
    for number, (longitude, latitude) in enumerate(ring, 1):
        why = misplaced(latitude, longitude, country.bounds)
        if why is None:
            continue
        place = f"{where}, position {number}: latitude {latitude:g}, longitude {longitude:g}"
        if why is Misplaced.EXCHANGED:
            raise ValueError(f"{place}: {EXCHANGED}")
        raise ValueError(f"{place} is not in the {country.short_name}")


def _check_shape(outline: Outline) -> None:
    """Raise ValueError when rings cross, as then no inside is clear. Published rings may touch."""
    lines = shapely.MultiLineString(list(outline.rings))
    corners = {position for ring in outline.rings for position in ring}
    meetings = shapely.get_coordinates(shapely.unary_union(lines))
    # A union of the lines has a new corner wherever two edges cross between their corners.
    for longitude, latitude in meetings.tolist():
        if (longitude, latitude) not in corners:
            raise ValueError(
                f"{outline.where} crosses itself near latitude {latitude:.5f}, longitude "
                f"{longitude:.5f}. Mend it, for example with “Fix geometries” in QGIS"
            )
    polygon = shapely.Polygon(outline.rings[0], outline.rings[1:])
    if polygon.area == 0:
        raise ValueError(f"{outline.where} has no inside: all its positions are on one line")
    why = shapely.is_valid_reason(polygon)
    if "Hole" in why:
        raise ValueError(f"{outline.where}: a hole is not inside the outline, or within another")
