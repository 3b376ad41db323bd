"""The console: writing a request. Which sites, which minutes, which words; what owners will get;
what stands against it; and sending.

Every button of the page posts the whole form, so all of it works without JavaScript. The page's
script (frontend/src/compose) calls `…/preview` and `…/checks` while somebody types and puts what
comes back, parts of the same templates, in the place of what the page showed.
"""

from __future__ import annotations

from typing import Any

from chalice import Response

from chalicelib.access.permissions import Permission
from chalicelib.core.errors import Conflict, DomainError, Invalid, NotFound
from chalicelib.core.ids import is_id
from chalicelib.incidents.search_service import Found
from chalicelib.incidents.service import Incident
from chalicelib.requests.model import Window
from chalicelib.web.compose import fields as compose_fields
from chalicelib.web.compose.checks import Checked, checked
from chalicelib.web.compose.fields import NEVER, Composed
from chalicelib.web.compose.previews import Preview, preview
from chalicelib.web.compose.sheet import fresh, likely_ids, rows, use_wording, wordings_for
from chalicelib.web.http import headers
from chalicelib.web.http.forms import Typed
from chalicelib.web.http.request_context import Call
from chalicelib.web.http.routing import Audience, Routes, redirect
from chalicelib.web.http.templating import field_errors, page

routes = Routes("console.compose", "console")

INCIDENT = "/console/incidents/{incident_id}"
COMPOSE = f"{INCIDENT}/compose"


@routes.page(COMPOSE, Audience.CONSOLE, Permission.REQUEST)
def begin(call: Call) -> Response:
    """A new request out of a search that was made before (`?search=`), nobody chosen yet. The
    search is made once more, which goes on record."""
    incident = _open(call)
    found = _found(call, incident.id, call.query.get("search", ""))
    if found is None:
        raise NotFound("There is no such search. Open the incident and search again.")
    return _page(call, incident, found, fresh(call, incident, found, ()))


@routes.form(COMPOSE, Audience.CONSOLE, Permission.REQUEST, large=True)
def go_on(call: Call) -> Response:
    """From the incident's list of sites, and from every button that does not send yet."""
    form = call.form
    incident = _open(call)
    found = _found(call, incident.id, form.typed("search_id"))
    act = form.typed("act")
    if "message" not in form.fields:
        chosen = likely_ids(found) if act == "all" else tuple(form.all("site_id"))
        return _page(call, incident, found, fresh(call, incident, found, chosen))
    if act in ("all", "none"):
        form.fields = {
            **form.fields,
            "site_id": list(compose_fields.listed(form)) if act == "all" else [],
        }
    if act == "wording":
        use_wording(call, incident, form)
    problem = None
    if act == "look":
        problem = _read(call, form).error
    return _page(call, incident, found, form, field_errors(problem) if problem else {})


def _read(call: Call, form: Typed) -> compose_fields.Composed:
    own = call.services
    return compose_fields.read(form, own.settings.time_zone, own.clients.country)


@routes.form(f"{COMPOSE}/preview", Audience.CONSOLE, Permission.REQUEST)
def look(call: Call) -> Response:
    """What an owner will get, as a part of the page; what is missing is stood in for."""
    incident = call.services.incidents.incidents.get(call.id("incident_id"))
    composed = _read(call, call.form)
    return page(
        call, "console/compose_preview.html", preview=_preview(call, incident, call.form, composed)
    )


@routes.form(f"{COMPOSE}/checks", Audience.CONSOLE, Permission.REQUEST, large=True)
def check(call: Call) -> Response:
    """Whom the request would reach and what stands against it, as a part of the page."""
    incident = call.services.incidents.incidents.get(call.id("incident_id"))
    composed = _read(call, call.form)
    return page(
        call,
        "console/compose_checks.html",
        checked=_checked(call, incident, composed, compose_fields.listed(call.form)),
    )


@routes.form(f"{INCIDENT}/requests", Audience.CONSOLE, Permission.REQUEST, large=True)
def send(call: Call) -> Response:
    """Asks the owners of the chosen sites; then the page of the request."""
    form, own = call.form, call.services
    incident = own.incidents.incidents.get(call.id("incident_id"))
    search_id = form.typed("search_id")
    composed = _read(call, form)
    try:
        composed.check()
        made = own.requests.requests.create(
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


def _open(call: Call) -> Incident:
    """The incident, for which somebody can be asked. Raises NotFound or Conflict."""
    incident = call.services.incidents.incidents.get(call.id("incident_id"))
    if not incident.is_open:
        raise Conflict("This incident is closed: nobody is asked for it any more.")
    return incident


def _told(error: DomainError) -> dict[str, str]:
    """What is wrong, by the names of this page's fields."""
    named = [(compose_fields.field_of(name), said) for name, said in error.fields]
    return field_errors(Invalid("", named)) or {"": error.sentence}


def _found(call: Call, incident_id: str, search_id: str) -> Found | None:
    """The search whose sites are chosen from, made once more; None when it cannot be told."""
    if not is_id(search_id):
        return None
    try:
        return call.services.incidents.searches.repeat(incident_id, search_id, call.officer)[1]
    except (NotFound, Conflict):  # the latter of an incident that was closed meanwhile
        return None


def _page(
    call: Call,
    incident: Incident,
    found: Found | None,
    form: Typed,
    errors: dict[str, str] | None = None,
    status: int = 0,
) -> Response:
    zone = call.services.settings.time_zone
    composed = _read(call, form)
    shown = rows(found, form, zone, errors or {})
    context: dict[str, Any] = {
        "incident": incident,
        "search_id": form.typed("search_id"),
        "sites": shown,
        "chosen": composed.chosen,
        "timed": any(row.has_window for row in shown),
        "widened": compose_fields.usual_window(incident.occurred_from, incident.occurred_to)[1],
        "wordings": wordings_for(call, incident, composed),
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
    response.headers.update(headers.with_mail(call.services.settings))
    return response


def _preview(call: Call, incident: Incident, form: Typed, composed: Composed) -> Preview:
    """As the first of the chosen sites would get it."""
    window = composed.window
    for site_id in composed.chosen:
        window = composed.windows.get(site_id, window)
        break
    if NEVER in (window.start, window.end):
        window = compose_fields.usual_window(incident.occurred_from, incident.occurred_to)[0]
    # A message that still has blanks is shown as it is typed.
    words = composed.message or form.typed("message").strip()
    return preview(call, incident, words, window, composed.contact_name, composed.contact_phone)


def _checked(
    call: Call, incident: Incident, composed: Composed, numbered: tuple[str, ...]
) -> Checked:
    whole: Window = composed.window
    complete = NEVER not in (whole.start, whole.end)
    return checked(call, incident, composed if complete else None, numbered)
