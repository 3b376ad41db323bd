"""The sectors that a map draws for what a site's cameras have in view. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from chalicelib.geo.sight.view_sectors import ViewSector, view_sector
from chalicelib.registry.site_index import CameraGroup

MOST_SECTORS = 12
"""Most sectors drawn for one site; of a car park's fifty cameras only the first are drawn."""


def sectors_of(views: Iterable[CameraGroup]) -> tuple[ViewSector, ...]:
    """The sectors that a site's cameras have in view, equal ones once, at most MOST_SECTORS."""
    found = dict.fromkeys(view_sector(view.lens) for view in views)
    return tuple(sector for sector in found if sector)[:MOST_SECTORS]
