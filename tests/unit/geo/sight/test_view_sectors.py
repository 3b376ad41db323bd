"""What a camera has in view, as it is drawn."""

from __future__ import annotations

import pytest

from chalicelib.geo import h3_cells
from chalicelib.geo.geodesy import Point, distance
from chalicelib.geo.sight.field_of_view import YES, Lens, sees_point
from chalicelib.geo.sight.view_sectors import ViewSector, cells_in_view, view_reach, view_sector

HERE = (52_480_000, -1_900_000)


@pytest.mark.parametrize(
    ("lens", "sector"),
    [
        (Lens("fixed", 40, 60, 30), ViewSector(40, 60, 30, False)),
        (Lens("fixed", 40, None, 30), ViewSector(40, 90, 30, True)),
        (Lens("fixed", 40, 60), ViewSector(40, 60, 49, True)),
        (Lens("doorbell", 0), ViewSector(0, 150, 23, True)),
        (Lens("fixed", 40, 360, 30), ViewSector(None, 360, 30, False)),
        (Lens("fixed", None, 400, 30), ViewSector(None, 360, 30, False)),
        (Lens("fixed", 40, 359, 30), ViewSector(40, 359, 30, False)),
        (Lens("unknown", 40, 60, 30), ViewSector(40, 60, 30, False)),
        (Lens("unknown", 40, 60), None),
        (Lens("unknown", 40, None, 30), None),
        (Lens("fixed", None, 60, 30), None),
        (Lens("ptz", 40, 60, 30), None),
        (Lens("dashcam", 40, 60, 30), None),
    ],
)
def test_only_what_its_owner_said_of_one_that_stands_still_is_drawn(
    lens: Lens, sector: ViewSector | None
) -> None:
    assert view_sector(lens) == sector


def test_cells_in_view_are_all_whose_centres_are_seen() -> None:
    lens = Lens("fixed", 90, 120, 60)
    assert view_reach(lens) == 60 and view_reach(Lens("fixed")) == 0
    found = set(cells_in_view(lens, HERE, 13))
    origin = Point.from_microdegrees(*HERE)
    expected = {
        cell
        for cell, centre in h3_cells.cells_around(origin, 13, 200)
        if sees_point(lens, HERE, (centre.latitude_e6, centre.longitude_e6)).sees == YES
    }
    assert found == expected and len(found) > 50
    assert list(cells_in_view(Lens("fixed"), HERE, 13)) == []


@pytest.mark.parametrize(
    "latitude, longitude", [(52.48, -1.9), (0, 179.999), (-89.9, 10), (58.6, 11)]
)
@pytest.mark.parametrize("metres", [1, 40, 300])
def test_around_a_place_no_cell_is_left_out(latitude: float, longitude: float, metres: int) -> None:
    here = Point(latitude, longitude)
    told = dict(h3_cells.cells_around(here, 12, metres))
    for cell, centre in h3_cells.cells_around(here, 12, metres + 100):
        assert distance(here, centre) > metres or told[cell] == centre
    assert len(told) < 60 + metres**2 / 30, "nor many more than there are"
    assert h3_cells.cell_size(here, 12) == pytest.approx(307, rel=0.5)
