"""The console: the list of incidents, and the form that records a new one."""

from __future__ import annotations

from chalice import Response

from chalicelib.access.permissions import Permission
from chalicelib.core.errors import DomainError, Invalid
from chalicelib.core.ids import id_from, is_id, new_id
from chalicelib.incidents.service import Incident
from chalicelib.web.console.incident import CORRECTED
from chalicelib.web.http.page_tokens import seal_page_token
from chalicelib.web.http.plausible import map_centre
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import Audience, Routes, redirect
from chalicelib.web.http.templating import field_errors, page

routes = Routes("console.incidents", "console")

PAGE = 50


@routes.page("/console", Audience.CONSOLE, Permission.USE_CONSOLE)
def incidents_page(call: RequestContext) -> Response:
    """Lists incidents, newest first, or those of one crime reference. Officers who may not see
    incidents are shown what their role is for."""
    officer = call.officer
    if not officer.may(Permission.VIEW_INCIDENTS):
        return page(
            call, "console/home.html", report=call.services.access.audit_statistics.report(7)
        )
    from chalicelib.web.models.incident_models import PAGES, ListQuery

    wanted, errors = call.query.get("q", "").strip()[:60], {}
    found: tuple[Incident, ...] = ()
    next_page = ""
    try:
        query = call.query_as(ListQuery)
        call.services.incidents.incidents.record_listing(officer, query.q)
        if query.q:
            found = call.services.incidents.access.of_crime(officer, query.q)
        else:
            shown = call.services.incidents.access.list_for(officer, PAGE, query.page)
            found = shown.incidents
            next_page = seal_page_token(call.services.clients.key, PAGES, shown.next_place)
    except Invalid as error:
        errors = field_errors(error)
        if "q" not in errors:
            raise
    return page(
        call,
        "console/incidents.html",
        nav="incidents",
        incidents=found,
        now=call.now,
        next_page=next_page,
        first=not call.query.get("page"),
        q=wanted,
        values={"q": wanted},
        errors=errors,
        status=422 if errors else 200,
    )


@routes.page("/console/incidents", Audience.CONSOLE, Permission.USE_CONSOLE)
def redirect_to_incidents(call: RequestContext) -> Response:
    """Leads officers who shorten an incident's address by hand to the list of incidents."""
    return redirect("/console")


@routes.page("/console/incidents/new", Audience.CONSOLE, Permission.CREATE_INCIDENT)
def new_incident_page(call: RequestContext) -> Response:
    """Shows the form for a new incident. The incident's id is made here, so that a form sent twice,
    by a double click or a reload, makes one incident."""
    return _form(call, {"incident_id": new_id()})


def _again(call: RequestContext, error: DomainError) -> Response:
    incident_id = call.form.typed("incident_id")
    own = {"incident_id": incident_id if is_id(incident_id) else new_id()}
    if corrected := _corrected(call):
        own["postcode"] = corrected
    return _form(call, {**call.form.values(), **own}, error, corrected=corrected)


def _corrected(call: RequestContext) -> str:
    """The postcode that was meant, when another was typed; "" for one that was right."""
    return call.services.clients.country.corrected_postcode(call.form.typed("postcode"))


@routes.form("/console/incidents/new", Audience.CONSOLE, Permission.CREATE_INCIDENT, again=_again)
def submit_incident(call: RequestContext) -> Response:
    """Records a new incident and goes on to its page, which says when the place is that of a
    postcode that was corrected."""
    from chalicelib.web.models.incident_models import IncidentForm

    sent = call.form.typed("incident_id")
    # Threat: the id of another unit's incident, sent in this form, shows that there is one.
    own_id = id_from("incident", call.officer.id, sent) if is_id(sent) else ""
    try:
        read = call.form.read(IncidentForm, call.context_of_places())
        incident = call.services.incidents.incidents.create_incident(
            read.clean(), call.officer, own_id
        )
    except Invalid as error:
        return _again(call, error)
    corrected = f"?{CORRECTED}=yes" if read.postcode and _corrected(call) else ""
    return redirect(f"/console/incidents/{incident.id}{corrected}")


def _form(
    call: RequestContext,
    values: dict[str, str],
    error: DomainError | None = None,
    corrected: str = "",
) -> Response:
    return page(
        call,
        "console/incident_new.html",
        error,
        nav="new",
        centre=map_centre(call.services.registry.force_area.bounds()),
        values=values,
        corrected=corrected,
    )
