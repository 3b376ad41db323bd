"""The console: one incident, its searches and its requests, also without JavaScript.

With JavaScript the incident page's script sends the same to the API (`/api/v1`).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from chalice import Response

from chalicelib.access.permissions import Permission
from chalicelib.errors import DomainError, Invalid, NotFound
from chalicelib.ids import is_id
from chalicelib.registry.model import address_lines
from chalicelib.requests.incidents import Incident
from chalicelib.requests.overview import Overview
from chalicelib.requests.searches import Found
from chalicelib.requests.send import LONGEST_MESSAGE
from chalicelib.web import search_fields
from chalicelib.web.area_words import in_words
from chalicelib.web.call import Call
from chalicelib.web.forms import text
from chalicelib.web.incident_fields import local_moment
from chalicelib.web.render import field_errors, page
from chalicelib.web.routing import Audience, Routes, redirect

routes = Routes("console_incident", "console")

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@routes.page("/console/incidents/{incident_id}", Audience.CONSOLE, Permission.VIEW_INCIDENTS)
def show(call: Call) -> Response:
    """One incident: what happened, who was asked. Looking at it goes on record."""
    return _page(call, call.services.incidents.look(call.id("incident_id"), call.officer))


@routes.form("/console/incidents/{incident_id}/searches", Audience.CONSOLE, Permission.SEARCH)
def search(call: Call) -> Response:
    """Looks for cameras in a circle; the page again, with what was found."""
    incident = call.services.incidents.get(call.id("incident_id"))
    try:
        wanted = search_fields.from_form(call.form)
    except Invalid as error:
        return _page(call, incident, error=error, values=call.form.values())
    found = call.services.searches.search(incident.id, wanted, call.officer)
    shown = _shown(dict(wanted.area_json), wanted.reason, found)
    return _page(call, incident, search=shown, values=_circle(call))


@routes.form("/console/incidents/{incident_id}/requests", Audience.CONSOLE, Permission.REQUEST)
def request(call: Call) -> Response:
    """Asks the owners of the chosen sites; then the page of the request."""
    form, own = call.form, call.services
    incident = own.incidents.get(call.id("incident_id"))
    zone = own.settings.time_zone
    message = form.take(
        "message", text("what owners should look for", LONGEST_MESSAGE, lines=True), ""
    )
    # Of the hour that happens twice in October: all of it.
    start = form.take("from", local_moment("the start of the footage", zone), _NEVER)
    end = form.take("to", local_moment("the end of the footage", zone, fold=1), _NEVER)
    chosen = form.all("site_id")
    if not chosen:
        form.problem("site_id", "Choose at least one site")
    search_id = form.typed("search_id")
    try:
        form.check()
        made = own.requests.create(
            incident, chosen, message, start, end, call.officer,
            # The same form sent twice, by a double click or a reload, is one request.
            token=search_id if is_id(search_id) else "",
        )  # fmt: skip
    except Invalid as error:
        named = {"site_ids": "site_id"}
        again = Invalid(error.sentence, [(named.get(n, n), said) for n, said in error.fields])
        shown = _once_more(call, incident.id, search_id)
        values = {**form.values(), **(_circle_of(shown) if shown else {})}
        return _page(call, incident, error=again, values=values, chosen=chosen, search=shown)
    return redirect(f"/console/requests/{made.request.id}")


def _once_more(call: Call, incident_id: str, search_id: str) -> dict[str, Any] | None:
    """The search whose sites were being chosen from; None when it cannot be told."""
    if not is_id(search_id):
        return None
    try:
        before, found = call.services.searches.repeat(incident_id, search_id, call.officer)
    except NotFound:
        return None
    return _shown(before.area, before.reason, found)


def _shown(area: dict[str, Any], reason: str, found: Found) -> dict[str, Any]:
    """A search as the template shows it. A search that the API made may be of another shape;
    its form then starts from the incident's own circle."""
    longitude, latitude = area.get("centre", (None, None))
    return {
        "search_id": found.search_id,
        "latitude": latitude,
        "longitude": longitude,
        "radius_m": area.get("radius_m"),
        "reason": reason,
        "total": found.total,
        "truncated": found.truncated,
        "sites": [site.as_json() for site in found.sites],
    }


def _circle_of(shown: dict[str, Any]) -> dict[str, str]:
    names = ("latitude", "longitude", "radius_m", "reason")
    return {name: str(shown[name]) for name in names if shown[name] is not None}


def _circle(call: Call) -> dict[str, str]:
    names = ("latitude", "longitude", "radius_m", "reason")
    return {name: call.form.typed(name) for name in names}


def _page(
    call: Call, incident: Incident, *, error: DomainError | None = None, **context: Any
) -> Response:
    made = call.services.overviews.of_incident(incident.id)
    return page(
        call,
        "console/incident.html",
        status=error.status if error else 200,
        nav="incidents",
        incident=incident,
        requests=[_summary(overview) for overview in made],
        searches=[
            (one, in_words(one.area)) for one in call.services.searches.made_for(incident.id, 10)
        ],
        errors=field_errors(error) if error else {},
        **context,
    )


def _summary(overview: Overview) -> dict[str, Any]:
    return {
        "id": overview.request.id,
        "sent_at": overview.request.created_at,
        "state": overview.request.state.value,
        "recipients": overview.counts["total"],
        "answered": overview.counts["answered"],
        "uploaded": overview.counts["uploaded"],
    }


# whose a camera is

CONTACT = "/console/incidents/{incident_id}/contacts/{site_id}"


@routes.page(CONTACT, Audience.CONSOLE, Permission.REVEAL_CONTACT)
def ask_contact(call: Call) -> Response:
    """Asks for the reason; shows nothing yet."""
    incident = call.services.incidents.get(call.id("incident_id"))
    return page(
        call, "console/contact.html", nav="incidents", incident=incident, site_id=call.id("site_id")
    )


@routes.form(CONTACT, Audience.CONSOLE, Permission.REVEAL_CONTACT)
def show_contact(call: Call) -> Response:
    """Name and contact details of a site's owner, after the look went on record."""
    form, own = call.form, call.services
    incident, site_id = own.incidents.get(call.id("incident_id")), call.id("site_id")
    shared: dict[str, Any] = {"nav": "incidents", "incident": incident, "site_id": site_id}
    reason = form.take("reason", search_fields.reason, "")
    try:
        form.check()
    except Invalid as error:
        return page(
            call,
            "console/contact.html",
            status=422,
            values=form.values(),
            errors=field_errors(error),
            **shared,
        )
    contact = own.searches.contact(incident.id, site_id, reason, call.officer)
    return page(
        call,
        "console/contact.html",
        contact=contact,
        address=address_lines(contact.site),
        reason=reason,
        **shared,
    )
