"""The console: who works on an incident, and leaving it."""

from __future__ import annotations

from chalice import Response

from chalicelib.access.permissions import Permission
from chalicelib.core.errors import Conflict, DomainError, Forbidden, Invalid
from chalicelib.incidents.records import Incident
from chalicelib.incidents.teams.team_rules import may_change_team
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import Audience, Routes, redirect
from chalicelib.web.http.templating import page

routes = Routes("teams.team_pages", "console")

TEAM = "/console/incidents/{incident_id}/team"


@routes.page(TEAM, Audience.CONSOLE, Permission.VIEW_INCIDENTS)
def team_page(call: RequestContext) -> Response:
    """Shows who works on an incident, with the form that changes it for those who may."""
    return _page(call, call.incident)


def _again(call: RequestContext, error: DomainError) -> Response:
    """The form as it was typed; after a conflict, on the page of the team as it is now."""
    found = call.services.incidents.access.find_for(call.officer, call.incident.id)
    return _page(call, found.incident, error)


@routes.form(TEAM, Audience.CONSOLE, Permission.CHANGE_TEAM, again=_again)
def submit_team(call: RequestContext) -> Response:
    """Changes who works on the incident. Whoever no longer sees it then is led to the list."""
    from chalicelib.web.teams.team_models import TeamForm

    try:
        wanted = call.form.read(TeamForm).wanted()
        changed = call.services.incidents.teams.change_team(call.incident, wanted, call.officer)
    except (Invalid, Conflict, Forbidden) as error:
        return _again(call, error)
    return _led_on(call, changed)


@routes.form(
    "/console/incidents/{incident_id}/leaving",
    Audience.CONSOLE,
    Permission.VIEW_INCIDENTS,
    again=_again,
)
def submit_leaving(call: RequestContext) -> Response:
    """Takes the officer out of the incident's team."""
    try:
        left = call.services.incidents.teams.leave(call.incident, call.officer)
    except Conflict as error:
        return _again(call, error)
    return _led_on(call, left)


def _led_on(call: RequestContext, incident: Incident) -> Response:
    sees = call.services.incidents.access.sees(call.officer, incident)
    return redirect(f"/console/incidents/{incident.id}/team?done=yes" if sees else "/console")


def _page(call: RequestContext, incident: Incident, error: DomainError | None = None) -> Response:
    """The page, after the look at the team went on record."""
    own, officer = call.services, call.officer
    own.incidents.teams.view_team(incident, officer)
    may_change = may_change_team(officer, incident)
    others = {*own.access.colleagues.known_units(), *incident.shared_units} - {incident.unit}
    typed = error is not None and "officers" in call.form.fields
    chosen = call.form.all("units") if typed else list(incident.shared_units)
    values = {
        "officer_in_charge": incident.in_charge.username,
        "officers": "\n".join(one.username for one in incident.team),
        "restricted": "yes" if incident.restricted else "",
        **(call.form.values() if typed else {}),
        "changes": str(incident.team_changes),
    }
    if typed:
        values["restricted"] = call.form.typed("restricted")
    return page(
        call,
        "console/team.html",
        error,
        nav="incidents",
        incident=incident,
        may_change=may_change,
        in_team=any(one.id == officer.id for one in incident.team),
        entries=own.incidents.access.entries(incident),
        units=sorted(others) if may_change else [],
        chosen=chosen,
        values=values,
        notice="The team is as shown below." if call.query.get("done") else "",
    )
