"""What answers prove, as GeoJSON (RFC 7946). docs/coverage.md explains every member."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from chalicelib.evidence.proofs import Proof
from chalicelib.geo import cells
from chalicelib.requests.asked import Asked
from chalicelib.requests.coverage import Coverage, Segment, SiteProof
from chalicelib.requests.coverage_cells import SeenCell, SeenCells, layer_of
from chalicelib.requests.model import ANSWERS, FootageRequest, State, Window
from chalicelib.requests.standings import OPEN
from chalicelib.requests.views import CameraView
from chalicelib.times import iso, iso_seconds

DIGITS = 6
"""Of a degree: 11 cm, as positions are stored."""

DETAILED, LISTED = 1_000, 3_000
"""Sites with all their cameras, and sites at all, in one answer: Lambda returns at most 6 MB, a
site with its cameras takes about 2 kB and one without 0.5. They come by what they answered, so the
ones that prove something are in it. No request has so many; an incident's requests together may."""
CELLS_OF_INCIDENT = 2_000_000
"""Bytes that the cells of an incident may take beside so many sites."""


def request_coverage_json(proof: Proof, found: SeenCells) -> dict[str, Any]:
    """Of one request."""
    (request,) = proof.requests
    return {"type": "FeatureCollection", "request": _request(request), **_rest(proof, found)}


def incident_coverage_json(proof: Proof, found: SeenCells) -> dict[str, Any]:
    """Of all requests of an incident together."""
    incident = proof.incident
    return {
        "type": "FeatureCollection",
        "incident": {
            "id": incident.id,
            "crime_reference": incident.crime_reference,
            "occurred_from": iso(incident.occurred_from),
            "occurred_to": iso(incident.occurred_to),
        },
        "requests": [
            {**_request(one), "window": _span(one.window_from, one.window_to)}
            for one in proof.requests
        ],
        **_rest(proof, found),
    }


def _request(request: FootageRequest) -> dict[str, Any]:
    return {
        "id": request.id,
        "reference": request.reference,
        "incident_id": request.incident_id,
        "state": request.state.value,
    }


def _rest(proof: Proof, found: SeenCells) -> dict[str, Any]:
    """A feature per site and per cell in view; the time, its gaps and the sums beside them."""
    coverage, (latitude, longitude) = proof.coverage, proof.coverage.scene
    return {
        "made_at": iso_seconds(coverage.made_at),
        "scene": {"type": "Point", "coordinates": [longitude / 1e6, latitude / 1e6]},
        "window": _span(*coverage.window),
        "spans": [_span(span.start, span.end) for span in coverage.spans],
        "cells": {"system": "H3", "resolution": found.resolution, "counts_when": "centre in view"},
        "summary": {
            "sites": len(coverage.sites),
            "minutes": _minutes(coverage.minutes),
            "checked_minutes": _minutes(coverage.checked_minutes),
            "held_minutes": _minutes(coverage.held_minutes),
            "covered_minutes": _minutes(coverage.covered_minutes),
            "covered_minutes_stated": _minutes(coverage.stated_minutes),
            "gap_minutes": _minutes(sum(gap.minutes for gap in coverage.gaps)),
        },
        "timeline": [_segment(segment) for segment in coverage.segments],
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


def _segment(segment: Segment) -> dict[str, Any]:
    return {
        **_span(segment.start, segment.end),
        "minutes": _minutes(segment.minutes),
        "checked": segment.checked,
        "held": segment.held,
        "possible": segment.possible,
        "gap": not segment.covered,
    }


def _gap(segment: Segment) -> dict[str, Any]:
    return {
        **_span(segment.start, segment.end),
        "minutes": _minutes(segment.minutes),
        "why": {standing.value: number for standing, number in segment.counts.items()},
        "possible": segment.possible,
        "answer_may_still_close": any(segment.counts.get(standing) for standing in OPEN),
    }


def _site(site: SiteProof, coverage: Coverage, detailed: bool) -> dict[str, Any]:
    registered = site.asked.site
    position = [registered.longitude_e6 / 1e6, registered.latitude_e6 / 1e6] if registered else None
    return {
        "type": "Feature",
        "id": site.site_id,
        # A site that was taken off the register has no place any more (RFC 7946, 3.2).
        "geometry": {"type": "Point", "coordinates": position} if position else None,
        "properties": {
            "layer": "site",
            "site_id": site.site_id,
            "kind": registered.property_type.value if registered else None,
            "position_source": registered.position_source.value if registered else None,
            **_ask(site.asked),
            "scene": [
                {**_span(one.start, one.end), "standing": one.standing.value} for one in site.scene
            ],
            "cameras": [
                _camera(view, site, coverage.spans) for view in (site.views if detailed else ())
            ],
            "asks": [
                {"request_id": asked.recipient.request_id, **_ask(asked)}
                for asked in (site.asks if detailed else ())
            ],
        },
    }


def _ask(asked: Asked) -> dict[str, Any]:
    """What a site was asked in one request, and what it answered."""
    recipient = asked.recipient
    return {
        "state": recipient.state.value,
        "answer": recipient.answer.value if recipient.answer else None,
        "reason": recipient.reason or None,
        "answered_at": _time(recipient.answered_at),
        "acted_at": _time(asked.acted_at) if layer_of(recipient.state) else None,
        "window": _span(asked.window.start, asked.window.end),
        "clock_offset_seconds": recipient.clock_offset_seconds,
        "clock_checked_at": _time(recipient.clock_checked_at),
    }


def _camera(view: CameraView, site: SiteProof, spans: Sequence[Window]) -> dict[str, Any]:
    camera = view.camera
    shown = site.shown(view, spans)
    longest = max(
        (window for _, window in shown), key=lambda one: one.end - one.start, default=None
    )
    state, reason = site.asked.answer(camera.number)
    return {
        "number": camera.number,
        "kind": camera.kind.value,
        "bearing": camera.bearing,
        "angle": camera.angle,
        "range_m": camera.range_m,
        "view": view.basis.value,
        "view_unknown_because": view.unclear.value if view.unclear else None,
        "sees_scene": view.sees,
        "records": view.records,
        "kept_minutes": view.kept.minutes,
        "kept_certain": view.kept.certain,
        "answer": state.value if state in ANSWERS or state is State.UPLOADED else None,
        "reason": reason or None,
        "minutes_shown": _span(longest.start, longest.end) if longest else None,
        "shown": [
            {"layer": layer.value, **_span(window.start, window.end)}
            for said, window in shown
            if (layer := layer_of(said))
        ],
    }


def _cell(found: SeenCell) -> dict[str, Any]:
    corners = [[round(x, DIGITS), round(y, DIGITS)] for x, y in cells.boundary(found.cell)]
    return {
        "type": "Feature",
        "id": f"{found.layer.value}.{found.cell}",
        "geometry": {"type": "Polygon", "coordinates": [[*corners, corners[0]]]},
        "properties": {
            "layer": found.layer.value,
            "cell": found.cell,
            "sites": list(found.sites),
            "view": found.basis.value,
            **_span(found.start, found.end),
        },
    }


def _span(start: datetime, end: datetime) -> dict[str, str]:
    return {"from": iso(start), "to": iso(end)}


def _minutes(value: float) -> float:
    """Whole as a rule; a window may begin or end within a minute."""
    return round(value, 2)


def _time(value: datetime | None) -> str | None:
    return iso_seconds(value) if value else None
