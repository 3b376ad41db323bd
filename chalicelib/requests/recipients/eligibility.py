"""Whom a request may reach: checked before it is sent, and again as each owner is written to.

Four things keep owners willing to help: nobody is asked twice for the same minutes of an
incident, nobody who paused is asked, nobody is asked by more than a few requests in a month (the
contact budget), and nobody is asked for a whole day of footage. A supervisor may go beyond the
last two with a reason, which is on record. Pure; `requests.recipients.contact_history` reads the
facts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.requests.model import Deadline, FootageWindow, SkippedSite, SkipReason

BUDGET_TIME = timedelta(days=30)
"""The time over which the requests that reached an owner are counted."""


@dataclass(frozen=True)
class PastContact:
    """One request that reached an owner. site_ids: which of their sites it asked for."""

    request_id: str
    incident_id: str
    at: datetime
    site_ids: tuple[str, ...]


@dataclass(frozen=True)
class OwnerFacts:
    """What the checks need to know of an owner. contacts: oldest first."""

    paused_until: datetime | None = None
    contacts: tuple[PastContact, ...] = ()


@dataclass(frozen=True)
class EligibilityFacts:
    """The facts of eligibility that the checks of a request need.

    owners: by site, for the sites that are registered. known: by owner. asked: the times that
    sites were already asked for, for the same incident.
    """

    owners: Mapping[str, str]
    known: Mapping[str, OwnerFacts]
    asked: Mapping[str, Sequence[FootageWindow]]


@dataclass(frozen=True)
class Decision:
    """Each chosen site once: asked, or skipped with why. asked: the sites of an owner together."""

    asked: tuple[str, ...]
    skipped: tuple[SkippedSite, ...]


@dataclass(frozen=True)
class RequestCheck:
    """What a request would do, without doing it.

    asked: the sites that would be asked; skipped: those that would not, and why. owners: how
    many messages that is. too_long: the fields of windows that need a supervisor's reason.
    may_override: this officer may give one. deadlines: of the sites asked; None for one that
    keeps nothing.
    """

    asked: tuple[str, ...]
    skipped: tuple[SkippedSite, ...]
    owners: int
    too_long: tuple[str, ...]
    may_override: bool
    deadlines: Mapping[str, Deadline | None]

    @property
    def over_budget(self) -> int:
        """How many sites a supervisor's reason would add to those asked."""
        return sum(one.why is SkipReason.ASKED_OFTEN for one in self.skipped)

    @property
    def needs_reason(self) -> bool:
        """True when a supervisor's reason would let more of it, or all of it, go out."""
        return bool(self.too_long or self.over_budget)


def windows_overlap(one: FootageWindow, other: FootageWindow) -> bool:
    """True when two windows share a moment."""
    return one.start < other.end and other.start < one.end


def recent_contacts(contacts: Iterable[PastContact], now: datetime) -> tuple[PastContact, ...]:
    """The contacts that still count against the budget: those within BUDGET_TIME."""
    return tuple(one for one in contacts if one.at > now - BUDGET_TIME)


def skip_reason(
    owner: OwnerFacts, request_id: str, now: datetime, budget: int, override: bool
) -> SkipReason | None:
    """Why this owner is not asked by this request; None when they are.

    budget: how many requests may reach an owner in BUDGET_TIME; a request that already did
    counts once, however many of their sites it asks for. override: a supervisor gave a reason.
    """
    if owner.paused_until and owner.paused_until > now:
        return SkipReason.PAUSED
    others = {one.request_id for one in recent_contacts(owner.contacts, now)} - {request_id}
    if len(others) >= budget and not override:
        return SkipReason.ASKED_OFTEN
    return None


def decide_recipients(
    windows: Mapping[str, FootageWindow],
    facts: EligibilityFacts,
    request_id: str,
    now: datetime,
    budget: int,
    override: bool,
) -> Decision:
    """Decide who is asked. windows: the chosen sites, each with the time it would be asked for."""
    asked: list[str] = []
    skipped: list[SkippedSite] = []
    for site_id in sorted(windows, key=lambda one: (facts.owners.get(one, ""), one)):
        owner_id = facts.owners.get(site_id)
        if owner_id is None or owner_id not in facts.known:
            why: SkipReason | None = SkipReason.NOT_REGISTERED
        elif any(
            windows_overlap(windows[site_id], before) for before in facts.asked.get(site_id, ())
        ):
            why = SkipReason.ALREADY_ASKED
        else:
            why = skip_reason(facts.known[owner_id], request_id, now, budget, override)
        if why:
            skipped.append(SkippedSite(site_id, why))
        else:
            asked.append(site_id)
    return Decision(tuple(asked), tuple(sorted(skipped, key=lambda one: one.site_id)))


SENTENCES = {
    SkipReason.ALREADY_ASKED: "Already asked for this incident, for a time that overlaps this one.",
    SkipReason.PAUSED: "The owner is not asked at the moment: they paused requests, or a message "
    "to "
    "them came back.",
    SkipReason.ASKED_OFTEN: "The owner was asked as often as an owner may be in 30 days. A "
    "supervisor "
    "may ask all the same, with a reason.",
    SkipReason.NOT_REGISTERED: "This site is not registered any more.",
}
"""Why a site is skipped, for the officer."""

_COUNTED = {
    SkipReason.ALREADY_ASKED: "already asked for this incident",
    SkipReason.PAUSED: "paused by the owner or unreachable",
    SkipReason.ASKED_OFTEN: "asked as often as an owner may be in 30 days",
    SkipReason.NOT_REGISTERED: "not registered any more",
}


def nobody_left_sentence(skipped: Collection[SkippedSite]) -> str:
    """The sentence for a request that would reach nobody."""
    counts = Counter(one.why for one in skipped)
    said = "; ".join(f"{counts[why]} {words}" for why, words in _COUNTED.items() if counts[why])
    more = ""
    if counts[SkipReason.ASKED_OFTEN]:
        more = " A supervisor may ask all the same, with a reason."
    return f"Nobody is left to ask. Of the sites you chose: {said}.{more}"
