"""The console: the map of all sites, which shows where cameras are before anything happens."""

from __future__ import annotations

from chalice import Response

from chalicelib.access.permissions import Permission
from chalicelib.geo.geodesy import DEGREE
from chalicelib.search.cell_counts import CountedCell
from chalicelib.search.site_map import SITES_FROM, MapFrame, SiteMapPart
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import Audience, Routes
from chalicelib.web.http.templating import page

routes = Routes("console.map", "console")

WORLD = (-180.0, -60.0, 180.0, 75.0)
"""Bounds of the map while no force area is loaded: degrees west, south, east and north."""


@routes.page("/console/map", Audience.CONSOLE, Permission.VIEW_MAP)
def site_map_page(call: RequestContext) -> Response:
    """Shows counts of sites in hexagons over the force area. The page's script asks the API for the
    rest; without JavaScript the page says in words and figures where most sites are."""
    bounds = call.services.registry.force_area.bounds() or WORLD
    part = call.services.search.site_map.part(frame_around(bounds))
    return page(
        call,
        "console/map.html",
        nav="map",
        bounds=bounds,
        part=part,
        busiest=busiest_cells(part),
        names=call.services.registry.place_names.cells_near(
            cell.cell for cell in busiest_cells(part)
        ),
    )


def frame_around(bounds: tuple[float, float, float, float]) -> MapFrame:
    """A frame around bounds in degrees (west, south, east, north), at a zoom that shows counts."""
    west, south, east, north = (round(side * DEGREE) for side in bounds)
    zoom = 0
    while zoom < SITES_FROM - 1 and (east - west) * 2**zoom < 360 * DEGREE:
        zoom += 1
    return MapFrame(west, south, east, north, zoom)


def busiest_cells(part: SiteMapPart, most: int = 8) -> list[CountedCell]:
    """The hexagons with most sites, at most `most` of them, the fullest first."""
    return sorted(part.cells, key=lambda cell: -cell.sites)[:most]
