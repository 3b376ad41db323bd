"""The area of a search in words, for pages that list searches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def area_in_words(area: Mapping[str, Any]) -> str:
    """Describe an area, like `300 m around 52.47594, -1.90539` for a circle.

    area: the area as the JSON of a search has it.
    """
    if area.get("type") == "circle":
        longitude, latitude = area["centre"][:2]
        return f"{area['radius_m']:g} m around {latitude:.5f}, {longitude:.5f}"
    if area.get("type") == "corridor":
        return f"{area['width_m']:g} m along a route of {len(area['path'])} points"
    return "an area"
