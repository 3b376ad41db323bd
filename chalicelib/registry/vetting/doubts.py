"""When an address is doubted: nothing that we know vouches for it. Pure.

Threat: somebody who wants to know what the police look into registers a camera that does not exist
at an address near the scene, and waits for a request to tell them. So an owner at an address that
is doubted reads nothing of a case until an administrator has looked at it.

Nobody can be sure of an address from what is typed. These are the signs that can be had without a
step more for everybody; a letter with a code would be surer, and cost every resident a week.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from chalicelib.registry.model import Doubt

UNDOUBTED_SITES = 5
"""Sites that one mailbox may register before the next ones are doubted: a home, a holiday home and
a few shops."""

WORDS: Mapping[Doubt, str] = {
    Doubt.POSTCODE: "The postcode is not known, so the pin cannot be compared with it",
    Doubt.PIN: "The pin is far from the postcode",
    Doubt.STREET: "No street of this name is known near the postcode",
    Doubt.MANY_SITES: "The same mailbox registered many addresses",
    Doubt.BUSY_NETWORK: "Very many registrations came from the same network in that hour",
}
"""Each doubt in words, for the administrator who looks."""

OF_THE_PLACE = frozenset({Doubt.POSTCODE, Doubt.PIN})
"""Doubts that another position may end; the others stay until somebody has looked."""


def moved(before: Iterable[Doubt], place: Iterable[Doubt]) -> tuple[Doubt, ...]:
    """Return the doubts of a site after its owner moved it. place: those of the new position."""
    kept = [one for one in before if one not in OF_THE_PLACE]
    return tuple(dict.fromkeys([*kept, *place]))


def counted(doubts: Iterable[Doubt], sites: int) -> tuple[Doubt, ...]:
    """Return the doubts of a site that is confirmed now. sites: how many its owner has already."""
    more = [Doubt.MANY_SITES] if sites >= UNDOUBTED_SITES else []
    return tuple(dict.fromkeys([*doubts, *more]))
