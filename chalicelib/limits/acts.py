"""The acts of strangers that are counted, and how often one client may do each. Pure.

A client is a network address, and behind one there may be very many people: a mobile network puts
thousands behind one address, a street festival a few hundred. So the budgets are what such a crowd
does in a lively hour, not what one person does. docs/decisions/0026 has the figures.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum


class Act(StrEnum):
    """What is counted. The value is part of a key, and of the name of a proof of work."""

    REGISTER = "register"
    """Sending the form of a registration, which sends a mail."""
    SIGN_IN = "sign-in"
    """Asking for a link to sign in, which sends a mail."""
    NEW_EMAIL = "new-email"
    """Asking for a link to a new address, which sends a mail to somebody."""
    TEXT_CODE = "text-code"
    """Asking for a code by text message, which costs money."""
    USE_LINK = "use-link"
    """Using a link from a mail: confirming a registration, signing in, a new address."""
    REPLY = "reply"
    """Answering, writing or checking a clock by a reply link."""
    UPLOAD = "upload"
    """A step that the script of a reply page takes: a file in parts, or that it was looked at. A
    large file takes dozens."""
    CHECK = "check"
    """Asking whether a reference is genuine."""
    OFFICER_SIGN_IN = "officer-sign-in"
    """Coming back from the officers' sign-in page, after which Cognito is asked."""


@dataclass(frozen=True)
class Budget:
    """How often one client may do an act within `WINDOW`.

    proof: from half of it on, a proof of work is asked; an act behind which no form stands is only
    refused at the end. owner: how often an owner may do it besides, whose browser shows that they
    have signed in before, without a thought of what others in their network do.
    """

    most: int
    proof: bool = False
    owner: int = 0

    @property
    def free(self) -> int:
        """How often it may be done without a proof of work."""
        return self.most // 2 if self.proof else self.most


WINDOW = timedelta(hours=1)

BUDGETS: Mapping[Act, Budget] = {
    Act.REGISTER: Budget(600, proof=True, owner=60),
    Act.SIGN_IN: Budget(400, proof=True, owner=60),
    Act.NEW_EMAIL: Budget(100, proof=True, owner=20),
    Act.TEXT_CODE: Budget(100, proof=True, owner=20),
    Act.USE_LINK: Budget(1200, proof=True),
    Act.REPLY: Budget(1200, proof=True),
    Act.UPLOAD: Budget(12_000),
    Act.CHECK: Budget(600),
    Act.OFFICER_SIGN_IN: Budget(3000),
}


def window_of(now: datetime) -> str:
    """Return the name of the window in which a moment lies: `2026-11-30T14`."""
    return f"{now.astimezone(UTC):%Y-%m-%dT%H}"


def window_end(now: datetime) -> datetime:
    """Return the end of the window in which a moment lies, when every budget is whole again."""
    whole = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return whole + WINDOW
