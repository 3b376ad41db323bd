"""An area or a route from a file: GPX, KML, GeoJSON, or places in lines of text.

A file holds one line, which is a route, or one polygon, which is an area; pins beside it are left
out. A file with several lines or polygons is refused, because only its owner can choose.

Threat: an XML file can name other files, or unfold a few bytes to gigabytes. Both need a document
type, which no such file has, so the standard library's parser (expat) is stopped at the first;
nothing else of XML leaves the file.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.parsers import expat

from chalicelib.core.countries import Country
from chalicelib.core.errors import Invalid
from chalicelib.geo.geojson import MOST_POSITIONS
from chalicelib.geo.written.place_text import read_lines

MOST_BYTES = 4 * 1024 * 1024
"""The largest file: in base64 it still fits a request to Lambda (6 MB)."""

DEEPEST = 60
"""The most levels to which elements or lists may be nested."""

WANTED = "Choose a GPX, KML or GeoJSON file"

Position = tuple[float, float]
"""Longitude and latitude."""


@dataclass(frozen=True)
class AreaFile:
    """The shape in a file. kind: "corridor" with one line, "polygon" with an outline and holes."""

    kind: str
    lines: tuple[tuple[Position, ...], ...]

    def area_json(self, width_m: int) -> dict[str, Any]:
        """The shape as an area in the API's JSON. width_m: width of the corridor along a route."""
        lines = [[[round(x, 7), round(y, 7)] for x, y in line] for line in self.lines]
        if self.kind == "polygon":
            return {"type": "polygon", "coordinates": lines}
        return {"type": "corridor", "path": lines[0], "width_m": width_m}


class FileError(Invalid):
    """A file that cannot be used."""


def _refused(sentence: str) -> FileError:
    return FileError(sentence, [("area_file", sentence)])


def read_area_file(content: bytes, country: Country) -> AreaFile:
    """Read the route or the area in a file. Raises FileError with a sentence for its field."""
    if len(content) > MOST_BYTES:
        raise _refused(f"The file is larger than {MOST_BYTES // 1024**2} MB. Choose a smaller one")
    if content[:2] == b"PK":
        raise _refused("This is a ZIP file, as KMZ files are. Unpack it and choose the file in it")
    text = _text(content).strip()
    if not text.strip("\0"):
        raise _refused(f"The file is empty. {WANTED}")
    if text[0] == "<":
        shapes = _of_xml(text)
    elif text[0] in "{[":
        shapes = _of_json(text)
    elif re.search(r"[\x00-\x08\x0e-\x1f]", text):
        raise _refused(f"This file cannot be read. {WANTED}")
    else:
        shapes = [_of_lines(text, country)]
    return _only(shapes)


def _only(shapes: Sequence[AreaFile]) -> AreaFile:
    """The one shape of a file. Raises FileError for none, several, or impossible positions."""
    shapes = [shape for shape in shapes if any(shape.lines)]
    if not shapes:
        raise _refused("There is no route and no area in the file, only points or nothing at all")
    if len(shapes) > 1:
        several = f"There are {len(shapes)} routes or areas in the file"
        raise _refused(f"{several}. Keep the one to search and choose the file again")
    shape = shapes[0]
    _check_count(sum(map(len, shape.lines)))
    for longitude, latitude in (position for line in shape.lines for position in line):
        if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
            raise _refused(
                f"{longitude:g}, {latitude:g} is no longitude and latitude. Save the file with "
                "positions in degrees (WGS84)"
            )
    least, what = (3, "an area needs three") if shape.kind == "polygon" else (2, "a route two")
    if len(dict.fromkeys(shape.lines[0])) < least:
        raise _refused(f"There are too few points in the file: {what}")
    return shape


def _check_count(count: int) -> None:
    if count > MOST_POSITIONS:
        many = f"There are {count:,} points in the file; at most {MOST_POSITIONS:,} can be read"
        raise _refused(f"{many}. Choose a part of it")


