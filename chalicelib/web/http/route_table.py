"""The table of all modules with routes; a new module of views is added here."""

from __future__ import annotations

from importlib import import_module

from chalicelib.web.http.routing import Routes

_VIEWS = {
    "resident": "home register postcode sign_in account pause email text_messages sites",
    "presence": "sessions staying",
    "drafts": "officer_drafts owner_drafts",
    "reply": "requests page uploads thread recorder_clock",
    "console": "sign_in incidents incident closing compose map request recipient send_progress "
    "coverage "
    "evidence audit message_templates profile",
    "oversight": "contact use",
    "vetting": "addresses",
    "teams": "team_api team_pages entering_pages unit_pages",
    "api": "incidents closing searches map requests messages message_templates evidence coverage "
    "audit "
    "openapi",
}
"""Names of the modules with views, by the package of `web` that they are in."""

PAGES: tuple[Routes, ...] = tuple(
    import_module(f"chalicelib.web.{room}.{name}").routes
    for room, names in _VIEWS.items()
    for name in names.split()
)
