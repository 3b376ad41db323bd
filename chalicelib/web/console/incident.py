"""The console: one incident, its searches and its requests, and the contact details of a site.

All of it works without JavaScript; with it, the incident page's script sends searches to the API
(`/api/v1`). The form around the sites found leads to the compose page (`console.compose`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalice import Response

from chalicelib.access.permissions import Permission
from chalicelib.core.errors import DomainError, Invalid
from chalicelib.geo.areas import Area
from chalicelib.incidents.search_history import Search
from chalicelib.incidents.search_service import SearchCriteria, SearchOutcome
from chalicelib.incidents.service import Incident
from chalicelib.requests.closing.service import ClosingEffect, closing_effect
from chalicelib.requests.model import Recipient
from chalicelib.requests.overviews.request_overviews import RequestOverview
from chalicelib.requests.overviews.triage import next_lost, site_summaries, urgent_recipients
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import Audience, Routes, json_reply, problem_json
from chalicelib.web.http.templating import page

routes = Routes("console.incident", "console")

DRAWN_WIDTH = 80
"""Width in metres of a route read for the script, which then applies the width on the page."""


@routes.page("/console/incidents/{incident_id}", Audience.CONSOLE, Permission.VIEW_INCIDENTS)
def incident_page(call: RequestContext) -> Response:
    """Shows an incident: what happened, and who was asked. The look goes on record."""
    return _page(
        call, call.services.incidents.incidents.view_incident(call.id("incident_id"), call.officer)
    )


SEARCHES = "/console/incidents/{incident_id}/searches"


@routes.form(SEARCHES, Audience.CONSOLE, Permission.SEARCH, files=True)
def submit_search(call: RequestContext) -> Response:
    """Searches for cameras in a circle, or in the area of a file, and shows the incident's page
    with the sites found."""
    incident = call.services.incidents.incidents.get_incident(call.id("incident_id"))
    try:
        wanted = _wanted(call)
    except Invalid as error:
        return _page(call, incident, error)
    found = call.services.incidents.searches.search_sites(incident.id, wanted, call.officer)
    shown = _shown(call, incident, wanted, found)
    names = ("latitude", "longitude", "radius_m", "reason")
    values = {name: str(shown[name]) for name in names if shown[name] is not None}
    return _page(call, incident, search=shown, values=values)


def _wanted(call: RequestContext) -> SearchCriteria:
    """The search that the form asks for. Raises Invalid."""
    from chalicelib.web.models.search_models import FileSearchForm, SearchForm

    content = call.form.files.get("area_file")
    if content is None:
        return call.form.read(SearchForm, call.context_of_places()).criteria()
    sent = call.read_form(FileSearchForm)
    return sent.wanted(*_area_in(call, content, sent.width_m))


def _area_in(call: RequestContext, content: bytes, width_m: int) -> tuple[Area, Mapping[str, Any]]:
    """The area of a file, and its JSON as the search record keeps it. Raises Invalid."""
    from chalicelib.geo.written.area_files import read_area_file
    from chalicelib.web.fields.geo_field_types import searched_area

    area_json = read_area_file(content, call.services.clients.country).area_json(width_m)
    return searched_area(area_json, "area_file", call.context_of_places()["bounds"])


@routes.form(
    "/console/incidents/{incident_id}/area-file", Audience.CONSOLE, Permission.SEARCH, files=True
)
def read_file(call: RequestContext) -> Response:
    """Answers with the area of a file or of typed points, in the API's JSON, for the page's script
    to draw."""
    content = call.form.files.get("area_file") or call.form.typed("points").encode()
    try:
        return json_reply(_area_in(call, content, width_m=DRAWN_WIDTH)[1])
    except Invalid as error:
        return problem_json(error)


def _shown(
    call: RequestContext, incident: Incident, wanted: SearchCriteria, found: SearchOutcome
) -> dict[str, Any]:
    """A search as the template shows it. An area that is no circle has no centre and no radius; the
    form then starts from the incident's own circle."""
    from chalicelib.web.models.search_answers import SearchResultModel

    area, reason = dict(wanted.area_json), wanted.reason
    longitude, latitude = area.get("centre", (None, None))
    notes = call.services.requests.site_notes.of_found(
        incident, found.sites, cells=found.result.cells
    )
    return {
        **SearchResultModel.from_domain(found, notes).as_json(),
        "kind": area["type"],
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
        place=call.services.incidents.site_labels.name_place(
            (incident.latitude_e6, incident.longitude_e6)
        ),
        same_crime=[
            one
            for one in call.services.incidents.incidents.of_crime(incident.crime_reference)
            if one.id != incident.id
        ],
        searches=_searches(call, incident),
        closing=_closing(call, incident, made),
        **context,
    )


