"""Areas as programs send them: what is just accepted, and what is just too much."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.core.errors import Invalid, Refused
from chalicelib.geo.areas import Circle, Corridor, Point, Polygon
from chalicelib.geo.geojson import area_from_json, point_from_json, searched_json

CENTRE = [-1.9, 52.48]


def circle(radius: Any) -> dict[str, Any]:
    return {"type": "circle", "centre": CENTRE, "radius_m": radius}


def corridor(path: list[Any], width: Any = 50) -> dict[str, Any]:
    return {"type": "corridor", "path": path, "width_m": width}


def said(area: Any) -> tuple[type[Invalid], str, str]:
    with pytest.raises(Invalid) as caught:
        area_from_json(area, "here")
    ((field, words),) = caught.value.fields
    return type(caught.value), field, words


def test_metres_are_from_one_to_the_most() -> None:
    assert area_from_json(circle(1)) == Circle(Point(52.48, -1.9), 1.0)
    for wrong in (0.99, 150_001, None, "1"):
        kind, field, words = said(circle(wrong))
        assert (kind, field, words) == (
            Invalid, "here.radius_m", "Give metres, a number from 1 to 150,000",
        )  # fmt: skip
    # 50,000 km² are a circle of 126.2 km.
    assert isinstance(area_from_json(circle(126_100)), Circle)
    assert said(circle(126_250)) == (
        Refused, "here", "The area must be smaller than 50,000 km²",
    )  # fmt: skip
    assert said(circle(150_000))[0] is Refused
    path = [[0, 0], [0.01, 0]]
    assert area_from_json(corridor(path, 20_000)) == Corridor((Point(0, 0), Point(0, 0.01)), 20_000)
    assert said(corridor(path, 20_001))[1] == "here.width_m"


def test_a_path_has_two_to_twenty_thousand_points_and_at_most_five_hundred_kilometres() -> None:
    assert isinstance(area_from_json(corridor([[0, 0], [1, 0]])), Corridor)
    points = [[n / 10_000, 0] for n in range(20_000)]
    assert isinstance(area_from_json(corridor(points)), Corridor)
    for wrong in ([[0, 0]], [*points, [1, 0]]):
        words = f"The path must have 2 to 20,000 points, not {len(wrong):,}"
        assert said(corridor(wrong)) == (Invalid, "here.path", words)
    # 4.4916° of longitude on the equator are 500 km.
    assert isinstance(area_from_json(corridor([[0, 0], [4.491, 0]])), Corridor)
    too_long = (Refused, "here.path", "The path must be shorter than 500 km")
    assert said(corridor([[0, 0], [4.492, 0]])) == too_long
    assert said(corridor([[0, 0], [2.3, 0], [0, 0]])) == too_long
    # Along a parallel the map's straight line is longer than the shortest way.
    assert said(corridor([[0, 80], [29, 80]])) == too_long
    assert said(corridor([[0, 0], [1]]))[1] == "here.path[1]"


def test_a_polygon_has_at_most_twenty_thousand_corners_in_all_rings() -> None:
    def ring(number: int, size: float) -> list[list[float]]:
        along = [[size * n / number, 0.0] for n in range(number - 1)]
        return [*along, [0.0, size]]

    def hole(number: int) -> list[list[float]]:
        return [[0.2 + x * 0.1, 0.2 + y * 0.1] for x, y in ring(number, 1)]

    def polygon(*rings: list[Any]) -> dict[str, Any]:
        return {"type": "polygon", "coordinates": list(rings)}

    found = area_from_json(polygon(ring(500, 1)))
    assert isinstance(found, Polygon) and len(found.edges) == 500
    assert isinstance(area_from_json(polygon(ring(20_000, 1))), Polygon)
    words = "The polygon must have at most 20,000 corners"
    assert said(polygon(ring(20_001, 1))) == (Refused, "here.coordinates", words)
    assert isinstance(area_from_json(polygon(ring(10_000, 1), hole(10_000))), Polygon)
    assert said(polygon(ring(10_000, 1), hole(10_001)))[2] == words
    outside = [[5.0, 5.0], [6.0, 5.0], [6.0, 6.0]]
    assert said(polygon(ring(4, 1), outside)) == (
        Refused, "here.coordinates", "Each further ring must be a hole inside the first",
    )  # fmt: skip
    assert said(polygon(ring(3, 1), [[0.1, 0.1], [0.2, "x"]]))[1] == "here.coordinates[1][1]"
    few = "Each ring must have at least three different corners"
    assert said(polygon([[0, 0], [1, 1], [0, 0]])) == (Refused, "here.coordinates", few)


@pytest.mark.parametrize("height", [140, 1e400, int("9" * 400)])
def test_the_record_of_an_area_has_no_heights(height: float) -> None:
    """JSON can write a height of 1e400, and no program reads it back."""
    ring = [[-1.9, 52.48], [-1.91, 52.48], [-1.9, 52.49], [-1.9, 52.48]]
    for plain in (circle(50), corridor(ring[:2]), {"type": "polygon", "coordinates": [ring]}):
        high = {
            **plain,
            **({"centre": [*CENTRE, height]} if "centre" in plain else {}),
            **({"path": [[*p, height] for p in ring[:2]]} if "path" in plain else {}),
            **({"coordinates": [[[*p, height] for p in ring]]} if "coordinates" in plain else {}),
        }
        assert searched_json(area_from_json(high), high) == plain


def test_a_position_may_have_a_height_and_nothing_more() -> None:
    assert point_from_json([-1.9, 52.48], "p") == Point(52.48, -1.9)
    assert point_from_json((-180, 90, 12.5), "p") == Point(90, -180)
    assert point_from_json([180, -90], "p") == Point(-90, 180)
    strange: list[Any] = [
        *([1], [1, 2, 3, 4], [1, 2, True], [1, 2, "3"], [True, 1], [1, None]),
        *(None, "12", [1e12, 1], [1, float("inf")], [-1e13, 1], {}),
    ]
    for wrong in strange:
        with pytest.raises(Invalid, match="Give a position as"):
            point_from_json(wrong, "p")
    for beyond, words in (
        *(([0, 90.01], "latitude"), ([0, -90.01], "latitude")),
        *(([180.01, 0], "longitude"), ([-180.01, 0], "longitude")),
    ):
        with pytest.raises(Invalid, match=words) as caught:
            point_from_json(beyond, "p")
        assert caught.value.fields[0][0] == "p"
