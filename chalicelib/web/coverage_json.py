"""What answers prove, as GeoJSON (RFC 7946). docs/coverage.md explains every member."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from chalicelib.geo import cells
from chalicelib.requests.coverage import Coverage, Segment, SiteProof
from chalicelib.requests.coverage_cells import SeenCell, SeenCells, layer_of
from chalicelib.requests.standings import Standing
from chalicelib.requests.views import CameraView
from chalicelib.times import iso, iso_seconds

DIGITS = 6
"""Of a degree: 11 cm, as positions are stored."""


def coverage_json(coverage: Coverage, found: SeenCells) -> dict[str, Any]:
    """A feature per site and per cell in view; the window, its gaps and the sums beside them."""
    request, (latitude, longitude) = coverage.request, coverage.scene
    return {
        "type": "FeatureCollection",
        "request": {
            "id": request.id,
            "reference": request.reference,
            "incident_id": request.incident_id,
            "state": request.state.value,
        },
        "made_at": iso_seconds(coverage.made_at),
        "scene": {"type": "Point", "coordinates": [longitude / 1e6, latitude / 1e6]},
        "window": _span(*coverage.window),
        "cells": {"system": "H3", "resolution": found.resolution, "counts_when": "centre in view"},
        "summary": {
            "sites": len(coverage.sites),
            "minutes": _minutes(sum(segment.minutes for segment in coverage.segments)),
            "checked_minutes": _minutes(coverage.minutes(Standing.CHECKED)),
            "held_minutes": _minutes(coverage.minutes(Standing.HELD)),
            "covered_minutes": _minutes(coverage.covered_minutes),
            "covered_minutes_stated": _minutes(coverage.stated_minutes),
            "gap_minutes": _minutes(sum(gap.minutes for gap in coverage.gaps)),
        },
        "timeline": [_segment(segment) for segment in coverage.segments],
        "gaps": [_gap(segment) for segment in coverage.gaps],
        "features": [
            *(_site(site, coverage) for site in coverage.sites),
            *(_cell(cell) for cell in found.cells),
        ],
    }


def _segment(segment: Segment) -> dict[str, Any]:
    return {
        **_span(segment.start, segment.end),
        "minutes": _minutes(segment.minutes),
        "checked": segment.counts.get(Standing.CHECKED, 0),
        "held": segment.counts.get(Standing.HELD, 0),
        "possible": segment.possible,
        "gap": not segment.covered,
    }


def _gap(segment: Segment) -> dict[str, Any]:
    return {
        **_span(segment.start, segment.end),
        "minutes": _minutes(segment.minutes),
        "why": {standing.value: number for standing, number in segment.counts.items()},
        "possible": segment.possible,
        "answer_may_still_close": segment.counts.get(Standing.WAITING, 0) > 0,
    }


def _site(site: SiteProof, coverage: Coverage) -> dict[str, Any]:
    recipient, registered = site.asked.recipient, site.asked.site
    layer = layer_of(site)
    position = [registered.longitude_e6 / 1e6, registered.latitude_e6 / 1e6] if registered else None
    return {
        "type": "Feature",
        "id": recipient.site_id,
        # A site that was taken off the register has no place any more (RFC 7946, 3.2).
        "geometry": {"type": "Point", "coordinates": position} if position else None,
        "properties": {
            "layer": "site",
            "site_id": recipient.site_id,
            "kind": registered.property_type.value if registered else None,
            "position_source": registered.position_source.value if registered else None,
            "state": recipient.state.value,
            "answer": recipient.answer.value if recipient.answer else None,
            "reason": recipient.reason or None,
            "answered_at": _time(recipient.answered_at),
            "acted_at": _time(site.asked.acted_at) if layer else None,
            "window": _span(*coverage.window),
            "scene": [
                {**_span(one.start, one.end), "standing": one.standing.value}
                for one in site.stretches
            ],
            "cameras": [_camera(view, site, coverage) for view in site.views],
        },
    }


def _camera(view: CameraView, site: SiteProof, coverage: Coverage) -> dict[str, Any]:
    camera = view.camera
    shown = site.shown(view, coverage.window) if layer_of(site) else ()
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
        "minutes_shown": _span(*shown) if shown else None,
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
