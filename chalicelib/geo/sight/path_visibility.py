"""Which part of a path counts for a site beside it: what its cameras see, or what is near it.

A path may come back to the same place later; then all of it from the first time to the last
counts, because a request asks each owner for one window.
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil, sqrt

from chalicelib.geo import geodesy
from chalicelib.geo.corridor import Corridor, Piece
from chalicelib.geo.geodesy import Vector
from chalicelib.geo.sight.field_of_view import Place, merged_stretches

VIEW_M = 50.0
"""Metres that a camera of unknown view may see: as far as a usual fixed one (see field_of_view)."""

POSITION_M = 30.0
"""How wrong a site's position may be: a pin that the owner put on a map is a few metres off, a
postcode's middle that stands for a house of its street is tens of metres off."""

Stretch = tuple[float, float]
"""A part of a path: its start and its end, in metres along the path."""


def stretch_finder(path: Corridor) -> Callable[[Place, Stretch | None, bool], Stretch]:
    """Make, once a search, a function that gives the part of the path that counts for a site.

    The function takes the site's position, what its cameras are known to see of the path around
    the part nearest to them (None when that is not known), and whether there are other cameras
    whose view is not known. Its answer holds every part of the path that lies as near to
    the site as its nearest part, or within a usual camera's view, with room for a wrong position;
    what is known to be seen takes the place of the part around the nearest.
    """
    most = max(path.half, VIEW_M) + 2 * POSITION_M
    nearest, length = path.locator(), path.length_m
    near = path.neighbours(geodesy.arc_to_chord(most))

    def stretch(place: Place, seen: Stretch | None, others: bool) -> Stretch:
        spot = nearest(*place)
        if spot is None:  # a search never asks about a site outside of the corridor
            return 0.0, length
        reach = max(spot.distance, VIEW_M) + POSITION_M
        spans = merged_stretches(
            _within(near(*place), geodesy.vector_of_position(*place), geodesy.arc_to_chord(reach))
        )
        if seen:
            low, high = seen[0] - POSITION_M, seen[1] + POSITION_M
            if not others:
                spans = [s for s in spans if not s[0] - 1 <= spot.along <= s[1] + 1]
            spans.append((low, high))
        first, last = min(span[0] for span in spans), max(span[1] for span in spans)
        return max(first, 0.0), min(last, length)

    return stretch


def near_finder(path: Corridor) -> Callable[[Place, float], list[Stretch]]:
    """Make, once a search, a function that gives the parts of the path within a number of metres of
    a place, in order. A path that comes back to the place has several."""
    finders: dict[int, Callable[[int, int], list[Piece]]] = {}  # by whole metres, rounded up

    def parts(place: Place, metres: float) -> list[Stretch]:
        reach = ceil(metres)
        if reach not in finders:
            finders[reach] = path.neighbours(geodesy.arc_to_chord(reach))
        pieces = finders[reach](*place)
        return merged_stretches(
            _within(pieces, geodesy.vector_of_position(*place), geodesy.arc_to_chord(metres))
        )

    return parts


def _within(pieces: list[Piece], place: Vector, reach: float) -> list[Stretch]:
    """The parts of straight pieces that lie within `reach` metres of a place, in space."""
    found = []
    for piece in pieces:
        away = tuple(p - s for p, s in zip(place, piece.start, strict=True))
        square = sum(part * part for part in away)
        if not piece.square:
            if square <= reach * reach:
                found.append((piece.along, piece.along))
            continue
        middle = sum(a * w for a, w in zip(away, piece.way, strict=True)) / piece.square
        beside = square - middle * middle * piece.square
        if beside > reach * reach:
            continue
        part = sqrt((reach * reach - beside) / piece.square)
        low, high = max(middle - part, 0.0), min(middle + part, 1.0)
        if low <= high:
            found.append((piece.along + low * piece.length, piece.along + high * piece.length))
    return found
