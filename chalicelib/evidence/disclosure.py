"""The disclosure list of a request: who was asked, when, what they answered, what they sent. Pure.

One row per site. It leaves the service as a file and may be handed to the defence, so it names
sites by their ids: an owner's name and contact details need a reason of their own, given where
they are shown, and what owners wrote freely may name anybody, so the list only says that there
is a note.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.evidence.model import Evidence
from chalicelib.requests.model import FootageRequest, Recipient, Window
from chalicelib.requests.said import Said, history
from chalicelib.times import iso_seconds

COLUMNS = (
    *("request_reference", "request_id", "crime_reference", "window_from", "window_to"),
    *("asked_by", "request_state", "site_id", "asked_at", "message_sent_at", "read_at"),
    *("footage_kept_until", "kept_until_is", "reminders_sent", "reminded_at", "state"),
    *("answer", "reason", "answered_at", "saved_at", "answers_in_order", "note_left"),
    *("uploads", "upload_ids", "upload_states", "upload_received_at", "upload_sha256"),
    "list_made_at",
)

_ACTIVE = re.compile(r"^[\s\x00-\x1f]*[=+\-@＝＋－＠]")
_ACTIVE_AFTER_SEPARATOR = re.compile(r"([,;|])(?=\s*[\"']*\s*[=+\-@])")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f]+")


@dataclass(frozen=True)
class Disclosure:
    """The list as it was made. rows: in the order of COLUMNS."""

    request: FootageRequest
    rows: tuple[tuple[str, ...], ...]

    @property
    def file_name(self) -> str:
        """Leads back to the request and names nobody."""
        return f"disclosure-{self.request.reference}.csv"

    def csv(self) -> str:
        """The list as a file (RFC 4180: CRLF, UTF-8), every cell quoted and inert."""
        out = io.StringIO()
        writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writerow(COLUMNS)
        writer.writerows([inert(cell) for cell in row] for row in self.rows)
        return out.getvalue()


def inert(cell: str) -> str:
    """The cell as text that no spreadsheet program runs.

    Threat: somebody answers with `=HYPERLINK(…)`, and the officer's spreadsheet program runs it.
    An apostrophe before =, +, - or @ makes it text, at the start of the cell and also behind a
    comma or semicolon, which another country's program may take for the next cell. Line breaks
    and other unseen characters become spaces.
    """
    text = _UNSEEN.sub(" ", cell)
    text = _ACTIVE_AFTER_SEPARATOR.sub(r"\1'", text)
    return f"'{text}" if _ACTIVE.match(text) else text


def rows_of(
    request: FootageRequest,
    crime_reference: str,
    recipients: Iterable[Recipient],
    recorded: Mapping[str, list[Said]],
    evidence: Sequence[Evidence],
    now: datetime,
) -> list[tuple[str, ...]]:
    """One row for each site that was asked, by site id. Times are UTC; a cell with several
    values has them in order, with "; " between."""
    head = {
        "request_reference": request.reference,
        "request_id": request.id,
        "crime_reference": crime_reference,
        "asked_by": request.officer_name,
        "request_state": request.state.value,
        "list_made_at": iso_seconds(now),
    }
    rows = []
    for one in sorted(recipients, key=lambda recipient: recipient.site_id):
        files = [file for file in evidence if file.site_id == one.site_id]
        said = history(one, recorded.get(one.site_id, ()))
        asked = _asked(one, one.window or request.window)
        cells = {**head, **asked, **_answered(one, said), **_sent(files)}
        rows.append(tuple(cells[name] for name in COLUMNS))
    return rows


def _asked(one: Recipient, window: Window) -> dict[str, str]:
    certain = "known" if one.deadline_certain else "assumed"
    return {
        "site_id": one.site_id,
        "window_from": iso_seconds(window.start),
        "window_to": iso_seconds(window.end),
        "asked_at": iso_seconds(one.created_at),
        "message_sent_at": _time(one.notified_at),
        "read_at": _time(one.viewed_at),
        "footage_kept_until": _time(one.deadline),
        "kept_until_is": certain if one.deadline else "",
        "reminders_sent": str(one.reminders_sent),
        "reminded_at": _joined(iso_seconds(moment) for moment in one.reminded),
        "state": one.state.value,
    }


def _answered(one: Recipient, said: Sequence[Said]) -> dict[str, str]:
    return {
        "answer": one.answer.value if one.answer else "",
        "reason": one.reason,
        "answered_at": _time(one.answered_at),
        "saved_at": _time(one.saved_at),
        "answers_in_order": _joined(f"{iso_seconds(each.at)} {each.answer}" for each in said),
        "note_left": "yes" if one.note else "no",
    }


def _sent(files: Sequence[Evidence]) -> dict[str, str]:
    """What arrived, oldest first. A hash that was not made yet is said to be missing, so that
    the lists of the cells agree in length."""
    ordered = sorted(files, key=lambda file: (file.created_at, file.id))
    return {
        "uploads": str(len(ordered)),
        "upload_ids": _joined(file.id for file in ordered),
        "upload_states": _joined(file.state.value for file in ordered),
        "upload_received_at": _joined(_time(file.received_at) or "none" for file in ordered),
        "upload_sha256": _joined(file.sha256 or "none" for file in ordered),
    }


def _joined(parts: Iterable[str]) -> str:
    return "; ".join(parts)


def _time(value: datetime | None) -> str:
    return iso_seconds(value) if value else ""
