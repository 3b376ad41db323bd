"""Pages: Jinja with GOV.UK's components, escaping on, assets by their hashed names."""

from __future__ import annotations

import json
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from chalice import Response

from chalicelib.errors import DomainError
from chalicelib.times import iso, parse_iso
from chalicelib.web.call import Call
from chalicelib.web.csrf import FIELD

HERE = Path(__file__).parent


@lru_cache(maxsize=1)
def assets() -> dict[str, str]:
    """Names of the built front end: `resident.css` → `/assets/resident-1a2b.css`."""
    manifest = HERE / "assets.json"
    return json.loads(manifest.read_text()) if manifest.exists() else {}


@lru_cache(maxsize=1)
def environment() -> Any:
    """The template environment. An undefined name is an error, not an empty page."""
    from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PackageLoader, StrictUndefined

    made = Environment(
        loader=ChoiceLoader(
            [FileSystemLoader(HERE / "templates"), PackageLoader("govuk_frontend_jinja")]
        ),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["asset"] = lambda name: assets().get(name, f"/assets/{name}")
    made.filters["local"] = local_time
    made.filters["iso"] = lambda moment: iso(_moment(moment))
    _ = StrictUndefined  # GOV.UK's macros lean on undefined parameters, so it cannot be used
    return made


def _moment(value: datetime | str) -> datetime:
    return value if isinstance(value, datetime) else parse_iso(value)


def local_time(value: datetime | str, zone: str, style: str = "full") -> str:
    """A time in words in the force's zone, the way GOV.UK writes it.

    style: "full" `Friday 20 November 2026, 10:04am` · "short" `20 Nov, 10:04am` ·
    "time" `10:04am`. Browsers with JavaScript change it to the person's own zone.
    """
    from zoneinfo import ZoneInfo

    local = _moment(value).astimezone(ZoneInfo(zone))
    clock = f"{local.hour % 12 or 12}:{local:%M}{'am' if local.hour < 12 else 'pm'}"
    if style == "time":
        return clock
    if style == "short":
        return f"{local.day} {local:%b}, {clock}"
    return f"{local:%A} {local.day} {local:%B %Y}, {clock}"


def page(call: Call, template: str, *, status: int = 200, **context: Any) -> Response:
    """A page for a person. `context` is escaped by the templates."""
    return _render(call, template, status, context)


def _render(call: Call | None, template: str, status: int, context: dict[str, Any]) -> Response:
    from chalicelib.bootstrap import services

    settings = services().settings
    shared = {
        "settings": settings,
        "zone": settings.time_zone,
        "csrf_name": FIELD,
        "csrf": call.csrf_token() if call else "",
        "officer": call.maybe_officer if call else None,
        "owner_id": call.owner_id if call else "",
        "path": call.path if call else "",
        "errors": {},
        "values": {},
    }
    body = environment().get_template(template).render({**shared, **context})
    return Response(
        body=body, status_code=status, headers={"Content-Type": "text/html; charset=utf-8"}
    )


def field_errors(error: DomainError) -> dict[str, str]:
    """The first message for each field, for showing beside it."""
    found: dict[str, str] = {}
    for name, message in error.fields:
        found.setdefault(name, message)
    return found


def error_page(error: DomainError, area: str, call: Call | None) -> Response:
    """The page for an error that no view shows by itself."""
    return _render(call, "error.html", error.status, {"error": error, "area": area})
