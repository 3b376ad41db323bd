"""Every group of routes; a feature adds its own here."""

from __future__ import annotations

from chalicelib.web.api import audit as api_audit
from chalicelib.web.api import closing as api_closing
from chalicelib.web.api import coverage as api_coverage
from chalicelib.web.api import evidence as api_evidence
from chalicelib.web.api import incidents as api_incidents
from chalicelib.web.api import map as api_map
from chalicelib.web.api import messages as api_messages
from chalicelib.web.api import openapi as api_openapi
from chalicelib.web.api import requests as api_requests
from chalicelib.web.api import searches as api_searches
from chalicelib.web.api import wordings as api_wordings
from chalicelib.web.console import audit as console_audit
from chalicelib.web.console import closing as console_closing
from chalicelib.web.console import compose as console_compose
from chalicelib.web.console import coverage as console_coverage
from chalicelib.web.console import evidence as console_evidence
from chalicelib.web.console import incident as console_incident
from chalicelib.web.console import incidents as console_incidents
from chalicelib.web.console import map as console_map
from chalicelib.web.console import profile as console_profile
from chalicelib.web.console import recipient as console_recipient
from chalicelib.web.console import request as console_request
from chalicelib.web.console import sent as console_sent
from chalicelib.web.console import sign_in as console_sign_in
from chalicelib.web.console import wordings as console_wordings
from chalicelib.web.http.routing import Routes
from chalicelib.web.reply import clock as resident_clock
from chalicelib.web.reply import page as resident_reply
from chalicelib.web.reply import requests as resident_requests
from chalicelib.web.reply import thread as resident_talk
from chalicelib.web.reply import uploads as resident_uploads
from chalicelib.web.resident import account as resident_account
from chalicelib.web.resident import email as resident_email
from chalicelib.web.resident import home as resident_home
from chalicelib.web.resident import pause as resident_pause
from chalicelib.web.resident import postcode as resident_postcode
from chalicelib.web.resident import register as resident_register
from chalicelib.web.resident import sign_in as resident_sign_in
from chalicelib.web.resident import sites as resident_sites
from chalicelib.web.resident import texts as resident_texts

PAGES: tuple[Routes, ...] = (
    resident_home.routes,
    resident_register.routes,
    resident_postcode.routes,
    resident_sign_in.routes,
    resident_account.routes,
    resident_pause.routes,
    resident_email.routes,
    resident_texts.routes,
    resident_requests.routes,
    resident_sites.routes,
    resident_reply.routes,
    resident_uploads.routes,
    resident_talk.routes,
    resident_clock.routes,
    api_evidence.routes,
    api_coverage.routes,
    console_sign_in.routes,
    console_incidents.routes,
    console_incident.routes,
    console_closing.routes,
    console_compose.routes,
    console_map.routes,
    console_request.routes,
    console_recipient.routes,
    console_sent.routes,
    console_coverage.routes,
    console_evidence.routes,
    console_audit.routes,
    console_wordings.routes,
    console_profile.routes,
    api_incidents.routes,
    api_closing.routes,
    api_searches.routes,
    api_map.routes,
    api_requests.routes,
    api_messages.routes,
    api_wordings.routes,
    api_audit.routes,
    api_openapi.routes,
)
