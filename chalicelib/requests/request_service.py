"""An officer asks for footage. (To withdraw a request: `requests.withdrawals`.)

When the officer is answered, the request stands with the list of whom it asks, written in one
transaction. The fan-out (sending/fan_out.py) writes to the owners; recovery finds tasks that were
lost on the way there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.access.audit import Action, Actor, AuditLog
from chalicelib.access.officer_profiles import OfficerProfiles
from chalicelib.access.permissions import Officer, Permission
from chalicelib.core.errors import Conflict, Forbidden, NotFound, Refused
from chalicelib.core.ids import id_from, new_id
from chalicelib.core.times import Clock, iso_seconds
from chalicelib.dynamodb.table import ConditionFailed
from chalicelib.incidents.service import Incident
from chalicelib.notifications.send_queue import SendQueue, SendTask
from chalicelib.requests.model import FootageRequest, FootageWindow, short_reference
from chalicelib.requests.recipient_windows import (
    Windows,
    overlong_windows,
    request_problems,
    whole_seconds,
    windows_text,
)
from chalicelib.requests.recipients import eligibility
from chalicelib.requests.recipients.eligibility import Decision, EligibilityFacts, RequestCheck
from chalicelib.requests.recipients.recipient_batches import (
    RecipientBatches,
    divide_batches,
    part_ids,
)
from chalicelib.requests.recipients.recipient_selection import RecipientSelection
from chalicelib.requests.store import RequestStore
from chalicelib.telemetry.logs import follow_request
from chalicelib.telemetry.metrics import UNCOUNTED, Counts, Metric

LONGEST_MESSAGE = 1000
LONGEST_CONTACT = 80

CLOSED = "This incident is closed. Nothing was sent."


@dataclass(frozen=True)
class CreatedRequest:
    """A request that now exists. new: False when the same request had been sent before."""

    request: FootageRequest
    new: bool


class RequestWriter:
    """Writes a request with the list of whom it asks, and queues the fan-out to the owners."""

    def __init__(
        self,
        store: RequestStore,
        parts: RecipientBatches,
        queue: SendQueue,
        counts: Counts = UNCOUNTED,
    ) -> None:
        self._store = store
        self._parts = parts
        self._queue = queue
        self._counts = counts

    def write(
        self, request: FootageRequest, decision: Decision, facts: EligibilityFacts, own: Windows
    ) -> bool:
        """Write a request; False when it was there already. own: windows of single sites.

        Raises Conflict when the incident is closed, or when the token of the form was used for
        another request.
        """
        parts = divide_batches(request.id, decision.asked, facts.owners, own, request.created_at)
        try:
            new = self._store.add_request(request, map(self._parts.write_batch, parts))
        except ConditionFailed as failed:
            if failed.index == 2:
                raise Conflict(CLOSED) from None
            raise Conflict("This could not be sent. Try again from a new form.") from None
        if new:
            self._counts.add(Metric.REQUESTS_SENT)
            self._queue.queue_tasks(SendTask.FAN_OUT, map(part_ids, parts))
        return new


class RequestService:
    """What officers do to ask for footage: create requests, check them first, and read them."""

    def __init__(
        self,
        store: RequestStore,
        selection: RecipientSelection,
        writer: RequestWriter,
        profiles: OfficerProfiles,
        audit: AuditLog,
        clock: Clock,
    ) -> None:
        self._store = store
        self._selection = selection
        self._writer = writer
        self._profiles = profiles
        self._audit = audit
        self._clock = clock

    def create_request(
        self,
        incident: Incident,
        site_ids: Sequence[str],
        message: str,
        window_from: datetime,
        window_to: datetime,
        officer: Officer,
        token: str = "",
        windows: Windows | None = None,
        *,
        contact_name: str = "",
        contact_phone: str = "",
        override_reason: str = "",
    ) -> CreatedRequest:
        """Asks the owners of these sites for footage and returns at once.

        message: what owners read, already clean. token: something that the client makes up for
        each request; sent again with the same content it gives the same request. windows: for
        sites that are asked for another time than `window_from` to `window_to`. contact_name,
        contact_phone: whom owners may ring, when it is not the officer. override_reason: why a
        supervisor lets it go beyond the contact budget or the longest window.

        Sites that are not asked stand in the request's `skipped`, with why. Raises Refused naming
        `site_ids` (also when nobody is left to ask), `message`, `from`, `to`, `windows.…` or
        `override_reason`; Forbidden when the officer may not override; Conflict when the incident
        is closed. Audited before anything is sent.
        """
        now = self._clock().replace(microsecond=0)
        window = FootageWindow(window_from.replace(microsecond=0), window_to.replace(microsecond=0))
        wanted, own = sorted(set(site_ids)), whole_seconds(windows or {})
        problems = _message_problems(message)
        problems += request_problems(wanted, window, own, now, agreed=bool(override_reason))
        if problems:
            raise Refused("There is a problem with what you entered.", problems)
        if override_reason:
            self._may_override(officer, incident)
        content = [incident.id, message, iso_seconds(window.start), iso_seconds(window.end)]
        content += [*wanted, *windows_text(own), contact_name, contact_phone, override_reason]
        digest = hashlib.sha256("\x1f".join(content).encode()).hexdigest()
        request_id = id_from(officer.id, token, digest) if token else new_id()
        follow_request(request_id)
        before = self._store.request(request_id) if token else None
        if before:
            return CreatedRequest(before, new=False)
        if not incident.is_open:
            raise Conflict(CLOSED)
        each = {site_id: own.get(site_id, window) for site_id in wanted}
        decision, facts = self._selection.decide(
            each, incident.id, request_id, now, override=bool(override_reason)
        )
        if not decision.asked:
            raise Refused.field("site_ids", eligibility.nobody_left_sentence(decision.skipped))
        profile = self._profiles.profile(officer.id)
        request = FootageRequest(
            id=request_id,
            incident_id=incident.id,
            reference=short_reference(request_id),
            message=message,
            window_from=window.start,
            window_to=window.end,
            created_by=officer.id,
            officer_name=profile.name if profile else officer.username,
            created_at=now,
            site_count=len(decision.asked),
            contact_name=contact_name,
            contact_phone=contact_phone,
            skipped=decision.skipped,
            override_reason=override_reason,
        )
        self._record(request, officer, own)
        if self._writer.write(request, decision, facts, own):
            return CreatedRequest(request, new=True)
        return CreatedRequest(self.get_request(request.id), new=False)

    def _may_override(self, officer: Officer, incident: Incident) -> None:
        """Raise Forbidden, and put it on record, when an officer may not go beyond the limits."""
        needed = Permission.OVERRIDE_LIMITS
        if not officer.may(needed):
            who, subject = Actor.officer(officer), f"incident.{incident.id}"
            self._audit.record_act(who, Action.REFUSED, subject, needed.value)
            raise Forbidden("Only a supervisor can go beyond the limits. Leave the reason out.")

    def _record(self, request: FootageRequest, officer: Officer, own: Windows) -> None:
        self._audit.record_act(
            Actor.officer(officer),
            Action.REQUESTED,
            f"request.{request.id}",
            request.override_reason,
            incident=request.incident_id,
            sites=request.site_count,
            skipped=len(request.skipped),
            window_from=iso_seconds(request.window_from),
            window_to=iso_seconds(request.window_to),
            own_windows=len(own),
            beyond_limits=int(bool(request.override_reason)),
        )

    def check_request(
        self,
        incident: Incident,
        site_ids: Sequence[str],
        window_from: datetime,
        window_to: datetime,
        officer: Officer,
        windows: Windows | None = None,
    ) -> RequestCheck:
        """What `create_request` would do, without doing it. The check is not on record: it tells
        nothing about anybody but that a site would be asked or not.

        Raises Refused as `create_request` does, but for windows that a supervisor could agree to.
        """
        now = self._clock().replace(microsecond=0)
        window = FootageWindow(window_from.replace(microsecond=0), window_to.replace(microsecond=0))
        wanted, own = sorted(set(site_ids)), whole_seconds(windows or {})
        problems = request_problems(wanted, window, own, now, agreed=True)
        if problems:
            raise Refused("There is a problem with what you entered.", problems)
        each = {site_id: own.get(site_id, window) for site_id in wanted}
        decision, facts = self._selection.decide(each, incident.id, "", now, override=False)
        return RequestCheck(
            asked=decision.asked,
            skipped=decision.skipped,
            owners=len({facts.owners[one] for one in decision.asked}),
            too_long=tuple(overlong_windows(each, window, own)),
            may_override=officer.may(Permission.OVERRIDE_LIMITS),
            deadlines=self._selection.deadlines(each, decision.asked, incident.id, now),
        )

    def get_request(self, request_id: str) -> FootageRequest:
        """Read a request. Raises NotFound."""
        request = self._store.request(request_id)
        if request is None:
            raise NotFound("There is no request with this id.")
        return request


def _message_problems(message: str) -> list[tuple[str, str]]:
    if not message:
        return [("message", "Enter what owners should look for")]
    if len(message) > LONGEST_MESSAGE:
        return [("message", f"The message must be {LONGEST_MESSAGE} characters or fewer")]
    return []
