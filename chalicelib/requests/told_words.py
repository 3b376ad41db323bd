"""What an owner is told of a case: one rule for e-mails, text messages, pages and threads. Pure.

Owners read what the officer wrote for them: the public description and the request's own words. An
owner at an address that is doubted (`registry.vetting.doubts`) reads neither until somebody has
looked at the address: only which minutes of which cameras are wanted, and the area that everybody
is shown. A mail about several sites says what the best of them allows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from chalicelib.registry.model import Site

HAPPENED = "We are looking into something that happened near this address."
ASKS = (
    "Please look at what your camera recorded at the time we ask about, and save it. We have not "
    "checked the address that you registered yet. Once we have, the page where you answer says "
    "more. You can also call us and give the reference."
)
NOT_YET = (
    "The address of this site has not been checked, so its owner is sent nothing about the case. "
    "Ask an administrator to look at it under New addresses, or call the owner."
)
"""Why an officer cannot write to such an owner."""


@dataclass(frozen=True)
class ToldWords:
    """What an owner reads. happened: of the incident. asks: of what the officer asks."""

    happened: str
    asks: str


def is_vouched(sites: Iterable[Site | None]) -> bool:
    """Tell whether one of these sites of an owner is not doubted. None: a site that is gone."""
    return any(site is not None and not site.doubts for site in sites)


def words_for(sites: Iterable[Site | None], happened: str, asks: str) -> ToldWords:
    """Return what the owner of these sites may read. happened, asks: in the officer's words."""
    return ToldWords(happened, asks) if is_vouched(sites) else ToldWords(HAPPENED, ASKS)
