"""A form of the account pages that an owner sent after their session had ended."""

from __future__ import annotations

from chalice import Response

from chalicelib.web.drafts.draft_view import show_draft
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import Audience, Routes

routes = Routes("drafts.owner_drafts", "resident")


@routes.page("/account/drafts/{draft_id}", Audience.OWNER)
def owner_draft_page(call: RequestContext) -> Response:
    """Shows an owner's form that was not taken, on its own page."""
    return show_draft(call)
