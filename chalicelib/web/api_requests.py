"""Requests for footage over the API."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from chalice import Response

from chalicelib.access.permissions import Permission
from chalicelib.requests.checks import SENTENCES
from chalicelib.requests.model import FootageRequest, Recipient, Skipped, Window
from chalicelib.requests.overview import Overview
from chalicelib.requests.send import LONGEST_MESSAGE
from chalicelib.times import iso, iso_seconds
from chalicelib.web.call import Call
from chalicelib.web.compose_fields import contact_name, contact_phone, override_reason
from chalicelib.web.forms import FieldProblem, text
from chalicelib.web.json_fields import JsonFields, moment, string
from chalicelib.web.queries import idempotency_key
from chalicelib.web.routing import Audience, Routes, json_reply

routes = Routes("api_requests", "api")

LONGEST_REASON = 500
_MOST_LISTED = 5000  # ids in one body; how many may be asked is the domain's to say
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_WHOM = ("site_ids", "from", "to", "windows")
_MORE: dict[str, Callable[[str], str]] = {
    "contact_name": contact_name,
    "contact_phone": contact_phone,
    "override_reason": override_reason,
}


@routes.json("POST", "/api/v1/incidents/{incident_id}/requests", Audience.API, Permission.REQUEST)
def create(call: Call) -> Response:
    """Ask the owners of sites for footage: {site_ids, message, from, to} → {id, recipients}.

    windows: {site id: {from, to}} for sites that are asked for a time of their own. contact_name,
    contact_phone: whom owners may ring; without them the officer. override_reason: a
    supervisor's, for going beyond the limits. With an Idempotency-Key header the same request
    sent again is the same request.
    """
    incident = call.services.incidents.get(call.id("incident_id"))
    fields = JsonFields(call.json(), (*_WHOM, "message", *_MORE))
    site_ids, start, end, windows = _whom(fields, call.json())
    message = fields.take("message", string(text("the message", LONGEST_MESSAGE, lines=True)), "")
    more = {name: fields.take(name, string(clean), "") for name, clean in _MORE.items()}
    fields.check()
    if not {"contact_name", "contact_phone"} & set(call.json()):
        profile = call.services.known_officers.profile(call.officer.id)
        more["contact_phone"] = profile.phone if profile else ""
    made = call.services.requests.create(
        incident,
        site_ids,
        message,
        start,
        end,
        call.officer,
        idempotency_key(call),
        windows,
        **more,
    )
    body = {
        "id": made.request.id,
        "recipients": made.request.site_count,
        "reference": made.request.reference,
        "skipped": skipped_json(made.request.skipped),
    }
    return json_reply(body, 201 if made.new else 200)


@routes.json(
    "POST", "/api/v1/incidents/{incident_id}/requests/check", Audience.API, Permission.REQUEST
)
def check(call: Call) -> Response:
    """Look whom a request would reach, without sending it: {site_ids, from, to, windows?}."""
    incident = call.services.incidents.get(call.id("incident_id"))
    fields = JsonFields(call.json(), _WHOM)
    site_ids, start, end, windows = _whom(fields, call.json())
    fields.check()
    found = call.services.requests.check(incident, site_ids, start, end, call.officer, windows)
    return json_reply(
        {
            "recipients": len(found.asked),
            "owners": found.owners,
            "skipped": skipped_json(found.skipped),
            "too_long": list(found.too_long),
            "needs_reason": found.needs_reason,
            "may_override": found.may_override,
        }
    )


@routes.json("GET", "/api/v1/requests/{request_id}", Audience.API, Permission.VIEW_INCIDENTS)
def show(call: Call) -> Response:
    """Show a request: counts, and each recipient's state, deadline, reminders and answer."""
    return json_reply(
        overview_json(call.services.overviews.look(call.id("request_id"), call.officer))
    )


@routes.json("POST", "/api/v1/requests/{request_id}/withdrawal", Audience.API, Permission.REQUEST)
def withdraw(call: Call) -> Response:
    """Withdraw a request: {reason}. Owners still waiting are told once."""
    request_id = call.id("request_id")
    fields = JsonFields(call.json(), ("reason",))
    reason = fields.take("reason", string(text("the reason", LONGEST_REASON, lines=True)), "")
    fields.check()
    return json_reply(
        request_json(call.services.requests.withdraw(request_id, reason, call.officer))
    )


