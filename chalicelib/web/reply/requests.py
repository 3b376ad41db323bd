"""Requests that wait for an answer on a signed-in owner's account page, and the way to reply."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from chalice import Response

from chalicelib.access.one_time_links import LinkPurpose
from chalicelib.core.errors import NotFound
from chalicelib.requests.model import WAITING
from chalicelib.requests.recipients.recipient_context import OwnerGone, RecipientContext
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import Audience, Routes, redirect
from chalicelib.web.reply.times import TimePhase, time_phases

routes = Routes("reply.requests", "resident")

SHOWN_FOR = timedelta(days=90)
"""Older requests are not looked for; none stays open that long without an answer."""

LINK_LIFE = timedelta(days=14)
"""How long a reply link from the account page works: as long as saved footage can be uploaded."""


def waiting_requests(call: RequestContext) -> Iterator[RecipientContext]:
    """Open requests to the signed-in owner that want an answer or an upload, oldest first."""
    for recipient in call.services.requests.store.of_owner(call.owner_id, call.now - SHOWN_FOR):
        if recipient.state not in WAITING:
            continue
        try:
            matter = call.services.requests.recipient_context.read_context(recipient)
        except OwnerGone:
            continue  # the site was removed
        if matter.request.is_open:
            yield matter


def waiting_with_times(call: RequestContext) -> list[tuple[RecipientContext, list[TimePhase]]]:
    """The waiting requests, each with how long its footage is there; what is lost next comes
    first."""
    found = [
        (one, time_phases(one.recipient, one.site, one.window, call.now))
        for one in waiting_requests(call)
    ]
    return sorted(found, key=lambda pair: pair[1][0].left.urgency)


@routes.form("/account/requests/{request_id}/{site_id}", Audience.OWNER)
def open_request(call: RequestContext) -> Response:
    """Leads a signed-in owner to the reply page through a new reply link, as a message would.
    Raises NotFound for another owner's request as for none."""
    found = call.services.requests.store.recipient(call.id("request_id"), call.id("site_id"))
    if found is None or found.owner_id != call.owner_id:
        raise NotFound("There is no such request.")
    token, write = call.services.access.one_time_links.make_link(
        LinkPurpose.REPLY, found.key, LINK_LIFE
    )
    call.services.registry.sites.transact(write)
    return redirect(f"/reply/{token}")
