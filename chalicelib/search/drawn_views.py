"""What the cameras of a site have in view, for maps. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from chalicelib.geo.view_sectors import Sector, sector_of
from chalicelib.registry.site_index import View

MOST_SECTORS = 12
"""Of one site on a map; a car park with fifty cameras is drawn by its first ones."""


def sectors_of(views: Iterable[View]) -> tuple[Sector, ...]:
    """What the cameras of a site have in view, the same view once."""
    found = dict.fromkeys(sector_of(view.lens) for view in views)
    return tuple(sector for sector in found if sector)[:MOST_SECTORS]
