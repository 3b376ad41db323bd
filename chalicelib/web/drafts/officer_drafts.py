"""The console: a form that an officer sent after their session had ended."""

from __future__ import annotations

from chalice import Response

from chalicelib.access.permissions import Permission
from chalicelib.web.drafts.draft_view import show_draft
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import Audience, Routes

routes = Routes("drafts.officer_drafts", "console")


@routes.page("/console/drafts/{draft_id}", Audience.CONSOLE, Permission.USE_CONSOLE)
def officer_draft_page(call: RequestContext) -> Response:
    """Shows an officer's form that was not taken, on its own page, which records its look."""
    return show_draft(call)
