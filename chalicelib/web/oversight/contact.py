"""The console: who a site belongs to. First the reason, then the contact details."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

from chalice import Response

from chalicelib.access.look_proofs import FIELD
from chalicelib.access.permissions import Permission
from chalicelib.core.errors import DomainError, Invalid
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import Audience, Routes, redirect
from chalicelib.web.http.templating import page

routes = Routes("oversight.contact", "console")

CONTACT = "/console/incidents/{incident_id}/contacts/{site_id}"

SHOWN_FOR = timedelta(minutes=10)
"""How long contact details can be loaded again for the reason that was given."""


@routes.page(CONTACT, Audience.CONSOLE, Permission.REVEAL_CONTACT)
def contact_page(call: RequestContext) -> Response:
    """Asks why the officer needs a site's contact details, and shows none of them yet; shows them
    to the officer who has just given a reason, which is on record."""
    return _contact_page(call, shown=call.has_looked(_contact(call)))


@routes.form(
    CONTACT,
    Audience.CONSOLE,
    Permission.REVEAL_CONTACT,
    again=lambda call, error: _contact_page(call, error),
)
def submit_contact_reason(call: RequestContext) -> Response:
    """Puts on record why the officer needs a site's contact details, and goes on to them."""
    from chalicelib.web.models.search_models import ReasonForm

    incident_id, site_id = call.id("incident_id"), call.id("site_id")
    try:
        reason = call.form.read(ReasonForm).reason
    except Invalid as error:
        return _contact_page(call, error)
    call.services.requests.contact_reveals.reveal_contact(
        call.incident, site_id, reason, call.officer
    )
    proof = urlencode({FIELD: call.prove_look(_contact(call), SHOWN_FOR)})
    return redirect(f"/console/incidents/{incident_id}/contacts/{site_id}?{proof}")


def _contact(call: RequestContext) -> str:
    """What a look at the contact details in the path is a look at."""
    return f"contact.{call.id('incident_id')}.{call.id('site_id')}"


def _contact_page(
    call: RequestContext, error: DomainError | None = None, *, shown: bool = False
) -> Response:
    """The page of a site's contact details. shown: with the details, which are on record already.
    What it says without them (what the site is called, and whether its owner gave a phone number)
    goes on record as a look at the incident."""
    own, incident, site_id = call.services, call.incident, call.id("site_id")
    # Nothing of a site that this incident did not find.
    found = own.requests.contact_reveals.find_site(incident, site_id)
    if not shown:
        own.incidents.incidents.view_incident(incident, call.officer)
    labels = own.requests.site_notes.labels_of(incident, [site_id], {site_id: found.site})
    return page(
        call,
        "console/contact.html",
        error,
        nav="incidents",
        incident=incident,
        site_id=site_id,
        label=labels[site_id],
        hints=own.oversight.look_hints.of_officer(call.officer),
        has_phone=bool(found.owner.phone),
        contact=found if shown else None,
    )
