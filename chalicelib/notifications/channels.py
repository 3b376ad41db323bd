"""Sends one message: e-mail through SES, text messages through SNS. What they say is made in
`notifications.rendering` and `notifications.text_messages`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import formataddr
from typing import Any

from chalicelib.core.errors import DomainError, Unavailable
from chalicelib.core.ids import new_id
from chalicelib.telemetry.logs import id_to_hand_on

TOGETHER = 10
"""Messages that one call of SES takes at most. SES allows 50 and a mebibyte; ten messages about
forty sites each are half of that, and when an answer is lost no more than ten people can get a
message twice."""

# Keeps holiday notices from answering (RFC 3834).
_HEADERS = [{"Name": "Auto-Submitted", "Value": "auto-generated"}]


@dataclass(frozen=True)
class Message:
    """One message, ready to send.

    reference: the short one that the message itself shows, "" without one. kind: the name of
    its template. tags: ids that bounces and complaints come back with, nothing personal.
    phone, short: where a text message goes as well, and what it says; "" for e-mail alone.
    text_by: at night the text only goes when this moment lies in the same night. to: "" for a
    text alone.
    """

    to: str
    subject: str
    text: str
    html: str
    reference: str = ""
    kind: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    phone: str = ""
    short: str = ""
    text_by: datetime | None = None


class Undeliverable(DomainError):
    """This address or number will never take a message; trying again is of no use."""

    code, status, title = "undeliverable", 422, "This address cannot be reached"


class Mailer:
    """The one way out for e-mail.

    client: SES v2. sender: the address that messages come from. name: who they come from.
    """

    def __init__(self, client: Any, sender: str, name: str, configuration_set: str) -> None:
        self._client = client
        self._from = formataddr((name, sender))
        self._configuration_set = configuration_set

    def send(self, message: Message) -> str:
        """Hands the message to SES and returns the message id that SES gave it.

        Raises Undeliverable when SES refuses the message for good and Unavailable when it
        cannot take it now. The configuration set follows neither opens nor clicks.
        """
        errors = self._client.exceptions
        try:
            answer = self._client.send_email(
                FromEmailAddress=self._from,
                Destination={"ToAddresses": [message.to]},
                ConfigurationSetName=self._configuration_set,
                EmailTags=_tags(message),
                Content={
                    "Simple": {
                        "Subject": {"Data": message.subject, "Charset": "UTF-8"},
                        "Body": {
                            "Text": {"Data": message.text, "Charset": "UTF-8"},
                            "Html": {"Data": message.html, "Charset": "UTF-8"},
                        },
                        "Headers": _HEADERS,
                    }
                },
            )
        except (errors.MessageRejected, errors.BadRequestException) as error:
            # Threat: what SES says of it names the address, and would stand in a log.
            raise _refusal(str(error)) from None
        except self._busy() as error:
            raise Unavailable("Messages cannot be sent at the moment.") from error
        return str(answer["MessageId"])

    def send_many(self, messages: Sequence[Message]) -> list[str | DomainError]:
        """As `send`, for at most TOGETHER messages in one call. Returns for each message its id,
        or the error that `send` would have raised for it.

        Raises Unavailable when SES took none of them. SES calls it a template with values: the
        template is nothing but the places of subject, text and HTML, which SES fills in without
        escaping, so what arrives is what `send` would have sent.
        """
        if len(messages) == 1:
            return [self._outcome(messages[0])]
        errors = self._client.exceptions
        # Threat: somebody types the name of a place into their message. SES does not look for
        # places in values; an emulator may, so nobody can know the names.
        mark = new_id()
        template = {name: f"{{{{{name}{mark}}}}}" for name in ("Subject", "Text", "Html")}
        try:
            answer = self._client.send_bulk_email(
                FromEmailAddress=self._from,
                ConfigurationSetName=self._configuration_set,
                DefaultContent={
                    "Template": {
                        "TemplateContent": template,
                        "TemplateData": "{}",
                        "Headers": _HEADERS,
                    }
                },
                BulkEmailEntries=[_entry(message, mark) for message in messages],
            )
        except (errors.MessageRejected, errors.BadRequestException):
            # One of them is enough for that. Nothing was sent: each is heard by itself.
            return [self._outcome(message) for message in messages]
        except self._busy() as error:
            raise Unavailable("Messages cannot be sent at the moment.") from error
        return [_result(result) for result in answer["BulkEmailEntryResults"]]

    def _outcome(self, message: Message) -> str | DomainError:
        try:
            return self.send(message)
        except DomainError as error:
            return error

    def _busy(self) -> tuple[type[Exception], ...]:
        """What SES says when it takes nothing at the moment."""
        errors = self._client.exceptions
        return (
            errors.MailFromDomainNotVerifiedException,
            errors.TooManyRequestsException,
            errors.LimitExceededException,
            errors.SendingPausedException,
            errors.AccountSuspendedException,
        )


def _tags(message: Message) -> list[dict[str, str]]:
    followed = id_to_hand_on(message.tags.get("request", ""))
    tags = {"kind": message.kind, **message.tags, "correlation": followed}
    return [{"Name": name, "Value": value} for name, value in tags.items() if value]


def _entry(message: Message, mark: str) -> dict[str, Any]:
    values = {"Subject": message.subject, "Text": message.text, "Html": message.html}
    data = json.dumps({f"{name}{mark}": value for name, value in values.items()})
    return {
        "Destination": {"ToAddresses": [message.to]},
        "ReplacementTags": _tags(message),
        "ReplacementEmailContent": {"ReplacementTemplate": {"ReplacementTemplateData": data}},
    }


_NEVER = ("MESSAGE_REJECTED", "INVALID_PARAMETER")
"""States of one message of many that trying again does not change (BulkEmailEntryResult)."""


def _result(result: Mapping[str, str]) -> str | DomainError:
    """What became of one message of many."""
    if result["Status"] == "SUCCESS":
        return result["MessageId"]
    if result["Status"] in _NEVER:
        return _refusal(result.get("Error", ""))
    return Unavailable("Messages cannot be sent at the moment.")


def _refusal(said: str) -> DomainError:
    """What a refusal of SES means. said: its words, which are not repeated: they name addresses."""
    if "not verified" in said:
        # SES does not know our own address, or the account is still in its sandbox: no fault of
        # the owner, and mended without sending anything anew.
        return Unavailable("Messages cannot be sent at the moment.")
    return Undeliverable("The message was refused.")


class Texter:
    """The one way out for text messages (SMS).

    client: SNS. No sender id is asked for: whether there is one, and whether it is kept on the
    way, differs from network to network, so what a text says must prove itself.
    """

    def __init__(self, client: Any) -> None:
        self._client = client

    def send(self, phone: str, text: str) -> str:
        """Hands a text to SNS and returns the message id that SNS gave it.

        phone: in E.164 (`+447700900982`). Raises Undeliverable when the number is refused or its
        holder has opted out, and Unavailable for everything that may pass.
        """
        # Loaded with the client, and not by pages that send nothing.
        from botocore.exceptions import BotoCoreError

        errors = self._client.exceptions
        try:
            answer = self._client.publish(
                PhoneNumber=phone,
                Message=text,
                MessageAttributes={
                    # Goes before adverts, and to those who bar them.
                    "AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"}
                },
            )
        except (
            errors.InvalidParameterException,
            errors.InvalidParameterValueException,
            errors.OptedOutException,
        ):
            # Threat: as with addresses; here it is the number.
            raise Undeliverable("Text messages to this number are refused.") from None
        except (errors.ClientError, BotoCoreError):
            # Also when SNS does not answer: the e-mails beside it went, and those of the same call
            # to other people must not go again.
            raise Unavailable("Text messages cannot be sent at the moment.") from None
        return str(answer["MessageId"])
