"""The console: what the replies prove about a scene, as a picture, in words and as a table, for one
request or for all requests of an incident together."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from chalice import Response

from chalicelib.access.permissions import Permission
from chalicelib.core.formatting import local_span, local_time
from chalicelib.core.times import whole_minute_from
from chalicelib.evidence.coverage_report import ReportedCoverage
from chalicelib.incidents.site_labels import SiteLabel
from chalicelib.requests.coverage.coverage import Coverage, CoverageSegment, SiteCoverage
from chalicelib.requests.coverage.viewing_log import AskedSite
from chalicelib.requests.model import FootageRequest
from chalicelib.requests.recipients.camera_view import ViewBasis
from chalicelib.requests.replies.answers import REASONS
from chalicelib.requests.standings import OPEN, CameraStatus
from chalicelib.web.api.coverage import csv_reply
from chalicelib.web.coverage.picture import marker_look, picture_of
from chalicelib.web.coverage.timeline import lanes_of, marks_of
from chalicelib.web.coverage.words import (
    answer_words,
    camera_words,
    clock_words,
    kept_words,
    minutes_words,
)
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import Audience, Routes
from chalicelib.web.http.templating import page

routes = Routes("console.coverage", "console")

Say = Callable[[datetime], str]

LISTED = 1_000
"""Most sites in the page's table, beginning with those that prove most: nobody reads a longer page,
and Lambda returns at most 6 MB. The disclosure list has every site."""


@routes.page("/console/requests/{request_id}/coverage", Audience.CONSOLE, Permission.VIEW_COVERAGE)
def coverage_page(call: RequestContext) -> Response:
    """Shows what the replies to a request prove and which minutes nobody covers. The look goes on
    record."""
    proof = call.services.evidence.coverage_report.coverage(call.id("request_id"), call.officer)
    (request,) = proof.requests
    return _page(call, proof, f"/requests/{request.id}", request=request)


@routes.page(
    "/console/incidents/{incident_id}/coverage", Audience.CONSOLE, Permission.VIEW_COVERAGE
)
def incident_coverage_page(call: RequestContext) -> Response:
    """Shows what the replies to all requests of an incident prove. The look goes on record."""
    proof = call.services.evidence.coverage_report.of_incident(call.id("incident_id"), call.officer)
    return _page(call, proof, f"/incidents/{proof.incident.id}", request=None)


@routes.page(
    "/console/requests/{request_id}/disclosure", Audience.CONSOLE, Permission.VIEW_COVERAGE
)
def download_disclosure(call: RequestContext) -> Response:
    """Downloads the disclosure list of a request as CSV. The download goes on record."""
    proofs = call.services.evidence.coverage_report
    return csv_reply(proofs.disclosure(call.id("request_id"), call.officer), _mark(call))


@routes.page(
    "/console/incidents/{incident_id}/disclosure", Audience.CONSOLE, Permission.VIEW_COVERAGE
)
def download_incident_disclosure(call: RequestContext) -> Response:
    """Downloads the disclosure lists of all requests of an incident as one CSV file."""
    proofs = call.services.evidence.coverage_report
    made = proofs.disclosure_of_incident(call.id("incident_id"), call.officer)
    return csv_reply(made, _mark(call))


def _mark(call: RequestContext) -> str:
    """The byte order mark for the button on the page, "" for other readers. Without the mark Excel
    takes a CSV for its own old encoding and spells "Seán" as "SeÃ¡n"; with it, programs find a
    first column of another name."""
    return codecs.BOM_UTF8.decode() if call.query.get("for") == "spreadsheet" else ""


def _page(
    call: RequestContext, proof: ReportedCoverage, where: str, request: FootageRequest | None
) -> Response:
    found, zone = proof.coverage, call.services.settings.time_zone
    registered = {one.site_id: one.asked.site for one in found.sites if one.asked.site}
    labels = call.services.requests.site_notes.labels_of(
        proof.incident, [one.site_id for one in found.sites], registered
    )
    numbers = {site_id: one.number for site_id, one in labels.items() if one.number}
    return page(
        call,
        "console/coverage.html",
        nav="incidents",
        where=where,
        request=request,
        incident=proof.incident,
        requests=proof.requests,
        skipped=sum(len(one.skipped) for one in proof.requests),
        made_at=found.made_at,
        window=found.window,
        picture=picture_of(found, numbers),
        lanes=lanes_of(found),
        marks=marks_of(found.window, zone),
        sums=_sums(found),
        gaps=[_gap(gap, zone) for gap in found.gaps],
        sites=_sites(proof, labels, zone),
        site_count=len(found.sites),
        reasons=REASONS,
    )


def _sums(found: Coverage) -> dict[str, str]:
    return {
        "window": minutes_words(found.minutes),
        "checked": minutes_words(found.checked_minutes),
        "held": minutes_words(found.held_minutes),
        "covered": minutes_words(found.covered_minutes),
        "stated": minutes_words(found.stated_minutes),
        "gaps": minutes_words(sum(gap.minutes for gap in found.gaps)),
    }


def _gap(gap: CoverageSegment, zone: str) -> dict[str, Any]:
    span = local_span(gap.start, gap.end, zone, "dense")
    return {
        "start": span.start,
        "end": span.end,
        "named": span.named,
        "minutes": minutes_words(gap.minutes),
        "why": [
            (number, standing.words, standing in OPEN) for standing, number in gap.counts.items()
        ],
    }


def _sites(
    proof: ReportedCoverage, labels: Mapping[str, SiteLabel], zone: str
) -> list[dict[str, Any]]:
    found = proof.coverage
    local = [moment.astimezone(ZoneInfo(zone)) for moment in found.window]
    within_a_day = local[0].date() == local[1].date()
    changes = local[0].utcoffset() != local[1].utcoffset()

    def say(moment: datetime) -> str:
        at = moment.astimezone(ZoneInfo(zone))
        clock = local_time(moment, zone, "clock", named=changes)
        return clock if within_a_day else f"{at.day} {at:%b} {clock}"

    return [
        _site(labels[site.site_id].number or number, labels[site.site_id].where, site, proof, say)
        for number, site in enumerate(found.sites[:LISTED], start=1)
    ]


def _site(
    number: int, where: str, site: SiteCoverage, proof: ReportedCoverage, say: Say
) -> dict[str, Any]:
    # The stretches that a site was asked for imply those that it was not asked for.
    told = [one for one in site.scene if one.standing is not CameraStatus.NOT_ASKED] or site.scene
    timed = len(site.scene) > 1
    return {
        "number": number,
        "where": where,
        "site_id": site.site_id,
        "asks": _asks(site.asks, proof),
        "look": marker_look(site),
        "known": any(view.known for view in site.views),
        "cameras": _cameras(site),
        "usual": any(view.basis is ViewBasis.USUAL for view in site.views),
        "timed": timed,
        "stretches": [
            {
                "start": say(stretch.start),
                "end": say(whole_minute_from(stretch.end)),
                "words": stretch.standing.words if timed else _sentence(stretch.standing),
                "look": stretch.standing.value,
            }
            for stretch in told
        ],
    }


def _cameras(site: SiteCoverage) -> list[tuple[str, str, str, str]]:
    """A site's cameras in words, alike ones together: their numbers and answer where the owner
    answered camera by camera, else how many they are; what they are; how long they keep footage."""
    alike: dict[tuple[str, str, str], list[int]] = {}
    for view in site.views:
        said = answer_words(site.asked, view)
        alike.setdefault((camera_words(view), kept_words(view), said), []).append(
            view.camera.number
        )
    return [
        (
            f"{', '.join(map(str, numbers))} {said}" if said else "",
            f"{len(numbers)} × " if len(numbers) > 1 and not said else "",
            words,
            kept,
        )
        for (words, kept, said), numbers in alike.items()
    ]


def _asks(asks: Sequence[AskedSite], proof: ReportedCoverage) -> list[dict[str, Any]]:
    """Each request's question to one site, with the request's reference where there are several."""
    return [
        {
            "recipient": asked.recipient,
            "acted_at": asked.acted_at,
            "clock": clock_words(asked),
            "reference": proof.request(asked.recipient.request_id).reference
            if len(proof.requests) > 1
            else "",
        }
        for asked in asks
    ]


def _sentence(standing: CameraStatus) -> str:
    words = standing.words
    return words[0].upper() + words[1:]
