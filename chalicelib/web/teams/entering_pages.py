"""The console: a supervisor's way into an incident that is not theirs, with a reason."""

from __future__ import annotations

from typing import Any

from chalice import Response

from chalicelib.access.permissions import Permission
from chalicelib.core.errors import DomainError, Invalid, NotFound, Refused
from chalicelib.core.ids import is_id
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import Audience, Routes, redirect
from chalicelib.web.http.templating import page

routes = Routes("teams.entering_pages", "console")

ENTER = "/console/enter"
_NONE = "There is no incident with this crime reference or number"


@routes.page(ENTER, Audience.CONSOLE, Permission.ENTER_INCIDENT)
def entering_page(call: RequestContext) -> Response:
    """Asks which incident to enter, and why. It says nothing of any incident."""
    return _page(call)


def _page(call: RequestContext, error: DomainError | None = None, **context: Any) -> Response:
    return page(call, "console/enter.html", error, nav="incidents", **context)


@routes.form(ENTER, Audience.CONSOLE, Permission.ENTER_INCIDENT, again=_page)
def submit_entering(call: RequestContext) -> Response:
    """Enters an incident by its number, or by its crime reference when there is one with it. Of
    several, the page shows from which to choose, once the reason is on record."""
    from chalicelib.web.teams.team_models import EnteringForm

    own, officer = call.services.incidents, call.officer
    try:
        sent = call.form.read(EnteringForm)
        incident_id = sent.wanted
        if not is_id(incident_id):
            reference = _reference(sent.wanted)
            found = own.entries.seek(reference, sent.reason, officer)
            if len(found) > 1:
                values = {**call.form.values(), "reason": sent.reason}
                return _page(call, found=found, reference=reference, values=values)
            if not found:
                raise Refused.field("wanted", _NONE)
            incident_id = found[0].id
        own.entries.enter(incident_id, sent.reason, officer)
    except NotFound:
        return _page(call, Refused.field("wanted", _NONE))
    except Invalid as error:
        return _page(call, error)
    return redirect(f"/console/incidents/{incident_id}")


def _reference(typed: str) -> str:
    """The crime reference that was typed. Raises Invalid."""
    from pydantic_core import PydanticCustomError

    from chalicelib.web.fields.case_field_types import CrimeReferenceField

    try:
        return CrimeReferenceField().read(typed)
    except PydanticCustomError as error:
        raise Invalid.field("wanted", error.message()) from None
