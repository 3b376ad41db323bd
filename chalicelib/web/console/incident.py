"""The console: one incident, its searches and its requests, also without JavaScript.

With JavaScript the incident page's script sends searches to the API (`/api/v1`). The form around
the sites found leads to the page on which a request is written (console_compose).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalice import Response

from chalicelib.access.permissions import Permission
from chalicelib.core.errors import DomainError, Invalid
from chalicelib.geo.areas import Area
from chalicelib.incidents.search_service import SearchCriteria, SearchOutcome
from chalicelib.incidents.service import Incident
from chalicelib.requests.closing.service import ClosingEffect, closing_effect
from chalicelib.requests.model import Recipient
from chalicelib.requests.overviews.request_overviews import RequestOverview
from chalicelib.requests.overviews.triage import next_lost, site_summaries, urgent_recipients
from chalicelib.search.area_description import area_in_words
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import Audience, Routes, json_reply, problem_json
from chalicelib.web.http.templating import page

routes = Routes("console.incident", "console")

DRAWN_WIDTH = 80
"""Of a route whose width the script knows better."""


@routes.page("/console/incidents/{incident_id}", Audience.CONSOLE, Permission.VIEW_INCIDENTS)
def incident_page(call: RequestContext) -> Response:
    """One incident: what happened, who was asked. Looking at it goes on record."""
    return _page(
        call, call.services.incidents.incidents.view_incident(call.id("incident_id"), call.officer)
    )


SEARCHES = "/console/incidents/{incident_id}/searches"


@routes.form(SEARCHES, Audience.CONSOLE, Permission.SEARCH, files=True)
def submit_search(call: RequestContext) -> Response:
    """Looks for cameras in a circle, or in what a file holds; the page again, with what was
    found."""
    incident = call.services.incidents.incidents.get_incident(call.id("incident_id"))
    try:
        wanted = _wanted(call)
    except Invalid as error:
        return _page(call, incident, error)
    found = call.services.incidents.searches.search_sites(incident.id, wanted, call.officer)
    shown = _shown(dict(wanted.area_json), wanted.reason, found)
    names = ("latitude", "longitude", "radius_m", "reason")
    values = {name: str(shown[name]) for name in names if shown[name] is not None}
    return _page(call, incident, search=shown, values=values)


def _wanted(call: RequestContext) -> SearchCriteria:
    """What the form looks for. Raises Invalid."""
    from chalicelib.web.models.search_models import FileSearchForm, SearchForm

    content = call.form.files.get("area_file")
    if content is None:
        return call.form.read(SearchForm, call.context_of_places()).criteria()
    sent = call.read_form(FileSearchForm)
    return sent.wanted(*_area_in(call, content, sent.width_m))


def _area_in(call: RequestContext, content: bytes, width_m: int) -> tuple[Area, Mapping[str, Any]]:
    """The area of a file and what is kept of it. Raises Invalid."""
    from chalicelib.geo.written.area_files import read_area_file
    from chalicelib.web.fields.geo_field_types import searched_area

    area_json = read_area_file(content, call.services.clients.country).area_json(width_m)
    return searched_area(area_json, "area_file", call.context_of_places()["bounds"])


@routes.form(
    "/console/incidents/{incident_id}/area-file", Audience.CONSOLE, Permission.SEARCH, files=True
)
def read_file(call: RequestContext) -> Response:
    """What a file or lines of text hold, as the area of an API call, for the script to draw."""
    content = call.form.files.get("area_file") or call.form.typed("points").encode()
    try:
        return json_reply(_area_in(call, content, width_m=DRAWN_WIDTH)[1])
    except Invalid as error:
        return problem_json(error)


def _shown(area: dict[str, Any], reason: str, found: SearchOutcome) -> dict[str, Any]:
    """A search as the template shows it. A search that the API made may be of another shape;
    its form then starts from the incident's own circle."""
    from chalicelib.web.models.search_answers import SearchResultModel

    longitude, latitude = area.get("centre", (None, None))
    return {
        **SearchResultModel.from_domain(found).as_json(),
        "latitude": latitude,
        "longitude": longitude,
        "radius_m": area.get("radius_m"),
        "reason": reason,
    }


def _page(
    call: RequestContext, incident: Incident, error: DomainError | None = None, **context: Any
) -> Response:
    made = call.services.requests.overviews.of_incident(incident.id)
    return page(
        call,
        "console/incident.html",
        error,
        nav="incidents",
        incident=incident,
        requests=[_summary(call, incident, overview) for overview in made],
        now=call.now,
        searches=[
            (one, area_in_words(one.area))
            for one in call.services.incidents.searches.made_for(incident.id, 10)
        ],
        closing=_closing(call, incident, made),
        **context,
    )


def _closing(
    call: RequestContext, incident: Incident, made: list[RequestOverview]
) -> ClosingEffect | None:
    """What closing would do, for who may close it."""
    if not incident.is_open or not call.officer.may(Permission.REQUEST):
        return None
    if incident.closings:  # then some of it was told before
        return call.services.requests.closings.preview_effect(incident.id)
    return closing_effect((one.request, one.recipients) for one in made)


def _summary(call: RequestContext, incident: Incident, overview: RequestOverview) -> dict[str, Any]:
    first = _next_lost(call, incident, overview) if overview.request.is_open else None
    return {
        "id": overview.request.id,
        "sent_at": overview.request.created_at,
        "state": overview.request.state.value,
        "recipients": overview.counts["total"],
        "answered": overview.counts["answered"],
        # What was sent was saved first, whether or not its owner said so.
        "saved": overview.counts["saved"] + overview.counts["uploaded"],
        "next_lost": first.deadline if first else None,
        "uploaded": overview.counts["uploaded"],
    }


def _next_lost(
    call: RequestContext, incident: Incident, overview: RequestOverview
) -> Recipient | None:
    hurry = urgent_recipients(overview.recipients, call.now)
    sites = call.services.registry.sites.sites_by_id(one.site_id for one in hurry) if hurry else {}
    scene = (incident.latitude_e6, incident.longitude_e6)
    return next_lost(hurry, site_summaries(sites, scene))


# whose a camera is

CONTACT = "/console/incidents/{incident_id}/contacts/{site_id}"


@routes.page(CONTACT, Audience.CONSOLE, Permission.REVEAL_CONTACT)
def contact_reason_page(call: RequestContext) -> Response:
    """Asks for the reason; shows nothing yet."""
    incident = call.services.incidents.incidents.get_incident(call.id("incident_id"))
    return page(
        call, "console/contact.html", nav="incidents", incident=incident, site_id=call.id("site_id")
    )


@routes.form(CONTACT, Audience.CONSOLE, Permission.REVEAL_CONTACT)
def contact_page(call: RequestContext) -> Response:
    """Name and contact details of a site's owner, after the look went on record."""
    from chalicelib.web.models.search_models import ReasonForm

    own = call.services
    incident, site_id = (
        own.incidents.incidents.get_incident(call.id("incident_id")),
        call.id("site_id"),
    )
    shared: dict[str, Any] = {"nav": "incidents", "incident": incident, "site_id": site_id}
    try:
        reason = call.form.read(ReasonForm).reason
    except Invalid as error:
        return page(call, "console/contact.html", error, **shared)
    contact = own.incidents.searches.view_contact(incident.id, site_id, reason, call.officer)
    return page(
        call,
        "console/contact.html",
        contact=contact,
        address=contact.site.address_lines,
        reason=reason,
        **shared,
    )