def _text(content: bytes) -> str:
    """Decode a file: UTF-16, as Windows's editors save "Unicode", by its byte order mark or by the
    zero beside its first letter; else UTF-8, and what is none as Windows's Western encoding. What
    an XML file says of itself is not asked: its numbers and signs are the same in all of them."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace")
    if 0 in content[:2] and any(content[:2]):
        return content.decode("utf-16-be" if content[0] == 0 else "utf-16-le", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _of_lines(text: str, country: Country) -> AreaFile:
    _check_count(sum(1 for line in text.splitlines() if line.strip()))
    found = read_lines(text, country)
    if found.wrong:
        wanted = found.sentence or f"Enter one place in each line, like {country.place_like}"
        raise _refused(f"Line {found.wrong} is no place. {wanted}")
    line = tuple((round(p.longitude, 6), round(p.latitude, 6)) for p in found.points)
    return AreaFile("corridor", (line,))


# GeoJSON


def _of_json(text: str) -> list[AreaFile]:
    try:
        document = json.loads(text)
        named = str((document.get("crs") or {}).get("properties", {}).get("name", ""))
        if named and not named.upper().endswith(("CRS84", ":4326")):
            raise _refused("The file's positions are in another grid. Save it in degrees (WGS84)")
        return list(_shapes(document, 0))
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError, OverflowError):
        raise _refused(f"This file is no GeoJSON that can be read. {WANTED}") from None


def _shapes(value: Mapping[str, Any], depth: int) -> Iterator[AreaFile]:
    if depth > DEEPEST:
        raise ValueError("nested too deep")
    kind = value["type"]
    if kind in ("FeatureCollection", "GeometryCollection"):
        for part in value["features" if kind == "FeatureCollection" else "geometries"]:
            yield from _shapes(part, depth + 1)
    elif kind == "Feature":
        if value.get("geometry") is not None:
            yield from _shapes(value["geometry"], depth + 1)
    elif kind not in ("Point", "MultiPoint"):
        single = kind.removeprefix("Multi")
        for part in value["coordinates"] if kind != single else [value["coordinates"]]:
            yield _shape_of(single, part)


def _shape_of(kind: str, coordinates: Sequence[Any]) -> AreaFile:
    if kind == "LineString":
        return AreaFile("corridor", (_positions(coordinates),))
    if kind == "Polygon":
        return AreaFile("polygon", tuple(map(_positions, coordinates)))
    raise ValueError("no GeoJSON")


def _positions(values: Sequence[Sequence[float]]) -> tuple[Position, ...]:
    return tuple((float(value[0]), float(value[1])) for value in values)


# GPX and KML


class _Document:
    """Collects lines and polygons while the parser goes through a document.

    A GPX track is one line, its segments one after the other: a receiver begins a new one when it
    loses its satellites for a moment.
    """

    def __init__(self) -> None:
        self.path: list[str] = []
        self.text: list[str] = []
        self.line: list[Position] = []
        self.rings: list[tuple[Position, ...]] = []
        self.tracks: list[AreaFile] = []
        self.routes: list[AreaFile] = []
        self.shapes: list[AreaFile] = []

    def open(self, name: str, attributes: Mapping[str, str]) -> None:
        """Handle the start of an element. Raises FileError, ValueError or KeyError."""
        name = name.rpartition(":")[2]
        if not self.path and name not in ("gpx", "kml"):
            raise _refused(f"This XML file is neither GPX nor KML. {WANTED}")
        self.path.append(name)
        if len(self.path) > DEEPEST:
            raise ValueError("nested too deep")
        self.text = []
        if name in ("trk", "rte", "Track"):
            self.line = []
        elif name in ("trkpt", "rtept"):
            self.line.append((float(attributes["lon"]), float(attributes["lat"])))

    def close(self, name: str) -> None:
        """Handle the end of an element. Raises ValueError or IndexError for no position."""
        name = self.path.pop()
        within = self.path[-1] if self.path else ""
        if name == "trk":
            self.tracks.append(AreaFile("corridor", (tuple(self.line),)))
        elif name == "rte":
            self.routes.append(AreaFile("corridor", (tuple(self.line),)))
        elif name == "coord":
            longitude, latitude = "".join(self.text).split()[:2]
            self.line.append((float(longitude), float(latitude)))
        elif name == "Track":
            self.shapes.append(AreaFile("corridor", (tuple(self.line),)))
        elif name == "coordinates" and within in ("LineString", "LinearRing"):
            self._coordinates(within)
        elif name == "Polygon":
            self.shapes.append(AreaFile("polygon", tuple(self.rings)))
            self.rings = []
        self.text = []

    def data(self, text: str) -> None:
        """Handle text within an element."""
        if self.path[-1] in ("coord", "coordinates"):
            self.text.append(text)

    def _coordinates(self, within: str) -> None:
        # Some programs write a space behind each comma.
        written = " ".join("".join(self.text).split()).replace(" ,", ",").replace(", ", ",")
        tuples = (each.split(",") for each in written.split())
        line = tuple((float(each[0]), float(each[1])) for each in tuples)
        boundary = self.path[-2] if len(self.path) > 1 else ""
        if within == "LineString":
            self.shapes.append(AreaFile("corridor", (line,)))
        elif boundary == "outerBoundaryIs":
            self.rings.insert(0, line)
        elif boundary == "innerBoundaryIs":
            self.rings.append(line)
        else:
            self.shapes.append(AreaFile("polygon", (line,)))


def _of_xml(text: str) -> list[AreaFile]:
    document = _Document()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = document.open
    parser.EndElementHandler = document.close
    parser.CharacterDataHandler = document.data
    parser.StartDoctypeDeclHandler = _no_doctype
    try:
        parser.Parse(text, True)
    except (expat.ExpatError, ValueError, LookupError):
        raise _refused(f"This file is damaged or no GPX or KML. {WANTED}") from None
    # A track was walked; a route beside it was planned.
    tracks = [track for track in document.tracks if any(track.lines)]
    return document.shapes or tracks or document.routes


def _no_doctype(*_: Any) -> None:
    raise _refused(f"The file has a document type, which is not read. {WANTED}")
