"""Every group of routes; a feature adds its own here."""

from __future__ import annotations

from chalicelib.web import (
    api_audit,
    api_evidence,
    api_incidents,
    api_openapi,
    api_requests,
    api_searches,
    console_audit,
    console_evidence,
    console_incident,
    console_incidents,
    console_request,
    console_sign_in,
    resident_account,
    resident_home,
    resident_postcode,
    resident_register,
    resident_reply,
    resident_requests,
    resident_sign_in,
    resident_sites,
    resident_uploads,
)
from chalicelib.web.routing import Routes

PAGES: tuple[Routes, ...] = (
    resident_home.routes,
    resident_register.routes,
    resident_postcode.routes,
    resident_sign_in.routes,
    resident_account.routes,
    resident_requests.routes,
    resident_sites.routes,
    resident_reply.routes,
    resident_uploads.routes,
    api_evidence.routes,
    console_sign_in.routes,
    console_incidents.routes,
    console_incident.routes,
    console_request.routes,
    console_evidence.routes,
    console_audit.routes,
    api_incidents.routes,
    api_searches.routes,
    api_requests.routes,
    api_audit.routes,
    api_openapi.routes,
)
