"""The console: writing a request. Which sites, which minutes, which words; what owners will get;
what stands against it; and sending.

Every button of the page posts the whole form, so all of it works without JavaScript. The page's
script (frontend/src/compose) calls `…/preview_message` and `…/checks` while somebody types and
puts what comes back, parts of the same templates, in the place of what the page showed.
"""

from __future__ import annotations

from typing import Any

from chalice import Response

from chalicelib.access.permissions import Permission
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
    """A new request out of a search that was made before (`?search=`), nobody chosen yet. The
    search is made once more, which goes on record."""
    incident = _open(call)
    found = _found(call, incident.id, call.query.get("search", ""))
    if found is None:
        raise NotFound("There is no such search. Open the incident and search again.")
    return _page(call, incident, found, fresh_form(call, incident, found, ()))


@routes.form(COMPOSE, Audience.CONSOLE, Permission.REQUEST, large=True)
def continue_composing(call: RequestContext) -> Response:
    """From the incident's list of sites, and from every button that does not send yet."""
    form = call.form
    incident = _open(call)
    found = _found(call, incident.id, form.typed("search_id"))
    act = form.typed("act")
    if "message" not in form.fields:
        chosen = likely_ids(found) if act == "all" else tuple(form.all("site_id"))
        return _page(call, incident, found, fresh_form(call, incident, found, chosen))
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
    """What an owner will get, as a part of the page; what is missing is stood in for."""
    incident = call.services.incidents.incidents.get_incident(call.id("incident_id"))
    composed = _read(call, call.form)
    return page(
        call, "console/compose_preview.html", preview=_preview(call, incident, call.form, composed)
    )


@routes.form(f"{COMPOSE}/checks", Audience.CONSOLE, Permission.REQUEST, large=True)
def check_page(call: RequestContext) -> Response:
    """Whom the request would reach and what stands against it, as a part of the page."""
    incident = call.services.incidents.incidents.get_incident(call.id("incident_id"))
    composed = _read(call, call.form)
    return page(
        call,
        "console/compose_checks.html",
        checked=_checked(call, incident, composed, compose_fields.listed_sites(call.form)),
    )


@routes.form(f"{INCIDENT}/requests", Audience.CONSOLE, Permission.REQUEST, large=True)
def submit_request(call: RequestContext) -> Response:
    """Asks the owners of the chosen sites; then the page of the request."""
    form, own = call.form, call.services
    incident = own.incidents.incidents.get_incident(call.id("incident_id"))
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
        found = _found(call, incident.id, search_id)
        return _page(call, incident, found, form, _told(error), error.status)
    return redirect(f"/console/requests/{made.request.id}")


def _open(call: RequestContext) -> Incident:
    """The incident, for which somebody can be asked. Raises NotFound or Conflict."""
    incident = call.services.incidents.incidents.get_incident(call.id("incident_id"))
    if not incident.is_open:
        raise Conflict("This incident is closed: nobody is asked for it any more.")
    return incident


def _told(error: DomainError) -> dict[str, str]:
    """What is wrong, by the names of this page's fields."""
    named = [(compose_fields.field_of(name), said) for name, said in error.fields]
    return field_errors(Invalid("", named)) or {"": error.sentence}


def _found(call: RequestContext, incident_id: str, search_id: str) -> SearchOutcome | None:
    """The search whose sites are chosen from, made once more; None when it cannot be told."""
    if not is_id(search_id):
        return None
    try:
        return call.services.incidents.searches.repeat_search(incident_id, search_id, call.officer)[
            1
        ]
    except (NotFound, Conflict):  # the latter of an incident that was closed meanwhile
        return None


def _page(
    call: RequestContext,
    incident: Incident,
    found: SearchOutcome | None,
    form: SubmittedForm,
    errors: dict[str, str] | None = None,
    status: int = 0,
) -> Response:
    zone = call.services.settings.time_zone
    composed = _read(call, form)
    shown = sheet_rows(found, form, zone, errors or {})
    context: dict[str, Any] = {
        "incident": incident,
        "search_id": form.typed("search_id"),
        "sites": shown,
        "chosen": composed.chosen,
        "timed": any(row.has_window for row in shown),
        "widened": compose_fields.usual_window(incident.occurred_from, incident.occurred_to)[1],
        "wordings": filled_templates(call, incident, composed),
        "preview": _preview(call, incident, form, composed),
        "checked": _checked(call, incident, composed, tuple(row.id for row in shown)),
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
    """As the first of the chosen sites would get it."""
    window = composed.window
    for site_id in composed.chosen:
        window = composed.windows.get(site_id, window)
        break
    if NEVER in (window.start, window.end):
        window = compose_fields.usual_window(incident.occurred_from, incident.occurred_to)[0]
    # A message that still has blanks is shown as it is typed.
    words = composed.message or form.typed("message").strip()
    return preview_message(
        call, incident, words, window, composed.contact_name, composed.contact_phone
    )


def _checked(
    call: RequestContext, incident: Incident, composed: ComposedRequest, numbered: tuple[str, ...]
) -> CheckedRequest:
    whole: FootageWindow = composed.window
    complete = NEVER not in (whole.start, whole.end)
    return check_composed(call, incident, composed if complete else None, numbered)
