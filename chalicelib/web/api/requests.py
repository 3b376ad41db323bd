"""API views of requests for footage."""

from __future__ import annotations

from chalice import Response

from chalicelib.access.permissions import Permission
from chalicelib.web.api.paths import INCIDENT, REQUEST
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import Audience, Routes

routes = Routes("api.requests", "api")


@routes.json("POST", f"{INCIDENT}/requests", Audience.API, Permission.REQUEST)
def create_request(call: RequestContext) -> Response:
    """Ask the owners of sites for footage: {site_ids, message, from, to} → {id, recipients}.

    windows: {site id: {from, to}} for sites that are asked for a time of their own. contact_name,
    contact_phone: whom owners may ring; without them the officer. override_reason: a supervisor's
    reason for going beyond the limits. A repeat with the same Idempotency-Key header does not
    make a second request.
    """
    from chalicelib.web.models.request_models import (
        CreatedRequestModel,
        NewRequest,
        SkippedSiteModel,
    )

    incident = call.incident
    sent = call.body_as(NewRequest)
    phone = sent.contact_phone
    if not sent.names_contact:
        profile = call.services.access.officer_profiles.profile(call.officer.id)
        phone = profile.phone if profile else ""
    made = call.services.requests.requests.create_request(
        incident,
        sent.site_ids,
        sent.message,
        sent.from_,
        sent.to,
        call.officer,
        call.idempotency_key(),
        sent.own_windows,
        contact_name=sent.contact_name,
        contact_phone=phone,
        override_reason=sent.override_reason,
    )
    skipped = [SkippedSiteModel.from_domain(one) for one in made.request.skipped]
    said = CreatedRequestModel.from_source(
        made.request, recipients=made.request.site_count, skipped=skipped
    )
    return said.reply(201 if made.new else 200)


@routes.json("POST", f"{INCIDENT}/requests/check", Audience.API, Permission.REQUEST)
def check_request(call: RequestContext) -> Response:
    """Check whom a request would reach, without sending it: {site_ids, from, to, windows?}."""
    from chalicelib.web.models.request_models import NewCheck, RequestCheckModel, SkippedSiteModel

    incident = call.incident
    sent = call.body_as(NewCheck)
    found = call.services.requests.requests.check_request(
        incident, sent.site_ids, sent.from_, sent.to, call.officer, sent.own_windows
    )
    skipped = [SkippedSiteModel.from_domain(one) for one in found.skipped]
    return RequestCheckModel.from_source(
        found, recipients=len(found.asked), skipped=skipped
    ).reply()


@routes.json("GET", REQUEST, Audience.API, Permission.VIEW_INCIDENTS)
def show_request(call: RequestContext) -> Response:
    """Show a request: counts, and each recipient's state, deadline, reminders and answer."""
    from chalicelib.web.models.request_models import RequestOverviewModel

    overview = call.services.requests.overviews.view_request(call.id("request_id"), call.officer)
    mail = call.services.notifications.mail_standings.present()
    return RequestOverviewModel.from_overview(overview, mail).reply()


@routes.json("POST", f"{REQUEST}/withdrawal", Audience.API, Permission.REQUEST)
def withdraw_request(call: RequestContext) -> Response:
    """Withdraw a request: {reason}. Owners who were asked and have not answered are told once."""
    from chalicelib.web.models.request_models import NewWithdrawal, RequestModel

    request_id, sent = call.id("request_id"), call.body_as(NewWithdrawal)
    return RequestModel.from_domain(
        call.services.requests.withdrawals.withdraw(
            request_id, sent.reason, call.officer, repeats=False
        )
    ).reply()
