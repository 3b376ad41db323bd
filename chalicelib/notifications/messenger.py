"""Sends a message by the channels that an owner chose: e-mail, and with it a text message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from chalicelib.core.errors import DomainError
from chalicelib.core.quiet_hours import disturbs
from chalicelib.core.times import Clock
from chalicelib.notifications.channels import Mailer, Message, Texter, Undeliverable
from chalicelib.notifications.rendering import MessageSender
from chalicelib.telemetry.logs import logger

_FAR = timedelta(days=1)  # Always in another night.


class Messenger:
    """Takes the place of a Mailer for messages about requests, and adds text messages.

    The e-mail holds all that is to be said, and it alone decides whether sending is tried again. A
    text message that fails is not sent again, because its e-mail would go out twice, and one that
    would wake somebody for nothing is not sent at all.
    """

    def __init__(self, mailer: Mailer, texter: Texter, clock: Clock, zone: str) -> None:
        self._mailer = mailer
        self._texter = texter
        self._clock = clock
        self._zone = zone

    def send(self, message: Message) -> str:
        """Send the message and return the id of its e-mail, "" when only the text could go.

        Raises what Mailer.send raises, but a refused address is no error when the text message
        went to the same person.
        """
        if not message.to:
            self._text(message)
            return ""
        try:
            sent: str | DomainError = self._mailer.send(message)
        except Undeliverable as error:
            sent = error
        found = self._with_text(message, sent)
        if isinstance(found, DomainError):
            raise found
        return found

    def send_many(self, messages: Sequence[Message]) -> list[str | DomainError]:
        """Send at most channels.TOGETHER messages that all have an address. Return for each what
        `send` would have returned or raised. Raises Unavailable when none went out."""
        sent = self._mailer.send_many(messages)
        return [self._with_text(*pair) for pair in zip(messages, sent, strict=True)]

    def _with_text(self, message: Message, sent: str | DomainError) -> str | DomainError:
        """Send the text that goes with an e-mail, and return the outcome of both."""
        if isinstance(sent, DomainError) and not isinstance(sent, Undeliverable):
            return sent  # The queue tries both again.
        texted = self._text(message)
        return "" if texted and isinstance(sent, Undeliverable) else sent

    def _text(self, message: Message) -> bool:
        """Send the message's text, if it has one; return True when it went out."""
        if not (message.phone and message.short) or self._wakes(message):
            return False
        try:
            self._texter.send(message.phone, message.short)
        except DomainError as error:
            # Neither the number nor the words of the text belong in a log.
            logger.warning("no text message", extra={"kind": message.kind, "code": error.code})
            return False
        return True

    def _wakes(self, message: Message) -> bool:
        """Return True when the text would come at night and could as well wait."""
        now = self._clock()
        return disturbs(now, message.text_by or now + _FAR, self._zone)


@dataclass(frozen=True)
class OutgoingMail:
    """The channel that messages are sent by, and the sender whom they name."""

    mailer: Mailer | Messenger
    sender: MessageSender
