"""Shows a form that was kept, on the page that it came from, as it was typed."""

from __future__ import annotations

import re
from dataclasses import replace

from chalice import Response

from chalicelib.access.form_drafts import FormDraft
from chalicelib.access.permissions import Officer
from chalicelib.core.errors import DomainError, Gone, NotFound
from chalicelib.web.drafts.unsent_forms import draft_address
from chalicelib.web.http.forms import SubmittedForm
from chalicelib.web.http.identity import admit, admit_to_case
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import DECLARED, Route

GONE = "It has been sent since, or it is more than an hour old."
NO_PLACE = "What you entered was about something that has been removed since. Nothing was sent."


class NotSent(DomainError):
    """A form that is shown again because it was not sent. Nothing is wrong with it, so it has no
    sentence; the page's frame says what happened."""

    code, status, title = "not-sent", 200, "Not sent"

    def __init__(self) -> None:
        super().__init__("")


def show_draft(call: RequestContext) -> Response:
    """Shows the draft in the path to the person whose it is. Raises Gone when there is none or what
    it is about has been removed, and Forbidden when this person may no longer use the form."""
    draft = call.services.access.form_drafts.find_draft(call.person, call.id("draft_id"))
    route = _form_of(draft)
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
    try:
        if route.leads_from_case:
            admit_to_case(shown)
        return route.again(shown, NotSent())
    except NotFound:
        # Each sign-in of the next hour would lead here otherwise.
        call.services.access.form_drafts.remove_draft(call.person, draft.id)
        raise Gone(NO_PLACE) from None


def newest_address(call: RequestContext, person: str, officer: Officer | None = None) -> str:
    """Return where a person who has just signed in finds the form that was kept last; "" for none,
    and for one that this officer may not use, which is no place to begin."""
    draft = call.services.access.form_drafts.newest_draft(person)
    route = _form_of(draft)
    if draft is None or route is None:
        return ""
    allowed = route.permission is None or (officer and officer.may(route.permission))
    return draft_address(person, draft.id) if allowed else ""


def form_at(address: str) -> tuple[Route | None, dict[str, str]]:
    """Return the form that is sent to an address of ours and kept when its session has ended, and
    the parameters in the address; None when there is none."""
    for route in DECLARED:
        named = re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", route.path)
        if route.again and (found := re.fullmatch(named, address)):
            return route, found.groupdict()
    return None, {}


def _form_of(draft: FormDraft | None) -> Route | None:
    """The declaration of the form that a draft was typed into."""
    forms = (one for one in DECLARED if draft and one.again and one.path == draft.route)
    return next(forms, None)
