"""API view of the map of all sites: counts by cell, and single sites when zoomed in."""

from __future__ import annotations

import hashlib
from typing import Any

from chalice import Response

from chalicelib.access.audit import Action, Actor
from chalicelib.access.permissions import Permission
from chalicelib.geo.geodesy import DEGREE
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import Audience, Routes

routes = Routes("api.map", "api")

SUBJECT = "map.sites"
"""The subject under which the audit record keeps looks at single sites."""


@routes.json("GET", "/api/v1/map", Audience.API, Permission.VIEW_MAP, query=True)
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


def tagged_json(call: RequestContext, text: str, cache_control: str) -> Response:
    """Answer with the JSON text and its entity tag (RFC 9110 §8.8.3), or with 304 when the caller
    has that text.

    cache_control: for both answers; `Vary` keeps caches from giving it to another officer. The tag
    is weak, as it is the same for the text and its compressed form.
    """
    tag = f'W/"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
    fields: dict[str, Any] = {"ETag": tag, "Cache-Control": cache_control, "Vary": "Authorization"}
    if tag_matches(call.headers.get("if-none-match", ""), tag):
        return Response(body="", status_code=304, headers=fields)
    return Response(
        body=text, status_code=200, headers={"Content-Type": "application/json", **fields}
    )


def tag_matches(header: str, tag: str) -> bool:
    """Tell whether `If-None-Match` names the tag, by the weak comparison (RFC 9110 §8.8.3.2)."""
    named = [part.strip().removeprefix("W/") for part in header.split(",")]
    return tag.removeprefix("W/") in named or header.strip() == "*"
