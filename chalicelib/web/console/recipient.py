"""The console: one recipient of a request: the answer, the recorder's clock, reminders, messages
and evidence.

Threat: an owner's message leads an officer to a false page. What owners write is shown as text;
nothing in it becomes a link.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalice import Response

from chalicelib.access.permissions import Permission
from chalicelib.core.errors import Conflict, DomainError, Invalid, TooMany
from chalicelib.core.ids import new_id
from chalicelib.core.local_times import wall_clock
from chalicelib.evidence.model import Evidence, EvidenceKind
from chalicelib.requests.model import FootageRequest, Recipient
from chalicelib.requests.overviews.triage import site_summary
from chalicelib.requests.recipients.relevant_cameras import cameras_asked
from chalicelib.requests.recorder_clock import clock_finding
from chalicelib.requests.replies.answers import REASONS
from chalicelib.requests.threads.model import LONGEST
from chalicelib.requests.threads.service import Thread
from chalicelib.requests.told_words import NOT_YET
from chalicelib.web.fields.time_field_types import WHICH
from chalicelib.web.http.filters import local_choice
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import Audience, Routes, redirect
from chalicelib.web.http.templating import page
from chalicelib.web.reply.thread import MessageForm, thread_entries
from chalicelib.web.reply.upload_json import upload_reference

routes = Routes("console.recipient", "console")

PATH = "/console/requests/{request_id}/recipients/{site_id}"


@routes.page(PATH, Audience.CONSOLE, Permission.VIEW_INCIDENTS)
def recipient_page(call: RequestContext) -> Response:
    """Shows one recipient of a request. The look goes on record; so does, separately, the look at
    messages and at files."""
    return _page(call)


@routes.form(
    f"{PATH}/messages",
    Audience.CONSOLE,
    Permission.REQUEST,
    again=lambda call, error: _page(call, error),
)
def submit_officer_message(call: RequestContext) -> Response:
    """Sends the officer's message to the owner, who gets it by e-mail as well."""
    request_id, site_id = call.id("request_id"), call.id("site_id")
    try:
        sent = call.form.read(MessageForm)
        call.services.requests.threads.from_officer(
            request_id, site_id, sent.text, call.officer, sent.form
        )
    except (Invalid, Conflict, TooMany) as error:
        return _page(call, error)
    return redirect(f"/console/requests/{request_id}/recipients/{site_id}#messages")


@routes.form(
    f"{PATH}/clock",
    Audience.CONSOLE,
    Permission.REQUEST,
    again=lambda call, error: _page(call, error),
)
def submit_officer_clock_check(call: RequestContext) -> Response:
    """Stores the clock check that an officer read off a picture of the recorder's screen."""
    from chalicelib.web.reply.recorder_clock_fields import OfficerClockForm

    request_id, site_id = call.id("request_id"), call.id("site_id")
    try:
        sent = call.form.read(OfficerClockForm, call.context)
        read = sent.reading()
        call.services.evidence.footage_times.by_officer(
            request_id, site_id, read.shown, read.seen_at, call.officer, sent.picture
        )
    except Invalid as error:
        return _page(call, error)
    return redirect(f"/console/requests/{request_id}/recipients/{site_id}#clock")


def _page(call: RequestContext, error: DomainError | None = None) -> Response:
    own, officer = call.services, call.officer
    incident, request_id, site_id = call.incident, call.id("request_id"), call.id("site_id")
    request, recipient = own.requests.overviews.look_at_one(request_id, site_id, officer)
    thread = None
    if officer.may(Permission.READ_THREAD):
        thread = own.requests.threads.for_officer(request_id, site_id, officer, incident.id)
    files: list[Evidence] = []
    if officer.may(Permission.VIEW_EVIDENCE):
        sent = own.evidence.officer_access.of_request(officer, request_id, incident.id)
        files = [one for one in sent if one.site_id == site_id]
    typed = call.form.values() if error else {}
    placed = officer.may(Permission.VIEW_COVERAGE)
    site = own.registry.sites.site(site_id)
    return page(
        call,
        "console/recipient.html",
        error,
        nav="incidents",
        request=request,
        incident=incident,
        recipient=recipient,
        window=recipient.window or request.window,
        site=site,
        not_yet=NOT_YET,
        about=site_summary(
            site,
            (incident.latitude_e6, incident.longitude_e6),
            own.requests.relevant_cameras.looks_or_scene(incident),
        )
        if site and placed
        else None,
        asked=[camera.number for camera, _ in cameras_asked(recipient, site)] if site else [],
        label=own.requests.site_notes.labels_of(
            incident, [site_id], {site_id: site} if site else {}, placed=placed
        )[site_id],
        has_phone=site is not None and own.registry.sites.has_phone(site),
        cameras={one.number: one for one in recipient.by_camera},
        reasons=REASONS,
        files=[{**vars(one), "reference": upload_reference(one)} for one in files],
        **_thread(thread, files),
        **_clock(call, request, recipient, files, typed),
        longest=LONGEST,
        # The same message sent again, because no answer came, is one message.
        form=call.form.typed("form") or new_id(),
        now=call.now,
    )


def _thread(thread: Thread | None, files: list[Evidence]) -> dict[str, Any]:
    if thread is None:
        return {"thread": None}
    return {"thread": thread_entries(thread.messages, files), "head": thread.head}


def _clock(
    call: RequestContext,
    request: FootageRequest,
    recipient: Recipient,
    files: list[Evidence],
    typed: Mapping[str, str],
) -> dict[str, Any]:
    """What is known of the recorder's clock, its pictures, and first values of the form that reads
    one: the true time is when the sender's browser says that the newest picture was taken."""
    zone = call.services.settings.time_zone
    pictures = [one for one in files if one.kind is EvidenceKind.CLOCK and one.received_at]
    taken = pictures[0].taken_at if pictures else None
    first = {"true_at": "", f"true_at{WHICH}": ""}
    if taken:
        first["true_at"] = wall_clock(taken, zone).isoformat(timespec="seconds")
        first[f"true_at{WHICH}"] = local_choice(taken.replace(microsecond=0), zone)
    return {
        "clock": clock_finding(recipient, recipient.window or request.window, zone),
        "pictures": pictures,
        "clock_values": {**first, **typed},
    }
