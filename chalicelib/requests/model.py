"""Requests for footage, their recipients, and the one table of what may follow what.

Pure values. Times are aware, in UTC and in whole seconds. `docs/recipient-states.md` is drawn
from TRANSITIONS by infra/commands/recipient_states.py; a test keeps the two the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

from chalicelib.core.typed.typed_text import with_plain_digits
from chalicelib.dynamodb.field_marks import FieldMark, Personal, Seconds, StoredName

_HALF_ID = re.compile(r"[0-9a-hjkmnp-tv-z]{8}")

MOST_SITES = 500
"""Sites in one request: a person chose them, and each is a message to somebody."""

UPLOAD_TIME = timedelta(days=14)
"""How long saved footage is awaited, from the answer "I have saved it" on."""


class RequestState(StrEnum):
    """Whether a request still wants answers."""

    OPEN = "open"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class RecipientState(StrEnum):
    """Where one recipient stands; what each means to whom is declared in `recipient_states`."""

    PENDING = "pending"
    NOTIFIED = "notified"
    VIEWED = "viewed"
    SAVED = "saved"
    UPLOADED = "uploaded"
    NOTHING = "nothing"
    UNAVAILABLE = "unavailable"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    UNDELIVERABLE = "undeliverable"


ANSWERS = (
    RecipientState.SAVED,
    RecipientState.NOTHING,
    RecipientState.UNAVAILABLE,
    RecipientState.DECLINED,
)
"""What an owner can say on the reply page; `uploaded` is said by the footage itself."""

UNANSWERED = (RecipientState.PENDING, RecipientState.NOTIFIED, RecipientState.VIEWED)
"""States in which the owner has not answered yet and still may."""

WAITING = frozenset({*UNANSWERED, RecipientState.SAVED})
"""States in which the owner is still expected to act, so that a reminder timer may run."""

ANSWERED = frozenset({*ANSWERS, RecipientState.UPLOADED})
"""States that an answer leads to, whether given on the reply page or by footage that arrived."""

TRANSITIONS: dict[RecipientState, frozenset[RecipientState]] = {
    # An answer can overtake the note that its message was sent.
    RecipientState.PENDING: ANSWERED
    | {
        RecipientState.NOTIFIED,
        RecipientState.VIEWED,
        RecipientState.EXPIRED,
        RecipientState.WITHDRAWN,
        RecipientState.UNDELIVERABLE,
    },
    RecipientState.NOTIFIED: ANSWERED
    | {
        RecipientState.VIEWED,
        RecipientState.EXPIRED,
        RecipientState.WITHDRAWN,
        RecipientState.UNDELIVERABLE,
    },
    RecipientState.VIEWED: ANSWERED
    | {RecipientState.EXPIRED, RecipientState.WITHDRAWN, RecipientState.UNDELIVERABLE},
    # Saved footage does not expire: the limit of 14 days is ours, not the recorder's.
    RecipientState.SAVED: ANSWERED | {RecipientState.WITHDRAWN},
    # Answers can be changed. Footage that arrived stays: further files add to it.
    RecipientState.NOTHING: ANSWERED,
    RecipientState.UNAVAILABLE: ANSWERED,
    RecipientState.DECLINED: ANSWERED,
    RecipientState.UPLOADED: frozenset({RecipientState.UPLOADED}),
    # Late answers are welcome; so are those of owners whose mail came back to us.
    RecipientState.EXPIRED: ANSWERED,
    RecipientState.UNDELIVERABLE: ANSWERED | {RecipientState.WITHDRAWN},
    # A file on its way when the officer withdrew still arrives.
    RecipientState.WITHDRAWN: frozenset({RecipientState.UPLOADED}),
}

REFUSALS: dict[RecipientState, str] = {
    RecipientState.UPLOADED: "You have already sent footage for this request, so the answer "
    "stands. "
    "You can still send more files.",
    RecipientState.WITHDRAWN: "The police no longer need this footage. You do not need to do "
    "anything.",
}
"""Why no answer can follow these states, as the owner reads it."""


class IllegalTransition(ValueError):
    """A recipient cannot go from one state to another. The text says why, for a person."""

    def __init__(self, old: RecipientState, new: RecipientState) -> None:
        super().__init__(REFUSALS.get(old, f"A request cannot go from {old} to {new}."))
        self.old, self.new = old, new


def recipient_may_follow(old: RecipientState, new: RecipientState) -> bool:
    """True when TRANSITIONS allows a recipient to go from `old` to `new`."""
    return new in TRANSITIONS[old]


def check_transition(old: RecipientState, new: RecipientState) -> None:
    """Raise IllegalTransition when TRANSITIONS does not allow the step from `old` to `new`."""
    if not recipient_may_follow(old, new):
        raise IllegalTransition(old, new)


def states_before(new: RecipientState) -> frozenset[RecipientState]:
    """The states from which `new` may be reached: the condition of the write that goes there."""
    return frozenset(old for old in RecipientState if recipient_may_follow(old, new))


@dataclass(frozen=True)
class FootageWindow:
    """The time for which footage is wanted, from `start` to `end`."""

    start: Seconds
    end: Seconds


class SkipReason(StrEnum):
    """Why a chosen site was not asked."""

    ALREADY_ASKED = "already_asked"
    PAUSED = "paused"
    ASKED_OFTEN = "asked_often"
    NOT_REGISTERED = "not_registered"


@dataclass(frozen=True)
class SkippedSite:
    """A site that an officer chose and that was not asked."""

    site_id: str
    why: SkipReason


@dataclass(frozen=True)
class Deadline:
    """When a recorder starts to overwrite a window. certain: the time rests on no assumption."""

    at: Seconds
    certain: bool


@dataclass(frozen=True)
class AskedCamera:
    """A camera that an owner is asked about: its number at the site, and for how many minutes it
    kept footage, as far as was known or assumed when it was asked; 0 for one that keeps none."""

    number: int
    kept_minutes: int
    certain: bool


@dataclass(frozen=True)
class CameraAnswer:
    """What an owner said of one camera: one of ANSWERS, with a reason for `unavailable`."""

    number: int
    answer: RecipientState
    reason: str = ""


@dataclass(frozen=True)
class FootageRequest:
    """One call for footage for an incident.

    window_from, window_to: when the footage was made. created_by: an officer's id, and
    officer_name as colleagues and owners see it. site_count: how many were asked. ended_at,
    end_reason: of the withdrawal or closing. contact_name, contact_phone: whom owners may ask,
    "" for the officer and the force's switchboard. skipped: chosen and not asked.
    override_reason: why a supervisor let it go beyond the contact budget or the longest window.
    closing_words: what the officer who closed the incident added to the thanks;
    closing_words_by: that officer, as owners see them.
    """

    id: str
    incident_id: str
    reference: str
    message: str
    window_from: Seconds
    window_to: Seconds
    created_by: str
    officer_name: Personal
    created_at: Seconds
    site_count: int
    state: Annotated[RequestState, FieldMark.KEPT] = RequestState.OPEN
    ended_at: Seconds | None = None
    end_reason: str = ""
    contact_name: Personal = ""
    contact_phone: Personal = ""
    skipped: tuple[SkippedSite, ...] = ()
    override_reason: str = ""
    closing_words: str = ""
    closing_words_by: Personal = ""

    @property
    def window(self) -> FootageWindow:
        """The time that sites without a window of their own are asked for."""
        return FootageWindow(self.window_from, self.window_to)

    @property
    def is_open(self) -> bool:
        """True while answers are wanted."""
        return self.state is RequestState.OPEN


@dataclass(frozen=True)
class Recipient:
    """One site within one request.

    window: the time that this site is asked for, when it is not the request's. deadline: when
    its first recorder starts to overwrite that time, or None when nothing is known to record;
    deadline_certain: False when it rests on an assumption. planned: reminders still to come, in
    order; reminded: when reminders went out. next_wake: when there is next something to do, None
    when nothing. run: how often the reminder timer was started; only the last start counts.
    answer: what the owner said last, which stays when the state moves on. claimed_until: until
    then somebody is sending this recipient a message. clock_offset_seconds: by how much the
    recorder's clock was ahead when it was checked, clock_how: a recorder_clock.CheckMethod, ""
    when unchecked. beside: the same owner's other sites in this request, asked with one message for
    all. text_at: when the text message follows an e-mail that went out at night. later: when other
    cameras of the site lose the footage, where that is after the deadline, in order. created_at:
    stored under the name that the Owner index sorts by, next_wake under that of the Due index.
    asked: the cameras that the owner is asked about, from which the deadlines follow; nothing else
    of the site is counted, named or drawn. Empty where nobody chose among them.
    """

    request_id: str
    site_id: str
    owner_id: str
    created_at: Annotated[Seconds, StoredName("sent_at")]
    state: Annotated[RecipientState, FieldMark.KEPT] = RecipientState.PENDING
    window: FootageWindow | None = None
    deadline: Seconds | None = None
    deadline_certain: Annotated[bool, FieldMark.KEPT] = False
    planned: tuple[Seconds, ...] = ()
    reminded: tuple[Seconds, ...] = ()
    next_wake: Annotated[Seconds | None, StoredName("due_at")] = None
    run: Annotated[int, FieldMark.KEPT] = 0
    notified_at: Seconds | None = None
    viewed_at: Seconds | None = None
    answer: RecipientState | None = None
    reason: str = ""
    note: Personal = ""
    answered_at: Seconds | None = None
    saved_at: Seconds | None = None
    ended_at: Seconds | None = None
    claimed_until: Seconds | None = None
    by_camera: tuple[CameraAnswer, ...] = ()
    clock_offset_seconds: int | None = None
    clock_checked_at: Seconds | None = None
    beside: tuple[str, ...] = ()
    clock_how: str = ""
    text_at: Seconds | None = None
    later: tuple[Deadline, ...] = ()
    asked: tuple[AskedCamera, ...] = ()

    def asks_about(self, number: int) -> bool:
        """True when the owner is asked about the camera of this number, or spoke of it."""
        known = {one.number for one in self.asked} | {one.number for one in self.by_camera}
        return not self.asked or number in known

    @property
    def key(self) -> str:
        """The id that names this recipient in queues, links and logs."""
        return f"{self.request_id}.{self.site_id}"

    @property
    def reminders_sent(self) -> int:
        """How many reminders went out to this recipient."""
        return len(self.reminded)

    @property
    def upload_by(self) -> datetime | None:
        """Until when saved footage is awaited; None before it was saved."""
        return self.saved_at + UPLOAD_TIME if self.saved_at else None

    @property
    def asked_too_late(self) -> bool:
        """True when the footage was probably overwritten before we could ask."""
        ends = [self.deadline, *(one.at for one in self.later)]
        asked_at = self.notified_at
        return asked_at is not None and all(at is not None and at <= asked_at for at in ends)


def short_reference(request_id: str) -> str:
    """`7K3M-9QXA`: the first half of the id, as people read it out on the telephone."""
    return f"{request_id[:4]}-{request_id[4:8]}".upper()


def read_reference(typed: str) -> str | None:
    """The reference meant by what somebody typed, or None when it cannot be one.

    Letters that the alphabet leaves out because they look like digits are read as those.
    """
    plain = with_plain_digits(unicodedata.normalize("NFKC", typed)).casefold()
    folded = "".join(letter for letter in plain if letter.isalnum())
    folded = folded.translate(str.maketrans("ilo", "110"))
    return short_reference(folded) if _HALF_ID.fullmatch(folded) else None


def recipient_counts(recipients: Iterable[Recipient]) -> dict[str, int]:
    """How many recipients are in each state, every state named, and how many answered."""
    found = {state.value: 0 for state in RecipientState}
    answered = 0
    for recipient in recipients:
        found[recipient.state.value] += 1
        answered += recipient.answer is not None or recipient.state is RecipientState.UPLOADED
    return {**found, "answered": answered, "total": sum(found.values())}
