"""What officers call a site: its number in the incident, the nearest postcode, and where it lies
from the incident, as in `7 · B15 2TT, 21 m N`. Distance and direction are always from the place of
the incident, whatever area was searched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import atan2, degrees, hypot
from typing import Any

from chalicelib.core.formatting import compass_point, distance_words
from chalicelib.geo.sight.field_of_view import Place, offset_metres
from chalicelib.incidents.records import Incident
from chalicelib.incidents.site_numbers import SiteNumbers
from chalicelib.registry.gazetteer.place_names import PlaceNames
from chalicelib.search.area_description import area_in_words, places_of

_BESIDE_M = 3.0
"""Metres within which positions are not exact enough to speak of a direction."""


@dataclass(frozen=True)
class SiteLabel:
    """A site's name in an incident. number: None for a site beyond those that are numbered. where:
    the nearest postcode, distance and direction; "" when the site's place is not known."""

    number: int | None
    where: str

    def __str__(self) -> str:
        return " · ".join(filter(None, (str(self.number or ""), self.where)))


class SiteLabels:
    """Names the sites of incidents, and places, for officers."""

    def __init__(self, numbers: SiteNumbers, names: PlaceNames) -> None:
        self._numbers = numbers
        self._names = names

    def label_sites(
        self, incident: Incident, places: Mapping[str, Place | None]
    ) -> dict[str, SiteLabel]:
        """Site id → label. places: where each site is, None for one that left the register or whose
        place may not be shown."""
        numbers = self._numbers.number_sites(incident.id, places)
        known = [place for place in places.values() if place]
        near = dict(zip(known, self._names.postcodes_near(known), strict=True))
        scene = (incident.latitude_e6, incident.longitude_e6)
        return {
            site_id: SiteLabel(
                numbers.get(site_id), _where(near[place], scene, place) if place else ""
            )
            for site_id, place in places.items()
        }

    def name_place(self, place: Place) -> str:
        """The postcode nearest to a place; "" when none is near."""
        (name,) = self._names.postcodes_near([place])
        return name

    def areas_in_words(self, incident: Incident, areas: Sequence[Mapping[str, Any]]) -> list[str]:
        """Areas that were searched, with the names of their places."""
        scene = (incident.latitude_e6, incident.longitude_e6)
        places = [places_of(area) for area in areas]
        near = iter(self._names.postcodes_near([place for some in places for place in some]))
        names = [[(next(near), place) for place in some] for some in places]
        return [
            area_in_words(
                area, ["the incident" if place == scene else name for name, place in some]
            )
            for area, some in zip(areas, names, strict=True)
        ]


def _where(near: str, scene: Place, place: Place) -> str:
    return ", ".join(filter(None, (near, distance_and_direction(scene, place))))


def distance_and_direction(scene: Place, place: Place) -> str:
    """How far a place is and in which direction, seen from the scene, like `21 m N`."""
    east, north = offset_metres(scene, place)
    metres = hypot(east, north)
    if metres < _BESIDE_M:
        return distance_words(metres)
    point = compass_point(degrees(atan2(east, north)))
    return f"{distance_words(metres)} {''.join(word[0] for word in point.split('-')).upper()}"
