"""What the replies prove about a scene, as GeoJSON (RFC 7946), made of the models that describe it
in the API. docs/coverage.md explains every member."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from chalicelib.evidence.coverage_report import ReportedCoverage
from chalicelib.geo import h3_cells
from chalicelib.requests.coverage.coverage import Coverage, CoverageSegment, SiteCoverage
from chalicelib.requests.coverage.coverage_cells import SeenCell, SeenCells
from chalicelib.requests.coverage.viewing_log import AskedSite
from chalicelib.requests.model import ANSWERED, FootageWindow
from chalicelib.requests.recipient_states import STATES
from chalicelib.requests.recipients.camera_view import CameraView
from chalicelib.requests.standings import OPEN
from chalicelib.web.models import coverage_models as models
from chalicelib.web.models.response_models import geojson_point

DIGITS = 6
"""Decimal places of a degree, about 11 cm, as positions are stored."""

DETAILED, LISTED = 1_000, 3_000
"""Most sites with their cameras, and most sites at all, in one answer: Lambda returns at most 6 MB,
a site with its cameras takes about 2 kB and one without 0.5 kB. Sites that prove most come first,
so those are in it. No request has so many sites; all requests of an incident together may."""
CELLS_OF_INCIDENT = 2_000_000
"""Bytes that the cells of an incident's coverage may take beside that many sites."""


def request_coverage(proof: ReportedCoverage, found: SeenCells) -> models.CoverageModel:
    """The coverage of one request as GeoJSON. found: the cells that its cameras have in view."""
    (request,) = proof.requests
    return models.CoverageModel.from_source(
        proof.coverage, request=models.CoverageRequest.from_source(request), **_rest(proof, found)
    )


def incident_coverage(proof: ReportedCoverage, found: SeenCells) -> models.IncidentCoverage:
    """The coverage of all requests of an incident together as GeoJSON. found: the cells in view."""
    return models.IncidentCoverage.from_source(
        proof.coverage,
        incident=models.CoverageIncident.from_source(proof.incident),
        requests=[
            models.IncidentRequest.from_source(one, window=_span(one.window_from, one.window_to))
            for one in proof.requests
        ],
        **_rest(proof, found),
    )


def _rest(proof: ReportedCoverage, found: SeenCells) -> dict[str, Any]:
    """Members that both coverages share: a feature for each site and each cell in view, and beside
    them the windows, the timeline, its gaps and the sums."""
    coverage, (latitude, longitude) = proof.coverage, proof.coverage.scene
    return {
        "type": "FeatureCollection",
        "scene": geojson_point(longitude / 1e6, latitude / 1e6),
        "window": _span(*coverage.window),
        "spans": [_span(span.start, span.end) for span in coverage.spans],
        "cells": models.CoverageCells(
            system="H3", resolution=found.resolution, counts_when="centre in view"
        ),
        "summary": models.CoverageSummary.from_source(
            coverage,
            sites=len(coverage.sites),
            covered_minutes_stated=coverage.stated_minutes,
            gap_minutes=sum(gap.minutes for gap in coverage.gaps),
        ),
        "timeline": [
            models.TimelinePart.from_source(one, gap=not one.covered, **_ends(one))
            for one in coverage.segments
        ],
        "gaps": [_gap(segment) for segment in coverage.gaps],
        "truncated": len(coverage.sites) > LISTED,
        "features": [
            *(
                _site(site, coverage, number < DETAILED)
                for number, site in enumerate(coverage.sites[:LISTED])
            ),
            *(_cell(cell) for cell in found.cells),
        ],
    }


def _gap(segment: CoverageSegment) -> models.Gap:
    may_close = any(segment.counts.get(standing) for standing in OPEN)
    why = dict(segment.counts)
    return models.Gap.from_source(
        segment, why=why, answer_may_still_close=may_close, **_ends(segment)
    )


def _site(site: SiteCoverage, coverage: Coverage, detailed: bool) -> models.SiteFeature:
    registered = site.asked.site
    return models.SiteFeature(
        type="Feature",
        id=site.site_id,
        # A site that was taken off the register has no place any more (RFC 7946, 3.2).
        geometry=geojson_point(registered.longitude_e6 / 1e6, registered.latitude_e6 / 1e6)
        if registered
        else None,
        properties=models.CoverageSite.from_source(
            site.asked.recipient,
            layer="site",
            kind=registered.property_type if registered else None,
            position_source=registered.position_source if registered else None,
            scene=[models.SceneStretch.from_source(one, **_ends(one)) for one in site.scene],
            cameras=[_camera(view, site, coverage.spans) for view in site.views if detailed],
            asks=[
                models.SiteAsk.from_source(asked.recipient, **_ask(asked))
                for asked in site.asks
                if detailed
            ],
            **_ask(site.asked),
        ),
    )


def _ask(asked: AskedSite) -> dict[str, Any]:
    """Properties of an asked site that its stored recipient does not have."""
    return {
        "acted_at": asked.acted_at if STATES[asked.recipient.state].layer else None,
        "window": _span(asked.window.start, asked.window.end),
    }


def _camera(
    view: CameraView, site: SiteCoverage, spans: Sequence[FootageWindow]
) -> models.CoverageCamera:
    shown = site.shown(view, spans)
    longest = max(
        (window for _, window in shown), key=lambda one: one.end - one.start, default=None
    )
    state, reason = site.asked.answer(view.camera.number)
    return models.CoverageCamera.from_source(
        view.camera,
        view=view.basis,
        view_unknown_because=view.unclear,
        sees_scene=view.sees,
        records=view.records,
        kept_minutes=view.kept.minutes,
        kept_certain=view.kept.certain,
        answer=state if state in ANSWERED else None,
        reason=reason,
        minutes_shown=_span(longest.start, longest.end) if longest else None,
        shown=[
            {"layer": layer, **_ends(window)}
            for said, window in shown
            if (layer := STATES[said].layer)
        ],
    )


def _cell(found: SeenCell) -> models.CellFeature:
    corners = [[round(x, DIGITS), round(y, DIGITS)] for x, y in h3_cells.cell_boundary(found.cell)]
    return models.CellFeature(
        type="Feature",
        id=f"{found.layer.value}.{found.cell}",
        geometry=models.GeoJsonPolygon(type="Polygon", coordinates=[[*corners, corners[0]]]),
        properties=models.CoverageCell.from_source(found, view=found.basis, **_ends(found)),
    )


def _ends(one: Any) -> dict[str, datetime]:
    """The members `from` and `to` of anything with a start and an end."""
    return _span(one.start, one.end)


def _span(start: datetime, end: datetime) -> dict[str, datetime]:
    return {"from": start, "to": end}
