"""The console: what its pages call while somebody works in them, and when they are left alone.

Only a page's script calls these. Without it a session ends all the same, and a form that is sent
too late is kept (`web.drafts`).
"""

from __future__ import annotations

from chalice import Response

from chalicelib.access.permissions import Permission
from chalicelib.access.sessions import OFFICER_IDLE
from chalicelib.core.errors import NotFound
from chalicelib.web.drafts.draft_view import form_at
from chalicelib.web.drafts.unsent_forms import draft_address, typed_fields
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import Audience, Routes, json_reply

routes = Routes("presence.staying", "console")

FORM_ACTION = "form_action"
"""The field with the address that the form would be sent to."""


@routes.form("/console/stay", Audience.CONSOLE, Permission.USE_CONSOLE)
def stay(call: RequestContext) -> Response:
    """Says that somebody works in the page, so that the session goes on, and answers with the
    seconds after which it ends without use."""
    return json_reply({"idle_seconds": int(OFFICER_IDLE.total_seconds())})


@routes.form(
    "/console/drafts", Audience.CONSOLE, Permission.USE_CONSOLE, large=True, background=True
)
def keep_typed(call: RequestContext) -> Response:
    """Keeps what was typed into a form of this page, before the session ends, for the officer to
    find after signing in again. Raises NotFound for a form that is not kept."""
    route, parameters = form_at(call.form.typed(FORM_ACTION))
    if route is None or not (route.permission and call.officer.may(route.permission)):
        raise NotFound("This form is not kept.")
    drafts, fields = call.services.access.form_drafts, typed_fields(call.form.fields)
    fields.pop(FORM_ACTION, None)
    draft = drafts.keep_draft(call.person, route.path, parameters, fields)
    if call.draft and call.draft != draft.id:  # what was typed a minute before
        drafts.remove_draft(call.person, call.draft)
    return json_reply({"draft": draft.id, "kept_at": draft_address(call.person, draft.id)}, 201)
