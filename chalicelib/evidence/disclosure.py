"""The disclosure list of requests: which sites were asked, when, what their owners answered and
sent, and which sites were chosen and not asked. Pure.

One row per site and request. The list leaves the service as a file and may be handed to the
defence, so it names sites by their ids: an owner's name and contact details need a reason of
their own, given where they are shown, and what owners wrote freely may name anybody, so the list
only says that there is a note.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.core.times import iso_seconds
from chalicelib.evidence.model import Evidence
from chalicelib.requests.coverage.answer_history import RecordedAnswer, answer_history
from chalicelib.requests.model import FootageRequest, FootageWindow, Recipient, SkippedSite
from chalicelib.requests.reminder_schedule import current_deadline

COLUMNS = (
    *("request_reference", "request_id", "crime_reference", "window_from", "window_to"),
    *("asked_by", "request_state", "site_id", "asked_at", "message_sent_at", "read_at"),
    *("footage_kept_until", "kept_until_is", "reminders_sent", "reminded_at", "state"),
    *("answer", "reason", "answered_at", "saved_at", "answers_in_order", "note_left"),
    *("uploads", "upload_ids", "upload_states", "upload_received_at", "upload_sha256"),
    *("list_made_at", "answers_by_camera", "recorder_clock", "recorder_clock_checked_at"),
    "not_asked_because",
)

NOT_ASKED = "not_asked"
"""What the list's column `state` holds for a site that was chosen and not asked."""

_ACTIVE = re.compile(r"^[\s\x00-\x1f]*[=+\-@＝＋－＠]")
_ACTIVE_AFTER_SEPARATOR = re.compile(r"([,;|])(?=\s*[\"']*\s*[=+\-@])")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f]+")


@dataclass(frozen=True)
class DisclosureSchedule:
    """A disclosure list. of: the request or incident, for the file name. rows: cells by COLUMNS."""

    of: str
    rows: tuple[tuple[str, ...], ...]

    @property
    def file_name(self) -> str:
        """The list's file name, which leads back to the request or incident and names nobody."""
        return f"disclosure-{self.of}.csv"

    def csv(self) -> str:
        """Write the list as a CSV file (RFC 4180: CRLF, UTF-8), every cell quoted and inert."""
        out = io.StringIO()
        writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writerow(COLUMNS)
        writer.writerows([inert_cell(cell) for cell in row] for row in self.rows)
        return out.getvalue()


def inert_cell(cell: str) -> str:
    """Change a cell to text that no spreadsheet program runs.

    Threat: somebody answers with `=HYPERLINK(…)`, and the officer's spreadsheet program runs it.
    An apostrophe before =, +, - or @ makes a cell text, at the start of the cell and also behind a
    comma or semicolon, which another country's program may take for the next cell. Line breaks
    and other unseen characters become spaces.
    """
    text = _UNSEEN.sub(" ", cell)
    text = _ACTIVE_AFTER_SEPARATOR.sub(r"\1'", text)
    return f"'{text}" if _ACTIVE.match(text) else text


def disclosure_rows(
    request: FootageRequest,
    crime_reference: str,
    recipients: Iterable[Recipient],
    recorded: Mapping[str, Sequence[RecordedAnswer]],
    evidence: Sequence[Evidence],
    now: datetime,
) -> list[tuple[str, ...]]:
    """Make a row for each site that was asked, by site id, then one for each site that was chosen
    and not asked. Times are UTC; a cell with several values has them in order, with "; " between.
    """
    head = {
        "request_reference": request.reference,
        "request_id": request.id,
        "crime_reference": crime_reference,
        "asked_by": request.officer_name,
        "request_state": request.state.value,
        "list_made_at": iso_seconds(now),
    }
    rows = []
    current = (current_deadline(one, now) for one in recipients)
    for one in sorted(current, key=lambda recipient: recipient.site_id):
        files = [file for file in evidence if file.site_id == one.site_id]
        said = answer_history(one, recorded.get(one.site_id, ()))
        asked = _asked(one, one.window or request.window)
        rows.append(head | asked | _answered(one, said) | _clock(one) | _sent(files))
    rows += [head | _skipped(one, request.window) for one in request.skipped]
    return [tuple(cells.get(name, "") for name in COLUMNS) for cells in rows]


def _skipped(one: SkippedSite, window: FootageWindow) -> dict[str, str]:
    """Make the cells of a site that an officer chose and that was not asked."""
    return {
        "site_id": one.site_id,
        "window_from": iso_seconds(window.start),
        "window_to": iso_seconds(window.end),
        "state": NOT_ASKED,
        "not_asked_because": one.why.value,
    }


def _asked(one: Recipient, window: FootageWindow) -> dict[str, str]:
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


def _answered(one: Recipient, said: Sequence[RecordedAnswer]) -> dict[str, str]:
    return {
        "answer": one.answer.value if one.answer else "",
        "reason": one.reason,
        "answered_at": _time(one.answered_at),
        "saved_at": _time(one.saved_at),
        "answers_in_order": _joined(f"{iso_seconds(each.at)} {_words(each)}" for each in said),
        "answers_by_camera": _joined(
            f"{each.number} {each.answer.value} {each.reason}".strip() for each in one.by_camera
        ),
        "note_left": "yes" if one.note else "no",
    }


def _words(said: RecordedAnswer) -> str:
    """Write an answer as `nothing`, or camera by camera as `nothing (1 nothing, 2 unavailable)`."""
    cameras = ", ".join(f"{number} {answer}" for number, answer in sorted(said.cameras.items()))
    return f"{said.answer} ({cameras})" if cameras else said.answer


def _clock(one: Recipient) -> dict[str, str]:
    """Say how far the recorder's clock was from the true time when it was checked: in words, as a
    minus would look like the beginning of a formula."""
    offset = one.clock_offset_seconds
    if offset is None:
        return {}
    ahead = "ahead" if offset > 0 else "behind"
    return {
        "recorder_clock": f"{abs(offset)} seconds {ahead}" if offset else "right",
        "recorder_clock_checked_at": _time(one.clock_checked_at),
    }


def _sent(files: Sequence[Evidence]) -> dict[str, str]:
    """Make the cells about the files that arrived, oldest first. A hash that is not computed yet is
    said to be missing, so that the lists in the cells agree in length."""
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
