"""The cells in view: what is in them is in view, at a resolution that fits doorbells."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from math import radians

import h3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.cameras.model import Camera, CameraKind
from chalicelib.geo import h3_cells
from chalicelib.geo.geodesy import Point
from chalicelib.geo.sight import field_of_view
from chalicelib.geo.sight.field_of_view import Lens, position_beside
from chalicelib.geo.sight.view_sectors import ViewSector, cells_in_view, view_reach, view_sector
from chalicelib.requests.coverage import coverage_cells
from chalicelib.requests.coverage.coverage_cells import FINEST, seen_cells
from chalicelib.requests.model import MOST_SITES, RecipientState
from chalicelib.requests.recipients.camera_view import ViewBasis
from chalicelib.requests.standings import CoverageLayer
from chalicelib.search.drawn_views import sectors_of
from chalicelib.web.coverage.geojson import request_coverage
from tests.support.entries import view
from tests.unit.requests.coverage.coverage_cases import (
    AWAY,
    BLIND,
    FACING,
    MINUTE,
    START,
    asked,
    covered,
    proof,
    site,
)

PLACE = (52_475_939, -1_905_387)
DOORBELL = Lens("doorbell", 90, 150, 10)


def test_a_doorbells_view_is_a_few_cells_and_not_a_part_of_one() -> None:
    """Why resolution 13: 131 m² are no whole cell one step coarser."""
    found = set(cells_in_view(DOORBELL, PLACE, FINEST))
    assert 2 <= len(found) <= 6
    size = h3_cells.cell_size(Point.from_microdegrees(*PLACE), FINEST)
    view = radians(150) / 2 * 10**2
    assert size < view < h3_cells.cell_size(Point.from_microdegrees(*PLACE), FINEST - 1)
    assert len(set(cells_in_view(DOORBELL, PLACE, FINEST + 1))) > 12


def test_cells_become_coarser_exactly_where_their_text_would_be_too_long() -> None:
    """A cell with one site is taken for 399 bytes of GeoJSON, one with two for 418."""
    one = covered(asked(site(FACING), RecipientState.NOTHING))
    finest = seen_cells(one)
    assert finest.resolution == FINEST == 13 and coverage_cells.COARSEST == 10
    length = 399 * len(finest.cells)
    assert seen_cells(one, length).resolution == 13 and seen_cells(one, length - 1).resolution == 12
    both = covered(*(asked(site(FACING, number=n), RecipientState.NOTHING) for n in (1, 2)))
    length = 418 * len(seen_cells(both).cells)
    assert seen_cells(both, length).resolution == 13
    assert seen_cells(both, length - 1).resolution == 12
    assert seen_cells(both, 0).resolution == 10
    assert (coverage_cells.MOST_TEXT, coverage_cells.MOST_WORK) == (3_000_000, 600_000)


lenses = st.builds(
    Lens,
    kind=st.sampled_from(("doorbell", "fixed", "unknown")),
    bearing=st.integers(0, 359),
    angle=st.none() | st.integers(20, 360),
    range_m=st.none() | st.integers(5, 80),
)


@settings(max_examples=40)
@given(
    lenses, st.integers(-179_000_000, 179_000_000), st.integers(-80_000_000, 80_000_000), st.data()
)
def test_cells_in_view_are_exactly_those_whose_centre_is(
    lens: Lens, longitude: int, latitude: int, data: st.DataObject
) -> None:
    place = (latitude, longitude)
    found = set(cells_in_view(lens, place, FINEST))
    for _ in range(25):
        turn = data.draw(st.integers(0, 359))
        spot = position_beside(place, turn, data.draw(st.floats(0, 1.2 * view_reach(lens))))
        cell = h3.latlng_to_cell(spot[0] / 1e6, spot[1] / 1e6, FINEST)
        centre = Point(*h3.cell_to_latlng(cell))
        at = (centre.latitude_e6, centre.longitude_e6)
        assert (cell in found) == (
            field_of_view.sees_point(lens, place, at).sees == field_of_view.YES
        )


@pytest.mark.parametrize("lens", [Lens("fixed"), Lens("dashcam", 90, 90, 40)])
def test_an_unknown_view_has_no_cells(lens: Lens) -> None:
    assert list(cells_in_view(lens, PLACE, FINEST)) == []


def test_only_who_looked_or_keeps_footage_has_cells_and_each_in_its_layer() -> None:
    found = seen_cells(
        covered(
            asked(site(FACING, number=1), RecipientState.NOTHING),
            asked(site(FACING, number=2, metres=21), RecipientState.UPLOADED),
            asked(site(FACING, number=3), RecipientState.DECLINED),
            asked(site(FACING, number=4), RecipientState.NOTIFIED),
            asked(site(BLIND, number=5), RecipientState.NOTHING),
            asked(site(replace(FACING, kind=CameraKind.PTZ), number=6), RecipientState.NOTHING),
            asked(None, RecipientState.NOTHING),
        )
    )
    assert found.resolution == FINEST
    layers = {layer: [c for c in found.cells if c.layer is layer] for layer in CoverageLayer}
    assert {site for cell in layers[CoverageLayer.CHECKED] for site in cell.sites} == {f"{1:016}"}
    assert {site for cell in layers[CoverageLayer.HELD] for site in cell.sites} == {f"{2:016}"}
    for cell in found.cells:
        assert cell.basis is ViewBasis.STATED and cell.end - cell.start == 30 * MINUTE


def test_what_a_camera_that_faces_elsewhere_saw_is_cells_too() -> None:
    """It proves nothing about the scene, and something about what lies before it."""
    assert seen_cells(covered(asked(site(AWAY), RecipientState.NOTHING))).cells


def test_cells_say_for_which_minutes_and_none_are_left_when_all_was_overwritten() -> None:
    short = replace(FACING, retention_minutes=6 * 60 + 50)
    found = seen_cells(covered(asked(site(short), RecipientState.NOTHING)))
    assert {cell.start for cell in found.cells} == {START + 10 * MINUTE}
    gone = replace(FACING, retention_minutes=60)
    assert seen_cells(covered(asked(site(gone), RecipientState.NOTHING))).cells == ()
    bad = replace(asked(site(FACING), RecipientState.UPLOADED), files_kept=False)
    assert seen_cells(covered(bad)).cells == ()


def test_a_view_that_rests_on_what_is_usual_says_so_unless_another_is_sure() -> None:
    usual = Camera(1, CameraKind.FIXED, bearing=180, retention_minutes=10_000)
    alone = asked(site(usual, number=1), RecipientState.NOTHING)
    assert {cell.basis for cell in seen_cells(covered(alone)).cells} == {ViewBasis.USUAL}
    both = seen_cells(covered(alone, asked(site(FACING, number=2), RecipientState.NOTHING)))
    assert {cell.basis for cell in both.cells if len(cell.sites) == 2} == {ViewBasis.STATED}


def test_too_many_cells_become_larger_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    wide = replace(FACING, range_m=200, angle=360)
    those = covered(asked(site(wide), RecipientState.NOTHING))
    assert seen_cells(those).resolution == FINEST
    monkeypatch.setattr(coverage_cells, "MOST_TEXT", 200_000)
    assert seen_cells(those).resolution < FINEST
    assert 0 < len(seen_cells(those).cells) <= 500
    monkeypatch.setattr(coverage_cells, "MOST_WORK", 2_000)
    assert seen_cells(those).resolution < FINEST


def test_the_largest_request_stays_under_what_lambda_returns() -> None:
    """Five hundred sites, all looking at one place from near by and from farther."""
    for metres in (20.0, 400.0):
        wide = replace(FACING, range_m=200, angle=120)
        turns = (n * 360 / MOST_SITES for n in range(MOST_SITES))
        found = covered(
            *(
                asked(
                    site(wide, AWAY, metres=metres * (n % 7) / 7, bearing=turn, number=n),
                    RecipientState.NOTHING,
                    timedelta(seconds=n),
                )
                for n, turn in enumerate(turns)
            )
        )
        made = request_coverage(proof(found), seen_cells(found)).as_json()
        text = json.dumps(made, separators=(",", ":"))
        # Quotes are escaped once more on their way through Lambda's own answer.
        assert len(json.dumps(text)) < 5_500_000


# sectors, for maps


def test_only_what_an_owner_said_is_drawn() -> None:
    assert view_sector(Lens("fixed", 90, 80, 30)) == ViewSector(90, 80, 30, usual=False)
    doorbell = view_sector(Lens("doorbell", 90))
    assert doorbell == ViewSector(90, 150, 23, usual=True)
    assert view_sector(Lens("fixed", None, 360, 20)) == ViewSector(None, 360, 20, usual=False)
    for unknown in (
        Lens("fixed"), Lens("ptz", 90, 60, 40), Lens("dashcam", 90), Lens("unknown", 90),
    ):  # fmt: skip
        assert view_sector(unknown) is None


@given(st.sampled_from(sorted(CameraKind)), lenses)
def test_a_sector_is_what_the_cells_are(kind: CameraKind, lens: Lens) -> None:
    lens = replace(lens, kind=kind.value)
    sector = view_sector(lens)
    if sector:
        assert sector.range_m == view_reach(lens) and 0 < sector.angle <= 360
        assert kind not in (CameraKind.PTZ, CameraKind.DASHCAM)


def test_alike_views_of_a_site_are_drawn_once() -> None:
    two = view(2, CameraKind.FIXED, 60, 90, 80, 30)
    longer = view(1, CameraKind.FIXED, 90, 90, 80, 30)
    found = sectors_of([two, longer, view(1, CameraKind.FIXED, 60, None, 80, 30)])
    assert found == (ViewSector(90, 80, 30, usual=False),)