def request_json(request: FootageRequest) -> dict[str, Any]:
    """A request without its recipients."""
    return {
        "id": request.id,
        "reference": request.reference,
        "incident_id": request.incident_id,
        "state": request.state.value,
        "message": request.message,
        "from": iso(request.window_from),
        "to": iso(request.window_to),
        "created_at": iso_seconds(request.created_at),
        "created_by": request.officer_name,
        "ended_at": _time(request.ended_at),
        "end_reason": request.end_reason or None,
        "contact_name": request.contact_name or None,
        "contact_phone": request.contact_phone or None,
        "override_reason": request.override_reason or None,
        "skipped": skipped_json(request.skipped),
    }


def overview_json(overview: Overview) -> dict[str, Any]:
    """A request as the API says it."""
    return {
        **request_json(overview.request),
        "counts": overview.counts,
        "recipients": [recipient_json(one, overview.request) for one in overview.recipients],
    }


def recipient_json(recipient: Recipient, request: FootageRequest) -> dict[str, Any]:
    """One recipient. Who the owner is, is not part of it (DESIGN §7)."""
    window = recipient.window or request.window
    return {
        "site_id": recipient.site_id,
        "state": recipient.state.value,
        "window": {"from": iso(window.start), "to": iso(window.end)},
        "deadline": _time(recipient.deadline),
        "deadline_certain": recipient.deadline_certain,
        "later_deadlines": [iso(one.at) for one in recipient.later],
        "notified_at": _time(recipient.notified_at),
        "viewed_at": _time(recipient.viewed_at),
        "asked_too_late": recipient.asked_too_late,
        "reminders_sent": recipient.reminders_sent,
        "reminded_at": [iso_seconds(moment) for moment in recipient.reminded],
        "reminders_planned": [iso_seconds(moment) for moment in recipient.planned],
        "next_wake": _time(recipient.next_wake),
        "answer": recipient.answer.value if recipient.answer else None,
        "reason": recipient.reason or None,
        "cameras": [
            {"number": one.number, "answer": one.answer.value, "reason": one.reason or None}
            for one in recipient.by_camera
        ],
        "note": recipient.note or None,
        "answered_at": _time(recipient.answered_at),
        "upload_by": _time(recipient.upload_by),
        "ended_at": _time(recipient.ended_at),
        "clock_offset_seconds": recipient.clock_offset_seconds,
        "clock_checked_at": _time(recipient.clock_checked_at),
        "clock_check": recipient.clock_how or None,
    }


def _time(value: datetime | None) -> str | None:
    return iso_seconds(value) if value else None


def skipped_json(skipped: Iterable[Skipped]) -> list[dict[str, str]]:
    """Sites that are not asked, with why."""
    return [
        {"site_id": one.site_id, "why": one.why.value, "sentence": SENTENCES[one.why]}
        for one in skipped
    ]


def _whom(
    fields: JsonFields, body: Mapping[str, Any]
) -> tuple[list[str], datetime, datetime, dict[str, Window]]:
    """Which sites, and for what time."""
    site_ids: list[str] = fields.take("site_ids", _ids, [])
    start = fields.take("from", moment("when the footage begins"), _NEVER)
    end = fields.take("to", moment("when the footage ends"), _NEVER)
    return site_ids, start, end, _windows(fields, body.get("windows"))


def _windows(fields: JsonFields, value: Any) -> dict[str, Window]:
    """Site id → its window. Notes problems as `windows.<site id>.from` and the like."""
    if value is None:
        return {}
    if not isinstance(value, dict) or len(value) > _MOST_LISTED:
        fields.problem("windows", "Must be an object: for each site id its from and to")
        return {}
    found = {}
    for site_id, sent in value.items():
        name = f"windows.{site_id[:16]}"
        if not isinstance(sent, dict):
            fields.problem(name, "Must be an object with from and to")
            continue
        own = JsonFields(sent, ("from", "to"))
        start = own.take("from", moment("when the footage begins"), _NEVER)
        end = own.take("to", moment("when the footage ends"), _NEVER)
        fields.errors += [(f"{name}.{part}", said) for part, said in own.errors]
        found[site_id] = Window(start, end)
    return found


def _ids(value: Any) -> list[str]:
    if not isinstance(value, list) or not value:
        raise FieldProblem("Give a list of at least one site id")
    if len(value) > _MOST_LISTED or not all(isinstance(one, str) for one in value):
        raise FieldProblem("Must be a list of site ids, each a text in quotes")
    return value
