"""The outline of an area, in whatever form people have it: read, or refused by name and place."""

from __future__ import annotations

import contextlib
import gzip
import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.countries import COUNTRIES
from chalicelib.registry.force_area import AreaOutline
from infra.geodata.boundary_checks import checked_area, square_km
from infra.geodata.boundary_files import Boundary, Outline, read_boundary
from infra.paths import SHARED_DATA

GB, US = COUNTRIES["GB"], COUNTRIES["US"]

SQUARE = [[-2.0, 52.0], [-1.0, 52.0], [-1.0, 53.0], [-2.0, 53.0], [-2.0, 52.0]]
HOLE = [[-1.6, 52.4], [-1.4, 52.4], [-1.4, 52.6], [-1.6, 52.6], [-1.6, 52.4]]
BOWTIE = [[-2.0, 52.0], [-1.0, 53.0], [-1.0, 52.0], [-2.0, 53.0], [-2.0, 52.0]]
INSIDE, IN_HOLE, OUTSIDE = (52_200_000, -1_500_000), (52_500_000, -1_500_000), (51, 0)


def polygon(*rings: list[Any]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def collection(*features: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}


def read(folder: Path, content: Any, country: Any = GB, name: str = "area") -> AreaOutline:
    """The area of a document, or of bytes."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return checked_area(read_boundary(path), country)


def kml(*placemarks: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2">'
        f"<Document><Folder>{''.join(placemarks)}</Folder></Document></kml>"
    ).encode()


def placemark(outer: list[list[float]], *holes: list[list[float]], between: str = ",") -> str:
    def ring(side: str, corners: list[list[float]]) -> str:
        places = "\n ".join(between.join(map(str, [*corner, 0])) for corner in corners)
        text = f"<LinearRing><coordinates> {places} </coordinates></LinearRing>"
        return f"<{side}>{text}</{side}>"

    inner = "".join(ring("innerBoundaryIs", hole) for hole in holes)
    shape = f"<Polygon>{ring('outerBoundaryIs', outer)}{inner}</Polygon>"
    return f"<Placemark><name>Force</name><MultiGeometry>{shape}</MultiGeometry></Placemark>"


HEIGHTS = [[*corner, 101.5] for corner in SQUARE]
GRID_NAME = "urn:ogc:def:crs:EPSG::27700"
ON_GRID = [[400_000, 250_000], [460_000, 250_000], [460_000, 320_000], [400_000, 320_000]]


@pytest.mark.parametrize(
    "content",
    [
        polygon(SQUARE, HOLE),
        polygon(SQUARE[::-1], HOLE),
        polygon(SQUARE, HOLE[::-1]),
        polygon(HEIGHTS, HOLE),
        {"type": "MultiPolygon", "coordinates": [[SQUARE, HOLE]]},
        feature({"type": "GeometryCollection", "geometries": [polygon(SQUARE, HOLE)]}),
        collection(
            feature(polygon(SQUARE, HOLE)),
            feature(None, name="Nowhere"),
            feature({"type": "Point", "coordinates": [-1.5, 52.5]}),
        ),
        {**polygon(SQUARE, HOLE), "crs": {"properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}},
        b"\xef\xbb\xbf" + json.dumps(polygon(SQUARE, HOLE)).encode(),
        json.dumps(polygon(SQUARE, HOLE)).encode("utf-16"),
        json.dumps(polygon(SQUARE, HOLE), indent=1).replace("\n", "\r\n").encode(),
        json.dumps(feature(polygon(SQUARE, HOLE), n="Môn"), ensure_ascii=False).encode("cp1252"),
        kml(placemark(SQUARE, HOLE)),
        kml("<Placemark><Point/></Placemark>", placemark(SQUARE, HOLE, between=" , ")),
        b"\xef\xbb\xbf" + kml(placemark(SQUARE, HOLE)),
    ],
    ids=range(15),
)
def test_forms_of_the_same_area_are_all_read(tmp_path: Path, content: Any) -> None:
    area = read(tmp_path, content)
    assert (area.serves(*INSIDE), area.serves(*IN_HOLE), area.serves(*OUTSIDE)) == (
        True,
        False,
        False,
    )
    assert area.bounds == (-2.0, 52.0, -1.0, 53.0)
    assert 7_000 < square_km(area) < 7_700


def test_several_features_are_taken_together_and_what_is_no_area_is_told(tmp_path: Path) -> None:
    east = [[x + 1, y] for x, y in SQUARE]
    path = tmp_path / "area.geojson"
    document = collection(
        feature(polygon(SQUARE), LAD13NM="West"),
        feature(None, LAD13NM="Nowhere"),
        feature({"type": "MultiPolygon", "coordinates": [[east]]}),
        feature({"type": "LineString", "coordinates": SQUARE}),
    )
    path.write_text(json.dumps(document))
    boundary = read_boundary(path)
    assert boundary.left_out == [
        "feature 2 (Nowhere) has no geometry",
        "feature 4 is a LineString and no area",
    ]
    assert checked_area(boundary, GB).bounds == (-2.0, 52.0, 0.0, 53.0)


def test_a_kmz_and_coordinates_that_the_file_names_are_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "area.kmz", "w") as archive:
        archive.writestr("doc.kml", kml(placemark(SQUARE)))
    assert checked_area(read_boundary(tmp_path / "area.kmz"), GB).serves(*INSIDE)
    named = {**polygon([*ON_GRID, ON_GRID[0]]), "crs": {"properties": {"name": GRID_NAME}}}
    west, south, east, north = read(tmp_path, named).bounds
    assert [west, south] == pytest.approx([-2.0, 52.15], abs=0.02)
    assert [east, north] == pytest.approx([-1.1, 52.78], abs=0.05)


def test_rings_may_touch_as_published_ones_do(tmp_path: Path) -> None:
    corner = [[-2.0, 52.0], [-1.8, 52.1], [-1.8, 52.2], [-2.0, 52.0]]
    assert read(tmp_path, polygon(SQUARE, corner)).serves(*INSIDE)
    twice = [*SQUARE[:-1], [-2.0, 52.5], [-1.5, 52.4], [-2.0, 52.0]]
    assert read(tmp_path, polygon(twice)).serves(*INSIDE)


REFUSED: list[tuple[Any, str]] = [
    (b"", "it is empty"),
    (b"\xef\xbb\xbf  \r\n", "it is empty"),
    (b'{\n "type": }', "line 2, column 10"),
    (b"[" * 100_000, "nested too deeply"),
    ([1, 2], "holds a list"),
    ({"type": "Polygon"}, "no list of “coordinates”"),
    ({"type": "Topology", "objects": {}}, "TopoJSON"),
    ({"rings": [SQUARE]}, "Esri"),
    (b"SQLite format 3\x00", "GeoPackage"),
    (b"\x00\x00\x27\x0a\x00\x00", "shapefile"),
    (b"<gpx></gpx>", "<gpx> and not KML"),
    (b"<kml><Placemark>", "begins like KML"),
    (b'<!DOCTYPE k [<!ENTITY a "b">]><kml>&a;</kml>', "begins like KML"),
    (kml("<Placemark><name>A pin</name></Placemark>"), "feature 1 (A pin) has no Polygon"),
    (kml(placemark([[-2, 52], [-1, 52], [-1, 53]])), "feature 1 (Force), outline has 3 positions"),
    (kml(placemark(SQUARE)).replace(b"-1.0", b"west", 1), "“west,52.0,0” is not longitude"),
    (collection(), "no Polygon or MultiPolygon"),
    (collection(feature(None)), "feature 1 has no geometry"),
    ({"type": "LineString", "coordinates": SQUARE}, "is a LineString and no area"),
    (collection(feature(polygon(SQUARE)), feature({"type": "Circle"})), "feature 2 has the type"),
    (polygon(SQUARE[:-1]), "the polygon, outline is not closed"),
    (polygon(SQUARE, HOLE[:-1]), "the polygon, hole 1 is not closed"),
    (polygon([]), "outline has 0 positions"),
    (polygon([[-2, 52], "x", [-1, 53], [-2, 52]]), 'position 2: "x" is not [longitude'),
    (polygon([[-2, "52"], [-1, 52], [-1, 53], [-2, 52]]), "position 1"),
    (polygon([[10**400, 52], [-1, 52], [-1, 53], [10**400, 52]]), "position 1"),
    (polygon([[float("nan"), 52], [-1, 52], [-1, 53], [-2, 52]]), "position 1"),
    (polygon([*ON_GRID, ON_GRID[0]]), "Eastings and northings have to be converted first: ogr2ogr"),
    ({**polygon(SQUARE), "crs": {"properties": {"name": "mine"}}}, "nobody knows the coordinates"),
    ({**polygon(SQUARE), "crs": {"properties": 5}}, "nobody knows the coordinates"),
    (polygon([[y, x] for x, y in SQUARE]), "latitude and longitude look exchanged"),
    (kml(placemark([[y, x] for x, y in SQUARE])), "latitude and longitude look exchanged"),
    (polygon([[x - 92, y - 13] for x, y in SQUARE]), "is not in the UK"),
    (polygon([*SQUARE[:2], [52.5, -1.0], *SQUARE[2:]]), "position 3"),
    (collection(feature(polygon(BOWTIE), name="Bow")), "feature 1 (Bow) crosses itself near"),
    (kml(placemark(BOWTIE)), "crosses itself near latitude 52.50000, longitude -1.50000"),
    (polygon(SQUARE, [[x - 0.5, y] for x, y in HOLE]), "crosses itself near"),
    (polygon(SQUARE, [[x + 1.2, y] for x, y in HOLE]), "hole is not inside"),
    (polygon([[-2, 52], [-1, 52], [-1.5, 52], [-2, 52]]), "no inside"),
]


@pytest.mark.parametrize(("content", "said"), REFUSED, ids=[said[:30] for _, said in REFUSED])
def test_what_is_no_area_is_refused_by_name_and_place(
    tmp_path: Path, content: Any, said: str
) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - what it says is looked at below
        read(tmp_path, content)
    assert said in str(caught.value)


def test_an_area_that_crosses_the_date_line_is_refused_in_words(tmp_path: Path) -> None:
    """Its bounds would hold nearly the whole Earth, and every place would be plausible."""
    west = [[179, 52], [180, 52], [180, 53], [179, 53], [179, 52]]
    east = [[-180, 52], [-179, 52], [-179, 53], [-180, 53], [-180, 52]]
    round_it = [[179, 52], [-179, 52], [-179, 53], [179, 53], [179, 52]]
    for shape in ([[west], [east]], [[round_it]]):
        with pytest.raises(ValueError, match="load the part on one side"):
            read(tmp_path, {"type": "MultiPolygon", "coordinates": shape}, US)
    assert read(tmp_path, polygon(west), US).points == 5


def test_a_ring_is_closed_of_three_corners_at_least_and_in_degrees(tmp_path: Path) -> None:
    anywhere = replace(GB, bounds=((-180, -90, 180, 90),))

    def of(*corners: list[float]) -> AreaOutline:
        return read(tmp_path, polygon(list(corners)), anywhere)

    assert of([0, 0], [1, 0], [0, 1], [0, 0]).points == 4
    with pytest.raises(ValueError, match="has 3 positions; a closed ring has at least four"):
        of([0, 0], [1, 0], [0, 0])
    whole = of([-90, -90], [90, -90], [90, 90], [-90, 90], [-90, -90])
    assert whole.bounds == (-90.0, -90.0, 90.0, 90.0)
    assert of([179, 0], [180, 0], [180, 1], [179, 0]).points == 4
    assert of([-180, 0], [-179, 0], [-179, 1], [-180, 0]).points == 4
    for wrong in ([180.1, 0.0], [-180.1, 0.0], [91.0, 90.1], [-91.0, -90.1]):
        with pytest.raises(ValueError, match=r"position 2: .* is not longitude and latitude"):
            of([0, 0], wrong, [0, 1], [0, 0])
    # What a latitude cannot be and a longitude can is taken for exchanged.
    for exchanged in ([0.0, 90.1], [0.0, -90.1]):
        with pytest.raises(ValueError, match=r"position 2: .* look exchanged"):
            of([0, 0], exchanged, [0, 1], [0, 0])
    with pytest.raises(ValueError, match="more than half"):
        of([-90.1, 0], [90, 0], [90, 1], [-90.1, 0])


def test_every_published_boundary_is_taken() -> None:
    for file in sorted((SHARED_DATA / "boundaries").glob("*.geojson")):
        area = checked_area(read_boundary(file), GB)
        west, south, east, north = area.bounds
        assert -2.3 < west < -2.1 and 52.3 < south < 52.4
        assert -1.5 < east < -1.4 and 52.6 < north < 52.7
        assert 850 < square_km(area) < 950, file.name


def test_numbers_that_no_latitude_can_be_are_taken_for_exchanged_ones(tmp_path: Path) -> None:
    city = [[39.0, -94.7], [39.2, -94.7], [39.2, -94.4], [39.0, -94.7]]
    with pytest.raises(ValueError, match=r"position 1: .* look exchanged"):
        read(tmp_path, polygon(city), US)
    assert read(tmp_path, polygon([[x, y] for y, x in city]), US).points == 4


def test_a_download_that_broke_off_is_told(tmp_path: Path) -> None:
    packed = gzip.compress(json.dumps(polygon(SQUARE)).encode())
    with pytest.raises(ValueError, match="not downloaded to its end"):
        read(tmp_path, packed[:-9])


degrees = st.tuples(st.floats(-1.9, -1.1), st.floats(52.1, 52.9))


@given(st.lists(degrees, min_size=4, max_size=9, unique=True))
def test_a_ring_that_is_taken_has_one_inside_whichever_way_it_winds(
    corners: list[tuple[float, float]],
) -> None:
    ring = (*corners, corners[0])
    areas = []
    for winding in (ring, ring[::-1]):
        with contextlib.suppress(ValueError):
            areas.append(checked_area(Boundary([Outline("it", (winding,))]), GB))
    assert len(areas) in (0, 2), "winding decides nothing"
    if areas:
        one, other = areas
        assert square_km(one) == pytest.approx(square_km(other))
        assert one.serves(*IN_HOLE) == other.serves(*IN_HOLE)
