"""The area of a search in words, for pages that list searches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.geo.geodesy import DEGREE
from chalicelib.geo.sight.field_of_view import Place


def area_in_words(area: Mapping[str, Any], names: Sequence[str] = ()) -> str:
    """Describe an area, like `300 m around B1 1AY` for a circle.

    area: the area as the JSON of a search has it. names: what the places of `places_of` are called,
    "" for a place without a name; without names, coordinates say where a circle is.
    """
    known = [*filter(None, names)]
    if area.get("type") == "circle":
        longitude, latitude = area["centre"][:2]
        where = known[0] if known else f"{latitude:.5f}, {longitude:.5f}"
        return f"{area['radius_m']:g} m around {where}"
    if area.get("type") == "corridor":
        route = f"{area['width_m']:g} m along a route of {len(area['path'])} points"
        return f"{route} from {known[0]} to {known[1]}" if len(known) == 2 else route
    return f"an area around {known[0]}" if known else "an area"


def places_of(area: Mapping[str, Any]) -> list[Place]:
    """The places whose names say where an area is: a circle's centre, both ends of a path, or the
    middle of the box around an outline."""
    if area.get("type") == "circle":
        return [_place(area["centre"])]
    if area.get("type") == "corridor":
        return [_place(area["path"][0]), _place(area["path"][-1])]
    outline = (area.get("coordinates") or [[]])[0]
    if not outline:
        return []
    longitudes, latitudes = [point[0] for point in outline], [point[1] for point in outline]
    return [
        _place(
            (
                (min(longitudes) + max(longitudes)) / 2,
                (min(latitudes) + max(latitudes)) / 2,
            )
        )
    ]


def _place(position: Sequence[float]) -> Place:
    return round(position[1] * DEGREE), round(position[0] * DEGREE)