def _searches(call: RequestContext, incident: Incident) -> list[tuple[Search, str]]:
    """The searches made last for an incident, each with its area in words."""
    made = call.services.incidents.searches.made_for(incident.id, 10)
    areas = [one.area for one in made]
    words = call.services.incidents.site_labels.areas_in_words(incident, areas)
    return list(zip(made, words, strict=True))


@routes.page(SEARCHES, Audience.CONSOLE, Permission.VIEW_INCIDENTS)
def searches_part(call: RequestContext) -> Response:
    """Shows the searches made for an incident, as a part of its page: the page's script asks for
    it after a search, which is itself on record."""
    incident = call.services.incidents.incidents.get_incident(call.id("incident_id"))
    return page(
        call,
        "console/searches_part.html",
        incident=incident,
        searches=_searches(call, incident),
    )


def _closing(
    call: RequestContext, incident: Incident, made: list[RequestOverview]
) -> ClosingEffect | None:
    """The effect of closing an incident; None when it is closed or the officer may not close it."""
    if not incident.is_open or not call.officer.may(Permission.REQUEST):
        return None
    if incident.closings:  # owners who had a closing notice before must not be counted again
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
        # Footage that was uploaded was saved first, whether or not its owner said so.
        "saved": overview.counts["saved"] + overview.counts["uploaded"],
        "next_lost": first.deadline if first else None,
        "next_lost_certain": bool(first and first.deadline_certain),
        "uploaded": overview.counts["uploaded"],
    }


def _next_lost(
    call: RequestContext, incident: Incident, overview: RequestOverview
) -> Recipient | None:
    hurry = urgent_recipients(overview.recipients, call.now)
    sites = call.services.registry.sites.sites_by_id(one.site_id for one in hurry) if hurry else {}
    scene = (incident.latitude_e6, incident.longitude_e6)
    looks = call.services.requests.relevant_cameras.looks_or_scene(incident) if hurry else ()
    return next_lost(hurry, site_summaries(sites, scene, looks))


CONTACT = "/console/incidents/{incident_id}/contacts/{site_id}"


@routes.page(CONTACT, Audience.CONSOLE, Permission.REVEAL_CONTACT)
def contact_reason_page(call: RequestContext) -> Response:
    """Asks why the officer needs a site's contact details, and shows none of them yet."""
    incident = call.services.incidents.incidents.get_incident(call.id("incident_id"))
    return page(call, "console/contact.html", **_contact(call, incident))


def _contact(call: RequestContext, incident: Incident) -> dict[str, Any]:
    """What is said of a site before its owner is shown: what it is called, and whether its owner
    gave a phone number, which is told to every officer who may see the number itself."""
    own, site_id = call.services, call.id("site_id")
    sites = own.registry.sites.sites_by_id([site_id])
    labels = own.requests.site_notes.labels_of(incident, [site_id], sites)
    return {
        "nav": "incidents",
        "incident": incident,
        "site_id": site_id,
        "label": labels[site_id],
        "has_phone": site_id in sites and own.registry.sites.has_phone(sites[site_id]),
    }


@routes.form(CONTACT, Audience.CONSOLE, Permission.REVEAL_CONTACT)
def contact_page(call: RequestContext) -> Response:
    """Shows the name and contact details of a site's owner, after the look went on record."""
    from chalicelib.web.models.search_models import ReasonForm

    own = call.services
    incident, site_id = (
        own.incidents.incidents.get_incident(call.id("incident_id")),
        call.id("site_id"),
    )
    shared = _contact(call, incident)
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
