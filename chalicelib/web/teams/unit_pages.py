"""The console: the officers of a supervisor's units, and what their unit lets them do."""

from __future__ import annotations

from chalice import Response

from chalicelib.access.audit import Action, Actor
from chalicelib.access.officer_profiles import KnownOfficer
from chalicelib.access.permissions import GRANTED, Permission
from chalicelib.access.units.unit_grants import LATE, UnitGrant
from chalicelib.core.errors import Conflict, DomainError, Invalid, NotFound, Refused
from chalicelib.incidents.teams.team_mail import TeamNews
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import Audience, Routes, redirect
from chalicelib.web.http.templating import page

routes = Routes("teams.unit_pages", "console")

UNIT = "/console/unit"
MAP = Permission.VIEW_MAP


@routes.page(UNIT, Audience.CONSOLE, Permission.MANAGE_UNIT)
def unit_page(call: RequestContext) -> Response:
    """Lists the officers of the supervisor's units who have signed in, and who of them sees the map
    of all sites; with `?officer=`, the form that changes it for one of them."""
    return _page(call, call.query.get("officer", ""))


def _again(call: RequestContext, error: DomainError) -> Response:
    return _page(call, call.form.typed("officer_id"), error)


@routes.form(UNIT, Audience.CONSOLE, Permission.MANAGE_UNIT, again=_again)
def submit_permission(call: RequestContext) -> Response:
    """Lets an officer of the unit see the map of all sites, or no longer, with a reason. It is on
    record first, and the officer is told."""
    from chalicelib.web.teams.team_models import PermissionForm

    try:
        sent = call.form.read(PermissionForm)
        _change(call, sent.officer_id, sent.act == "give", sent.reason)
    except (Invalid, Conflict) as error:
        return _again(call, error)
    return redirect(f"{UNIT}?done=yes")


def _change(call: RequestContext, officer_id: str, gives: bool, reason: str) -> None:
    own, by = call.services, call.officer
    one = next((one for one in _officers(call) if one.id == officer_id), None)
    if one is None:
        raise NotFound("There is no such officer in your unit.")
    if gives and one.id == by.id:
        raise Refused.field("reason", "Another supervisor of your unit must decide this for you")
    if gives and not one.officer.may(GRANTED[MAP]):
        raise Refused.field("reason", f"The role of {one.username} does not let them search")
    mail, grants = own.incidents.team_mail, own.access.unit_grants
    given = grants.of_officers([one.id], MAP).get(one.id)
    unit = min(by.units.intersection(one.units))
    if not gives:
        if given is None or given.unit not in one.units:
            raise Conflict(LATE)
        if given.unit not in by.units:
            raise Refused.field("reason", f"{given.unit} gave this. Ask a supervisor there")
        unit = given.unit
    act = Action.GAVE_PERMISSION if gives else Action.TOOK_PERMISSION
    own.access.audit.record_act(
        Actor.officer(by), act, f"officer.{one.id}", reason, permission=MAP.value, unit=unit
    )
    prepared = mail.prepare(_told(call, one, gives, unit))
    if gives:
        now = call.now.replace(microsecond=0)
        grant = UnitGrant(one.id, MAP.name, unit, reason, by.id, by.username, now)
        grants.give_permission(grant, one.officer, *prepared.writes)
    elif given:
        grants.take_permission(given, *prepared.writes)
    mail.send(prepared)


def _told(call: RequestContext, one: KnownOfficer, gives: bool, unit: str) -> list[TeamNews]:
    """What the officer is told; nothing when it is themselves."""
    to = call.services.access.colleagues.of_id(one.id)
    if to is None or one.id == call.officer.id:
        return []
    can = "can now see" if gives else "can no longer see"
    said = f"You {can} the map of all sites. {call.officer.username} decided this for {unit}."
    path = "/console/map" if gives else "/console"
    return [TeamNews(to, f"You {can} the map of all sites", said, path)]


def _officers(call: RequestContext) -> list[KnownOfficer]:
    return call.services.access.colleagues.of_units(call.officer.units)


def _page(call: RequestContext, officer_id: str, error: DomainError | None = None) -> Response:
    """The page, after the look at the unit went on record."""
    access, by = call.services.access, call.officer
    access.audit.record_act(Actor.officer(by), Action.VIEWED_UNIT, "unit")
    officers = _officers(call)
    grants = access.unit_grants.of_officers((one.id for one in officers), MAP)
    return page(
        call,
        "console/unit.html",
        error,
        nav="unit",
        officers=officers,
        # What another unit gave, or this one to an officer who left it, does not count.
        grants={
            one.id: grants[one.id]
            for one in officers
            if one.id in grants and grants[one.id].unit in one.units
        },
        needed=GRANTED[MAP],
        chosen=next((one for one in officers if one.id == officer_id), None),
        values=call.form.values() if error else {},
        notice="The change is made, and the officer is told." if call.query.get("done") else "",
    )
