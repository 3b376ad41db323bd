"""The console: what the answers to a request prove, as a picture, in words and as a table."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from chalice import Response

from chalicelib.access.permissions import Permission
from chalicelib.requests.answer import REASONS
from chalicelib.requests.coverage import Coverage, Segment, SiteProof
from chalicelib.requests.standings import Standing
from chalicelib.requests.views import Basis
from chalicelib.web.api_coverage import csv_reply
from chalicelib.web.call import Call
from chalicelib.web.coverage_picture import look_of, picture_of
from chalicelib.web.coverage_timeline import lanes_of, marks_of
from chalicelib.web.coverage_words import STANDINGS, camera_words, kept_words, minutes_words
from chalicelib.web.render import page
from chalicelib.web.routing import Audience, Routes

routes = Routes("console_coverage", "console")


@routes.page("/console/requests/{request_id}/coverage", Audience.CONSOLE, Permission.VIEW_COVERAGE)
def show(call: Call) -> Response:
    """What is proven, by whom, and what nobody saw. Looking at it goes on record."""
    found, incident = call.services.proofs.coverage(call.id("request_id"), call.officer)
    return page(
        call,
        "console/coverage.html",
        nav="incidents",
        request=found.request,
        incident=incident,
        made_at=found.made_at,
        picture=picture_of(found),
        lanes=lanes_of(found),
        marks=marks_of(found.window, call.services.settings.time_zone),
        sums=_sums(found),
        gaps=[_gap(gap) for gap in found.gaps],
        sites=_sites(found, call.services.settings.time_zone),
        reasons=REASONS,
    )


@routes.page(
    "/console/requests/{request_id}/disclosure", Audience.CONSOLE, Permission.VIEW_COVERAGE
)
def disclosure(call: Call) -> Response:
    """The disclosure list as a file. Taking it goes on record."""
    return csv_reply(call.services.proofs.disclosure(call.id("request_id"), call.officer))


def _sums(found: Coverage) -> dict[str, str]:
    return {
        "window": minutes_words(sum(segment.minutes for segment in found.segments)),
        "checked": minutes_words(found.minutes(Standing.CHECKED)),
        "held": minutes_words(found.minutes(Standing.HELD)),
        "covered": minutes_words(found.covered_minutes),
        "stated": minutes_words(found.stated_minutes),
        "gaps": minutes_words(sum(gap.minutes for gap in found.gaps)),
    }


def _gap(gap: Segment) -> dict[str, Any]:
    return {
        "start": gap.start,
        "end": gap.end,
        "minutes": minutes_words(gap.minutes),
        "why": [
            (number, STANDINGS[standing], standing is Standing.WAITING)
            for standing, number in gap.counts.items()
        ],
    }


def _sites(found: Coverage, zone: str) -> list[dict[str, Any]]:
    local = [moment.astimezone(ZoneInfo(zone)) for moment in found.window]
    within_a_day = local[0].date() == local[1].date()

    def say(moment: datetime) -> str:
        at = moment.astimezone(ZoneInfo(zone))
        return f"{at:%H:%M}" if within_a_day else f"{at.day} {at:%b %H:%M}"

    return [_site(number, site, say) for number, site in enumerate(found.sites, start=1)]


def _site(number: int, site: SiteProof, say: Callable[[datetime], str]) -> dict[str, Any]:
    several = len(site.stretches) > 1
    return {
        "number": number,
        "recipient": site.asked.recipient,
        "look": look_of(site),
        "known": any(view.known for view in site.views),
        "acted_at": site.asked.acted_at,
        "cameras": [(camera_words(view), kept_words(view)) for view in site.views],
        "usual": any(view.basis is Basis.USUAL for view in site.views),
        "stretches": [
            {
                "start": say(stretch.start),
                "end": say(stretch.end),
                "words": STANDINGS[stretch.standing] if several else _sentence(stretch.standing),
                "look": stretch.standing.value,
            }
            for stretch in site.stretches
        ],
    }


def _sentence(standing: Standing) -> str:
    words = STANDINGS[standing]
    return words[0].upper() + words[1:]
