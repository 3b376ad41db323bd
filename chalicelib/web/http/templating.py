"""Rendering pages: Jinja with GOV.UK's components, escaping on, assets by hashed names."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from chalice import Response

from chalicelib.access.sessions import OFFICER_IDLE
from chalicelib.core.errors import DomainError
from chalicelib.core.times import iso, utc_now
from chalicelib.web.http.csrf import FIELD
from chalicelib.web.http.forms import field_errors as field_errors
from chalicelib.web.http.request_context import DRAFT_FIELD, RequestContext

HERE = Path(__file__).parents[1]


@lru_cache(maxsize=1)
def assets() -> dict[str, str]:
    """Read the paths of built assets by name: `resident.css` → `/assets/resident-1a2b.css`."""
    manifest = HERE / "assets.json"
    return json.loads(manifest.read_text()) if manifest.exists() else {}


@lru_cache(maxsize=2)
def environment(zone: str, country: str) -> Any:
    """Make the template environment. zone: the force's time zone, in which pages write times.
    country: the code of the country that templates and macros know as `country`.

    Undefined names render as nothing, because GOV.UK's macros rely on undefined parameters.
    """
    from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PackageLoader, PrefixLoader

    from chalicelib.access.permissions import Permission
    from chalicelib.core.countries import COUNTRIES
    from chalicelib.core.local_times import zone_labels
    from chalicelib.core.typed.email_addresses import shown_email
    from chalicelib.requests.recipient_states import STATES
    from chalicelib.web.fields.email_field_types import email_question
    from chalicelib.web.http import filters

    made = Environment(
        loader=ChoiceLoader(
            [
                FileSystemLoader(HERE / "templates"),
                # GOV.UK's macros name each other with this prefix.
                PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
            ]
        ),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["asset"] = lambda name: assets().get(name, f"/assets/{name}")
    made.globals["Permission"] = Permission
    made.globals["states"] = STATES
    made.globals["country"] = COUNTRIES[country]
    made.filters["iso"] = lambda value: iso(filters.to_datetime(value))
    made.filters["local"] = filters.local_time
    made.filters["when"] = partial(filters.time_element, zone=zone)
    made.filters["when_short"] = partial(filters.time_element, zone=zone, style="dense")
    made.filters["window_short"] = partial(filters.window_short, zone=zone)
    made.filters["local_window"] = partial(filters.local_window, zone=zone)
    made.filters["clock_offset"] = filters.clock_offset
    made.filters["clock_time"] = partial(filters.clock_time, zone=zone)
    made.filters["clock_short"] = partial(filters.clock_short, zone=zone)
    made.filters["day_words"] = filters.day_words
    made.filters["month_words"] = filters.month_words
    made.filters["local_input"] = partial(filters.local_input, zone=zone)
    made.filters["choices_of"] = partial(filters.choices_of, zone=zone)
    made.filters["true_time_choices"] = partial(filters.true_time_choices, zone=zone)
    made.globals["zone_labels"] = lambda: zone_labels(utc_now(), zone)
    made.globals["day"] = timedelta(days=1)
    made.globals["shown_while"] = filters.shown_while
    made.filters["countdown"] = filters.countdown
    made.filters["moment"] = filters.to_datetime
    made.filters["zip"] = zip
    made.filters["duration"] = filters.duration
    made.filters["file_size"] = filters.file_size
    made.filters["distance"] = filters.distance_words
    made.filters["email"] = shown_email
    made.filters["email_question"] = email_question
    made.filters["telephone"] = COUNTRIES[country].written_phone
    return made


def page(
    call: RequestContext,
    template: str,
    error: DomainError | None = None,
    *,
    status: int = 200,
    **context: Any,
) -> Response:
    """Render a template as a page. The templates escape `context`.

    error: why a form could not be taken. The page then has the error's status, and shows the form
    again with what was typed and a sentence beside each field, unless `context` overrides these.
    """
    if error:
        status, context = error.status, {**call.form.redisplay_context(error), **context}
    return _render(call, template, status, context)


def _render(
    call: RequestContext | None, template: str, status: int, context: dict[str, Any]
) -> Response:
    from chalicelib.container import services

    settings = services().settings
    shared: dict[str, Any] = {
        "settings": settings,
        "zone": settings.time_zone,
        "csrf_name": FIELD,
        "csrf": call.csrf_token() if call else "",
        "officer": call.maybe_officer if call else None,
        "owner_id": call.owner_id if call else "",
        "call_session": call.session if call else "",
        "idle_seconds": int(OFFICER_IDLE.total_seconds()),
        "path": call.path if call else "",
        "sees_map": call.sees_map if call else lambda: False,
        "entered_until": call.entered_until if call else None,
        "draft_name": DRAFT_FIELD,
        "draft": call.draft if call else "",
        "not_sent": bool(call and call.draft and call.method == "GET"),
        "now": call.now if call else utc_now(),
        "errors": {},
        "values": {},
    }
    made = environment(settings.time_zone, settings.country)
    body = made.get_template(template).render({**shared, **context})
    return Response(
        body=body, status_code=status, headers={"Content-Type": "text/html; charset=utf-8"}
    )


def error_page(error: DomainError, area: str, call: RequestContext | None) -> Response:
    """Render the page for an error that no view shows on a page of its own."""
    # A table that does not answer is not asked once more, for the menu.
    context = {"error": error, "area": area, "sees_map": lambda: False}
    try:
        return _render(call, "error.html", error.status, context)
    except Exception:  # noqa: BLE001 - whatever it is, the person needs an answer in our words
        # The key of forms cannot be read now, so this page has no form and no menu.
        return _render(None, "error.html", error.status, context)
