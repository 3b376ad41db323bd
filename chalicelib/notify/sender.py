"""Sends one message: e-mail through SES, text messages through SNS. What they say is made in
`notify.messages` and `notify.short_texts`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import formataddr
from typing import Any

from chalicelib.errors import DomainError, Unavailable


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
                EmailTags=[
                    {"Name": name, "Value": value}
                    for name, value in {"kind": message.kind, **message.tags}.items()
                    if value
                ],
                Content={
                    "Simple": {
                        "Subject": {"Data": message.subject, "Charset": "UTF-8"},
                        "Body": {
                            "Text": {"Data": message.text, "Charset": "UTF-8"},
                            "Html": {"Data": message.html, "Charset": "UTF-8"},
                        },
                        # Keeps holiday notices from answering (RFC 3834).
                        "Headers": [{"Name": "Auto-Submitted", "Value": "auto-generated"}],
                    }
                },
            )
        except (errors.MessageRejected, errors.BadRequestException) as error:
            if "not verified" in str(error):
                # SES does not know our own address, or the account is still in its sandbox:
                # no fault of the owner, and mended without sending anything anew.
                # Threat: what SES says of it names the address, and would stand in a log.
                raise Unavailable("Messages cannot be sent at the moment.") from None
            raise Undeliverable("The message was refused.") from None
        except (
            errors.MailFromDomainNotVerifiedException,
            errors.TooManyRequestsException,
            errors.LimitExceededException,
            errors.SendingPausedException,
            errors.AccountSuspendedException,
        ) as error:
            raise Unavailable("Messages cannot be sent at the moment.") from error
        return str(answer["MessageId"])


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
            # Threat: as above; here it is the number.
            raise Undeliverable("Text messages to this number are refused.") from None
        except errors.ClientError:
            raise Unavailable("Text messages cannot be sent at the moment.") from None
        return str(answer["MessageId"])
