"""Sort a request's recipients for an officer: who is to be chased first. Pure.

Recipients that have not answered stand on top, the footage that is overwritten next first, because
that is what can still be lost; then what was saved or came, then answers that end the matter, then
those from whom nothing comes any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from chalicelib.geo.geodesy import Point, distance
from chalicelib.geo.sight import field_of_view
from chalicelib.geo.sight.field_of_view import Place
from chalicelib.registry.model import Site
from chalicelib.requests.model import Recipient, RecipientState
from chalicelib.requests.recipient_states import STATES, TriageGroup
from chalicelib.requests.recipients.relevant_cameras import sight_of_site
from chalicelib.requests.reminder_schedule import current_deadline
from chalicelib.search.site_matching import Look

SOON = timedelta(hours=24)
"""Footage that is overwritten within this is worth a telephone call."""

_FAR = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class SiteSummary:
    """What may be known of a site without its owner: how far it is from the scene in metres, home
    or business, how many cameras, and whether one of them has any of what was searched in view
    (yes, no or unknown, as a search says it)."""

    distance_m: float
    kind: str
    cameras: int
    sees: str


@dataclass(frozen=True)
class Triage:
    """The recipients of a request in groups, every recipient once.

    groups: those that are not empty, in order. counts: how many are in each state that occurs, in
    the order of the groups. next_lost: the recipient without an answer that may have seen it and
    whose footage is overwritten first, when that is within SOON.
    """

    groups: tuple[tuple[TriageGroup, tuple[Recipient, ...]], ...]
    counts: tuple[tuple[RecipientState, TriageGroup, int], ...]
    next_lost: Recipient | None


def triage_recipients(
    recipients: Iterable[Recipient], known: Mapping[str, SiteSummary], now: datetime
) -> Triage:
    """The recipients of a request, in groups. known: their sites, by id, as far as registered."""
    everyone = _ordered(recipients, now)
    groups = [
        (group, tuple(one for one in everyone if _group(one) is group)) for group in TriageGroup
    ]
    counts = [
        (state, kind.group, sum(one.state is state for one in everyone))
        for state, kind in STATES.items()
    ]
    return Triage(
        groups=tuple((group, some) for group, some in groups if some),
        counts=tuple(one for one in counts if one[2]),
        next_lost=next_lost(_urgent(everyone, now), known),
    )


def _group(recipient: Recipient) -> TriageGroup:
    return STATES[recipient.state].group


def _ordered(recipients: Iterable[Recipient], now: datetime) -> list[Recipient]:
    current = (current_deadline(one, now) for one in recipients)
    return sorted(current, key=lambda one: _place(one, now))


def _place(recipient: Recipient, now: datetime) -> tuple[bool, float, str]:
    """Sort key within a group: what waits by what is lost first, what is lost already last;
    what was saved by when it is due, and before what came; what was answered by the newest."""
    group, state = _group(recipient), recipient.state
    answered = -recipient.answered_at.timestamp() if recipient.answered_at else 0.0
    if group is TriageGroup.ANSWERED or state is RecipientState.UPLOADED:
        return (state is RecipientState.UPLOADED, answered, recipient.site_id)
    until = recipient.upload_by if state is RecipientState.SAVED else recipient.deadline
    lost = group is TriageGroup.WAITING and until is not None and until <= now
    return (lost, (until or _FAR).timestamp(), recipient.site_id)


def urgent_recipients(recipients: Iterable[Recipient], now: datetime) -> list[Recipient]:
    """Recipients without an answer whose footage is overwritten within SOON, the earliest first."""
    return _urgent(_ordered(recipients, now), now)


def _urgent(ordered: Iterable[Recipient], now: datetime) -> list[Recipient]:
    return [
        one
        for one in ordered
        if _group(one) is TriageGroup.WAITING
        and one.deadline is not None
        and now < one.deadline <= now + SOON
    ]


def next_lost(hurry: Iterable[Recipient], known: Mapping[str, SiteSummary]) -> Recipient | None:
    """The first recipient that may have seen the scene. hurry: those who are `urgent_recipients`.
    known: sites by id; one that is not among them may have seen it."""
    away = {site_id for site_id, site in known.items() if site.sees == field_of_view.NO}
    return next((one for one in hurry if one.site_id not in away), None)


def site_summary(site: Site, scene: Place, looks: Sequence[Look]) -> SiteSummary:
    """What may be shown of a site beside its answer. scene: latitude, longitude, microdegrees.
    looks: at what officers searched (`RelevantCameras`)."""
    there = Point.from_microdegrees(site.latitude_e6, site.longitude_e6)
    return SiteSummary(
        distance_m=distance(there, Point.from_microdegrees(*scene)),
        kind=site.property_type.value,
        cameras=len(site.cameras),
        sees=sight_of_site(site, looks),
    )


def site_summaries(
    sites: Mapping[str, Site], scene: Place, looks: Sequence[Look]
) -> dict[str, SiteSummary]:
    """Site id → `site_summary` of each site."""
    return {site_id: site_summary(site, scene, looks) for site_id, site in sites.items()}
