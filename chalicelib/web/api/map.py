"""API view of the map of all sites: counts by cell, and single sites when zoomed in."""

from __future__ import annotations

from chalice import Response

from chalicelib.access.audit import Action, Actor
from chalicelib.access.permissions import Permission
from chalicelib.geo.geodesy import DEGREE
from chalicelib.web.http.entity_tags import tagged_json
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import Audience, Routes

routes = Routes("api.map", "api")

SUBJECT = "map.sites"
"""The subject under which the audit record keeps looks at single sites."""


@routes.json("GET", "/api/v1/map", Audience.API, Permission.SEARCH, query=True)
def show_site_map(call: RequestContext) -> Response:
    """Show how many sites stand where, or the single sites when zoomed in.

    Counts name nobody and are no look at anybody's home. Single sites are such a look: it goes
    on record before the answer is sent, also when the caller has the answer already.
    """
    from chalicelib.web.models.map_models import MapQuery, SiteMapModel

    frame = call.query_as(MapQuery).frame()
    part = call.services.search.site_map.part(frame)
    answer = SiteMapModel.from_domain(part, frame, call.services.registry.place_names).as_text()
    if part.sites is None:
        # A browser may keep counts, and asks each time whether they still hold.
        return tagged_json(call, answer, "private, no-cache")
    call.services.access.audit.record_act(
        Actor.officer(call.officer),
        Action.VIEWED_MAP,
        SUBJECT,
        bbox=",".join(
            f"{side / DEGREE:.5f}" for side in (frame.west, frame.south, frame.east, frame.north)
        ),
        zoom=frame.zoom,
        sites=part.total,
    )
    return tagged_json(call, answer, "no-store")
