"""Shows a form that was kept, on the page that it came from, as it was typed."""

from __future__ import annotations

from dataclasses import replace

from chalice import Response

from chalicelib.core.errors import DomainError, Gone
from chalicelib.web.http.forms import SubmittedForm
from chalicelib.web.http.identity import admit
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import DECLARED

GONE = "It has been sent since, or it is more than an hour old."


class NotSent(DomainError):
    """A form that is shown again because it was not sent. Nothing is wrong with it, so it has no
    sentence; the page's frame says what happened."""

    code, status, title = "not-sent", 200, "Not sent"

    def __init__(self) -> None:
        super().__init__("")


def show_draft(call: RequestContext) -> Response:
    """Shows the draft in the path to the person whose it is. Raises Gone when there is none, and
    Forbidden when this person may no longer use the form."""
    draft = call.services.access.form_drafts.find_draft(call.person, call.id("draft_id"))
    forms = (one for one in DECLARED if draft and one.again and one.path == draft.route)
    route = next(forms, None)
    if draft is None or route is None or route.again is None:
        raise Gone(GONE)
    shown = replace(
        call,
        route=route.path,
        path=route.path.format_map(draft.parameters),
        parameters=draft.parameters,
        query={},
        form=SubmittedForm(draft.fields),
        draft=draft.id,
    )
    if route.permission:
        admit(shown, call.officer, route.permission)
    return route.again(shown, NotSent())
