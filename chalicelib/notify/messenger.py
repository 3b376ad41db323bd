"""Sends a message by the channels that its owner chose: e-mail always, a text message as well."""

from __future__ import annotations

from datetime import timedelta

from aws_lambda_powertools import Logger

from chalicelib.errors import DomainError
from chalicelib.notify.sender import Mailer, Message, Texter, Undeliverable
from chalicelib.quiet import disturbs
from chalicelib.times import Clock

logger = Logger(service="sightline")

_FAR = timedelta(days=1)  # in another night


class Messenger:
    """Takes the place of a Mailer for messages about requests.

    The e-mail is the base: it holds all that is to be said, and it alone decides whether sending
    is tried again. A text that fails is not sent anew, because its e-mail would go out twice, and
    one that would wake somebody for nothing is not sent at all.
    """

    def __init__(self, mailer: Mailer, texter: Texter, clock: Clock, zone: str) -> None:
        self._mailer = mailer
        self._texter = texter
        self._clock = clock
        self._zone = zone

    def send(self, message: Message) -> str:
        """Sends the message and returns the id of its e-mail, "" when only the text could go.

        Raises what Mailer.send raises; an address that is refused is no error when the text
        reached the same person.
        """
        if not message.to:
            self._text(message)
            return ""
        try:
            sent = self._mailer.send(message)
        except Undeliverable:
            if not self._text(message):
                raise
            return ""
        self._text(message)
        return sent

    def _text(self, message: Message) -> bool:
        """True when a text went out."""
        if not (message.phone and message.short) or self._wakes(message):
            return False
        try:
            self._texter.send(message.phone, message.short)
        except DomainError as error:
            # Neither number nor text belongs into a log.
            logger.warning("no text message", extra={"kind": message.kind, "code": error.code})
            return False
        return True

    def _wakes(self, message: Message) -> bool:
        """True when the text would come at night and could as well wait."""
        now = self._clock()
        return disturbs(now, message.text_by or now + _FAR, self._zone)
