"""The console: how officers of a unit use the register: what was unusual, what came of it, and how
much of today's budgets is used. Supervisors see their own units, auditors all.

Threat: who is looked into looks away from themselves. Nobody sees or judges their own line.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from chalice import Response

from chalicelib.access.audit import Action, Actor
from chalicelib.access.officer_profiles import KnownOfficer
from chalicelib.access.permissions import Permission, Role
from chalicelib.core.errors import Conflict, DomainError, Invalid, NotFound, Refused
from chalicelib.core.ids import new_id
from chalicelib.oversight.look_budgets import LookKind, local_day
from chalicelib.oversight.use_store import UnusualUse
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import Audience, Routes, redirect
from chalicelib.web.http.templating import page

routes = Routes("oversight.use", "console")

USE, BUDGETS = "/console/unit/use", "/console/unit/budgets"
SHOWN = timedelta(days=30)
CHANGED = "More was found in the meantime. Look at it again, then note what you found."


@routes.page(USE, Audience.CONSOLE, Permission.VIEW_AUDIT)
def use_page(call: RequestContext) -> Response:
    """Shows what was unusual in the last 30 days; with `?officer=`, `day` and `unit`, the form that
    notes what came of it, and with `?allow=`, the one that allows an officer more today."""
    return _page(call)


def _again(call: RequestContext, error: DomainError) -> Response:
    return _page(call, error)


@routes.form(USE, Audience.CONSOLE, Permission.VIEW_AUDIT, again=_again)
def submit_use_note(call: RequestContext) -> Response:
    """Notes what somebody found who looked into unusual use. It is on record first."""
    from chalicelib.web.oversight.use_models import UseNoteForm

    try:
        sent = call.form.read(UseNoteForm)
        seen = _find(call, sent.unit, sent.day, sent.officer)
        if seen is None:
            raise NotFound("There is nothing to look into at this address.")
        call.services.access.audit.record_act(
            Actor.officer(call.officer),
            Action.JUDGED_USE,
            f"officer.{seen.officer_id}",
            sent.note,
            unit=seen.unit,
            day=seen.day,
        )
        now = call.now.replace(microsecond=0)
        store = call.services.oversight.use_store
        if not store.note_seen(seen, call.officer.username, now, sent.note):
            raise Conflict(CHANGED)
    except (Invalid, Conflict) as error:
        return _again(call, error)
    return redirect(f"{USE}?done=note")


@routes.form(BUDGETS, Audience.CONSOLE, Permission.MANAGE_UNIT, again=_again)
def submit_grant(call: RequestContext) -> Response:
    """Allows an officer of the unit more looks today, with a reason. It is on record first."""
    from chalicelib.web.oversight.use_models import GrantForm

    try:
        sent = call.form.read(GrantForm)
        if sent.officer == call.officer.id:
            raise Refused.field("reason", "Another supervisor of your unit must decide this")
        if sent.officer not in {one.id for one in _officers(call)}:
            raise NotFound("There is no such officer in your unit.")
        amounts, budgets = sent.amounts(), call.services.oversight.look_budgets
        if not any(amounts.values()):
            raise Refused.field("searches", "Enter how many more the officer may have")
        for kind, usual in budgets.usual.items():
            if amounts[kind] > usual:
                raise Refused.field(kind.value, f"Allow at most {usual:,} more at a time")
        budgets.grant(call.officer, sent.officer, amounts, sent.reason, sent.grant or new_id())
    except Invalid as error:
        return _again(call, error)
    return redirect(f"{USE}?done=grant")


def _units(call: RequestContext) -> list[str]:
    """The units whose use the officer may look into."""
    if Role.AUDITOR in call.officer.roles:
        return call.services.oversight.use_store.units()
    return sorted(call.officer.units)


def _lines(call: RequestContext) -> list[UnusualUse]:
    """What was unusual, the newest first; never of whoever looks."""
    since = local_day(call.now, call.services.settings.time_zone) - SHOWN
    store = call.services.oversight.use_store
    found = [one for unit in _units(call) for one in store.of_unit(unit, since)]
    others = [one for one in found if one.officer_id != call.officer.id]
    return sorted(others, key=lambda one: one.day, reverse=True)


def _find(call: RequestContext, unit: str, day: str, officer_id: str) -> UnusualUse | None:
    if unit not in _units(call) or officer_id == call.officer.id:
        return None
    return call.services.oversight.use_store.find_unusual(unit, day, officer_id)


def _officers(call: RequestContext) -> list[KnownOfficer]:
    """The officers whose budgets the supervisor may change; none for auditors."""
    if not call.officer.may(Permission.MANAGE_UNIT):
        return []
    return call.services.access.colleagues.of_units(call.officer.units)


def _page(call: RequestContext, error: DomainError | None = None) -> Response:
    """The page, after the look went on record."""
    own, by = call.services, call.officer
    own.access.audit.record_act(Actor.officer(by), Action.VIEWED_USE, "use")
    officers = [one for one in _officers(call) if one.officer.may(Permission.SEARCH)]
    budgets, lines = own.oversight.look_budgets, _lines(call)
    asked: dict[str, str] = {**call.query, **(call.form.values() if error else {})}
    allowing = asked.get("allow", "") or (asked.get("officer", "") if "grant" in asked else "")
    chosen = (
        None
        if allowing
        else _find(call, asked.get("unit", ""), asked.get("day", ""), asked.get("officer", ""))
    )
    context: dict[str, Any] = {
        "lines": [one for one in lines if one.is_new],
        "seen": [one for one in lines if not one.is_new],
        "chosen": chosen,
        "officers": officers,
        "days": budgets.days_of([one.id for one in officers]),
        "allowed": next((o for o in officers if o.id == allowing and o.id != by.id), None),
        "kinds": list(LookKind),
        "usual": budgets.usual,
        "grant": asked.get("grant", "") or new_id(),
        "whole": Role.AUDITOR in by.roles,
        "values": call.form.values() if error else {},
        "notice": _DONE.get(call.query.get("done", ""), ""),
    }
    return page(call, "console/use.html", error, nav="unit", **context)


_DONE = {
    "note": "What you found is noted.",
    "grant": "The officer may have more today, and sees it on their pages.",
}
