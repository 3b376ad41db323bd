"""API views that close an incident and open it again."""

from __future__ import annotations

from chalice import Response

from chalicelib.access.permissions import Permission
from chalicelib.web.api.paths import INCIDENT
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import Audience, Routes

routes = Routes("api.closing", "api")


@routes.json("POST", f"{INCIDENT}/closing", Audience.API, Permission.REQUEST)
def close_incident(call: RequestContext) -> Response:
    """Close an incident, end its requests and reminder timers, and thank who answered once.

    The same call sent again by the same officer with the same words does not close it twice.
    """
    from chalicelib.web.models.incident_models import IncidentModel
    from chalicelib.web.models.message_models import NewClosing

    sent = call.body_as(NewClosing)
    return IncidentModel.from_domain(
        call.services.requests.closings.close_incident(
            call.id("incident_id"), sent.reason, sent.words, call.officer
        )
    ).reply()


@routes.json("POST", f"{INCIDENT}/reopening", Audience.API, Permission.REOPEN_INCIDENT)
def reopen_incident(call: RequestContext) -> Response:
    """Open a closed incident again: {reason}. Its requests stay closed; new ones can be made."""
    from chalicelib.web.models.incident_models import IncidentModel
    from chalicelib.web.models.message_models import NewReopening

    sent = call.body_as(NewReopening)
    return IncidentModel.from_domain(
        call.services.requests.closings.reopen_incident(
            call.id("incident_id"), sent.reason, call.officer, repeats=False
        )
    ).reply()
