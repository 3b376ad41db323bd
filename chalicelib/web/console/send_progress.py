"""The console: a request just after it was sent: how far the messages are, and who is not asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chalice import Response

from chalicelib.access.permissions import Permission
from chalicelib.requests.model import RecipientState, SkipReason
from chalicelib.requests.overviews.request_overviews import RequestOverview
from chalicelib.requests.recipients.eligibility import SENTENCES
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import Audience, Routes
from chalicelib.web.http.templating import page

routes = Routes("console.send_progress", "console")


@dataclass(frozen=True)
class SendProgress:
    """How many of how many messages are out. A recipient that is not pending was written to, or
    will not be."""

    sent: int
    total: int

    @property
    def done(self) -> bool:
        """True when nothing is left to send."""
        return self.sent >= self.total


def send_progress(overview: RequestOverview) -> SendProgress | None:
    """None once the request has ended: what was not sent then is not sent."""
    if not overview.request.is_open:
        return None
    total = overview.counts["total"]
    return SendProgress(total - overview.counts[RecipientState.PENDING.value], total)


def left_out_sites(overview: RequestOverview) -> list[tuple[str, list[str]]]:
    """Why sites that were chosen were not asked, and which. No owner is named."""
    found = []
    for why in SkipReason:
        ids = [one.site_id for one in overview.request.skipped if one.why is why]
        if ids:
            found.append((SENTENCES[why], ids))
    return found


def progress_context(overview: RequestOverview) -> dict[str, Any]:
    """What the page of a request shows of it."""
    return {"progress": send_progress(overview), "left_out": left_out_sites(overview)}


@routes.page("/console/requests/{request_id}/progress", Audience.CONSOLE, Permission.VIEW_INCIDENTS)
def progress_part(call: RequestContext) -> Response:
    """How far it is, as a part of the page of the request. Numbers and nothing of anybody, so it is
    no look that goes on record; the page itself is."""
    overview = call.services.requests.overviews.of_request(call.id("request_id"))
    counts = overview.counts
    return page(call, "console/request_progress.html", counts=counts, **progress_context(overview))
