"""Send messages to owners, each message once.

Each message goes out under a lease (dynamodb.outbox) of its recipients, which the code of
recipients calls a claim.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from chalicelib.access.one_time_links import LinkPurpose, OneTimeLinks
from chalicelib.core.errors import DomainError
from chalicelib.core.times import Clock
from chalicelib.dynamodb.outbox import LEASE
from chalicelib.dynamodb.table import ConditionFailed, Write
from chalicelib.notifications.channels import TOGETHER, Message, Undeliverable
from chalicelib.notifications.messenger import OutgoingMail
from chalicelib.notifications.rate_limiter import RateLimiter
from chalicelib.requests.model import Recipient, RecipientState, states_before
from chalicelib.requests.recipients.recipient_context import (
    RecipientContext,
    RecipientContextReader,
)
from chalicelib.requests.store import RequestStore

LINK_LIFE = timedelta(days=200)
"""How long a reply link is kept at most; it takes answers while its request is open."""


class RecipientMailer:
    """Sends messages to recipients, each once.

    rate_limiter: how fast the account may send; waited for before each message.
    """

    def __init__(
        self,
        store: RequestStore,
        matters: RecipientContextReader,
        links: OneTimeLinks,
        mail: OutgoingMail,
        clock: Clock,
        rate_limiter: RateLimiter | None = None,
    ) -> None:
        self.store = store
        self.matters = matters
        self._links = links
        self.mail = mail
        self.clock = clock
        self._rate_limiter = rate_limiter

    def send_group(
        self,
        matters: Sequence[RecipientContext],
        make: Callable[[Sequence[RecipientContext], Sequence[str]], Message],
        *,
        link: bool = True,
    ) -> datetime:
        """Claim these recipients of one owner, and send one message with a link for each.

        Returns the claim, under which the caller notes what was done. Raises ConditionFailed
        when somebody else is sending or one of them has changed (then nothing was claimed),
        Undeliverable, or what sending raised, the claim then given back.
        """
        recipients = [matter.recipient for matter in matters]
        tokens, writes = self.make_links(recipients)
        message = make(matters, tokens)
        now = self.current_time()
        claim = now + LEASE
        self.store.claim_group(recipients, now, claim, *(writes if link else []))
        try:
            self.hand_over(message)
        except Undeliverable:
            raise
        except Exception:
            for recipient in recipients:
                self.store.release(recipient, claim)
            raise
        return claim

    def make_links(self, recipients: Sequence[Recipient]) -> tuple[tuple[str, ...], list[Write]]:
        """A new reply link for each: their tokens, and the writes that make them work."""
        made = [self._links.make_link(LinkPurpose.REPLY, one.key, LINK_LIFE) for one in recipients]
        return tuple(token for token, _ in made), [write for _, write in made]

    def hand_over(self, message: Message) -> None:
        """Hand a message to the mailer, not faster than the account may send. Raises what the
        mailer raises."""
        if self._rate_limiter:
            self._rate_limiter.wait()
        self.mail.mailer.send(message)

    @property
    def group_limit(self) -> int:
        """How many messages may go out in one call: no more than this process may send in a
        second, because SES counts each message, and refuses those beyond its rate."""
        rate = self._rate_limiter.per_second if self._rate_limiter else 0
        return min(TOGETHER, max(1, int(rate))) if rate > 0 else TOGETHER

    def hand_over_many(self, messages: Sequence[Message]) -> list[str | DomainError]:
        """As `hand_over`, for at most `group_limit` messages; for each its id or error."""
        if self._rate_limiter:
            self._rate_limiter.wait(len(messages))
        return self.mail.mailer.send_many(messages)

    def current_time(self) -> datetime:
        """This moment, in whole seconds as recipients hold it."""
        return self.clock().replace(microsecond=0)

    def mark_undeliverable(self, recipient: Recipient, reason: str) -> None:
        """Notes that the owner cannot be reached; an answer that came all the same stands."""
        changes: dict[str, object] = {
            "state": RecipientState.UNDELIVERABLE,
            "reason": reason,
            "ended_at": self.current_time(),
            "planned": (),
            "claimed_until": None,
            "next_wake": None,
        }
        try:
            self.store.change_recipient(
                recipient, changes, states=states_before(RecipientState.UNDELIVERABLE)
            )
        except ConditionFailed:
            return
