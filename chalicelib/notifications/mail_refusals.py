"""What it means when SES takes no e-mail: the errors of SendEmail and SendBulkEmail, and the states
of single messages in a bulk call. Pure.

Threat: SES's words name addresses, which would then stand in a log. No error here repeats them.
"""

from __future__ import annotations

from enum import StrEnum

from chalicelib.core.errors import Unavailable


class MailTrouble(StrEnum):
    """Why SES takes no e-mail of this account for longer than a moment. Each passes only when
    somebody does something, or a day is over; until then what is to go waits in the outbox."""

    QUOTA = "quota"
    PAUSED = "paused"
    UNVERIFIED = "unverified"
    SETTINGS = "settings"


WORDS = {
    MailTrouble.QUOTA: "the quota of e-mails for 24 hours is used up",
    MailTrouble.PAUSED: "Amazon has paused e-mail of this account",
    MailTrouble.UNVERIFIED: "the sender's domain is not confirmed yet, or the account may write to "
    "confirmed addresses only",
    MailTrouble.SETTINGS: "a setting of e-mail is missing in this account",
}
"""Each trouble as officers read it."""


class MailWaits(Unavailable):
    """SES takes no e-mail of this account; the address is not at fault."""

    def __init__(self, trouble: MailTrouble) -> None:
        super().__init__("Messages cannot be sent at the moment.")
        self.trouble = trouble


_TROUBLES = {
    "AccountSuspendedException": MailTrouble.PAUSED,
    "SendingPausedException": MailTrouble.PAUSED,
    "ACCOUNT_SUSPENDED": MailTrouble.PAUSED,
    "ACCOUNT_SENDING_PAUSED": MailTrouble.PAUSED,
    "CONFIGURATION_SET_SENDING_PAUSED": MailTrouble.PAUSED,
    "ACCOUNT_DAILY_QUOTA_EXCEEDED": MailTrouble.QUOTA,
    "MailFromDomainNotVerifiedException": MailTrouble.UNVERIFIED,
    "MAIL_FROM_DOMAIN_NOT_VERIFIED": MailTrouble.UNVERIFIED,
    "NotFoundException": MailTrouble.SETTINGS,
    "CONFIGURATION_SET_NOT_FOUND": MailTrouble.SETTINGS,
    "TEMPLATE_NOT_FOUND": MailTrouble.SETTINGS,
    "INVALID_SENDING_POOL_NAME": MailTrouble.SETTINGS,
}
FINAL = {"MessageRejected", "BadRequestException", "MESSAGE_REJECTED", "INVALID_PARAMETER"}
"""Codes of a message that will never be taken, unless the words tell of the account."""
_BUSY = {
    "TooManyRequestsException",
    "LimitExceededException",
    "ACCOUNT_THROTTLED",
    "TRANSIENT_FAILURE",
    "FAILED",
}
REFUSALS = frozenset({*_TROUBLES, *FINAL, *_BUSY})
"""All codes of the two operations, and all states but SUCCESS."""

# One code has many reasons, which its words tell apart: "Email address is not verified", "Sending
# paused for this account", "Sending suspended for this account", "Daily message quota exceeded".
_SAID = (
    ("not verified", MailTrouble.UNVERIFIED),
    ("for this account", MailTrouble.PAUSED),
    ("daily message quota", MailTrouble.QUOTA),
)


def trouble_of(code: str, said: str) -> MailTrouble | None:
    """Return what is wrong with the account, or None when a refusal is of the message or passes.

    code: of the error, or the state of a message. said: SES's words.
    """
    for words, meant in _SAID:
        if words in said.lower():
            return meant
    return _TROUBLES.get(code)
