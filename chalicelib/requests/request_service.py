"""An officer asks for footage, and may withdraw it.

What the officer is answered is true: the request stands with the list of whom it asks, in one
transaction. Writing to them is the fan-out's (fan_out.py); what is lost on the way there, the
sweep finds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.access.audit import Action, Actor, Audit
from chalicelib.access.officer_profiles import KnownOfficers
from chalicelib.access.permissions import Officer, Permission
from chalicelib.core.errors import Conflict, Forbidden, NotFound, Refused
from chalicelib.core.ids import id_from, new_id
from chalicelib.core.times import Clock, iso_seconds
from chalicelib.dynamodb.table import ConditionFailed
from chalicelib.incidents.service import Incident
from chalicelib.notifications.send_queue import Errand, SendQueue
from chalicelib.registry.store import SiteStore
from chalicelib.requests.closing.termination import ENDABLE, withdraw_one
from chalicelib.requests.model import (
    MOST_SITES,
    FootageRequest,
    RequestState,
    Window,
    short_reference,
)
from chalicelib.requests.recipient_windows import Windows, as_text, too_long, whole, window_problems
from chalicelib.requests.recipient_windows import problems as windows_problems
from chalicelib.requests.recipients import eligibility
from chalicelib.requests.recipients.contact_history import FactReader
from chalicelib.requests.recipients.eligibility import Check, Decision, Facts
from chalicelib.requests.recipients.recipient_batches import (
    Parts,
    divide,
    part_ids,
    recipient_ids,
)
from chalicelib.requests.recipients.relevant_cameras import Sought, relevant
from chalicelib.requests.reminders.reminder_schedule import overwrite_deadlines, still_ahead
from chalicelib.requests.store import RequestStore
from chalicelib.telemetry.logs import follow
from chalicelib.telemetry.metrics import UNCOUNTED, Counts, Metric
from chalicelib.telemetry.workers import Workers

LONGEST_MESSAGE = 1000
LONGEST_CONTACT = 80
LONGEST_OVERRIDE = 500
_WRITERS = 16

CLOSED = "This incident is closed. Nothing was sent."


@dataclass(frozen=True)
class Made:
    """A request that exists. new: False when the same one had been sent before."""

    request: FootageRequest
    new: bool


class Requests:
    """What officers do with requests."""

    def __init__(
        self,
        store: RequestStore,
        parts: Parts,
        facts: FactReader,
        sites: SiteStore,
        sought: Sought,
        queue: SendQueue,
        known: KnownOfficers,
        audit: Audit,
        clock: Clock,
        budget: int,
        counts: Counts = UNCOUNTED,
    ) -> None:
        """budget: how many requests may reach an owner in checks.BUDGET_TIME."""
        self._store = store
        self._parts = parts
        self._facts = facts
        self._sites = sites
        self._sought = sought
        self._queue = queue
        self._known = known
        self._audit = audit
        self._clock = clock
        self._budget = budget
        self._counts = counts

    def create(
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
    ) -> Made:
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
        window = Window(window_from.replace(microsecond=0), window_to.replace(microsecond=0))
        wanted, own = sorted(set(site_ids)), whole(windows or {})
        problems = _message_problems(message)
        problems += _problems(wanted, window, own, now, agreed=bool(override_reason))
        if problems:
            raise Refused("There is a problem with what you entered.", problems)
        if override_reason:
            self._may_override(officer, incident)
        content = [incident.id, message, iso_seconds(window.start), iso_seconds(window.end)]
        content += [*wanted, *as_text(own), contact_name, contact_phone, override_reason]
        digest = hashlib.sha256("\x1f".join(content).encode()).hexdigest()
        request_id = id_from(officer.id, token, digest) if token else new_id()
        follow(request_id)
        before = self._store.request(request_id) if token else None
        if before:
            return Made(before, new=False)
        if not incident.is_open:
            raise Conflict(CLOSED)
        each = {site_id: own.get(site_id, window) for site_id in wanted}
        decision, facts = self._decide(each, incident, request_id, now, bool(override_reason))
        if not decision.asked:
            raise Refused.field("site_ids", eligibility.nobody_left(decision.skipped))
        profile = self._known.profile(officer.id)
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
        return self._write(request, decision, facts, own)

    def _may_override(self, officer: Officer, incident: Incident) -> None:
        """Raises Forbidden for whoever may not, which goes on record."""
        needed = Permission.OVERRIDE_LIMITS
        if not officer.may(needed):
            who, subject = Actor.officer(officer), f"incident.{incident.id}"
            self._audit.record(who, Action.REFUSED, subject, needed.value)
            raise Forbidden("Only a supervisor can go beyond the limits. Leave the reason out.")

    def _record(self, request: FootageRequest, officer: Officer, own: Windows) -> None:
        self._audit.record(
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

    def _write(
        self, request: FootageRequest, decision: Decision, facts: Facts, own: Windows
    ) -> Made:
        parts = divide(request.id, decision.asked, facts.owners, own, request.created_at)
        try:
            new = self._store.add_request(request, map(self._parts.write, parts))
        except ConditionFailed as failed:
            if failed.index == 2:
                raise Conflict(CLOSED) from None
            raise Conflict("This could not be sent. Try again from a new form.") from None
        if not new:
            return Made(self.get(request.id), new=False)
        self._counts.add(Metric.REQUESTS_SENT)
        self._queue.put_all(Errand.FAN_OUT, map(part_ids, parts))
        return Made(request, new=True)

    def _decide(
        self,
        windows: Mapping[str, Window],
        incident: Incident,
        request_id: str,
        now: datetime,
        override: bool,
    ) -> tuple[Decision, Facts]:
        """Raises Refused saying which sites are not registered."""
        facts = self._facts.facts(list(windows), incident.id, request_id)
        unknown = [one for one in windows if one not in facts.owners]
        if unknown:
            shown = ", ".join(i[:16] for i in unknown[:10])
            more = f" and {len(unknown) - 10} more" if len(unknown) > 10 else ""
            raise Refused.field("site_ids", f"These sites are not registered: {shown}{more}")
        return eligibility.decide(windows, facts, request_id, now, self._budget, override), facts

    def check(
        self,
        incident: Incident,
        site_ids: Sequence[str],
        window_from: datetime,
        window_to: datetime,
        officer: Officer,
        windows: Windows | None = None,
    ) -> Check:
        """What `create` would do with these, without doing it. Not on record: it tells nothing
        about anybody but that a site would be asked or not.

        Raises Refused as `create` does, but for windows that a supervisor could agree to.
        """
        now = self._clock().replace(microsecond=0)
        window = Window(window_from.replace(microsecond=0), window_to.replace(microsecond=0))
        wanted, own = sorted(set(site_ids)), whole(windows or {})
        problems = _problems(wanted, window, own, now, agreed=True)
        if problems:
            raise Refused("There is a problem with what you entered.", problems)
        each = {site_id: own.get(site_id, window) for site_id in wanted}
        decision, facts = self._decide(each, incident, "", now, override=False)
        sites = self._sites.sites_by_id(decision.asked)
        looks = self._sought.of_incident(incident.id)
        return Check(
            asked=decision.asked,
            skipped=decision.skipped,
            owners=len({facts.owners[one] for one in decision.asked}),
            too_long=tuple(too_long(each, window, own)),
            may_override=officer.may(Permission.OVERRIDE_LIMITS),
            deadlines={
                one: still_ahead(
                    overwrite_deadlines(each[one].start, relevant(site, looks), site.property_type),
                    now,
                )[0]
                for one, site in sites.items()
            },
        )

    def get(self, request_id: str) -> FootageRequest:
        """A request. Raises NotFound."""
        request = self._store.request(request_id)
        if request is None:
            raise NotFound("There is no request with this id.")
        return request

    def withdraw(self, request_id: str, reason: str, officer: Officer) -> FootageRequest:
        """Ends a request; owners who were asked and have not answered are told once. Those whom
        the fan-out has not reached yet hear nothing.

        Raises NotFound, or Conflict when it has already ended.
        """
        self.get(request_id)
        now = self._clock().replace(microsecond=0)
        self._audit.record(Actor.officer(officer), Action.WITHDREW, f"request.{request_id}", reason)
        try:
            ended = self._store.end_request(request_id, RequestState.WITHDRAWN, now, reason)
        except ConditionFailed:
            raise Conflict("This request has already ended.") from None
        waiting = [r for r in self._store.recipients(request_id) if r.state in ENDABLE]
        with Workers(_WRITERS) as pool:
            changed = pool.map(lambda one: withdraw_one(self._store, one, now), waiting)
            told = [one for one in changed if one and one.next_wake]
        self._queue.put_all(Errand.WITHDRAW, recipient_ids(told))
        return ended


def _message_problems(message: str) -> list[tuple[str, str]]:
    if not message:
        return [("message", "Enter what owners should look for")]
    if len(message) > LONGEST_MESSAGE:
        return [("message", f"The message must be {LONGEST_MESSAGE} characters or fewer")]
    return []


def _problems(
    site_ids: Sequence[str], window: Window, windows: Windows, now: datetime, *, agreed: bool
) -> list[tuple[str, str]]:
    """agreed: a supervisor agrees to more than the longest window."""
    problems: list[tuple[str, str]] = []
    if not site_ids:
        problems.append(("site_ids", "Choose at least one site"))
    elif len(site_ids) > MOST_SITES:
        problems.append(("site_ids", f"Choose at most {MOST_SITES} sites, not {len(site_ids)}"))
    # Where each site has a time of its own, the request's only says from when to when they reach.
    each_own = all(site_id in windows for site_id in site_ids)
    problems += window_problems(window, now, agreed=agreed or each_own)
    return problems + windows_problems(windows, site_ids, now, agreed=agreed)
