"""A signed-in owner pauses requests for a time, and ends the pause."""

from __future__ import annotations

from calendar import monthrange
from datetime import datetime

from chalice import Response

from chalicelib.errors import Conflict
from chalicelib.registry.changes import UNTIL_RESUMED, same_version
from chalicelib.web.call import Call
from chalicelib.web.forms import choice
from chalicelib.web.render import page
from chalicelib.web.resident_account import owner_of, pause_of
from chalicelib.web.routing import Audience, Routes, redirect

routes = Routes("resident_pause", "resident")

FOR = {"1": "1 month", "3": "3 months", "6": "6 months", "open": "Until I say so"}


@routes.page("/account/pause", Audience.OWNER)
def ask(call: Call) -> Response:
    """For how long?"""
    return _page(call)


@routes.form("/account/pause", Audience.OWNER)
def pause(call: Call) -> Response:
    """Pauses, or changes the pause there is."""
    owner, form = owner_of(call), call.form
    wanted = form.take("pause_for", choice("for how long", tuple(FOR)), "")
    status = 422
    if not form.errors:
        try:
            same_version(form.typed("version"), owner.version)
            until = UNTIL_RESUMED if wanted == "open" else months_after(call.now, int(wanted))
            call.services.owner_changes.pause(owner, until)
            return redirect("/account?done=paused")
        except Conflict as error:
            form.problem("", error.sentence)
            status = error.status
    return _page(call, status)


@routes.form("/account/resume", Audience.OWNER)
def resume(call: Call) -> Response:
    """Ends the pause; once more does no harm."""
    for _ in range(4):
        owner = owner_of(call)
        if pause_of(owner, call.now) is None:
            break
        try:
            call.services.owner_changes.resume(owner)
            break
        except Conflict:
            continue  # something else of the owner changed: the pause still is to end
    return redirect("/account?done=resumed")


def _page(call: Call, status: int = 200) -> Response:
    owner = owner_of(call)
    return page(
        call,
        "resident/pause.html",
        status=status,
        pause=pause_of(owner, call.now),
        choices=[{"value": value, "text": text} for value, text in FOR.items()],
        values=call.form.values(),
        errors=call.form.messages(),
        version=owner.version,
    )


def months_after(moment: datetime, months: int) -> datetime:
    """The same day of a later month, or its last day when it has no such day."""
    year, month = divmod(moment.month - 1 + months, 12)
    year, month = moment.year + year, month + 1
    day = min(moment.day, monthrange(year, month)[1])
    return moment.replace(year=year, month=month, day=day, microsecond=0)
