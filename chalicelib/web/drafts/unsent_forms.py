"""Keeps a form that was refused because its sender's session had ended."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from chalicelib.access import look_proofs
from chalicelib.core.errors import Forbidden
from chalicelib.web.http import csrf
from chalicelib.web.http.request_context import DRAFT_FIELD, RequestContext

OF_ANOTHER = (
    "This page was opened by somebody else. Nothing has been sent. What was entered is kept for an "
    "hour for the person who opened the page."
)
_NOT_TYPED = {csrf.FIELD, DRAFT_FIELD, look_proofs.FIELD}


def keep_form(call: RequestContext) -> str:
    """Keep the form of a call for the person whose page it came from, and return where that person
    finds it, after signing in where needed; "" when it came from nobody's page.

    Raises Forbidden, with the form kept, when somebody else is signed in by now.
    """
    person = csrf.person_of_form(call.services.clients.key, call.form.typed(csrf.FIELD))
    kind, _, person_id = person.partition(".")
    console = call.route.startswith("/console")
    if kind != ("officer" if console else "owner"):
        return ""
    if not console and call.services.registry.sites.owner(person_id) is None:
        return ""  # they have left, and nothing is kept of them
    fields = typed_fields(call.form.fields)
    draft = call.services.access.form_drafts.keep_draft(
        person, call.route, dict(call.parameters), fields
    )
    address = draft_address(person, draft.id)
    if call.person == person:
        return address
    if call.person:
        raise Forbidden(OF_ANOTHER)
    return f"/console/sign-in?{urlencode({'to': address})}" if console else "/sign-in?kept=yes"


def typed_fields(fields: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Return the fields of a form without those that no person typed and that end with the page."""
    return {name: sent for name, sent in fields.items() if name not in _NOT_TYPED}


def draft_address(person: str, draft_id: str) -> str:
    """Return the address at which a person finds a draft of theirs."""
    return f"/{'console' if person.startswith('officer.') else 'account'}/drafts/{draft_id}"
