"""Sends a message by the channels that its owner chose: e-mail always, a text message as well."""

from __future__ import annotations

from aws_lambda_powertools import Logger

from chalicelib.errors import DomainError
from chalicelib.notify.sender import Mailer, Message, Texter, Undeliverable

logger = Logger(service="sightline")


class Messenger:
    """Takes the place of a Mailer for messages about requests.

    The e-mail is the base: it holds all that is to be said, and it alone decides whether sending
    is tried again. A text that fails is not sent anew, because its e-mail would go out twice.
    """

    def __init__(self, mailer: Mailer, texter: Texter) -> None:
        self._mailer = mailer
        self._texter = texter

    def send(self, message: Message) -> str:
        """Sends the message and returns the id of its e-mail, "" when only the text could go.

        Raises what Mailer.send raises; an address that is refused is no error when the text
        reached the same person.
        """
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
        if not (message.phone and message.short):
            return False
        try:
            self._texter.send(message.phone, message.short)
        except DomainError as error:
            # Neither number nor text belongs into a log.
            logger.warning("no text message", extra={"kind": message.kind, "code": error.code})
            return False
        return True
