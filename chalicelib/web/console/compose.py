"""The console: the page on which an officer writes a request: its sites, its minutes and its words,
a preview of what owners will get, the checks that stand against it, and sending.

Every button of the page posts the whole form, so all of it works without JavaScript. While somebody
types, the page's script (frontend/src/compose) calls `…/preview` and `…/checks` and replaces those
two parts of the page with the answers, which come from the same templates.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalice import Response

from chalicelib.access.permissions import Permission
from chalicelib.access.sessions import OFFICER_LIFE
from chalicelib.core.errors import Conflict, DomainError, Invalid, NotFound
from chalicelib.core.ids import is_id
from chalicelib.incidents.search_service import SearchOutcome
from chalicelib.incidents.service import Incident
from chalicelib.requests.model import FootageWindow
from chalicelib.web.compose import fields as compose_fields
from chalicelib.web.compose.checks import CheckedRequest, check_composed
from chalicelib.web.compose.fields import NEVER, ComposedRequest
from chalicelib.web.compose.previews import MessagePreview, preview_message
from chalicelib.web.compose.sheet import (
    filled_templates,
    fresh_form,
    likely_ids,
    sheet_rows,
    use_template,
)
from chalicelib.web.http import headers
from chalicelib.web.http.forms import SubmittedForm
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import Audience, Routes, redirect
from chalicelib.web.http.templating import field_errors, page

routes = Routes("console.compose", "console")

INCIDENT = "/console/incidents/{incident_id}"
COMPOSE = f"{INCIDENT}/compose"


@routes.page(COMPOSE, Audience.CONSOLE, Permission.REQUEST)
def compose_page(call: RequestContext) -> Response:
    """Shows the form of a new request for an earlier search (`?search=`), with no site chosen. The
    search is made once more, which goes on record. Raises NotFound when there is none."""
    incident = _open(call)
    found = _found(call, incident, call.query.get("search", ""))
    if found is None:
        raise NotFound("There is no such search. Open the incident and search again.")
    return _page(call, incident, found, fresh_form(call, incident, found, ()))


def _again(call: RequestContext, error: DomainError) -> Response:
    """The page as it was typed. Its incident, which is read again, may have been closed since."""
    incident = call.services.incidents.incidents.get_incident(call.incident.id)
    form = call.form
    found = _found(call, incident, form.typed("search_id"))
    if "message" not in form.fields:
        form = _begun(call, incident, found)
    told = _told(error) if error.sentence else None
    return _page(call, incident, found, form, told, error.status)


def _begun(call: RequestContext, incident: Incident, found: SearchOutcome | None) -> SubmittedForm:
    """The form for the sites that were chosen on the incident's page."""
    every = call.form.typed("act") == "all"
    chosen = likely_ids(found) if every else tuple(call.form.all("site_id"))
    return fresh_form(call, incident, found, chosen)


@routes.form(COMPOSE, Audience.CONSOLE, Permission.REQUEST, large=True, again=_again)
def continue_composing(call: RequestContext) -> Response:
    """Shows the form for the sites chosen on the incident's page, and again after every button that
    does not send the request."""
    form = call.form
    incident = _open(call)
    found = _found(call, incident, form.typed("search_id"))
    act = form.typed("act")
    if "message" not in form.fields:
        return _page(call, incident, found, _begun(call, incident, found))
    if act in ("all", "none"):
        form.fields = {
            **form.fields,
            "site_id": list(compose_fields.listed_sites(form)) if act == "all" else [],
        }
    if act == "wording":
        use_template(call, incident, form)
    problem = None
    if act == "look":
        problem = _read(call, form).error
    return _page(call, incident, found, form, field_errors(problem) if problem else {})


def _read(call: RequestContext, form: SubmittedForm) -> compose_fields.ComposedRequest:
    own = call.services
    return compose_fields.read_compose_form(form, own.settings.time_zone, own.clients.country)


@routes.form(f"{COMPOSE}/preview", Audience.CONSOLE, Permission.REQUEST)
def preview_page(call: RequestContext) -> Response:
    """Shows what an owner will get, as a part of the page, with samples for what is missing."""
    incident = looked_at_incident(call)
    composed = _read(call, call.form)
    return page(
        call, "console/compose_preview.html", preview=_preview(call, incident, call.form, composed)
    )


@routes.form(f"{COMPOSE}/checks", Audience.CONSOLE, Permission.REQUEST, large=True)
def check_page(call: RequestContext) -> Response:
    """Shows whom the request would reach and what stands against it, as a part of the page."""
    incident = looked_at_incident(call)
    composed = _read(call, call.form)
    return page(
        call,
        "console/compose_checks.html",
        checked=_checked(
            call,
            incident,
            call.form,
            composed,
            call.services.incidents.site_numbers.number_sites(
                incident.id, compose_fields.listed_sites(call.form)
            ),
        ),
    )


