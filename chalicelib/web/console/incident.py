"""The console: one incident, its searches and its requests.

All of it works without JavaScript; with it, the incident page's script sends searches to the API
(`/api/v1`). The form around the sites found leads to the compose page (`console.compose`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from chalice import Response

from chalicelib.access.look_proofs import FIELD
from chalicelib.access.permissions import Permission
from chalicelib.access.sessions import OFFICER_LIFE
from chalicelib.core.errors import DomainError, Invalid
from chalicelib.core.ids import is_id
from chalicelib.geo.areas import Area
from chalicelib.incidents.search_history import Search
from chalicelib.incidents.search_service import SearchCriteria, SearchOutcome
from chalicelib.incidents.service import Incident
from chalicelib.requests.closing.service import ClosingEffect, closing_effect
from chalicelib.requests.model import Recipient
from chalicelib.requests.overviews.request_overviews import RequestOverview
from chalicelib.requests.overviews.triage import next_lost, site_summaries, urgent_recipients
from chalicelib.web.console.compose import looked_at_incident
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import Audience, Routes, json_reply, problem_json, redirect
from chalicelib.web.http.templating import page

routes = Routes("console.incident", "console")

CORRECTED = "corrected"
"""The part of an incident's address that says that the postcode of its form was corrected."""

DRAWN_WIDTH = 80
"""Width in metres of a route read for the script, which then applies the width on the page."""


@routes.page("/console/incidents/{incident_id}", Audience.CONSOLE, Permission.VIEW_INCIDENTS)
def incident_page(call: RequestContext) -> Response:
    """Shows an incident: what happened, and who was asked; with `?search=`, also the sites that an
    earlier search finds now. Both looks go on record."""
    incident = call.services.incidents.incidents.view_incident(call.incident, call.officer)
    return _page(call, incident, **_found_again(call, incident))


def _found_again(call: RequestContext, incident: Incident) -> dict[str, Any]:
    """Template variables of the search that the address names, made once more; {} without one."""
    from chalicelib.web.models.search_models import MOST_ON_PAGE

    search_id = call.query.get("search", "")
    if not is_id(search_id) or not incident.is_open or not call.officer.may(Permission.SEARCH):
        return {}
    repeat = call.services.incidents.searches.repeat_search
    led = call.has_looked(f"search.{incident.id}.{search_id}")
    made, found = repeat(incident, search_id, call.officer, limit=MOST_ON_PAGE, on_record=led)
    shown = _shown(call, incident, made, found)
    names = ("latitude", "longitude", "radius_m", "reason")
    values = {name: str(shown[name]) for name in names if shown[name] is not None}
    return {"search": shown, "values": values}


SEARCHES = "/console/incidents/{incident_id}/searches"
LED_ON_WITHIN = timedelta(minutes=1)
"""How long the page that the form of a search leads to needs no entry of its own on record."""


def _refused(call: RequestContext, error: DomainError) -> Response:
    """The form of a search that was refused, for example for want of a reason. Of the incident it
    shows only the reference, because no look is on record."""
    reference = call.incident.crime_reference
    shown: dict[str, Any] = {"incident_id": call.incident.id, "reference": reference}
    return page(call, "console/search_refused.html", error, nav="incidents", **shown)


@routes.form(SEARCHES, Audience.CONSOLE, Permission.SEARCH, files=True, again=_refused)
def submit_search(call: RequestContext) -> Response:
    """Searches for cameras in a circle, or in the area of a file, and goes on to the incident's
    page with the sites found."""
    incident = call.incident
    try:
        wanted = _wanted(call)
    except Invalid as error:
        return _refused(call, error)
    found = call.services.incidents.searches.search_sites(incident, wanted, call.officer)
    proof = call.prove_look(f"search.{incident.id}.{found.search_id}", LED_ON_WITHIN)
    query = urlencode({"search": found.search_id, FIELD: proof})
    return redirect(f"/console/incidents/{incident.id}?{query}")


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
    call: RequestContext, incident: Incident, made: Search, found: SearchOutcome
) -> dict[str, Any]:
    """A search as the template shows it. An area that is no circle has no centre and no radius; the
    form then starts from the incident's own circle."""
    from chalicelib.web.models.search_answers import SearchResultModel

    area = made.area
    longitude, latitude = area.get("centre", (None, None))
    notes = call.services.requests.site_notes.of_found(
        incident, found.sites, cells=found.result.cells
    )
    return {
        **SearchResultModel.from_domain(found, notes).as_json(),
        "notes": call.services.oversight.look_hints.of_officer(call.officer, made.reason),
        "kind": area["type"],
        "latitude": latitude,
        "longitude": longitude,
        "radius_m": area.get("radius_m"),
        "reason": made.reason,
    }


def _page(call: RequestContext, incident: Incident, **context: Any) -> Response:
    made = call.services.requests.overviews.of_incident(incident.id)
    return page(
        call,
        "console/incident.html",
        nav="incidents",
        incident=incident,
        corrected=call.query.get(CORRECTED) == "yes",
        requests=[_summary(call, incident, overview) for overview in made],
        now=call.now,
        place=call.services.incidents.site_labels.name_place(
            (incident.latitude_e6, incident.longitude_e6)
        ),
        same_crime=[
            one
            for one in call.services.incidents.access.of_crime(
                call.officer, incident.crime_reference
            )
            if one.id != incident.id
        ],
        searches=_searches(call, incident),
        closing=_closing(call, incident, made),
        hints=_hints(call, incident) if "search" not in context else [],
        look=call.prove_look(f"incident.{incident.id}", OFFICER_LIFE),
        **context,
    )


def _hints(call: RequestContext, incident: Incident) -> list[str]:
    if not incident.is_open or not call.officer.may(Permission.SEARCH):
        return []
    return call.services.oversight.look_hints.of_officer(call.officer)


def _searches(call: RequestContext, incident: Incident) -> list[tuple[Search, str]]:
    """The searches made last for an incident, each with its area in words."""
    made = call.services.incidents.searches.made_for(incident.id, 10)
    areas = [one.area for one in made]
    words = call.services.incidents.site_labels.areas_in_words(incident, areas)
    return list(zip(made, words, strict=True))


@routes.page(SEARCHES, Audience.CONSOLE, Permission.VIEW_INCIDENTS)
def searches_part(call: RequestContext) -> Response:
    """Shows the searches made for an incident, as a part of its page: the page's script asks for
    it after a search. Asked for without that page, it is on record as a look at the incident."""
    incident = looked_at_incident(call)
    made = _searches(call, incident)
    return page(call, "console/searches_part.html", incident=incident, searches=made)


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
