"""The console: closing an incident after a preview of its effect and of the closing notices, and
reopening it."""

from __future__ import annotations

from dataclasses import replace

from chalice import Response

from chalicelib.access.permissions import Permission
from chalicelib.core.errors import Conflict, DomainError, Invalid
from chalicelib.incidents.service import Incident
from chalicelib.registry.model import Owner
from chalicelib.requests.closing import emails
from chalicelib.requests.closing.emails import HelpGiven
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import Audience, Routes, redirect
from chalicelib.web.http.templating import page

routes = Routes("console.closing", "console")

CLOSING = "/console/incidents/{incident_id}/closing"

_PLACE = "12 Example Road"
_SAMPLES = {
    "An owner who sent footage": HelpGiven(sent=(_PLACE,)),
    "An owner who saved footage and did not send it": HelpGiven(saved=(_PLACE,)),
    "An owner who looked and saw nothing": HelpGiven(looked=True),
    "An owner who could not help": HelpGiven(unable=True),
    "An owner who would rather not": HelpGiven(declined=True),
}


@routes.page(CLOSING, Audience.CONSOLE, Permission.REQUEST)
def closing_page(call: RequestContext) -> Response:
    """Shows what closing the incident would do, and asks for the reason."""
    return _page(call)


@routes.form(
    CLOSING, Audience.CONSOLE, Permission.REQUEST, again=lambda call, error: _page(call, error)
)
def submit_closing(call: RequestContext) -> Response:
    """Closes the incident, or shows the closing notices again when the form asks for a preview."""
    from chalicelib.web.models.message_models import ClosingForm

    incident_id, closings = call.id("incident_id"), call.services.requests.closings
    try:
        sent = call.form.read(ClosingForm)
        if call.form.typed("act") == "preview":
            return _page(call, words=sent.words)
        closings.close_incident(incident_id, sent.reason, sent.words, call.officer)
    except (Invalid, Conflict) as error:
        return _page(call, error)
    return redirect(f"/console/incidents/{incident_id}")


@routes.form(
    "/console/incidents/{incident_id}/reopening",
    Audience.CONSOLE,
    Permission.REOPEN_INCIDENT,
    again=lambda call, error: _page(call, error),
)
def submit_reopening(call: RequestContext) -> Response:
    """Opens a closed incident again. Owners are not told, because they have nothing to do."""
    from chalicelib.web.models.search_models import ReasonForm

    incident_id = call.id("incident_id")
    try:
        reason = call.form.read(ReasonForm).reason
        call.services.requests.closings.reopen_incident(incident_id, reason, call.officer)
    except (Invalid, Conflict) as error:
        return _page(call, error)
    return redirect(f"/console/incidents/{incident_id}")


def _page(call: RequestContext, error: DomainError | None = None, words: str = "") -> Response:
    """The page, after the look at the incident went on record."""
    incidents = call.services.incidents.incidents
    # Read again: somebody may have closed it since this call began.
    incident = incidents.view_incident(incidents.get_incident(call.incident.id), call.officer)
    return page(
        call,
        "console/closing.html",
        error,
        nav="incidents",
        incident=incident,
        effect=call.services.requests.closings.preview_effect(incident.id),
        letters=_letters(call, incident, words),
        previewed=call.form.typed("act") == "preview",
        values=call.form.values(),
    )


def _letters(call: RequestContext, incident: Incident, words: str) -> dict[str, str]:
    """Texts of the closing notices, by what an owner did; {} when the incident has no request."""
    own = call.services
    request = next(iter(own.requests.store.of_incident(incident.id)), None)
    if request is None:
        return {}
    somebody = Owner("", "Alex Owner", "", "", "(their security words)", call.now)
    happened = incident.public_description or incident.offence
    notices = own.requests.closing_notices
    closed = replace(
        request, closing_words=words, closing_words_by=notices.officer_name(call.officer)
    )
    about = notices.notice_subject(somebody, happened, closed)
    letters = {
        who: emails.thanks_email(own.notifications.sender, "", about, did).text
        for who, did in _SAMPLES.items()
    }
    late = emails.not_needed_email(own.notifications.sender, "", about, [_PLACE]).text
    return {**letters, "An owner who has not answered yet": late}