@routes.form(f"{INCIDENT}/requests", Audience.CONSOLE, Permission.REQUEST, large=True, again=_again)
def submit_request(call: RequestContext) -> Response:
    """Sends the request to the owners of the chosen sites, and goes on to the request's page."""
    form, own = call.form, call.services
    incident = call.incident
    search_id = form.typed("search_id")
    composed = _read(call, form)
    try:
        composed.require_valid()
        made = own.requests.requests.create_request(
            incident,
            composed.chosen,
            composed.message,
            composed.window.start,
            composed.window.end,
            call.officer,
            # The same form sent twice, by a double click, a reload or from another tab, is one
            # request.
            token=search_id if is_id(search_id) else "",
            windows=composed.windows,
            contact_name=composed.contact_name,
            contact_phone=composed.contact_phone,
            override_reason=composed.override_reason,
        )
    except (Invalid, Conflict) as error:
        return _again(call, error)
    return redirect(f"/console/requests/{made.request.id}")


def _open(call: RequestContext) -> Incident:
    """The incident in the path. Raises NotFound, or Conflict when the incident is closed."""
    incident = call.incident
    if not incident.is_open:
        raise Conflict("This incident is closed: nobody is asked for it any more.")
    return incident


def looked_at_incident(call: RequestContext) -> Incident:
    """The incident of a part of a page. The page went on record and carries the proof of it; a part
    that is asked for without the page goes on record itself."""
    incident = call.incident
    if not call.has_looked(f"incident.{incident.id}"):
        call.services.incidents.incidents.view_incident(incident, call.officer)
    return incident


def _told(error: DomainError) -> dict[str, str]:
    """An error's sentences by the names of this page's fields; under "" when it names no field."""
    named = [(compose_fields.field_of(name), said) for name, said in error.fields]
    return field_errors(Invalid("", named)) or {"": error.sentence}


def _found(call: RequestContext, incident: Incident, search_id: str) -> SearchOutcome | None:
    """The search that the request is written for, made once more; None when it cannot be found or
    its incident is closed."""
    if not is_id(search_id):
        return None
    try:
        return call.services.incidents.searches.repeat_search(incident, search_id, call.officer)[1]
    except (NotFound, Conflict):  # Conflict: the incident was closed meanwhile
        return None


def _page(
    call: RequestContext,
    incident: Incident,
    found: SearchOutcome | None,
    form: SubmittedForm,
    errors: dict[str, str] | None = None,
    status: int = 0,
) -> Response:
    if found is None:  # the search, which would be on record, was not made
        call.services.incidents.incidents.view_incident(incident, call.officer)
    composed = _read(call, form)
    listed = compose_fields.listed_sites(form)
    sites = [one for one in found.sites if one.id in set(listed)] if found else []
    notes = call.services.requests.site_notes.of_found(incident, sites, also=listed)
    shown = sheet_rows(found, form, call.services.settings.time_zone, notes)
    context: dict[str, Any] = {
        "incident": incident,
        "search_id": form.typed("search_id"),
        "look": call.prove_look(f"incident.{incident.id}", OFFICER_LIFE),
        "sites": shown,
        "chosen": composed.chosen,
        "timed": any(row.has_window for row in shown),
        "widened": incident.is_moment,
        "wordings": filled_templates(call, incident, composed),
        "preview": _preview(call, incident, form, composed),
        "checked": _checked(call, incident, form, composed, {row.id: row.number for row in shown}),
        "longest_contact": compose_fields.LONGEST_CONTACT,
    }
    response = page(
        call,
        "console/compose.html",
        status=status or (422 if errors else 200),
        nav="incidents",
        values=form.values(),
        errors=errors or {},
        **context,
    )
    response.headers.update(headers.allow_mail_styles(call.services.settings))
    return response


def _preview(
    call: RequestContext, incident: Incident, form: SubmittedForm, composed: ComposedRequest
) -> MessagePreview:
    """The message as the owner of the first chosen site would get it."""
    window = composed.window
    for site_id in composed.chosen:
        window = composed.windows.get(site_id, window)
        break
    if NEVER in (window.start, window.end):
        window = compose_fields.usual_window(incident)
    # A message that still has blanks is no valid message, but its preview helps to fill them in.
    words = composed.message or form.typed("message").strip()
    return preview_message(
        call, incident, words, window, composed.contact_name, composed.contact_phone
    )


def _checked(
    call: RequestContext,
    incident: Incident,
    form: SubmittedForm,
    composed: ComposedRequest,
    numbers: Mapping[str, int],
) -> CheckedRequest:
    whole: FootageWindow = composed.window
    if NEVER in (whole.start, whole.end):
        problems = compose_fields.time_problems(form, composed) if composed.chosen else ()
        return CheckedRequest(ready=False, problems=problems)
    return check_composed(call, incident, composed, numbers)
