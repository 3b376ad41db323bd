"""Send mails that say that somebody wrote: at once, then at most one to each side in GAP.

A mail goes out under a lease of the thread's own for each side, so that a reminder and an answer
never wait for each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from chalicelib.access.officer_profiles import NotificationTopic, Profile
from chalicelib.core.errors import NotFound
from chalicelib.dynamodb.outbox import LEASE
from chalicelib.dynamodb.table import ConditionFailed, Write
from chalicelib.incidents.site_numbers import SiteNumbers
from chalicelib.incidents.teams.case_readers import CaseReaders
from chalicelib.notifications.channels import Message as Mail
from chalicelib.notifications.channels import Undeliverable
from chalicelib.notifications.send_queue import SendQueue
from chalicelib.registry.model import Pause
from chalicelib.requests.model import FootageRequest, RecipientState
from chalicelib.requests.recipients.recipient_context import RecipientContext
from chalicelib.requests.recipients.recipient_mailer import RecipientMailer
from chalicelib.requests.threads import emails
from chalicelib.requests.threads.model import (
    Side,
    ThreadHead,
    ThreadMessage,
    new_messages,
    notice_due,
    notify_after,
    officers_to_notify,
)
from chalicelib.requests.threads.store import NOTICE_TASKS, ThreadStore, tell_ids


class ThreadNotices:
    """Carries out the send tasks TELL_OWNER and TELL_OFFICER."""

    def __init__(
        self,
        threads: ThreadStore,
        post: RecipientMailer,
        readers: CaseReaders,
        queue: SendQueue,
        numbers: SiteNumbers,
    ) -> None:
        self._threads = threads
        self._recipient_mailer = post
        self._requests = post.store
        self._mail = post.mail
        self._readers_of = readers.readers_of
        self._queue = queue
        self._numbers = numbers

    def send_notice(self, side: Side, request_id: str, site_id: str) -> None:
        """Tell one side of its new messages, or queue the task again for when a mail may go out.

        Repeating it sends nothing twice. Raises what sending raised, so that the queue tries
        again.
        """
        head = self._threads.head(request_id, site_id)
        if not head.is_unnotified(side):
            self._settle(head)
            return
        now = self._recipient_mailer.current_time()
        if notify_after(head, side, now) > now:
            self._later(head, side, now)
            return
        messages = self._threads.messages(request_id, site_id)
        new = new_messages(side, messages, head.notified_state(side).number, head.for_side(side))
        try:
            if side is Side.OWNER:
                after = self._tell_owner(head, new, now)
            else:
                after = self._tell_officers(head, messages, now)
        except ConditionFailed:
            return  # somebody else is sending; should that fail, recovery comes back to it
        if after.is_unnotified(side):
            self._later(after, side, now)  # something was written while the mail went out
        else:
            self._settle(after)

    def _later(self, head: ThreadHead, side: Side, now: datetime) -> None:
        wait = notify_after(head, side, now) - now
        self._threads.set_due(head, notice_due(head, now))
        self._queue.queue_tasks(NOTICE_TASKS[side], [tell_ids(head)], wait)

    def _settle(self, head: ThreadHead) -> None:
        if head.messages and not any(head.is_unnotified(side) for side in Side):
            self._threads.set_due(head, None)

    def _tell_owner(
        self, head: ThreadHead, new: Sequence[ThreadMessage], now: datetime
    ) -> ThreadHead:
        matter = self._matter(head)
        if matter is None or not matter.request.is_open:
            # An owner who left the register, or was told that it is over, is not written to.
            return self._threads.note_told(head, Side.OWNER, None)
        if _unreachable(matter, now):
            return self._threads.note_told(head, Side.OWNER, None, unreachable=True)
        (token,), links = self._recipient_mailer.make_links([matter.recipient])
        mail = emails.owner_has_message(
            self._mail.sender, matter, [(m.by_name, m.text) for m in new], token
        )
        reached = self._send(head, Side.OWNER, [mail], now, *links)
        return self._threads.note_told(head, Side.OWNER, now, unreachable=not reached)

    def _tell_officers(
        self, head: ThreadHead, messages: Sequence[ThreadMessage], now: datetime
    ) -> ThreadHead:
        request = self._requests.request(head.request_id)
        if request is None:
            return self._threads.note_told(head, Side.OFFICER, None)
        numbers = self._numbers.number_sites(request.incident_id, [head.site_id])
        mails = [
            emails.officer_has_message(
                self._mail.sender,
                profile.email,
                profile.name,
                request,
                head.site_id,
                numbers.get(head.site_id),
            )
            for profile in self._readers(request, messages)
        ]
        self._send(head, Side.OFFICER, mails, now)
        return self._threads.note_told(head, Side.OFFICER, now)

    def _readers(self, request: FootageRequest, messages: Sequence[ThreadMessage]) -> list[Profile]:
        concerned = officers_to_notify(request.created_by, messages)
        found = self._readers_of(request.incident_id, concerned)
        return [profile for profile in found if profile.wants(NotificationTopic.MESSAGE)]

    def _send(
        self, head: ThreadHead, side: Side, mails: Sequence[Mail], now: datetime, *with_it: Write
    ) -> bool:
        """Sends the mails under a claim; False when an address will never take one.

        Raises ConditionFailed when somebody else is sending, or what sending raised.
        """
        claim, reached = now + LEASE, True
        self._threads.claim(head, side, now, claim, *with_it)
        try:
            for mail in mails:
                try:
                    self._mail.mailer.send(mail)
                except Undeliverable:
                    reached = False
        except Exception:
            self._threads.release(head, side, claim)
            raise
        return reached

    def _matter(self, head: ThreadHead) -> RecipientContext | None:
        recipient = self._requests.recipient(head.request_id, head.site_id)
        try:
            return self._recipient_mailer.matters.read_context(recipient) if recipient else None
        except NotFound:
            return None


def _unreachable(matter: RecipientContext, now: datetime) -> bool:
    """True when messages to this owner came back. An owner who paused requests of their own accord
    still gets answers."""
    owner = matter.owner
    returned = owner.paused_why is Pause.RETURNED and owner.paused_until
    return matter.recipient.state is RecipientState.UNDELIVERABLE or bool(
        returned and returned > now
    )
