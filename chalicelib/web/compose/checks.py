"""The compose page's checks of a request before it is sent, in words. Owners are never named here:
a site is a number in the list that the officer chose from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    """Sites that will not be asked for one reason. numbers: their numbers in the page's list, in
    words; "" when the list has none of them."""

    why: SkipReason
    sentence: str
    numbers: str
    site_ids: tuple[str, ...]


@dataclass(frozen=True)
class CheckedRequest:
    """What a request would do, as the compose page shows it.

    ready: False while there is nothing to check. asked: sites that would be asked; owners: messages
    that would be sent. soonest: when the first footage still kept starts to be overwritten;
    soonest_certain: False when that rests on an assumption. closing: sites whose footage starts to
    be overwritten within 24 hours; lost: sites where it has started; silent: sites that record
    nothing. long_windows: how many windows are longer than an investigator may ask for. problems:
    sentences that say why no request can be made of the form.
    """

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
    composed: ComposedRequest,
    numbers: Mapping[str, int],
) -> CheckedRequest:
    """Checks a request as typed, whose times could be read. numbers: of the sites in
    the page's list, by id."""
    if not composed.chosen:
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
    return check_in_words(found, numbers, call.now)


def check_in_words(found: RequestCheck, at: Mapping[str, int], now: datetime) -> CheckedRequest:
    """A request's check as the compose page shows it. at: numbers of the sites in the list."""
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
    """Ascending numbers in words, like `1 to 4, 7, 8`."""
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
