"""The console: the page of one request with its recipients, and withdrawing the request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from chalice import Response

from chalicelib.access.permissions import Permission
from chalicelib.access.sessions import OFFICER_LIFE
from chalicelib.core.errors import Conflict, DomainError, Invalid
from chalicelib.registry.model import Site
from chalicelib.requests.model import Recipient
from chalicelib.requests.overviews.triage import site_summaries, triage_recipients
from chalicelib.requests.recipients.relevant_cameras import cameras_asked
from chalicelib.requests.replies.answers import REASONS
from chalicelib.requests.replies.camera_answers import unanswered_cameras
from chalicelib.web.console import send_progress
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import Audience, Routes, redirect
from chalicelib.web.http.templating import page

routes = Routes("console.request", "console")


@routes.page("/console/requests/{request_id}", Audience.CONSOLE, Permission.VIEW_INCIDENTS)
def request_page(call: RequestContext) -> Response:
    """Shows a request: who was asked, each recipient's deadline, and what they answered."""
    return _page(call)


@routes.form(
    "/console/requests/{request_id}/withdrawal",
    Audience.CONSOLE,
    Permission.REQUEST,
    again=lambda call, error: _page(call, error),
)
def submit_withdrawal(call: RequestContext) -> Response:
    """Withdraws a request for a stated reason; owners who have not answered are told."""
    from chalicelib.web.models.search_models import ReasonForm

    try:
        reason = call.form.read(ReasonForm).reason
        call.services.requests.withdrawals.withdraw(call.id("request_id"), reason, call.officer)
    except (Invalid, Conflict) as error:
        return _page(call, error)
    return redirect(f"/console/requests/{call.id('request_id')}")


def _page(call: RequestContext, error: DomainError | None = None) -> Response:
    own = call.services
    overview = own.requests.overviews.view_request(call.id("request_id"), call.officer)
    incident = call.incident
    sites = own.registry.sites.sites_by_id(one.site_id for one in overview.recipients)
    looks = own.requests.relevant_cameras.looks_or_scene(incident)
    known = site_summaries(sites, (incident.latitude_e6, incident.longitude_e6), looks)
    board = triage_recipients(overview.recipients, known, call.now)
    placed = call.officer.may(Permission.VIEW_COVERAGE)
    skipped = [one.site_id for one in overview.request.skipped]
    everywhere = {**own.registry.sites.sites_by_id(skipped), **sites} if skipped else sites
    return page(
        call,
        "console/request.html",
        error,
        nav="incidents",
        request=overview.request,
        board=board,
        labels=own.requests.site_notes.labels_of(
            incident,
            [*(one.site_id for one in overview.recipients), *skipped],
            everywhere,
            placed=placed,
        ),
        next_phone=_has_phone(call, sites, board.next_lost),
        # Threat: distances from several scenes would tell an officer who may only count sites
        # where a home is.
        about=known if placed else None,
        own_windows=any(one.window for one in overview.recipients),
        counts=overview.counts,
        incident=incident,
        reasons=REASONS,
        open_cameras=_open_cameras(sites, overview.recipients),
        unread=_unread(call, overview.request.id),
        now=call.now,
        look=call.prove_look(f"request.{overview.request.id}", OFFICER_LIFE),
        **send_progress.progress_context(call, overview),
    )


def _has_phone(
    call: RequestContext, sites: Mapping[str, Site], recipient: Recipient | None
) -> bool:
    """Whether the owner who is to be called first gave a phone number."""
    site = sites.get(recipient.site_id) if recipient else None
    return site is not None and call.services.registry.sites.has_phone(site)


def _unread(call: RequestContext, request_id: str) -> dict[str, bool]:
    """Site id → whether its owner wrote something unread; {} when the officer may not read it."""
    if not call.officer.may(Permission.READ_THREAD):
        return {}
    heads = call.services.requests.threads.heads(request_id)
    return {site: head.is_unread_by(call.officer.id) for site, head in heads.items()}


def _open_cameras(
    sites: Mapping[str, Site], recipients: Iterable[Recipient]
) -> dict[str, list[int]]:
    """Site id → numbers of cameras without an answer, for owners who answered camera by camera."""
    return {
        one.site_id: unanswered_cameras(
            one, [camera.number for camera, _ in cameras_asked(one, sites[one.site_id])]
        )
        for one in recipients
        if one.by_camera and one.site_id in sites
    }
