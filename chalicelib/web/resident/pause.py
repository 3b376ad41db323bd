"""Pages on which a signed-in owner pauses requests for a time, and ends the pause."""

from __future__ import annotations

from calendar import monthrange
from datetime import datetime
from typing import Annotated

from chalice import Response

from chalicelib.core.errors import Conflict, DomainError, Invalid
from chalicelib.registry.owner_changes import UNTIL_RESUMED, same_version
from chalicelib.web.fields.plain_field_types import ChoiceField, VersionForm
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import Audience, Routes, redirect
from chalicelib.web.http.templating import page
from chalicelib.web.resident.account import current_pause, signed_in_owner

routes = Routes("resident.pause", "resident")

FOR = {"1": "1 month", "3": "3 months", "6": "6 months", "open": "Until I restart them"}


class PauseForm(VersionForm):
    """The form that pauses requests. pause_for: a key of FOR."""

    pause_for: Annotated[str, ChoiceField("for how long", tuple(FOR))]


@routes.page("/account/pause", Audience.OWNER)
def pause_page(call: RequestContext) -> Response:
    """Asks a signed-in owner for how long requests should pause, and shows a current pause."""
    return _page(call)


@routes.form("/account/pause", Audience.OWNER, again=lambda call, error: _page(call, error))
def submit_pause(call: RequestContext) -> Response:
    """Pauses requests to an owner, or changes the length of a current pause."""
    owner = signed_in_owner(call)
    try:
        sent = call.form.read(PauseForm)
        same_version(sent.version, owner.version)
        months = sent.pause_for
        until = UNTIL_RESUMED if months == "open" else months_after(call.now, int(months))
        call.services.registry.owner_changes.pause_requests(owner, until)
    except (Invalid, Conflict) as error:
        return _page(call, error)
    return redirect("/account?done=paused")


@routes.form("/account/resume", Audience.OWNER)
def submit_resume(call: RequestContext) -> Response:
    """Ends an owner's pause of requests; does nothing when there is none."""
    for _ in range(4):
        owner = signed_in_owner(call)
        if current_pause(owner, call.now) is None:
            break
        try:
            call.services.registry.owner_changes.resume_requests(owner)
            break
        except Conflict:
            continue  # something else of the owner changed meanwhile; the pause has yet to end
    return redirect("/account?done=resumed")


def _page(call: RequestContext, error: DomainError | None = None) -> Response:
    owner = signed_in_owner(call)
    return page(
        call,
        "resident/pause.html",
        error,
        pause=current_pause(owner, call.now),
        choices=[{"value": value, "text": text} for value, text in FOR.items()],
        version=owner.version,
    )


def months_after(moment: datetime, months: int) -> datetime:
    """The same day of a later month, or that month's last day when it has no such day."""
    year, month = divmod(moment.month - 1 + months, 12)
    year, month = moment.year + year, month + 1
    day = min(moment.day, monthrange(year, month)[1])
    return moment.replace(year=year, month=month, day=day, microsecond=0)
