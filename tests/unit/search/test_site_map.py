"""The map against brute force: what it shows, and how little it reads for it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable

import h3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.cameras.model import CameraKind, PropertyType
from chalicelib.core.errors import Invalid
from chalicelib.core.ids import new_id
from chalicelib.geo.h3_cover import MOST_QUERIES
from chalicelib.registry.site_index import IndexEntry
from chalicelib.search.site_map import (
    MOST_ENTRIES,
    MOST_SITES_SHOWN,
    RESOLUTIONS,
    SITES_FROM,
    MapFrame,
    SiteMap,
    SiteMapPart,
)
from chalicelib.web.api.map import tag_matches
from chalicelib.web.http.validation import read_query
from chalicelib.web.models.map_models import MapQuery
from tests.support.entries import view
from tests.support.memory_table import MemoryTable, Meter

DEGREE = 1_000_000
HALF = 180 * DEGREE


def site_at(latitude_e6: int, longitude_e6: int) -> IndexEntry:
    cameras = (view(2, CameraKind.FIXED, 600),)
    return IndexEntry(new_id(), latitude_e6, longitude_e6, PropertyType.HOME, cameras)


def part_of(entries: Iterable[IndexEntry], frame: MapFrame) -> tuple[SiteMapPart, MemoryTable]:
    table = MemoryTable().add(entries)
    return SiteMap(table).part(frame), table


CENTRES = [(52_480_000, -1_900_000), (0, 0), (-17_000_000, HALF - 5), (89_990_000, 30_000_000)]
FRAMES = st.builds(
    lambda centre, wide, tall, zoom: MapFrame(
        turned(centre[1] - wide // 2),
        max(centre[0] - tall // 2, -90 * DEGREE),
        turned(centre[1] - wide // 2 + wide),
        min(centre[0] + tall // 2 + 1, 90 * DEGREE),
        zoom,
    ),
    st.sampled_from(CENTRES),
    st.integers(10, 300 * DEGREE) | st.integers(10, DEGREE // 50),
    st.integers(10, 100 * DEGREE) | st.integers(10, DEGREE // 50),
    st.integers(0, 22),
)
PLACES = st.builds(
    lambda centre, north, east: (
        max(-90 * DEGREE, min(90 * DEGREE, centre[0] + north)),
        turned(centre[1] + east),
    ),
    st.sampled_from(CENTRES),
    st.integers(-DEGREE // 50, DEGREE // 50) | st.integers(-40 * DEGREE, 40 * DEGREE),
    st.integers(-DEGREE // 50, DEGREE // 50) | st.integers(-HALF, HALF),
)


def turned(longitude_e6: int) -> int:
    return (longitude_e6 + HALF) % (2 * HALF) - HALF


def shows(frame: MapFrame, entry: IndexEntry) -> bool:
    """Said differently from the code under test."""
    if not frame.south <= entry.latitude_e6 <= frame.north:
        return False
    if frame.west < frame.east:
        return any(frame.west <= entry.longitude_e6 + turn <= frame.east for turn in (0, -2 * HALF))
    return entry.longitude_e6 >= frame.west or entry.longitude_e6 <= frame.east


@settings(max_examples=200, deadline=None)
@given(st.lists(PLACES, max_size=60), FRAMES)
def test_a_part_of_the_map_is_what_brute_force_finds(
    places: list[tuple[int, int]], frame: MapFrame
) -> None:
    entries = [site_at(*place) for place in places]
    inside = [entry for entry in entries if shows(frame, entry)]
    part, table = part_of(entries, frame)
    if part.sites is not None:
        expected = sorted((entry.longitude_e6, entry.latitude_e6) for entry in inside)
        assert [(site.longitude_e6, site.latitude_e6) for site in part.sites] == expected
        assert part.total == len(expected)
        return
    assert table.entry_meter.queries == 0 or frame.zoom >= SITES_FROM
    assert part.total == sum(cell.sites for cell in part.cells) >= len(inside)
    (resolution,) = {h3.get_resolution(cell.cell) for cell in part.cells} or {frame.resolution}
    right = Counter(h3.cell_to_parent(entry.h3, resolution) for entry in entries)
    for cell in part.cells:
        assert cell.sites == right[cell.cell], "a hexagon is whole, also at the frame's edge"
    shown = {cell.cell for cell in part.cells}
    assert {h3.cell_to_parent(entry.h3, resolution) for entry in inside} <= shown


def around(
    latitude: float, longitude: float, side_m: float, number: int, seed: int
) -> list[IndexEntry]:
    dice = random.Random(seed)  # noqa: S311 - made-up sites
    half = side_m / 2 / 111_195

    def spot(middle: float) -> int:
        return round((middle + dice.uniform(-half, half)) * 1e6)

    return [site_at(spot(latitude), spot(longitude)) for _ in range(number)]


@pytest.fixture(scope="module")
def town() -> MemoryTable:
    """4,000 sites over 30 km, and 2,000 more in one street."""
    return MemoryTable().add(
        around(52.48, -1.9, 30_000, 4_000, 5) + around(52.48, -1.9, 300, 2_000, 6)
    )


def screen(zoom: int, latitude_e6: int = 52_480_000, longitude_e6: int = -1_900_000) -> MapFrame:
    """What a window of 1,280 by 800 pixels shows."""
    wide = 360 * DEGREE * 1280 / 512 / 2**zoom
    tall = wide * 800 / 1280 * 0.61  # degrees of latitude are longer than those of longitude
    west, south = longitude_e6 - int(wide / 2), latitude_e6 - int(tall / 2)
    return MapFrame(west, south, west + int(wide), south + int(tall), zoom)


def sites_in(cells: Iterable[str]) -> list[IndexEntry]:
    """A site in the middle of each cell."""
    places = map(h3.cell_to_latlng, cells)
    return [site_at(round(lat * 1e6), round(lng * 1e6)) for lat, lng in places]


@pytest.fixture(scope="module")
def county() -> MemoryTable:
    """A city of which every cell has a site, and the country around it with villages."""
    dice = random.Random(9)  # noqa: S311 - made-up sites
    city = h3.grid_disk(h3.latlng_to_cell(52.48, -1.9, 8), 18)
    villages = h3.grid_disk(h3.latlng_to_cell(52.48, -1.9, 7), 25)
    entries = sites_in(city) + sites_in(cell for cell in villages if dice.random() < 0.4)
    return MemoryTable().add(entries)


@pytest.fixture(scope="module")
def everywhere() -> MemoryTable:
    """A site in every cell of resolution 8 for 60 km around: more than any force has."""
    return MemoryTable().add(sites_in(h3.grid_disk(h3.latlng_to_cell(52.48, -1.9, 8), 70)))


@pytest.mark.parametrize("zoom", range(5, SITES_FROM))
def test_a_look_costs_at_most_six_units_at_every_zoom(
    town: MemoryTable, county: MemoryTable, zoom: int
) -> None:
    for table in (town, county):
        with table.metered() as (entries, counts):
            part = SiteMap(table).part(screen(zoom))
        assert part.sites is None
        assert entries.queries == 0
        assert counts.units <= 6
        assert {h3.get_resolution(cell.cell) for cell in part.cells} == {screen(zoom).resolution}


@pytest.mark.parametrize("zoom", range(5, SITES_FROM))
def test_a_look_is_bounded_where_every_cell_has_a_site(everywhere: MemoryTable, zoom: int) -> None:
    with everywhere.metered() as (_, counts):
        SiteMap(everywhere).part(screen(zoom))
    assert counts.units <= 7


def test_hexagons_become_finer_as_one_comes_nearer() -> None:
    shown = [screen(zoom).resolution for zoom in range(5, SITES_FROM)]
    assert shown == sorted(shown)
    assert len(set(shown)) >= 5
    assert list(RESOLUTIONS) == sorted(RESOLUTIONS)


@pytest.mark.parametrize("zoom", range(23))
def test_reads_are_bounded_at_every_zoom(town: MemoryTable, zoom: int) -> None:
    """A screen over a town, a county and around the whole world: never more than the promise."""
    frames = [MapFrame(-2_200_000, 52_300_000, -1_400_000, 52_700_000, zoom)]
    frames += [screen(zoom)] if zoom > 3 else []
    for frame in frames:
        town.count_meter, town.entry_meter = Meter(), Meter()
        part = SiteMap(town).part(frame)
        assert town.count_meter.queries <= 2 * MOST_QUERIES
        assert town.entry_meter.queries <= MOST_QUERIES
        assert town.entry_meter.items <= MOST_ENTRIES
        assert part.sites is None or len(part.sites) <= MOST_SITES_SHOWN
    whole = MapFrame(-HALF, -90 * DEGREE, HALF, 90 * DEGREE, zoom)
    part = SiteMap(town).part(whole)
    assert part.total == 6_000
    assert len(part.cells) <= 30


def test_a_wide_box_at_a_near_zoom_is_counted() -> None:
    entries = around(52.48, -1.9, 3_000, 200, 1)
    part, table = part_of(entries, MapFrame(-8_000_000, 50_000_000, 2_000_000, 58_000_000, 22))
    assert part.sites is None
    assert part.total == 200
    assert table.entry_meter.queries == 0


def test_too_many_to_show_are_counted() -> None:
    near = MapFrame(-1_910_000, 52_476_000, -1_890_000, 52_484_000, 16)
    entries = around(52.48, -1.9, 500, MOST_SITES_SHOWN, 2)
    shown, _ = part_of(entries, near)
    assert shown.sites is not None
    assert shown.total == MOST_SITES_SHOWN
    counted, _ = part_of([*entries, *around(52.48, -1.9, 500, 1, 3)], near)
    assert counted.sites is None
    assert counted.total == MOST_SITES_SHOWN + 1
    crowded, table = part_of(around(52.48, -1.9, 500, MOST_ENTRIES + 1, 4), near)
    assert crowded.sites is None
    assert table.entry_meter.queries == 0


def test_a_hexagon_across_the_antimeridian_is_not_torn() -> None:
    part, _ = part_of(
        [site_at(-16_850_000, HALF - 5)], MapFrame(170 * DEGREE, -30 * DEGREE, -170 * DEGREE, 0, 5)
    )
    (cell,) = part.cells
    longitudes = [longitude for longitude, _ in cell.boundary]
    assert max(longitudes) - min(longitudes) < 5
    assert max(map(abs, longitudes)) > 179


def frame_of(query: dict[str, str]) -> MapFrame:
    return read_query(MapQuery, query).frame()


def test_the_frame_in_an_address() -> None:
    frame = frame_of({"bbox": "-1.95,52.45,-1.85, 52.5", "zoom": "11.7"})
    assert frame == MapFrame(-1_950_000, 52_450_000, -1_850_000, 52_500_000, 11)
    assert frame_of({"bbox": "170,-10,-170,10", "zoom": "3"}).wide == 20 * DEGREE
    assert frame_of({"bbox": "-180,-90,180,90", "zoom": "0"}).wide == 360 * DEGREE


WRONG = [
    ({}, ["bbox", "zoom"]),
    ({"bbox": "", "zoom": ""}, ["bbox", "zoom"]),
    ({"bbox": "1,2,3", "zoom": "3"}, ["bbox"]),
    ({"bbox": "1,2,3,4,5", "zoom": "3"}, ["bbox"]),
    ({"bbox": "west,2,3,4", "zoom": "3"}, ["bbox"]),
    ({"bbox": "1e2,2,3,4", "zoom": "3"}, ["bbox"]),
    ({"bbox": "nan,2,3,4", "zoom": "3"}, ["bbox"]),
    ({"bbox": "٣,2,4,5", "zoom": "3"}, ["bbox"]),
    ({"bbox": "-181,2,3,4", "zoom": "3"}, ["bbox"]),
    ({"bbox": "1,-91,3,4", "zoom": "3"}, ["bbox"]),
    ({"bbox": "1,5,3,4", "zoom": "3"}, ["bbox"]),
    ({"bbox": "1,4,3,4", "zoom": "3"}, ["bbox"]),
    ({"bbox": "3,4,3,5", "zoom": "3"}, ["bbox"]),
    ({"bbox": "1,2,3,4", "zoom": "-1"}, ["zoom"]),
    ({"bbox": "1,2,3,4", "zoom": "22.5"}, ["zoom"]),
    ({"bbox": "1,2,3,4", "zoom": "99999"}, ["zoom"]),
    ({"bbox": "1,2,3,4", "zoom": "inf"}, ["zoom"]),
    ({"bbox": "1,2,3,4", "zoom": "3", "bbx": "1"}, ["bbx"]),
]


@pytest.mark.parametrize(("query", "fields"), WRONG)
def test_a_wrong_frame_is_named(query: dict[str, str], fields: list[str]) -> None:
    with pytest.raises(Invalid) as caught:
        frame_of(query)
    assert [name for name, _ in caught.value.fields] == fields


@pytest.mark.parametrize(
    ("header", "same"),
    [
        ('"a"', True),
        ('W/"a"', True),
        ('"b", W/"a"', True),
        ("*", True),
        ("", False),
        ('"b"', False),
        ("a", False),
    ],
)
def test_entity_tags_are_compared_weakly(header: str, same: bool) -> None:
    assert tag_matches(header, '"a"') == same
