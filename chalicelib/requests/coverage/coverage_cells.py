"""The H3 cells in view of cameras whose owners looked and saw nothing, or who keep footage. Pure.

Resolution 13 (cells of about 44 m², 8 m across): the smallest views asked about are those of
doorbells, some 10 m deep and 130 m², which is three cells. One step coarser a cell (307 m²) is
larger than such a view; one step finer (6 m²) claims an exactness of 1.5 m, which a pin set by
hand on a map does not have, and is seven times the data.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from math import pi

from chalicelib.geo import h3_cells as cells
from chalicelib.geo.geodesy import Point
from chalicelib.geo.sight.field_of_view import Lens, Place
from chalicelib.geo.sight.view_sectors import cells_in_view, view_reach
from chalicelib.requests.coverage.coverage import Coverage, SiteCoverage
from chalicelib.requests.recipient_states import STATES
from chalicelib.requests.recipients.camera_view import CameraView, ViewBasis
from chalicelib.requests.standings import CoverageLayer

FINEST = 13
COARSEST = 10
MOST_TEXT = 3_000_000
"""Bytes of GeoJSON that cells may take, beside sites and minutes; Lambda returns at most 6 MB."""
_EACH_CELL, _EACH_SITE = 380, 19  # bytes
MOST_WORK = 600_000
"""Cells looked at for one answer, about a second's work."""


@dataclass(frozen=True)
class CameraMinutes:
    """A camera with a known view, and minutes for which it counts."""

    layer: CoverageLayer
    site: SiteCoverage
    view: CameraView
    start: datetime
    end: datetime


@dataclass(frozen=True)
class SeenCell:
    """A cell in view. sites: whose cameras. basis: `stated` when at least one view is known from
    its owner alone. start, end: the longest stretch for which one of them counts."""

    layer: CoverageLayer
    cell: str
    sites: tuple[str, ...]
    basis: ViewBasis
    start: datetime
    end: datetime


@dataclass(frozen=True)
class SeenCells:
    """Cells in view, by layer. resolution: the H3 resolution of every cell."""

    resolution: int
    cells: tuple[SeenCell, ...]


def camera_minutes(coverage: Coverage) -> Iterator[CameraMinutes]:
    """Every camera with a known view whose owner looked, saved or sent, with the minutes."""
    for site in coverage.sites:
        for view in site.views:
            if not view.known:
                continue
            for state, window in site.shown(view, coverage.spans):
                layer = STATES[state].layer
                if layer:
                    yield CameraMinutes(layer, site, view, window.start, window.end)


def seen_cells(coverage: Coverage, most_text: int | None = None) -> SeenCells:
    """The cells in view; coarser than FINEST only where there would be too many. most_text: bytes
    that they may take, MOST_TEXT unless said."""
    most = MOST_TEXT if most_text is None else most_text
    found = list(camera_minutes(coverage))
    resolution = _affordable(coverage, found)
    while True:
        made = _cells(found, resolution)
        if _text(made) <= most or resolution == COARSEST:
            return SeenCells(resolution, tuple(made))
        resolution -= 1


def _text(made: Iterable[SeenCell]) -> int:
    return sum(_EACH_CELL + _EACH_SITE * len(cell.sites) for cell in made)


def _affordable(coverage: Coverage, found: Iterable[CameraMinutes]) -> int:
    """The finest resolution at which the work is bounded."""
    around = Point.from_microdegrees(*coverage.scene)
    # A disk of rings around a view holds about three times the cells of its circle.
    square = 3 * pi * sum(view_reach(lens) ** 2 for _, lens in _apart(found))
    resolution = FINEST
    while resolution > COARSEST and square / cells.cell_size(around, resolution) > MOST_WORK:
        resolution -= 1
    return resolution


def _apart(found: Iterable[CameraMinutes]) -> dict[tuple[Place, Lens], list[CameraMinutes]]:
    """Camera minutes by place and view: each view once, however often its site was asked."""
    apart: dict[tuple[Place, Lens], list[CameraMinutes]] = {}
    for one in found:
        site = one.site.asked.site
        if site:
            place = (site.latitude_e6, site.longitude_e6)
            apart.setdefault((place, one.view.lens), []).append(one)
    return apart


def _cells(found: Iterable[CameraMinutes], resolution: int) -> list[SeenCell]:
    together: dict[tuple[CoverageLayer, str], list[CameraMinutes]] = {}
    for (place, lens), those in _apart(found).items():
        for cell in cells_in_view(lens, place, resolution):
            for one in those:
                together.setdefault((one.layer, cell), []).append(one)
    return [_cell(layer, cell, those) for (layer, cell), those in sorted(together.items())]


def _cell(layer: CoverageLayer, cell: str, those: list[CameraMinutes]) -> SeenCell:
    longest = max(those, key=lambda one: one.end - one.start)
    stated = any(one.view.basis is ViewBasis.STATED for one in those)
    return SeenCell(
        layer=layer,
        cell=cell,
        sites=tuple(sorted({one.site.site_id for one in those})),
        basis=ViewBasis.STATED if stated else ViewBasis.USUAL,
        start=longest.start,
        end=longest.end,
    )
