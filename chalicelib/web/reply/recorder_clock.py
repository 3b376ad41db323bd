"""The page on which an owner checks the recorder's clock, and the true time to compare it with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalice import Response

from chalicelib.core.errors import DomainError, Invalid
from chalicelib.core.times import iso_micros
from chalicelib.evidence.model import Evidence, EvidenceKind, EvidenceState
from chalicelib.limits.acts import Act
from chalicelib.requests.recipients.recipient_context import RecipientContext
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import Audience, Routes, json_reply, redirect
from chalicelib.web.http.templating import page
from chalicelib.web.reply import thread
from chalicelib.web.reply.uploads import look_at_sent, upload_sender
from chalicelib.web.reply.view import over_page

routes = Routes("reply.recorder_clock", "resident")


@routes.json("GET", "/time", Audience.PUBLIC)
def show_true_time(call: RequestContext) -> Response:
    """Answers with the time now, for pages that show the true time: the clock of a telephone may be
    wrong."""
    return json_reply({"now": iso_micros(call.services.clock())})


@routes.page("/reply/{token}/clock", Audience.LINK)
def clock_page(call: RequestContext) -> Response:
    """Shows what the last check of the recorder's clock found, and the form for another check."""
    matter = call.services.requests.reply_links.open_link(call.token())
    if not matter.request.is_open:
        return over_page(call, matter, f"/reply/{call.token()}")
    return _page(call, matter)


def _again(call: RequestContext, error: DomainError) -> Response:
    matter = call.services.requests.reply_links.open_link(call.token())
    return _page(call, matter, **call.form.redisplay_context(error), status=error.status)


@routes.form("/reply/{token}/clock", Audience.LINK, again=_again, act=Act.REPLY)
def submit_clock_check(call: RequestContext) -> Response:
    """Stores an owner's clock check; its offset is noted with everything that this owner sends."""
    matter = call.services.requests.reply_links.open_link(call.token())
    if not matter.request.is_open:
        return over_page(call, matter, f"/reply/{call.token()}")
    from chalicelib.web.reply.recorder_clock_fields import OwnerClockForm

    own = call.services
    try:
        read = call.form.read(OwnerClockForm, call.context).reading(call.context)
    except Invalid as error:
        return _again(call, error)
    own.evidence.footage_times.by_owner(matter.recipient, read.shown, read.seen_at, read.how)
    own.requests.answers.mark_viewed(matter.recipient.request_id, matter.recipient.site_id)
    return redirect(f"/reply/{call.token()}/clock")


def _page(
    call: RequestContext,
    matter: RecipientContext,
    *,
    values: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    made: dict[str, Any] = thread.empty_thread_context(call, matter)
    made["talk"] |= {"values": dict(values or {}), "errors": dict(errors or {})}
    return page(
        call,
        "resident/clock.html",
        status=status,
        matter=matter,
        address=f"/reply/{call.token()}",
        errors=dict(errors or {}),
        pictures=_pictures(call, matter),
        just_sent=look_at_sent(call, upload_sender(matter)),
        **made,
    )


def _pictures(call: RequestContext, matter: RecipientContext) -> list[Evidence]:
    sent = call.services.evidence.uploads.of_sender(upload_sender(matter))
    return [
        one
        for one in sent
        if one.kind is EvidenceKind.CLOCK
        and one.received_at
        and one.state is not EvidenceState.REJECTED
    ]
