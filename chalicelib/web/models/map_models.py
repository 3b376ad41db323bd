"""Models of the map of all sites: the frame that is asked for, and the sites in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from chalicelib.geo.geodesy import DEGREE
from chalicelib.registry.gazetteer.place_names import PlaceNames
from chalicelib.search.site_map import SITES_FROM, MapFrame, ShownSite, SiteMapPart
from chalicelib.web.fields.field_types import FieldType
from chalicelib.web.http.validation import QueryInput, rule_error, schema_error
from chalicelib.web.models.response_models import Position, ResponseModel, position
from chalicelib.web.models.search_answers import CountedCellModel, SiteView

LARGEST_ZOOM = 22

_SMALL = r"(?:\.[0-9]{1,25})?(?:[eE]-[0-9]{1,2})?"
_LONGITUDE = rf"[+-]?(?:180(?:\.0{{1,25}})?|1[0-7][0-9]{_SMALL}|[0-9]{{1,2}}{_SMALL})"
_LATITUDE = rf"[+-]?(?:90(?:\.0{{1,25}})?|[0-8]?[0-9]{_SMALL})"
_BOX = rf" ?{_LONGITUDE} ?, ?{_LATITUDE} ?, ?{_LONGITUDE} ?, ?{_LATITUDE} ?"
_DEGREES = re.compile(rf"[+-]?[0-9]{{1,3}}{_SMALL}")
_ZOOM = re.compile(r"[0-9]{1,2}(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?")

_ZOOMS = f"Give the map's zoom, a number from 0 to {LARGEST_ZOOM}"
_LIKE = "Give the box as west,south,east,north in degrees, like bbox=-1.95,52.45,-1.85,52.5"


@dataclass(frozen=True)
class BoxField(FieldType):
    """A box as west, south, east and north, in microdegrees. As in GeoJSON (RFC 7946 §5.2), a
    box whose west is greater than its east crosses the antimeridian, so that swapped sides cannot
    be told from such a box."""

    what: str = "the box"
    schema: ClassVar = {
        "type": "string",
        "pattern": f"^{_BOX}$",
        "description": "west,south,east,north in degrees; west > east crosses 180°",
    }

    @property
    def missing(self) -> str:
        return _LIKE

    def read(self, sent: Any) -> tuple[int, int, int, int]:
        parts = [part.strip() for part in str(sent or "").split(",")]
        if len(parts) != 4 or not all(_DEGREES.fullmatch(part) for part in parts):
            raise schema_error(_LIKE)
        west, south, east, north = (round(float(part) * DEGREE) for part in parts)
        if max(abs(west), abs(east)) > 180 * DEGREE:
            raise schema_error(
                "West and east (first and third) must be between -180 and 180 degrees"
            )
        if max(abs(south), abs(north)) > 90 * DEGREE:
            raise schema_error(
                "South and north (second and fourth) must be between -90 and 90 degrees"
            )
        if south > north:
            raise rule_error("South (second) must be less than north (fourth): they may be swapped")
        if south == north or west == east:
            raise rule_error("The box must have a width and a height")
        return west, south, east, north


@dataclass(frozen=True)
class ZoomField(FieldType):
    """The map's zoom, with its fraction cut off."""

    what: str = "the zoom"
    schema: ClassVar = {
        "type": "number",
        "minimum": 0,
        "maximum": LARGEST_ZOOM,
        "description": "Of a web map with tiles of 512 pixels; sites are shown singly from 14 on",
    }

    @property
    def missing(self) -> str:
        return _ZOOMS

    def read(self, sent: Any) -> int:
        typed = str(sent or "")
        if not _ZOOM.fullmatch(typed) or float(typed) > LARGEST_ZOOM:
            raise schema_error(_ZOOMS)
        return int(float(typed))


class MapQuery(QueryInput):
    """The query of a map's frame: `bbox=west,south,east,north&zoom=`."""

    bbox: Annotated[tuple[int, int, int, int], BoxField()]
    zoom: Annotated[int, ZoomField()]

    def frame(self) -> MapFrame:
        return MapFrame(*self.bbox, self.zoom)


class MapSite(ResponseModel):
    """One site on the map. It has no id: to ask for footage, search around an incident. where: the
    nearest postal sector, left out where none is near."""

    location: Position
    kind: Literal["home", "business"]
    cameras: int
    views: list[SiteView]
    where: str = ""

    @classmethod
    def from_domain(cls, site: ShownSite, where: str = "") -> MapSite:
        """Make the answer for a site that the map shows. where: what is around it."""
        views = [SiteView.of(sector) for sector in site.sectors]
        more = {"where": where} if where else {}
        return cls.from_source(
            site, location=position(site.latitude_e6, site.longitude_e6), views=views, **more
        )


class SiteMapModel(ResponseModel):
    """The part of the map in a box. shown: whether the answer has `cells` or `sites`. When the zoom
    would show single sites but there are too many, it has cells and a hint. total: how many sites
    are shown in all; cells are counted whole, also where they reach beyond the box."""

    written: ClassVar = {"exclude_unset": True}

    shown: Literal["cells", "sites"]
    total: int
    cells: Annotated[list[CountedCellModel], Field(default_factory=list)]
    sites: Annotated[list[MapSite], Field(default_factory=list)]
    hint: str

    @classmethod
    def from_domain(cls, part: SiteMapPart, frame: MapFrame, names: PlaceNames) -> SiteMapModel:
        """Make the answer for a frame. Sites have no id, so that no owner can be asked from it."""
        said: dict[str, Any] = {"shown": "sites", "total": part.total, "hint": ""}
        if part.sites is not None:
            near = names.sectors_near([(one.latitude_e6, one.longitude_e6) for one in part.sites])
            named = zip(part.sites, near, strict=True)
            return cls(**said, sites=[MapSite.from_domain(site, name) for site, name in named])
        said["shown"] = "cells"
        if frame.zoom >= SITES_FROM:
            said["hint"] = "Too many sites to show singly here: zoom in"
        near_cells = names.cells_near(cell.cell for cell in part.cells)
        return cls(
            **said,
            cells=[
                CountedCellModel.from_domain(cell, near_cells.get(cell.cell, ""))
                for cell in part.cells
            ],
        )
