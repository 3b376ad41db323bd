"""Requests and recipients as the Registry table holds them, and back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from chalicelib.items import ItemKind
from chalicelib.requests.model import (
    CameraAnswer,
    Deadline,
    FootageRequest,
    Recipient,
    RequestState,
    Skipped,
    State,
    Why,
    Window,
)
from chalicelib.table import Item, Value
from chalicelib.times import iso_seconds, parse_iso

_ID = "[0-9a-z]{16}"

ITEMS: tuple[ItemKind, ...] = (
    ItemKind(
        "request",
        pk=f"REQUEST#{_ID}",
        sk="REQUEST",
        needed=frozenset(
            {
                "incident_id",
                "reference",
                "message",
                "window_from",
                "window_to",
                "created_by",
                "officer_name",
                "created_at",
                "site_count",
                "state",
            }
        ),
        may=frozenset(
            {
                "ended_at",
                "end_reason",
                "contact_name",
                "contact_phone",
                "skipped",
                "override_reason",
                "closing_words",
            }
        ),
        personal=frozenset({"officer_name", "contact_name", "contact_phone"}),
    ),
    ItemKind(
        "request of an incident",
        pk=f"INCIDENT#{_ID}",
        sk=f"REQUEST#{_ID}",
        needed=frozenset({"sites"}),
    ),
    # Says that a reference exists; the page that asks learns nothing more.
    ItemKind(
        "reference",
        pk="REFERENCE#[0-9A-Z]{4}-[0-9A-Z]{4}",
        sk="REQUEST",
        needed=frozenset({"request_id"}),
    ),
    ItemKind(
        "recipient",
        pk=f"REQUEST#{_ID}",
        sk=f"SITE#{_ID}",
        needed=frozenset({"owner_id", "sent_at", "state", "deadline_certain", "run"}),
        may=frozenset(
            {
                "window_from",
                "window_to",
                "deadline",
                "planned",
                "reminded",
                "due_day",
                "due_at",
                "notified_at",
                "viewed_at",
                "answer",
                "reason",
                "note",
                "answered_at",
                "saved_at",
                "ended_at",
                "claimed_until",
                "by_camera",
                "clock_offset_seconds",
                "clock_checked_at",
                "clock_how",
                "beside",
                # How often it was changed since it was written.
                "edits",
                "text_at",
                # Other cameras' deadlines.
                "later",
            }
        ),
        personal=frozenset({"note"}),
    ),
    ItemKind("place of the sweep", pk="SWEEP", sk="PLACE", needed=frozenset({"day"})),
)


def wake_fields(moment: datetime | None) -> dict[str, Value]:
    """The attributes that put a recipient into the Due index, or (None) take it out."""
    if moment is None:
        return {"due_at": None, "due_day": None}
    return {"due_at": iso_seconds(moment), "due_day": iso_seconds(moment)[:10]}


def times(moments: Iterable[datetime]) -> list[str] | None:
    """A list of moments as stored; None (no attribute) for an empty one."""
    return [iso_seconds(moment) for moment in moments] or None


def request_item(request: FootageRequest) -> Item:
    """One request."""
    return {
        "PK": f"REQUEST#{request.id}",
        "SK": "REQUEST",
        "incident_id": request.incident_id,
        "reference": request.reference,
        "message": request.message,
        "window_from": iso_seconds(request.window_from),
        "window_to": iso_seconds(request.window_to),
        "created_by": request.created_by,
        "officer_name": request.officer_name,
        "created_at": iso_seconds(request.created_at),
        "site_count": request.site_count,
        "state": request.state.value,
        "ended_at": _stored(request.ended_at),
        "end_reason": request.end_reason or None,
        "contact_name": request.contact_name or None,
        "contact_phone": request.contact_phone or None,
        "skipped": {one.site_id: one.why.value for one in request.skipped} or None,
        "override_reason": request.override_reason or None,
        "closing_words": request.closing_words or None,
    }


def request_from(item: Item) -> FootageRequest:
    """The reverse."""
    return FootageRequest(
        id=str(item["PK"]).removeprefix("REQUEST#"),
        incident_id=item["incident_id"],
        reference=item["reference"],
        message=item["message"],
        window_from=parse_iso(item["window_from"]),
        window_to=parse_iso(item["window_to"]),
        created_by=item["created_by"],
        officer_name=item["officer_name"],
        created_at=parse_iso(item["created_at"]),
        site_count=item["site_count"],
        state=RequestState(item["state"]),
        ended_at=_read(item, "ended_at"),
        end_reason=item.get("end_reason", ""),
        contact_name=item.get("contact_name", ""),
        contact_phone=item.get("contact_phone", ""),
        skipped=tuple(
            Skipped(site_id, Why(why)) for site_id, why in sorted(item.get("skipped", {}).items())
        ),
        override_reason=item.get("override_reason", ""),
        closing_words=item.get("closing_words", ""),
    )


def recipient_item(recipient: Recipient) -> Item:
    """One recipient."""
    return {
        "PK": f"REQUEST#{recipient.request_id}",
        "SK": f"SITE#{recipient.site_id}",
        "owner_id": recipient.owner_id,
        # Under the name that the Owner index sorts by.
        "sent_at": iso_seconds(recipient.created_at),
        "state": recipient.state.value,
        "window_from": _stored(recipient.window.start) if recipient.window else None,
        "window_to": _stored(recipient.window.end) if recipient.window else None,
        "deadline": _stored(recipient.deadline),
        "deadline_certain": recipient.deadline_certain,
        "planned": times(recipient.planned),
        "reminded": times(recipient.reminded),
        **wake_fields(recipient.next_wake),
        "run": recipient.run,
        "notified_at": _stored(recipient.notified_at),
        "viewed_at": _stored(recipient.viewed_at),
        "answer": recipient.answer.value if recipient.answer else None,
        "reason": recipient.reason or None,
        "note": recipient.note or None,
        "answered_at": _stored(recipient.answered_at),
        "saved_at": _stored(recipient.saved_at),
        "ended_at": _stored(recipient.ended_at),
        "claimed_until": _stored(recipient.claimed_until),
        "by_camera": camera_answers(recipient.by_camera),
        "clock_offset_seconds": recipient.clock_offset_seconds,
        "clock_checked_at": _stored(recipient.clock_checked_at),
        "clock_how": recipient.clock_how or None,
        "beside": list(recipient.beside) or None,
        "text_at": _stored(recipient.text_at),
        "later": later_deadlines(recipient.later),
    }


def recipient_from(item: Item) -> Recipient:
    """The reverse."""
    return Recipient(
        request_id=str(item["PK"]).removeprefix("REQUEST#"),
        site_id=str(item["SK"]).removeprefix("SITE#"),
        owner_id=item["owner_id"],
        created_at=parse_iso(item["sent_at"]),
        state=State(item["state"]),
        window=_window(item),
        deadline=_read(item, "deadline"),
        deadline_certain=item["deadline_certain"],
        planned=tuple(parse_iso(moment) for moment in item.get("planned", ())),
        reminded=tuple(parse_iso(moment) for moment in item.get("reminded", ())),
        next_wake=_read(item, "due_at"),
        run=item["run"],
        notified_at=_read(item, "notified_at"),
        viewed_at=_read(item, "viewed_at"),
        answer=State(item["answer"]) if "answer" in item else None,
        reason=item.get("reason", ""),
        note=item.get("note", ""),
        answered_at=_read(item, "answered_at"),
        saved_at=_read(item, "saved_at"),
        ended_at=_read(item, "ended_at"),
        claimed_until=_read(item, "claimed_until"),
        by_camera=_camera_answers(item),
        clock_offset_seconds=item.get("clock_offset_seconds"),
        clock_checked_at=_read(item, "clock_checked_at"),
        clock_how=item.get("clock_how", ""),
        beside=tuple(item.get("beside", ())),
        text_at=_read(item, "text_at"),
        later=tuple(Deadline(parse_iso(at), sure) for at, sure in item.get("later", ())),
    )


def later_deadlines(deadlines: Iterable[Deadline]) -> list[Value] | None:
    """Deadlines as stored; None (no attribute) without any."""
    return [[iso_seconds(one.at), one.certain] for one in deadlines] or None


def deadline_fields(recipient: Recipient) -> dict[str, Value]:
    """The attributes that say when it is lost, for a change."""
    return {
        "deadline": _stored(recipient.deadline),
        "deadline_certain": recipient.deadline_certain,
        "later": later_deadlines(recipient.later),
    }


def camera_answers(answers: Iterable[CameraAnswer]) -> dict[str, Value] | None:
    """Answers by camera as stored; None (no attribute) without any."""
    return {str(a.number): [a.answer.value, a.reason] for a in answers} or None


def _camera_answers(item: Item) -> tuple[CameraAnswer, ...]:
    stored = item.get("by_camera", {})
    return tuple(
        CameraAnswer(int(number), State(answer), reason)
        for number, (answer, reason) in sorted(stored.items(), key=lambda pair: int(pair[0]))
    )


def _window(item: Item) -> Window | None:
    start, end = _read(item, "window_from"), _read(item, "window_to")
    return Window(start, end) if start and end else None


def _stored(moment: datetime | None) -> str | None:
    return iso_seconds(moment) if moment else None


def _read(item: Item, name: str) -> datetime | None:
    return parse_iso(item[name]) if name in item else None
