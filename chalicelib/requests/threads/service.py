"""Officers and owners write to each other about one recipient: writing and reading.

Who is told of a message, and when, is in `notices`. Texts arrive here already clean.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from chalicelib.access.audit import Action, Actor, AuditLog
from chalicelib.access.officer_profiles import Profile
from chalicelib.access.permissions import Officer, Permission
from chalicelib.core.errors import NotFound, Refused, TooMany
from chalicelib.core.ids import id_from, new_id
from chalicelib.core.times import Clock
from chalicelib.notifications.send_queue import SendQueue
from chalicelib.requests.model import FootageRequest, Recipient
from chalicelib.requests.recipients.recipient_context import RecipientContextReader
from chalicelib.requests.replies.answers import RequestOver
from chalicelib.requests.threads.model import MOST, Side, ThreadHead, ThreadMessage
from chalicelib.requests.threads.store import (
    NOTICE_TASKS,
    RequestEnded,
    ThreadFull,
    ThreadStore,
    tell_ids,
)
from chalicelib.requests.told_words import NOT_YET, is_vouched


class ProfileReader(Protocol):
    """Officers as owners see them, and where they are written to."""

    def profile(self, officer_id: str) -> Profile | None:
        """An officer's profile, or None for an officer who has never signed in."""


@dataclass(frozen=True)
class Thread:
    """The messages of a thread, in order, and its head."""

    messages: tuple[ThreadMessage, ...]
    head: ThreadHead


class ThreadService:
    """Writes and reads messages of threads. profiles: officers' names as owners see them."""

    def __init__(
        self,
        store: ThreadStore,
        matters: RecipientContextReader,
        queue: SendQueue,
        audit: AuditLog,
        clock: Clock,
        profiles: ProfileReader,
    ) -> None:
        self._store = store
        self._matters = matters
        self._requests = matters.store
        self._queue = queue
        self._audit = audit
        self._clock = clock
        self._profiles = profiles

    # writing

    def from_owner(self, recipient: Recipient, text: str, form: str = "") -> ThreadMessage:
        """Add a message from the holder of a reply link. form: made up for each form; with it, the
        same text sent twice is one message. Raises RequestOver, TooMany."""
        actor = Actor.owner(recipient.owner_id)
        return self._write(recipient, Side.OWNER, actor, "", text, form)

    def from_officer(
        self, request_id: str, site_id: str, text: str, officer: Officer, form: str = ""
    ) -> ThreadMessage:
        """Add a message from an officer. Raises NotFound, RequestOver, TooMany, or Refused for an
        owner who may read nothing of the case yet."""
        recipient = self.recipient(request_id, site_id)
        if (site := self._matters.site(recipient)) and not is_vouched([site]):
            raise Refused.field("text", NOT_YET)
        profile = self._profiles.profile(officer.id)
        name = profile.name if profile else officer.username
        return self._write(recipient, Side.OFFICER, Actor.officer(officer), name, text, form)

    def _write(
        self, recipient: Recipient, by: Side, actor: Actor, name: str, text: str, form: str
    ) -> ThreadMessage:
        request = self._request(recipient.request_id)
        if not request.is_open:
            raise _over(request)
        message = ThreadMessage(
            request_id=recipient.request_id,
            site_id=recipient.site_id,
            id=id_from(recipient.key, actor.kind, actor.id, form, text) if form else new_id(),
            number=0,
            by=by,
            by_id=actor.id,
            by_name=name,
            at=self._clock(),
            text=text,
        )
        known = self._store.message(message) if form else None
        if known:
            return known  # the same form again
        self._audit.record_act(
            actor,
            Action.WROTE_MESSAGE,
            f"request.{request.id}",
            incident=request.incident_id,
            site=recipient.site_id,
            message=message.id,
        )
        try:
            written, head, _ = self._store.add_message(message)
        except RequestEnded:
            raise _over(request) from None
        except ThreadFull:
            raise TooMany(
                f"There are {MOST} messages, which is the most a request can have. "
                f"Call us and give the reference {request.reference}."
            ) from None
        self._queue.queue_tasks(NOTICE_TASKS[by.other], [tell_ids(head)])
        return written

    # reading

    def for_owner(self, recipient: Recipient) -> Thread:
        """The thread as the holder of a reply link sees it."""
        return self._thread(recipient)

    def for_officer(
        self, request_id: str, site_id: str, officer: Officer, incident_id: str
    ) -> Thread:
        """The thread as an officer sees it; the look is on record first. incident_id: the
        request's incident, for the record. Raises NotFound.

        The look marks it as read for this officer alone, and only when they may answer.
        """
        recipient = self.recipient(request_id, site_id)
        self._audit.record_act(
            Actor.officer(officer),
            Action.READ_THREAD,
            f"request.{request_id}",
            incident=incident_id,
            site=site_id,
        )
        found = self._thread(recipient)
        if found.head.is_unread_by(officer.id) and officer.may(Permission.REQUEST):
            self._store.note_read(found.head, officer.id)
        return found

    def heads(self, request_id: str) -> dict[str, ThreadHead]:
        """Site id → its thread's state, of a request's threads: numbers, no words."""
        return self._store.heads(request_id)

    def recipient(self, request_id: str, site_id: str) -> Recipient:
        """The recipient that a thread is about. Raises NotFound."""
        found = self._requests.recipient(request_id, site_id)
        if found is None:
            raise NotFound("This site was not asked in this request.")
        return found

    def _thread(self, recipient: Recipient) -> Thread:
        head = self._store.head(recipient.request_id, recipient.site_id)
        if not head.messages:
            return Thread((), head)
        return Thread(tuple(self._store.messages(recipient.request_id, recipient.site_id)), head)

    def _request(self, request_id: str) -> FootageRequest:
        request = self._requests.request(request_id)
        if request is None:
            raise NotFound("There is no request with this id.")
        return request


def _over(request: FootageRequest) -> RequestOver:
    return RequestOver(
        "This request has ended, so no more messages can be sent. Call us and give the reference "
        f"{request.reference}."
    )
