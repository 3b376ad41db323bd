"""Routes and areas from files as other programs write them, and what cannot be used of them."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.countries import COUNTRIES
from chalicelib.core.errors import Invalid
from chalicelib.geo.written.area_files import DEEPEST, MOST_BYTES, AreaFile, read_area_file

HERE = COUNTRIES["GB"]
LINE = ((-1.9, 52.48), (-1.91, 52.49), (-1.92, 52.48))
RING = (*LINE, LINE[0])
HOLE = ((-1.909, 52.485), (-1.911, 52.485), (-1.91, 52.486), (-1.909, 52.485))


def read(content: str | bytes) -> AreaFile:
    return read_area_file(content.encode() if isinstance(content, str) else content, HERE)


def refusal(content: str | bytes) -> str:
    with pytest.raises(Invalid) as caught:
        read(content)
    assert [name for name, _ in caught.value.fields] == ["area_file"]
    return caught.value.fields[0][1]


def gpx(inner: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><gpx version="1.1" creator="x" '
        f'xmlns="http://www.topografix.com/GPX/1/1">{inner}</gpx>'
    )


def points(name: str, line: tuple[tuple[float, float], ...] = LINE) -> str:
    return "".join(f'<{name} lat="{y}" lon="{x}"><ele>140</ele></{name}>' for x, y in line)


def kml(inner: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2" '
        f'xmlns:gx="http://www.google.com/kml/ext/2.2"><Document>{inner}</Document></kml>'
    )


def coordinates(line: tuple[tuple[float, float], ...]) -> str:
    return "<coordinates>\n" + "\n  ".join(f"{x},{y},0" for x, y in line) + "\n</coordinates>"


def ring(line: tuple[tuple[float, float], ...]) -> str:
    return f"<LinearRing>{coordinates(line)}</LinearRing>"


TRACK = f"<trk><name>Walk</name><trkseg>{points('trkpt')}</trkseg></trk>"
POINT = "<Placemark><Point><coordinates>-1.9,52.4</coordinates></Point></Placemark>"
OUTLINE = f"<Polygon><outerBoundaryIs>{ring(RING)}</outerBoundaryIs>"
WITH_HOLE = f"{OUTLINE}<innerBoundaryIs>{ring(HOLE)}</innerBoundaryIs></Polygon>"
STRING = f"<LineString>{coordinates(LINE)}</LineString>"
HIGH = [[*position, 140] for position in LINE]
SEGMENTS = "".join(f"<trkseg>{points('trkpt', line)}</trkseg>" for line in (LINE[:1], LINE[1:]))
GX = "".join(f"<when>2026-11-20T22:15:00Z</when><gx:coord>{x} {y} 140</gx:coord>" for x, y in LINE)


@pytest.mark.parametrize(
    "content",
    [
        gpx(TRACK),
        gpx(f"<wpt lat='1' lon='2'/>{TRACK}"),
        gpx(f"<rte>{points('rtept')}</rte>"),
        gpx(f"<rte>{points('rtept')}</rte>{TRACK}"),
        gpx(f"<trk>{SEGMENTS}</trk>"),
        gpx(f"<rte>{points('rtept')}</rte><trk><name>Empty</name></trk>"),
        "\ufeff" + gpx(TRACK),
        "\ufeff\r\n\n" + gpx(TRACK),
        gpx(TRACK).replace("UTF-8", "UTF-16").encode("utf-16-le"),
        gpx(TRACK).replace("Walk", "Café").encode("latin-1"),
        gpx(TRACK).replace("Walk", "Café").replace("UTF-8", "unheard-of").encode("latin-1"),
        kml(f"<Placemark>{STRING.replace(',', ' , ')}</Placemark>"),
        json.dumps({"name": "Café", "type": "LineString", "coordinates": LINE},
                   ensure_ascii=False).encode("latin-1"),
        json.dumps({"type": "LineString", "coordinates": LINE}).encode("utf-16-be"),
        "52.48° N 1.9° W\r\n52.49°, -1.91°\r\n52.48 -1.92".encode("cp1252"),
        "52.48, -1.9\n52.49 -1.91\n52.48 -1.92".encode("utf-16-le"),
        gpx(TRACK).replace("UTF-8", "UTF-16").encode("utf-16"),
        kml(f"<Folder>{POINT}<Placemark>{STRING}</Placemark></Folder>"),
        kml(f"<Placemark><gx:Track>{GX}</gx:Track></Placemark>"),
        json.dumps({"type": "LineString", "coordinates": LINE}),
        "\ufeff " + json.dumps({"type": "LineString", "coordinates": LINE}),
        json.dumps({"type": "FeatureCollection", "features": [
            {"type": "Feature", "properties": {}, "geometry": None},
            {"type": "Feature", "geometry": {"type": "Point", "coordinates": [1, 2]}},
            {"type": "Feature", "geometry": {"type": "LineString", "coordinates": HIGH}},
        ], "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}}),
        "52.48, -1.9\r\n52.49N 1.91W\n\n52 28.8 N 1 55.2 W\n",
    ],
)  # fmt: skip
def test_a_route_is_read(content: str | bytes) -> None:
    found = read(content)
    assert found.kind == "corridor"
    assert found.lines == (LINE,)


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (kml(f"<Placemark>{WITH_HOLE}</Placemark>"), (RING, HOLE)),
        (kml(f"<MultiGeometry>{OUTLINE}</Polygon></MultiGeometry>"), (RING,)),
        (json.dumps({"type": "Polygon", "coordinates": [RING, HOLE]}), (RING, HOLE)),
        (json.dumps({"type": "MultiPolygon", "coordinates": [[RING]]}), (RING,)),
    ],
)
def test_an_area_is_read_with_its_holes(content: str, lines: tuple[Any, ...]) -> None:
    assert read(content) == AreaFile("polygon", lines)


BOMB = '<!DOCTYPE gpx [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
) + "]>"  # fmt: skip
OUTSIDE = '<!DOCTYPE gpx [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "empty"),
        (b"\xef\xbb\xbf \n", "empty"),
        (b"PK\x03\x04kmz", "ZIP"),
        (b"x" * (MOST_BYTES + 1), "larger than 4 MB"),
        (BOMB + "<gpx>&j;</gpx>", "document type"),
        (OUTSIDE + "<gpx><trk><name>&a;</name></trk></gpx>", "document type"),
        ("<!DOCTYPE html><html></html>", "document type"),
        ("<svg/>", "neither GPX nor KML"),
        ("<gpx><trk>", "damaged"),
        (gpx("<trk><trkseg><trkpt lat='x' lon='1'/></trkseg></trk>"), "damaged"),
        (gpx("<trk><trkseg><trkpt lat='1'/></trkseg></trk>"), "damaged"),
        ("<gpx>" + "<a>" * 100 + "</a>" * 100 + "</gpx>", "damaged"),
        (gpx("<wpt lat='1' lon='2'/>"), "only points"),
        (gpx(TRACK * 3), "3 routes or areas"),
        (kml(POINT), "only points"),
        (kml(f"{OUTLINE}</Polygon>" * 2), "2 routes or areas"),
        (gpx(f"<trk>{points('trkpt', LINE[:1])}</trk>"), "too few points"),
        (gpx(f"<trk>{points('trkpt', LINE[:1]) * 5}</trk>"), "too few points"),
        ("{", "no GeoJSON"),
        ("[1]", "no GeoJSON"),
        ('{"type": "Topology"}', "no GeoJSON"),
        ('{"type":"Feature","geometry":' * 200 + "null" + "}" * 200, "no GeoJSON"),
        ("[" * 100_000, "no GeoJSON"),
        ('{"type": "LineString", "coordinates": [[' + "9" * 400 + ", 1], [2, 3]]}", "no GeoJSON"),
        (b"\0" * 100, "empty"),
        (b"52.4 -1.9\n" * 400_000, "400,000 points"),
        (kml(f"<LineString><coordinates>{' ' * 3_000_000}</coordinates></LineString>"), "only"),
        (bytes(range(256)), "cannot be read"),
        ('{"type": "LineString", "coordinates": [[1, NaN], [2, 3]]}', "no longitude and latitude"),
        ('{"type": "LineString", "coordinates": [["a", 1], [2, 3]]}', "no GeoJSON"),
        ('{"type": "LineString", "coordinates": [[406835, 287013], [406900, 287000]]}', "WGS84"),
        ('{"type": "Polygon", "coordinates": [], "crs": {"type": "name", "properties": '
         '{"name": "urn:ogc:def:crs:EPSG::27700"}}}', "another grid"),
        (json.dumps({"type": "LineString", "coordinates": [[0, 1]] * 20_001}), "20,001"),
        (json.dumps({"type": "MultiPolygon", "coordinates": [[RING], [HOLE]]}), "2 routes or"),
        ("52.48, -1.9\nthe corner", "Line 2 is no place. Enter one place in each line"),
        ("52.48, -1.9\n///filled.count.soap", "what3words.com"),
        (b"\x89PNG\r\n\x1a\n", "cannot be read"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_says_why(content: str | bytes, words: str) -> None:
    assert words in refusal(content)


@given(st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), min_size=3, max_size=30))
def test_a_line_comes_out_of_each_format_as_it_went_in(line: list[tuple[float, float]]) -> None:
    if len(set(line)) < 2:
        return
    steps = tuple(line)
    for content in (
        gpx(f"<trk>{points('trkpt', steps)}</trk>"),
        kml(f"<LineString>{coordinates(steps)}</LineString>"),
        json.dumps({"type": "LineString", "coordinates": steps}),
    ):
        assert read(content).lines == (steps,)


@given(st.binary(max_size=200), st.sampled_from([b"", b"<gpx>", b"<kml>", b'{"type":', b"52,"]))
def test_any_bytes_are_read_or_refused(content: bytes, start: bytes) -> None:
    try:
        found = read(start + content)
    except Invalid:
        return
    assert all(math.isfinite(number) for line in found.lines for p in line for number in p)


def line_json(*positions: tuple[float, float]) -> str:
    return json.dumps({"type": "LineString", "coordinates": positions})


def test_the_ends_of_the_map_are_degrees_and_nothing_beyond_them_is() -> None:
    for x, y in ((180, 90), (-180, -90), (180, -90)):
        assert read(line_json((0, 0), (x, y))).lines == (((0, 0), (x, y)),)
    for beyond in ((180.1, 0), (-180.1, 0), (0, 90.1), (0, -90.1)):
        assert "no longitude and latitude" in refusal(line_json((0, 0), beyond))


def test_a_file_may_be_as_large_as_is_said_and_hold_as_many_points() -> None:
    assert MOST_BYTES == 4 * 1024 * 1024
    content = line_json((0, 0), (1, 1)).encode()
    assert read(content.ljust(MOST_BYTES)).lines == (((0, 0), (1, 1)),)
    assert "larger than 4 MB" in refusal(content.ljust(MOST_BYTES + 1))
    most = [(n / 1000, 0.0) for n in range(20_000)]
    assert len(read(line_json(*most)).lines[0]) == 20_000
    assert "20,001 points in the file; at most 20,000" in refusal(line_json(*most, (1, 1)))
    both = {"type": "Polygon", "coordinates": [most[:10_000], most[:10_001]]}
    assert "20,001 points" in refusal(json.dumps(both)), "all rings together"


def test_a_file_may_be_nested_as_deep_as_is_said() -> None:
    def wrapped(levels: int) -> str:
        inner = line_json((0, 0), (1, 1))
        for _ in range(levels):
            inner = f'{{"type": "GeometryCollection", "geometries": [{inner}]}}'
        return inner

    def features(levels: int) -> str:
        inner = line_json((0, 0), (1, 1))
        for _ in range(levels):
            inner = f'{{"type": "Feature", "geometry": {inner}}}'
        return inner

    def folders(levels: int) -> str:
        return f"<kml>{'<a>' * levels}{STRING}{'</a>' * levels}</kml>"

    for nested in (wrapped, features):
        assert read(nested(DEEPEST)).lines == (((0, 0), (1, 1)),)
        assert "no GeoJSON" in refusal(nested(DEEPEST + 1))
    # The document itself, the line and its coordinates are levels too.
    assert read(folders(DEEPEST - 3)).lines == (LINE,)
    assert "damaged" in refusal(folders(DEEPEST - 2))


def test_a_shape_needs_as_many_different_points_as_make_one() -> None:
    assert "a route two" in refusal(line_json((0, 0), (0, 0)))
    assert read(line_json((0, 0), (1, 1), (0, 0))).lines
    flat = json.dumps({"type": "Polygon", "coordinates": [[(0, 0), (1, 1), (0, 0)]]})
    assert "an area needs three" in refusal(flat)
    triangle = json.dumps({"type": "Polygon", "coordinates": [[(0, 0), (1, 1), (0, 1)]]})
    assert read(triangle).kind == "polygon"


def test_of_a_file_with_both_the_track_is_what_was_walked() -> None:
    both = gpx(TRACK + f"<rte>{points('rtept', LINE[1:])}</rte>")
    assert read(both).lines == (LINE,)


def test_a_ring_that_stands_alone_is_an_area() -> None:
    assert read(kml(f"<Placemark>{ring(RING)}</Placemark>")) == AreaFile("polygon", (RING,))
    turned = (
        f"<Polygon><innerBoundaryIs>{ring(HOLE)}</innerBoundaryIs>"
        f"<outerBoundaryIs>{ring(RING)}</outerBoundaryIs></Polygon>"
    )
    assert read(kml(turned)).lines == (RING, HOLE), "the outline comes first"
    assert read(f"<kml>{ring(RING)}</kml>".replace("LinearRing", "LineString")).kind == "corridor"


@pytest.mark.parametrize(
    ("name", "read_so"),
    [
        ("urn:ogc:def:crs:OGC:1.3:CRS84", True),
        ("urn:ogc:def:crs:ogc:1.3:crs84", True),
        ("EPSG:4326", True),
        ("", True),
        ("EPSG:27700", False),
        ("EPSG:3857", False),
    ],
)
def test_positions_in_another_grid_are_not_taken_for_degrees(name: str, read_so: bool) -> None:
    document = json.loads(line_json((0, 0), (1, 1)))
    document["crs"] = {"type": "name", "properties": {"name": name}}
    if read_so:
        assert read(json.dumps(document)).lines
    else:
        assert "another grid" in refusal(json.dumps(document))


def test_a_shape_goes_on_as_the_area_of_the_interface() -> None:
    route = AreaFile("corridor", (((-1.123456789, 52.0), (-1.2, 52.123456789)),))
    assert route.area_json(60) == {
        "type": "corridor", "path": [[-1.1234568, 52.0], [-1.2, 52.1234568]], "width_m": 60,
    }  # fmt: skip
    area = AreaFile("polygon", (RING, HOLE)).area_json(60)
    assert area == {
        "type": "polygon", "coordinates": [[list(p) for p in RING], [list(p) for p in HOLE]],
    }  # fmt: skip
    typed = read("52.4800004, -1.9\n52.49, -1.9100006")
    assert typed.lines == (((-1.9, 52.48), (-1.910001, 52.49)),)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("big_endian", [False, True])
def test_a_file_is_read_in_the_encodings_that_editors_save(encoding: str, big_endian: bool) -> None:
    track = f"<gpx>{TRACK}</gpx>"
    line = json.dumps({"type": "LineString", "coordinates": LINE})
    places = "\n".join(f"{y}, {x}" for x, y in LINE)
    for text in (track, line, places):
        content = text.encode(encoding)
        if big_endian and encoding == "utf-16":
            content = b"\xfe\xff" + text.encode("utf-16-be")
        assert read(content).lines == (LINE,)
