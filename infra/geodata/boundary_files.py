"""Reads the outline of an area from a file as people have it: GeoJSON (also of other coordinates,
when it says which) or KML and KMZ. Returns the rings in WGS84 degrees, each with words for its
place in the file; `boundary_checks` checks that the rings are plausible.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from pyproj import Transformer
from pyproj.exceptions import ProjError

from infra.geodata.text_files import DAMAGED, opener, text_of

CONVERT = "ogr2ogr -f GeoJSON -t_srs EPSG:4326 boundary.geojson FILE"
"""A command of GDAL that turns nearly every format into GeoJSON."""

OTHERS = ((b"SQLite format 3", "a GeoPackage"), (b"\x00\x00\x27\x0a", "a shapefile"))
"""The first bytes of formats that are not text, and what each format is called."""

DEGREES = ("CRS84", "EPSG::4326", "EPSG:4326")
"""Names by which a file says that its coordinates are WGS84 degrees, as GeoJSON has them."""

NO_AREAS = ("Point", "MultiPoint", "LineString", "MultiLineString")
COLLECTIONS = ("FeatureCollection", "GeometryCollection")

Position = tuple[float, float]
"""Longitude and latitude in degrees."""

Convert = Callable[[float, float], Position]


@dataclass(frozen=True)
class Outline:
    """One polygon: its outer ring and its holes. where: the place in the file, for messages."""

    where: str
    rings: tuple[tuple[Position, ...], ...]

    def ring_name(self, number: int) -> str:
        """Name a ring of the polygon for messages. number: 0 for the outline, then the holes."""
        return f"{self.where}, hole {number}" if number else f"{self.where}, outline"


@dataclass
class Boundary:
    """The polygons of a file. left_out: what in the file is not an area, in words."""

    outlines: list[Outline] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def read_boundary(path: Path) -> Boundary:
    """Read all polygons of a file. Raises ValueError naming what is wrong, and where."""
    try:
        text = _text(path).strip().removeprefix("\ufeff")
    except DAMAGED as error:
        raise ValueError(f"it is damaged or was not downloaded to its end: {error}") from error
    if not text:
        raise ValueError("it is empty")
    boundary = Boundary()
    found = _of_kml(text, boundary) if text.startswith("<") else _of_json(text, boundary)
    boundary.outlines.extend(found)
    if not boundary.outlines:
        has = f" ({'; '.join(boundary.left_out[:5])})" if boundary.left_out else ""
        raise ValueError(f"no Polygon or MultiPolygon in it{has}")
    return boundary


def _text(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(16)
    for mark, kind in OTHERS:
        if start.startswith(mark):
            raise ValueError(f"it is {kind}. Turn it into GeoJSON: {CONVERT}")
    if not zipfile.is_zipfile(path):
        with text_of(opener(path)) as text:
            return text.read()
    with zipfile.ZipFile(path) as archive:
        inside = [name for name in archive.namelist() if name.lower().endswith(".kml")]
    if len(inside) != 1:
        raise ValueError(
            f"it is an archive. Unpack it; a shapefile becomes GeoJSON with: {CONVERT}"
        )
    with text_of(lambda: zipfile.ZipFile(path).open(inside[0])) as text:
        return text.read()


# GeoJSON


def _of_json(text: str, boundary: Boundary) -> Iterator[Outline]:
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"line {error.lineno}, column {error.colno}: {error.msg}") from error
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    if not isinstance(document, dict):
        raise ValueError("it holds a list or a value and no geometry, feature or collection")
    if document.get("type") == "Topology":
        raise ValueError(f"it is TopoJSON. Turn it into GeoJSON: {CONVERT}")
    if "geometryType" in document or "rings" in document:
        raise ValueError(f"it is Esri’s own JSON. Export it as GeoJSON, or: {CONVERT}")
    yield from _geometries(document, "", _converter(document.get("crs")), boundary)


def _converter(crs: Any) -> Convert:
    """Make the conversion from the coordinates that a file names to longitude and latitude."""
    if crs is None:
        return lambda x, y: (x, y)
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if isinstance(name, str) and name.endswith(DEGREES):
        return lambda x, y: (x, y)
    try:
        transformer = Transformer.from_crs(str(name), "EPSG:4326", always_xy=True)
    except ProjError as error:
        raise ValueError(f"nobody knows the coordinates {name!r} of its “crs”") from error
    return lambda x, y: transformer.transform(x, y)


def _geometries(value: Any, where: str, convert: Convert, boundary: Boundary) -> Iterator[Outline]:
    """Read the polygons of a geometry, a feature or a collection of either."""
    kind = value.get("type") if isinstance(value, dict) else None
    for part, name in _parts(kind, value, where):
        yield from _geometries(part, name, convert, boundary)
    if kind == "Polygon":
        yield _outline(_list(value, "coordinates", where), where or "the polygon", convert)
    elif kind == "MultiPolygon":
        for number, rings in enumerate(_list(value, "coordinates", where), 1):
            yield _outline(rings, _join(where, f"polygon {number}"), convert)
    elif kind == "Feature" and value.get("geometry") is None:
        boundary.left_out.append(f"{where or 'the feature'} has no geometry")
    elif kind in NO_AREAS:
        boundary.left_out.append(f"{where or 'the geometry'} is a {kind} and no area")
    elif kind not in ("Feature", *COLLECTIONS):
        raise ValueError(f"{where or 'it'} has the type {kind!r} and is no geometry of GeoJSON")


def _parts(kind: Any, value: Any, where: str) -> Iterator[tuple[Any, str]]:
    """List the members of a feature or a collection, each with its place in the file."""
    if kind == "FeatureCollection":
        for number, feature in enumerate(_list(value, "features", where), 1):
            yield feature, _named(feature, number)
    elif kind == "GeometryCollection":
        for number, part in enumerate(_list(value, "geometries", where), 1):
            yield part, _join(where, f"geometry {number}")
    elif kind == "Feature" and value.get("geometry") is not None:
        yield value["geometry"], where


def _named(feature: Any, number: int) -> str:
    """Name a feature `feature 3 (Coventry)`, by its first property that is called a name."""
    properties = feature.get("properties") if isinstance(feature, dict) else None
    for key, value in properties.items() if isinstance(properties, Mapping) else ():
        if key.lower().endswith(("name", "nm")) and isinstance(value, str) and value:
            return f"feature {number} ({value[:40]})"
    return f"feature {number}"


def _join(where: str, part: str) -> str:
    return f"{where}, {part}" if where else part


def _list(value: Mapping[str, Any], name: str, where: str) -> Sequence[Any]:
    found = value.get(name)
    if not isinstance(found, list):
        raise ValueError(f"{where or 'it'} has no list of “{name}”")
    return found


def _outline(rings: Any, where: str, convert: Convert) -> Outline:
    if not isinstance(rings, list) or not rings:
        raise ValueError(f"{where} has no rings")
    outline = Outline(where, ())
    read = []
    for number, ring in enumerate(rings):
        name = outline.ring_name(number)
        if not isinstance(ring, list):
            raise ValueError(f"{name} is no list of positions")
        read.append(
            tuple(_position(one, f"{name}, position {n}", convert) for n, one in enumerate(ring, 1))
        )
    return Outline(where, tuple(read))


def _position(value: Any, where: str, convert: Convert) -> Position:
    """Read one position of GeoJSON. A third number, the height, is ignored. Raises ValueError."""
    try:
        longitude, latitude = (float(one) for one in value[:2] if type(one) in (int, float))
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(
            f"{where}: {json.dumps(value)[:40]} is not [longitude, latitude]"
        ) from error
    return convert(longitude, latitude)


# KML


def _of_kml(text: str, boundary: Boundary) -> Iterator[Outline]:
    try:
        root = ElementTree.fromstring(text)
    except (ElementTree.ParseError, DefusedXmlException) as error:
        raise ValueError(f"it begins like KML and cannot be read: {error}") from error
    kind = root.tag.rpartition("}")[2]
    if kind != "kml":
        raise ValueError(f"it is XML, but <{kind}> and not KML. Turn it into GeoJSON: {CONVERT}")
    for number, mark in enumerate(root.findall(".//{*}Placemark"), 1):
        name = " ".join((mark.findtext("{*}name") or "").split())[:40]
        where = f"feature {number} ({name})" if name else f"feature {number}"
        polygons = mark.findall(".//{*}Polygon")
        if not polygons:
            boundary.left_out.append(f"{where} has no Polygon")
        for part, polygon in enumerate(polygons, 1):
            yield _kml_outline(polygon, f"{where}, polygon {part}" if polygons[1:] else where)


def _kml_outline(polygon: Any, where: str) -> Outline:
    outer = polygon.findtext("{*}outerBoundaryIs/{*}LinearRing/{*}coordinates") or ""
    inner = polygon.findall("{*}innerBoundaryIs/{*}LinearRing/{*}coordinates")
    rings = [outer, *(hole.text or "" for hole in inner)]
    outline = Outline(where, ())
    return Outline(
        where,
        tuple(tuple(_kml_ring(ring, outline.ring_name(n))) for n, ring in enumerate(rings)),
    )


def _kml_ring(text: str, where: str) -> Iterator[Position]:
    """Read a KML ring, written as `longitude,latitude[,height] …`. Raises ValueError."""
    written = " ".join(text.split()).replace(" ,", ",").replace(", ", ",")
    for number, triple in enumerate(written.split(), 1):
        try:
            longitude, latitude = (float(part) for part in triple.split(",")[:2])
        except ValueError as error:
            raise ValueError(
                f"{where}, position {number}: “{triple[:40]}” is not longitude,latitude"
            ) from error
        yield longitude, latitude
