"""The channels: e-mail through SES, text messages through SNS. What messages say is made in
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
from chalicelib.dynamodb.refusals import is_busy
from chalicelib.notifications.mail_refusals import (
    FINAL,
    REFUSALS,
    MailWaits,
    trouble_of,
)
from chalicelib.notifications.mail_standing import MailStandings
from chalicelib.telemetry.logs import id_to_hand_on
from chalicelib.telemetry.metrics import UNCOUNTED, Counts, Metric

TOGETHER = 10
"""The most messages in one call of SES. SES allows 50 and one mebibyte; ten messages about forty
sites each are half of that, and when SES's answer is lost no more than ten people can get a message
twice."""

# Stops automatic replies, such as holiday notices (RFC 3834).
_HEADERS = [{"Name": "Auto-Submitted", "Value": "auto-generated"}]


@dataclass(frozen=True)
class Message:
    """One message, ready to send.

    to: the e-mail address, "" for a text message alone. reference: the short reference that the
    message shows, "" for none. kind: the name of the template. tags: ids that bounces and
    complaints come back with, nothing personal. phone, short: number and words of the text message
    that goes as well, "" for e-mail alone. text_by: at night the text message is sent only when
    this moment lies in the same night.
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
    """The address or number will never take the message, so that trying again is of no use."""

    code, status, title = "undeliverable", 422, "This address cannot be reached"


class Mailer:
    """The e-mail channel, through which all e-mail goes out.

    client: SES v2. sender: the address that e-mails come from. name: the name shown as the sender.
    standings: where it is noted that SES takes none of this account.
    """

    def __init__(
        self, client: Any, sender: str, name: str, configuration_set: str, standings: MailStandings
    ) -> None:
        self._client = client
        self._from = formataddr((name, sender))
        self._configuration_set = configuration_set
        self._standings = standings

    def send(self, message: Message) -> str:
        """Hand the message to SES and return the message id that SES gave it.

        Raises Undeliverable when SES refuses the message for good, MailWaits when it takes none of
        this account and Unavailable when it cannot take it now. The configuration set tracks
        neither opens nor clicks.
        """
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
        except self._client.exceptions.ClientError as error:
            refused = self._refused(error)
            # Threat: SES's text names the address, which would then stand in a log.
            raise self._noted(refused) from None
        return str(answer["MessageId"])

    def send_many(self, messages: Sequence[Message]) -> list[str | DomainError]:
        """Hand at most TOGETHER messages to SES in one call. Return for each message its id, or the
        error that `send` would have raised for it.

        Raises Unavailable when SES took none of them. The call needs a template: it consists of
        placeholders for subject, text and HTML, which SES fills in without escaping, so that what
        arrives is what `send` would have sent.
        """
        if len(messages) == 1:
            return [self._outcome(messages[0])]
        # Threat: somebody types the name of a placeholder into their message. SES does not fill in
        # placeholders within values, but an emulator may, so the names cannot be guessed.
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
        except self._client.exceptions.ClientError as error:
            refused = self._refused(error)
            if isinstance(refused, Undeliverable):
                # One bad message makes SES refuse all of them, so each is sent by itself.
                return [self._outcome(message) for message in messages]
            raise self._noted(refused, len(messages)) from None
        return [self._result(result) for result in answer["BulkEmailEntryResults"]]

    def _outcome(self, message: Message) -> str | DomainError:
        try:
            return self.send(message)
        except DomainError as error:
            return error

    def _refused(self, error: Any) -> DomainError:
        """Return what SES's error means. Raises it as it is when it is none of sending, such as a
        right that is missing."""
        said = error.response.get("Error", {})
        code = str(said.get("Code", ""))
        if code not in REFUSALS and not is_busy(code):
            raise error
        return _meaning(code, str(said.get("Message", "")))

    def _result(self, result: Mapping[str, str]) -> str | DomainError:
        """Return the message id, or the error, for one result of a bulk call."""
        if result["Status"] == "SUCCESS":
            return result["MessageId"]
        return self._noted(_meaning(result["Status"], result.get("Error", "")))

    def _noted(self, refused: DomainError, messages: int = 1) -> DomainError:
        """Return the error, after it was noted where it is the account that may not send."""
        if isinstance(refused, MailWaits):
            self._standings.note_trouble(refused.trouble, messages)
        return refused


def _meaning(code: str, said: str) -> DomainError:
    """Return the error for a refusal. A state that nobody knows is taken for one that passes: a
    message too many is tried again, and none is given up."""
    if trouble := trouble_of(code, said):
        return MailWaits(trouble)
    if code in FINAL:
        return Undeliverable("The message was refused.")
    return Unavailable("Messages cannot be sent at the moment.")


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


_TRANSACTIONAL = {
    # Has priority over adverts, and reaches people who bar adverts.
    "AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"}
}


def _sent_from(sender: str) -> dict[str, dict[str, str]]:
    """Return the attribute that names who a text comes from (SNS: "Sending a message")."""
    if not sender:
        return {}
    number = sender.removeprefix("+").isdigit()
    name = "AWS.MM.SMS.OriginationNumber" if number else "AWS.SNS.SMS.SenderID"
    return {name: {"DataType": "String", "StringValue": sender}}


class Texter:
    """The channel for text messages (SMS), through which all of them go out.

    client: SNS. sender: who they come from, a sender ID or a number of the account; "" for what SNS
    chooses. Networks differ in whether they allow and keep a sender ID, so the words of a text
    message must prove that it is genuine.
    """

    def __init__(self, client: Any, sender: str = "", counts: Counts = UNCOUNTED) -> None:
        self._client = client
        self._attributes = {**_TRANSACTIONAL, **_sent_from(sender)}
        self._counts = counts

    def send(self, phone: str, text: str) -> str:
        """Hand a text message to SNS and return the message id that SNS gave it.

        phone: in E.164 (`+447700900982`). Raises Undeliverable when the number is refused or its
        holder has opted out, and Unavailable for everything that may pass.
        """
        # Imported here, so that pages that send nothing do not load botocore.
        from botocore.exceptions import BotoCoreError

        errors = self._client.exceptions
        try:
            answer = self._client.publish(
                PhoneNumber=phone,
                Message=text,
                MessageAttributes=self._attributes,
            )
        except (
            errors.InvalidParameterException,
            errors.InvalidParameterValueException,
            errors.OptedOutException,
        ):
            # Threat: SNS's text names the number, which would then stand in a log.
            raise Undeliverable("Text messages to this number are refused.") from None
        except (errors.ClientError, BotoCoreError):
            # Also when SNS does not answer: the e-mails of the same call went out, and an error of
            # another kind would have them sent again.
            self._counts.add(Metric.TEXTS_REFUSED)
            raise Unavailable("Text messages cannot be sent at the moment.") from None
        return str(answer["MessageId"])
