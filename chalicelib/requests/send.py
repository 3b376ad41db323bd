"""An officer asks for footage, and may withdraw it.

A request is written before anybody is told: first its recipients, then the request itself,
which makes them count, then the messages in the queue. Whatever is lost after the writes is
found by the sweep; whatever is lost before them never happened.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.access.audit import Action, Actor, Audit
from chalicelib.access.permissions import Officer
from chalicelib.errors import Conflict, Invalid, NotFound
from chalicelib.ids import id_from, is_id, new_id
from chalicelib.registry.model import Site
from chalicelib.registry.store import SiteStore
from chalicelib.requests.clockwork import Errand, SendQueue
from chalicelib.requests.deadlines import overwrite_deadline, plan
from chalicelib.requests.ending import ENDABLE, withdraw_one
from chalicelib.requests.incidents import Incident
from chalicelib.requests.model import (
    MOST_SITES,
    FootageRequest,
    Recipient,
    RequestState,
    Window,
    short_reference,
)
from chalicelib.requests.store import RequestStore
from chalicelib.requests.windows import Windows, as_text, whole, window_problems
from chalicelib.requests.windows import problems as windows_problems
from chalicelib.table import ConditionFailed
from chalicelib.times import Clock, iso_seconds

PENDING_FOR = timedelta(minutes=1)
"""After which the sweep sends what is still unsent."""

LONGEST_MESSAGE = 1000
_READERS = 16


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
        sites: SiteStore,
        queue: SendQueue,
        audit: Audit,
        clock: Clock,
        zone: str,
    ) -> None:
        self._store = store
        self._sites = sites
        self._queue = queue
        self._audit = audit
        self._clock = clock
        self._zone = zone

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
    ) -> Made:
        """Asks the owners of these sites for footage and returns at once.

        message: what owners read, already clean. token: something that the client makes up for
        each request; sent again with the same content it gives the same request. windows: for
        sites that are asked for another time than `window_from` to `window_to`. Raises
        Invalid naming `site_ids`, `message`, `from`, `to` or `windows.…`; Conflict when the
        incident is closed. Audited before anything is sent.
        """
        now = self._clock().replace(microsecond=0)
        window_from, window_to = (m.replace(microsecond=0) for m in (window_from, window_to))
        wanted, own = sorted(set(site_ids)), whole(windows or {})
        _check(wanted, message, Window(window_from, window_to), own, now)
        sites = self._registered(wanted)
        content = [incident.id, message, iso_seconds(window_from), iso_seconds(window_to), *wanted]
        content += as_text(own)
        digest = hashlib.sha256("\x1f".join(content).encode()).hexdigest()
        request_id = id_from(officer.id, token, digest) if token else new_id()
        before = self._store.request(request_id) if token else None
        if before:
            return Made(before, new=False)
        request = FootageRequest(
            id=request_id,
            incident_id=incident.id,
            reference=short_reference(request_id),
            message=message,
            window_from=window_from,
            window_to=window_to,
            created_by=officer.id,
            officer_name=officer.username,
            created_at=now,
            site_count=len(sites),
        )
        self._audit.record(
            Actor.officer(officer),
            Action.REQUESTED,
            f"request.{request.id}",
            incident=incident.id,
            sites=len(sites),
            window_from=iso_seconds(window_from),
            window_to=iso_seconds(window_to),
            own_windows=len(own),
        )
        recipients = [self._recipient(request, site, own.get(site.id)) for site in sites]
        return self._write(request, recipients)

    def _write(self, request: FootageRequest, recipients: list[Recipient]) -> Made:
        self._store.add_recipients(recipients)
        try:
            new = self._store.add_request(request)
        except ConditionFailed as failed:
            if failed.index == 2:
                raise Conflict("This incident is closed. Nothing was sent.") from None
            raise Conflict("This could not be sent. Try again from a new form.") from None
        self._queue.put(Errand.ASK, recipients)
        return Made(request, new)

    def _registered(self, site_ids: list[str]) -> list[Site]:
        """The sites, in the same order. Raises Invalid saying which are not registered."""
        with ThreadPoolExecutor(_READERS) as pool:
            found = list(pool.map(lambda i: self._sites.site(i) if is_id(i) else None, site_ids))
        unknown = [i for i, site in zip(site_ids, found, strict=True) if site is None]
        if unknown:
            shown = ", ".join(i[:16] for i in unknown[:10])
            more = f" and {len(unknown) - 10} more" if len(unknown) > 10 else ""
            raise Invalid.field("site_ids", f"These sites are not registered: {shown}{more}")
        return [site for site in found if site]

    def _recipient(self, request: FootageRequest, site: Site, own: Window | None) -> Recipient:
        start = (own or request.window).start
        deadline = overwrite_deadline(start, site.cameras, site.property_type)
        at = deadline.at if deadline else None
        return Recipient(
            request_id=request.id,
            site_id=site.id,
            owner_id=site.owner_id,
            created_at=request.created_at,
            window=own,
            deadline=at,
            deadline_certain=bool(deadline and deadline.certain),
            planned=plan(request.created_at, at, self._zone),
            next_wake=request.created_at + PENDING_FOR,
        )

    def get(self, request_id: str) -> FootageRequest:
        """A request. Raises NotFound."""
        request = self._store.request(request_id)
        if request is None:
            raise NotFound("There is no request with this id.")
        return request

    def withdraw(self, request_id: str, reason: str, officer: Officer) -> FootageRequest:
        """Ends a request; owners who were asked and have not answered are told once.

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
        with ThreadPoolExecutor(_READERS) as pool:
            changed = pool.map(lambda one: withdraw_one(self._store, one, now), waiting)
            told = [one for one in changed if one and one.next_wake]
        self._queue.put(Errand.WITHDRAW, told)
        return ended


def _check(
    site_ids: Sequence[str], message: str, window: Window, windows: Windows, now: datetime
) -> None:
    problems: list[tuple[str, str]] = []
    if not site_ids:
        problems.append(("site_ids", "Choose at least one site"))
    elif len(site_ids) > MOST_SITES:
        problems.append(("site_ids", f"Choose at most {MOST_SITES} sites, not {len(site_ids)}"))
    if not message:
        problems.append(("message", "Enter what owners should look for"))
    elif len(message) > LONGEST_MESSAGE:
        problems.append(("message", f"The message must be {LONGEST_MESSAGE} characters or fewer"))
    problems += window_problems(window, now)
    problems += windows_problems(windows, site_ids, now)
    if problems:
        raise Invalid("There is a problem with what you entered.", problems)
