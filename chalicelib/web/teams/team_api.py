"""API views of who works on an incident, and of a supervisor's way into one."""

from __future__ import annotations

from chalice import Response

from chalicelib.access.permissions import Permission
from chalicelib.web.api.paths import INCIDENT, TEAM
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import Audience, Routes

routes = Routes("teams.team_api", "api")


@routes.json("GET", TEAM, Audience.API, Permission.VIEW_INCIDENTS)
def show_team(call: RequestContext) -> Response:
    """Show who works on an incident, and which units see it."""
    from chalicelib.web.teams.team_models import TeamModel

    shown = call.services.incidents.teams.view_team(call.incident, call.officer)
    return TeamModel.from_domain(shown).reply()


@routes.json("PUT", TEAM, Audience.API, Permission.CHANGE_TEAM)
def change_team(call: RequestContext) -> Response:
    """Say who works on an incident, and who is in charge of it.

    The officer in charge may, and supervisors of the incident's unit who see it. Whoever it
    concerns is told by e-mail. The officer who hands an incident over stays in its team. The same
    call sent again changes nothing more.
    """
    from chalicelib.web.teams.team_models import NewTeam, TeamModel

    wanted = call.body_as(NewTeam).wanted()
    changed = call.services.incidents.teams.change_team(call.incident, wanted, call.officer)
    return TeamModel.from_domain(changed).reply()


@routes.json("POST", f"{INCIDENT}/leaving", Audience.API, Permission.VIEW_INCIDENTS)
def leave_team(call: RequestContext) -> Response:
    """Leave the team of an incident. The officer in charge must hand it over first."""
    from chalicelib.web.teams.team_models import TeamModel

    left = call.services.incidents.teams.leave(call.incident, call.officer)
    return TeamModel.from_domain(left).reply()


@routes.json("POST", f"{INCIDENT}/access", Audience.API, Permission.ENTER_INCIDENT, entrance=True)
def enter_incident(call: RequestContext) -> Response:
    """Enter an incident that is not yours, with a reason, for a day.

    The reason is on record first; the officer in charge and the supervisors of the incident's unit
    are told by e-mail. Another reason gives another day.
    """
    from chalicelib.web.teams.team_models import AccessModel, NewAccess

    reason, incident_id = call.body_as(NewAccess).reason, call.id("incident_id")
    opened = call.services.incidents.entries.enter(incident_id, reason, call.officer)
    return AccessModel.from_domain(opened).reply()
