"""What the cameras of a site have in view, for maps. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from chalicelib.geo.sight.view_sectors import ViewSector, view_sector
from chalicelib.registry.site_index import CameraGroup

MOST_SECTORS = 12
"""Of one site on a map; a car park with fifty cameras is drawn by its first ones."""


def sectors_of(views: Iterable[CameraGroup]) -> tuple[ViewSector, ...]:
    """What the cameras of a site have in view, the same view once."""
    found = dict.fromkeys(view_sector(view.lens) for view in views)
    return tuple(sector for sector in found if sector)[:MOST_SECTORS]
