"""Requests and evidence as they go over the API; see api_models."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from chalicelib.web.api_models import Id, Model, Reason, Sha256, Window

Answer = Literal["saved", "nothing", "unavailable", "declined", "uploaded"]
RequestState = Literal["open", "withdrawn", "closed"]


class NewRequest(Model):
    """A call for footage. An `Idempotency-Key` header makes sending it twice harmless. windows:
    by site id, for sites that are asked for a time of their own instead of `from` to `to`; at most
    12 hours each. contact_name, contact_phone: whom owners may ring, when it is not the officer.
    override_reason: a supervisor's, for going beyond the contact budget or 12 hours."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    site_ids: Annotated[list[Id], Field(min_length=1, max_length=500)]
    message: Annotated[str, Field(max_length=1000)]
    from_: Annotated[datetime, Field(alias="from")]
    to: datetime
    windows: dict[Id, Window] | None = None
    contact_name: Annotated[str, Field(max_length=80)] | None = None
    contact_phone: Annotated[str, Field(max_length=40)] | None = None
    override_reason: Annotated[str, Field(max_length=500)] | None = None


class SkippedSite(Model):
    """A site that was chosen and is not asked. sentence: why, for a person."""

    site_id: Id
    why: Literal["already_asked", "paused", "asked_often", "not_registered"]
    sentence: str


class MadeRequest(Model):
    """A request that was made. recipients: how many sites are asked."""

    id: Id
    recipients: int
    reference: str
    skipped: list[SkippedSite]


class NewCheck(Model):
    """A request as it might be sent."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    site_ids: Annotated[list[Id], Field(min_length=1, max_length=500)]
    from_: Annotated[datetime, Field(alias="from")]
    to: datetime
    windows: dict[Id, Window] | None = None


class Check(Model):
    """What sending it would do. recipients: how many sites would be asked; owners: in how many
    messages. too_long: the fields of times over 12 hours. needs_reason: a supervisor's reason
    would let more of it go out; may_override: the caller may give one."""

    recipients: int
    owners: int
    skipped: list[SkippedSite]
    too_long: list[str]
    needs_reason: bool
    may_override: bool


class NewWithdrawal(Model):
    """Why a request is withdrawn."""

    reason: Reason


class Request(Model):
    """A request without its recipients."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    id: Id
    reference: str
    incident_id: Id
    state: RequestState
    message: str
    from_: Annotated[datetime, Field(alias="from")]
    to: datetime
    created_at: datetime
    created_by: str
    ended_at: datetime | None
    end_reason: str | None
    contact_name: str | None
    contact_phone: str | None
    override_reason: str | None
    skipped: list[SkippedSite]


class CameraAnswer(Model):
    """What the owner said of one camera. number: of the camera at its site. A recipient that names
    none was answered for all of its cameras at once; where it names some, the others have no answer
    yet, and `answer` follows from those that are named: saved if any is, else nothing, else
    unavailable, else declined."""

    number: int
    answer: Answer
    reason: str | None


class Recipient(Model):
    """One site that was asked. window: the time that it is asked for. deadline_certain: false when
    it rests on an assumption. later_deadlines: of other cameras of the site, one of which counts
    when this one has passed. clock_offset_seconds: by how much the recorder's clock was ahead
    when it was checked, null when it was not; clock_check: how it was checked."""

    site_id: Id
    state: Literal[
        "pending",
        "notified",
        "viewed",
        "saved",
        "uploaded",
        "nothing",
        "unavailable",
        "declined",
        "expired",
        "withdrawn",
        "undeliverable",
    ]
    window: Window
    deadline: datetime | None
    deadline_certain: bool
    later_deadlines: list[datetime]
    notified_at: datetime | None
    viewed_at: datetime | None
    asked_too_late: bool
    reminders_sent: int
    reminded_at: list[datetime]
    reminders_planned: list[datetime]
    next_wake: datetime | None
    answer: Answer | None
    reason: str | None
    cameras: list[CameraAnswer]
    note: str | None
    answered_at: datetime | None
    upload_by: datetime | None
    ended_at: datetime | None
    clock_offset_seconds: int | None
    clock_checked_at: datetime | None
    clock_check: Literal["typed", "timed", "picture"] | None


class RequestOverview(Request):
    """How a request stands. counts: recipients by state, `answered` and `total`."""

    counts: dict[str, int]
    recipients: list[Recipient]


# messages


class NewMessage(Model):
    """What an officer writes to an owner. An `Idempotency-Key` header makes sending it twice
    harmless."""

    text: Annotated[str, Field(min_length=1, max_length=2000)]


class ThreadMessage(Model):
    """One message. name: the officer's, null for the owner's."""

    id: Id
    number: int
    by: Literal["owner", "officer"]
    name: str | None
    at: datetime
    text: str


class Thread(Model):
    """What was written, in order. unread: the owner wrote something that no officer had read."""

    messages: list[ThreadMessage]
    unread: bool


# evidence


class Evidence(Model):
    """One uploaded file. sha256: ours, over the stored bytes; sender_sha256: what the sender's
    browser said. clock_offset_seconds: by how much the recorder's clock was ahead when it was
    checked, null when it was not."""

    id: Id
    reference: str
    request_id: Id
    incident_id: Id
    site_id: Id
    kind: Literal["footage", "clock"]
    state: Literal["receiving", "quarantined", "accepted", "rejected"]
    reason: str | None
    filename: str
    size: int
    format: str | None
    playable: bool
    sha256: Sha256 | None
    sha256_base64: str | None
    sender_sha256: str | None
    version_id: str | None
    created_at: datetime
    received_at: datetime | None
    decided_at: datetime | None
    taken_at: datetime | None
    clock_offset_seconds: int | None
    clock_checked_at: datetime | None
    custody_entries: int


class EvidenceList(Model):
    """What was uploaded for a request, newest first."""

    evidence: list[Evidence]


class Break(Model):
    """Where a chain stops being true."""

    sequence: int
    why: str


class CustodyEntry(Model):
    """One thing that happened to a file. details: JSON text, as it was hashed."""

    evidence: Id
    at: datetime
    actor: str
    actor_name: str
    act: str
    state: str
    reason: str
    details: str
    sequence: int
    previous: Sha256
    hash: Sha256


class Custody(Model):
    """The custody record of a file, first entry first."""

    evidence_id: Id
    intact: bool
    problem: Break | None
    entries: list[CustodyEntry]
