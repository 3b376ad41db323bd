"""An officer withdraws a request that turned out not to be needed."""

from __future__ import annotations

from datetime import datetime

from chalicelib.access.audit import Action, Actor, AuditLog
from chalicelib.access.permissions import Officer
from chalicelib.core.errors import Conflict, NotFound
from chalicelib.core.times import Clock
from chalicelib.dynamodb.table import ConditionFailed
from chalicelib.notifications.send_queue import SendQueue, SendTask
from chalicelib.requests.closing.termination import ENDABLE, withdraw_one
from chalicelib.requests.model import FootageRequest, RequestState
from chalicelib.requests.recipients.recipient_batches import recipient_ids
from chalicelib.requests.store import RequestStore
from chalicelib.telemetry.workers import Workers

_WRITERS = 16


class Withdrawals:
    """What officers do to withdraw a request."""

    def __init__(
        self, store: RequestStore, queue: SendQueue, audit: AuditLog, clock: Clock
    ) -> None:
        self._store = store
        self._queue = queue
        self._audit = audit
        self._clock = clock

    def withdraw(
        self, request_id: str, reason: str, officer: Officer, *, repeats: bool = True
    ) -> FootageRequest:
        """End a request; owners who were asked and have not answered are told once. Owners whom
        the fan-out has not reached yet hear nothing. The same withdrawal once more, because no
        answer came, is no error: it does what is left to do, and is on record once. repeats: False
        for programs, which are promised a Conflict then.

        Raises NotFound, or Conflict when it has already ended otherwise.
        """
        known = self._store.request(request_id)
        if known is None:
            raise NotFound("There is no request with this id.")
        now = self._clock().replace(microsecond=0)
        if not known.is_open:
            return self._tell(self._again(known, reason, repeats), now)
        self._audit.record_act(
            Actor.officer(officer),
            Action.WITHDREW,
            f"request.{request_id}",
            reason,
            incident=known.incident_id,
        )
        try:
            ended = self._store.end_request(request_id, RequestState.WITHDRAWN, now, reason)
        except ConditionFailed:
            ended = self._again(self._store.request(request_id), reason, repeats)
        return self._tell(ended, now)

    def _again(self, known: FootageRequest | None, reason: str, repeats: bool) -> FootageRequest:
        """The request when it was withdrawn for this reason. Raises Conflict."""
        if (
            repeats
            and known
            and known.state is RequestState.WITHDRAWN
            and known.end_reason == reason
        ):
            return known
        raise Conflict("This request has already ended.")

    def _tell(self, ended: FootageRequest, now: datetime) -> FootageRequest:
        waiting = [r for r in self._store.recipients(ended.id) if r.state in ENDABLE]
        with Workers(_WRITERS) as pool:
            changed = pool.map(lambda one: withdraw_one(self._store, one, now), waiting)
            told = [one for one in changed if one and one.next_wake]
        self._queue.queue_tasks(SendTask.WITHDRAW, recipient_ids(told))
        return ended
