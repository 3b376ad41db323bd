"""How a limit is said to people: to wait, or to have their device prove some work first."""

from __future__ import annotations

from datetime import datetime

from chalicelib.core.errors import TooMany

MINUTE = 60


class Flooded(TooMany):
    """Too much of one act came from one network, or too many mails were asked for.

    retry_after: seconds after which it can be done again, for the header Retry-After. at: that
    moment.
    """

    code, title = "too-many", "Please wait a little"

    def __init__(self, sentence: str, now: datetime, at: datetime) -> None:
        super().__init__(sentence)
        self.at = at
        self.retry_after = max(1, round((at - now).total_seconds()))


class ProofNeeded(Flooded):
    """A limit is near: the same form is taken at once with a proof of work, and without one after
    `at`."""

    code, title = "proof-needed", "One more moment"
