"""What stands against a request before it is sent, in the words of the compose page. Owners are
never named here: a site is a number in the list that the officer chose from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.core.errors import Invalid
from chalicelib.incidents.service import Incident
from chalicelib.requests.model import SkipReason
from chalicelib.requests.recipients.eligibility import SENTENCES, RequestCheck
from chalicelib.web.compose.fields import ComposedRequest
from chalicelib.web.http.request_context import RequestContext

SOON = timedelta(hours=24)


@dataclass(frozen=True)
class LeftOutSites:
    """Sites that will not be asked for one reason. numbers: as the list numbers them, in words;
    "" when they are not in it."""

    why: SkipReason
    sentence: str
    numbers: str
    site_ids: tuple[str, ...]


@dataclass(frozen=True)
class CheckedRequest:
    """asked, owners: sites, and messages. soonest: when the first footage that is still there is
    overwritten, soonest_certain whether that is known. closing: sites of which that is within
    24 hours; lost: it has begun already; silent: nothing records. long_windows: how many times
    are longer than an investigator may ask for. problems: what makes a request of this
    impossible. ready: False while there is nothing to check."""

    ready: bool = True
    asked: int = 0
    owners: int = 0
    left: tuple[LeftOutSites, ...] = ()
    soonest: datetime | None = None
    soonest_certain: bool = True
    closing: int = 0
    lost: int = 0
    silent: int = 0
    long_windows: int = 0
    over_budget: int = 0
    needs_reason: bool = False
    may_override: bool = False
    problems: tuple[str, ...] = ()

    @property
    def skipped(self) -> int:
        """How many of the chosen sites will not be asked."""
        return sum(len(one.site_ids) for one in self.left)


def check_composed(
    call: RequestContext,
    incident: Incident,
    composed: ComposedRequest | None,
    numbered: Sequence[str],
) -> CheckedRequest:
    """The request as typed, looked at. composed: None while its times cannot be read. numbered:
    the sites of the list, in its order."""
    if composed is None or not composed.chosen:
        return CheckedRequest(ready=False)
    try:
        found = call.services.requests.requests.check_request(
            incident,
            composed.chosen,
            composed.window.start,
            composed.window.end,
            call.officer,
            windows=composed.windows,
        )
    except Invalid as error:
        return CheckedRequest(problems=tuple(dict.fromkeys(said for _, said in error.fields)))
    return check_in_words(found, numbered, call.now)


def check_in_words(found: RequestCheck, numbered: Sequence[str], now: datetime) -> CheckedRequest:
    """The check as the page shows it."""
    at = {site_id: number for number, site_id in enumerate(numbered, start=1)}
    left = []
    for why in SkipReason:
        ids = sorted(
            (one.site_id for one in found.skipped if one.why is why), key=lambda i: at.get(i, 0)
        )
        if ids:
            numbers = [at[site_id] for site_id in ids if site_id in at]
            left.append(LeftOutSites(why, SENTENCES[why], number_spans(numbers), tuple(ids)))
    deadlines = [found.deadlines.get(site_id) for site_id in found.asked]
    coming = [one for one in deadlines if one and one.at > now]
    soonest = min(coming, key=lambda one: (one.at, one.certain), default=None)
    return CheckedRequest(
        asked=len(found.asked),
        owners=found.owners,
        left=tuple(left),
        soonest=soonest.at if soonest else None,
        soonest_certain=bool(soonest and soonest.certain),
        closing=sum(one.at <= now + SOON for one in coming),
        lost=sum(one is not None and one.at <= now for one in deadlines),
        silent=sum(one is None for one in deadlines),
        long_windows=len(found.too_long),
        over_budget=found.over_budget,
        needs_reason=found.needs_reason,
        may_override=found.may_override,
    )


def number_spans(numbers: Sequence[int]) -> str:
    """`1 to 4, 7, 8`: ascending numbers in words."""
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][-1] + 1:
            found[-1] = [found[-1][0], number]
        else:
            found.append([number])
    said = (
        (" to " if span[-1] - span[0] > 1 else ", ").join(str(number) for number in span)
        for span in found
    )
    return ", ".join(said)
