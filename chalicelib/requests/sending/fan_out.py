"""Write out the recipients of a request, a batch at a time, and send their first messages.

The officer's call is answered when the request and its batches stand; the fan-out does the rest.
A batch may be worked on twice or by two at once: each recipient is written once, already claimed by
the job that wrote it, and only that job sends.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf

from chalicelib.dynamodb.outbox import LEASE
from chalicelib.dynamodb.table import TRANSACTION
from chalicelib.incidents.service import IncidentService
from chalicelib.notifications.send_queue import SendQueue, SendTask
from chalicelib.requests.model import Recipient
from chalicelib.requests.recipients.recipient_batches import (
    RecipientBatch,
    RecipientBatches,
    message_groups,
)
from chalicelib.requests.sending.bulk_mailer import BulkMailer, MailRound
from chalicelib.requests.sending.recipient_admission import RecipientAdmission, RegisteredSites
from chalicelib.requests.sending.send_tasks import MessagesUnsent, SendTasks


class FanOut:
    """Writes out recipient batches and sends their messages."""

    def __init__(
        self,
        parts: RecipientBatches,
        admission: RecipientAdmission,
        incidents: IncidentService,
        letters: BulkMailer,
        deliveries: SendTasks,
        queue: SendQueue,
    ) -> None:
        self._parts = parts
        self._admission = admission
        self._incidents = incidents
        self._bulk_mailer = letters
        self._clock = letters.post.current_time
        self._store = letters.post.store
        self._send_tasks = deliveries
        self._queue = queue

    def write_and_send(
        self, request_id: str, number: int, time_left: Callable[[], float] = lambda: inf
    ) -> None:
        """Write a recipient batch out and send its messages. Repeating it does nothing more.

        time_left: seconds that the caller still has. Raises MessagesUnsent when some messages must
        be tried again, or there was no time for all.
        """
        part = self._parts.read_batch(request_id, number)
        request = self._store.request(request_id)
        if part is None or request is None:
            return
        if part.written:
            self._send_tasks.send_requests(request_id, *part.site_ids)
            return
        incident = self._incidents.get_incident(request.incident_id)
        known = self._admission.read_registered(part.site_ids, incident.id)
        there: list[Recipient] = []
        going = MailRound(self._bulk_mailer)
        try:
            # While one chunk is written, the messages of those before it go out.
            for site_ids in self._chunks(part, known):
                self._bulk_mailer.wait_for_room()
                if time_left() < LEASE.total_seconds():
                    raise MessagesUnsent("There was no time for all messages.")
                chunk = self._admission.write_chunk(request, incident, part, site_ids, known)
                going.add(chunk.letters)
                there += chunk.there
        finally:
            sent = going.finish()
            self._start_clocks(request_id, sent.notified)
        self._parts.mark_written(part, self._clock())
        if there:
            self._send_tasks.send_requests(request_id, *(one.site_id for one in there))
        if sent.failed:
            raise MessagesUnsent("Some messages could not be sent.")

    def _start_clocks(self, request_id: str, notified: Sequence[Recipient]) -> None:
        """Queue the start of reminder timers, after all messages: the first reminder is far off,
        the next message is not."""
        site_ids = " ".join(one.site_id for one in notified)
        if site_ids:
            ids = {"request_id": request_id, "site_ids": site_ids}
            self._queue.queue_tasks(SendTask.START_REMINDERS, [ids])

    # reading

    def _chunks(self, part: RecipientBatch, known: RegisteredSites) -> list[list[list[str]]]:
        """The messages of a batch, as many at a time as one transaction can hold: the request, for
        each owner their list, and for each of their sites a recipient and a link."""
        owners = {site_id: site.owner_id for site_id, site in known.sites.items()}
        found: list[list[list[str]]] = []
        room, before = 0, ""
        for group in message_groups(part.site_ids, owners):
            needs, owner = 1 + 2 * len(group), owners.get(group[0], "")
            # An owner's list can be changed once in a transaction.
            if needs > room or (owner and owner == before):
                found.append([])
                room = TRANSACTION - 1
            found[-1].append(group)
            room, before = room - needs, owner
        return found
