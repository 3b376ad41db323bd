"""The map of all sites over the API: how many stand where, and the single ones nearby."""

from __future__ import annotations

from typing import Any

from chalice import Response

from chalicelib.access.audit import Action, Actor
from chalicelib.access.permissions import Permission
from chalicelib.geo.geodesy import DEGREE
from chalicelib.search.drawn_views import sector_json
from chalicelib.search.site_map import SITES_FROM, SiteMapPart
from chalicelib.web.http.entity_tags import tagged_json
from chalicelib.web.http.request_context import Call
from chalicelib.web.http.routing import Audience, Routes

routes = Routes("api.map", "api")

SUBJECT = "map.sites"
"""What looks at single sites are recorded under."""


@routes.json("GET", "/api/v1/map", Audience.API, Permission.SEARCH, query=True)
def site_map(call: Call) -> Response:
    """Show how many sites stand where, or the single sites when zoomed in.

    Counts name nobody and are no look at anybody's home. Single sites are: that look goes on
    record before it is answered, also when the caller has the answer already.
    """
    from chalicelib.web.models.map_models import MapQuery

    frame = call.query_as(MapQuery).frame()
    part = call.services.site_map.part(frame)
    if part.sites is None:
        # A browser may keep counts, and asks each time whether they still hold.
        return tagged_json(call, map_json(part, frame.zoom), "private, no-cache")
    call.services.audit.record(
        Actor.officer(call.officer),
        Action.VIEWED_MAP,
        SUBJECT,
        bbox=",".join(
            f"{side / DEGREE:.5f}" for side in (frame.west, frame.south, frame.east, frame.north)
        ),
        zoom=frame.zoom,
        sites=part.total,
    )
    return tagged_json(call, map_json(part, frame.zoom), "no-store")


def map_json(part: SiteMapPart, zoom: int) -> dict[str, Any]:
    """What the map shows: `cells` with counts, or `sites` when zoomed in. Sites carry no id: from
    here nothing can be asked of anybody."""
    if part.sites is None:
        cells = [cell.as_json() for cell in part.cells]
        crowded = zoom >= SITES_FROM
        hint = "Too many sites to show singly here: zoom in" if crowded else ""
        return {"shown": "cells", "total": part.total, "cells": cells, "hint": hint}
    sites = [
        {
            "location": [site.longitude_e6 / DEGREE, site.latitude_e6 / DEGREE],
            "kind": site.kind,
            "cameras": site.cameras,
            "views": [sector_json(sector) for sector in site.sectors],
        }
        for site in part.sites
    ]
    return {"shown": "sites", "total": part.total, "sites": sites, "hint": ""}
