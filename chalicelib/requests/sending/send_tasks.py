"""Tasks of the send queue: send first messages that still wait, start reminder timers, and tell
owners that a request is over. Repeating a task does nothing more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from chalicelib.core.errors import NotFound, Unavailable
from chalicelib.dynamodb.outbox import LEASE
from chalicelib.dynamodb.table import ConditionFailed
from chalicelib.notifications.channels import Undeliverable
from chalicelib.requests import emails
from chalicelib.requests.closing.closing_notices import ClosingNotices
from chalicelib.requests.closing.termination import end_one
from chalicelib.requests.model import FootageRequest, Recipient, RecipientState, RequestState
from chalicelib.requests.recipients.recipient_batches import message_groups
from chalicelib.requests.recipients.recipient_context import RecipientContext
from chalicelib.requests.recipients.recipient_mailer import RecipientMailer
from chalicelib.requests.reminders.reminder_workflow import ReminderWorkflow
from chalicelib.requests.sending.bulk_mailer import BulkMailer, OwnerMessage
from chalicelib.telemetry.workers import Workers

_AT_ONCE = 8


class MessagesUnsent(Unavailable):
    """Some messages could not be sent now; the queue tries again."""


class SendTasks:
    """Sends messages to recipients that are already written, one for each owner."""

    def __init__(
        self,
        post: RecipientMailer,
        letters: BulkMailer,
        workflow: ReminderWorkflow,
        closing_notices: ClosingNotices,
    ) -> None:
        self._recipient_mailer = post
        self._store = post.store
        self._bulk_mailer = letters
        self._workflow = workflow
        self._closing_notices = closing_notices

    def send_requests(self, request_id: str, *site_ids: str) -> None:
        """Send the first message to those of these sites, and of their owners' other sites, that
        wait for it, and start their reminder timers. Raises MessagesUnsent."""
        request = self._store.request(request_id)
        if request is None:
            return  # the request was never written
        found = self._with_beside(request_id, site_ids)
        waiting = [one for one in found if one.state is RecipientState.PENDING]
        self._start(one for one in found if one.state is not RecipientState.PENDING)
        letters = [self._claimed(group) for group in self._ready(request, waiting)]
        sent = self._bulk_mailer.send_messages([letter for letter in letters if letter])
        self._start(sent.notified)
        if sent.failed:
            raise MessagesUnsent("Some messages could not be sent.")

    def _with_beside(self, request_id: str, site_ids: Iterable[str]) -> list[Recipient]:
        found = self._store.recipients_of_sites(request_id, site_ids)
        beside = {site_id for one in found for site_id in one.beside}
        beside -= {one.site_id for one in found}
        return found + (self._store.recipients_of_sites(request_id, beside) if beside else [])

    def _ready(
        self, request: FootageRequest, waiting: Sequence[Recipient]
    ) -> list[list[RecipientContext]]:
        """Contexts of the recipients that can be written to, by owner; the others are noted as
        ended or undeliverable."""
        now = self._recipient_mailer.current_time()
        if not request.is_open:
            for recipient in waiting:
                end_one(self._store, recipient, request, now)
            return []
        matters, gone = self._recipient_mailer.matters.read_contexts(request, waiting)
        for recipient in gone:
            self._recipient_mailer.mark_undeliverable(recipient, "not registered any more")
        ready = []
        for matter in matters:
            until = matter.owner.paused_until
            if until and until > now:
                self._recipient_mailer.mark_undeliverable(matter.recipient, "paused")
            else:
                ready.append(matter)
        return group_by_owner(ready)

    def _claimed(self, matters: Sequence[RecipientContext]) -> OwnerMessage | None:
        """The message to send, or None when somebody else is sending it; should that fail,
        recovery comes back to its recipients."""
        recipients = [matter.recipient for matter in matters]
        tokens, links = self._recipient_mailer.make_links(recipients)
        now = self._recipient_mailer.current_time()
        try:
            self._store.claim_group(recipients, now, now + LEASE, *links)
        except ConditionFailed:
            return None
        return OwnerMessage(tuple(matters), tokens, now + LEASE)

    def start_reminders(self, request_id: str, *site_ids: str) -> None:
        """Starts the reminder timers of recipients who were written to. Recovery finds timers
        that could not be started."""
        self._start(self._store.recipients_of_sites(request_id, site_ids))

    def _start(self, recipients: Iterable[Recipient]) -> None:
        """Start first runs of reminder timers; a later run is started by recovery."""
        asked = (RecipientState.NOTIFIED, RecipientState.VIEWED)
        due = [
            (one, one.next_wake)
            for one in recipients
            if one.state in asked and one.run == 1 and one.next_wake
        ]
        if len(due) < 2:
            for one, wake_at in due:
                self._workflow.start_timer(one, wake_at)
            return
        with Workers(_AT_ONCE) as pool:
            list(pool.map(lambda pair: self._workflow.start_timer(*pair), due))

    def send_withdrawals(self, request_id: str, *site_ids: str) -> None:
        """Tell owners that a request is over, in one message for all sites of an owner."""
        request = self._store.request(request_id)
        found = self._with_beside(request_id, site_ids)
        told = [one for one in found if one.state is RecipientState.WITHDRAWN and one.next_wake]
        if request is None or not told:
            return
        if request.state is RequestState.CLOSED:
            self._say_farewell(request, told)
            return
        matters, gone = self._recipient_mailer.matters.read_contexts(request, told)
        for recipient in gone:
            self._store.change_recipient(recipient, {"next_wake": None}, states=RecipientState)
        with Workers(_AT_ONCE) as pool:
            list(pool.map(self._tell_over, group_by_owner(matters)))

    def _say_farewell(self, request: FootageRequest, recipients: Iterable[Recipient]) -> None:
        """Prepare closing notices for owners whose first message went out during the closing."""
        for recipient in recipients:
            self._closing_notices.prepare_late_notice(request, recipient)
            self._store.change_recipient(recipient, {"next_wake": None}, states=RecipientState)

    def _tell_over(self, matters: Sequence[RecipientContext]) -> None:
        told = {"claimed_until": None, "next_wake": None}
        recipients = [matter.recipient for matter in matters]
        try:
            claim = self._recipient_mailer.send_group(
                matters,
                lambda those, _: emails.withdrawal_email(self._recipient_mailer.mail.sender, those),
                link=False,
            )
            self._store.change_many([(one, told) for one in recipients], claim)
        except ConditionFailed:
            return
        except (NotFound, Undeliverable):
            for one in recipients:
                self._store.change_recipient(one, {"next_wake": None}, states=RecipientState)


def group_by_owner(matters: Sequence[RecipientContext]) -> list[list[RecipientContext]]:
    """Recipient contexts in groups of one message each, by owner."""
    of = {matter.recipient.site_id: matter for matter in matters}
    owners = {site_id: matter.owner.id for site_id, matter in of.items()}
    ordered = sorted(of, key=lambda site_id: (owners[site_id], site_id))
    return [[of[site_id] for site_id in group] for group in message_groups(ordered, owners)]
