"""The console: how many of a request's messages have gone out, and which sites were left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chalice import Response

from chalicelib.access.permissions import Permission
from chalicelib.notifications.mail_refusals import WORDS
from chalicelib.requests.model import RecipientState, SkipReason
from chalicelib.requests.overviews.request_overviews import RequestOverview
from chalicelib.requests.recipients.eligibility import SENTENCES
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import Audience, Routes
from chalicelib.web.http.templating import page

routes = Routes("console.send_progress", "console")


@dataclass(frozen=True)
class SendProgress:
    """How many of a request's recipients are dealt with: any that is no longer pending was written
    to, or will not be. waits: why none of the others goes out now, "" when nothing is known to
    hold them up."""

    sent: int
    total: int
    waits: str = ""

    @property
    def done(self) -> bool:
        """True when no message is left to send."""
        return self.sent >= self.total


def send_progress(call: RequestContext, overview: RequestOverview) -> SendProgress | None:
    """The progress of sending a request; None once the request has ended, which stops sending."""
    if not overview.request.is_open:
        return None
    total, pending = overview.counts["total"], overview.counts[RecipientState.PENDING.value]
    trouble = call.services.notifications.mail_standings.present() if pending else None
    return SendProgress(total - pending, total, WORDS[trouble.trouble] if trouble else "")


def left_out_sites(overview: RequestOverview) -> list[tuple[str, list[str]]]:
    """Each reason why chosen sites were not asked, in words, with their ids. No owner is named."""
    found = []
    for why in SkipReason:
        ids = [one.site_id for one in overview.request.skipped if one.why is why]
        if ids:
            found.append((SENTENCES[why], ids))
    return found


def progress_context(call: RequestContext, overview: RequestOverview) -> dict[str, Any]:
    """The template variables of the progress part of a request's page."""
    return {"progress": send_progress(call, overview), "left_out": left_out_sites(overview)}


@routes.page("/console/requests/{request_id}/progress", Audience.CONSOLE, Permission.VIEW_INCIDENTS)
def progress_part(call: RequestContext) -> Response:
    """Shows the progress of sending as a part of the request's page, whose look is on record. Asked
    for without that page, it goes on record as a look at the request."""
    request_id, overviews = call.id("request_id"), call.services.requests.overviews
    if call.has_looked(f"request.{request_id}"):
        overview = overviews.of_request(request_id)
    else:
        overview = overviews.view_request(request_id, call.officer)
    shown = progress_context(call, overview)
    return page(call, "console/request_progress.html", counts=overview.counts, **shown)
