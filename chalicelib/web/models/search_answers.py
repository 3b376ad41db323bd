"""Models of what a search found, for answers of the API and for pages of the console.

As ten thousand sites may be listed, sites and their parts are dataclasses, which cost less than
models.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, ClassVar

from pydantic import Field

from chalicelib.geo.sight.view_sectors import ViewSector
from chalicelib.incidents.search_service import FILTERS, SearchOutcome
from chalicelib.requests.overviews.site_notes import SiteNotes
from chalicelib.search import cell_counts
from chalicelib.search.site_search import FoundSite
from chalicelib.web.models.response_models import (
    NOTHING_ELSE,
    Corner,
    Id,
    Position,
    ResponseModel,
    Second,
    describe_options,
    position,
)

MOST_DRAWN = 2_000
"""Up to how many sites an answer has the views of their cameras: more cannot be told apart on a
map, and ten thousand sites with all cameras would be more than Lambda may return (6 MB)."""


@dataclass(slots=True)
class SiteView:
    """The field of view of a camera. bearing: its middle, in degrees clockwise from north; null for
    a camera that sees all round. usual: the owner only said where the camera looks, and angle or
    range are those usual for its kind."""

    __pydantic_config__ = NOTHING_ELSE

    bearing: int | None
    angle: int
    range_m: int
    usual: bool

    @classmethod
    def of(cls, sector: ViewSector) -> SiteView:
        """Make the answer for a sector, in whole degrees and metres."""
        return cls(sector.bearing, round(sector.angle), round(sector.range_m), sector.usual)


@dataclass(slots=True)
class SeenStretchModel:
    """A part of a corridor's path that a site's cameras see: metres from the path's start, and
    its points."""

    __pydantic_config__ = NOTHING_ELSE

    from_m: int
    to_m: int
    path: list[Position]


@dataclass(slots=True)
class PassingWindowModel:
    """When somebody on the way along a corridor can have passed a site."""

    __pydantic_config__ = NOTHING_ELSE

    from_: Annotated[Second, Field(alias="from")]
    to: Second


@dataclass(slots=True)
class LaterDeadlineModel:
    """When a further camera of a site starts to overwrite what it saw. certain: false, and else
    left out, when that rests on an assumption of how long footage is kept."""

    __pydantic_config__ = NOTHING_ELSE

    at: Second
    certain: bool = True


@dataclass(slots=True)
class SiteModel:
    """A registered site. distance_m: from the nearest point of what was marked: a circle's centre,
    a path, or an area, whose sites are all at 0. sees_scene: whether a camera there has any of what
    was marked in view. deadline: when its first camera starts to overwrite what it saw;
    deadline_certain: false, and else left out, when that rests on an assumption of how long footage
    is kept; minutes_left: minutes to the deadline, negative after it. later_deadlines: those of its
    other cameras, in order; the first of them still to come counts when the deadline has passed.
    asked_at: when the site was
    asked last for this incident, left out when it was not. number, where: with labels, by what
    number officers call the site in this incident, and the nearest postcode with distance and
    direction from the incident, like `B15 2TT, 21 m N`. window: in a timed corridor, when somebody
    can have passed; the deadline counts from its start. address_checked: false, and else left out,
    when nothing vouches for the address: its owner is asked without a word about the case. views:
    of cameras whose direction is known; stretches: the parts of a corridor's path that they see.
    Both are left out when more than 2,000 sites are listed."""

    __pydantic_config__ = NOTHING_ELSE

    id: Id
    location: Position
    kind: Annotated[str, describe_options(FILTERS["kinds"])]
    cameras: int
    distance_m: int
    deadline: Second | None
    minutes_left: int | None
    state: Annotated[str, describe_options(FILTERS["states"])]
    sees_scene: Annotated[str, describe_options(FILTERS["sees_scene"])]
    window: PassingWindowModel | None = None
    views: list[SiteView] = field(default_factory=list)
    stretches: list[SeenStretchModel] = field(default_factory=list)
    deadline_certain: bool = True
    later_deadlines: list[LaterDeadlineModel] = field(default_factory=list)
    asked_at: Second | None = None
    number: int | None = None
    where: str = ""
    address_checked: bool = True

    @classmethod
    def from_domain(
        cls, found: FoundSite, drawn: bool = True, notes: SiteNotes | None = None
    ) -> SiteModel:
        """Make the answer for a found site. drawn: with what a map draws of its cameras."""
        site = cls(
            found.id,
            position(found.latitude_e6, found.longitude_e6),
            found.kind,
            found.cameras,
            found.distance_m,
            found.deadline,
            found.minutes_left,
            found.state,
            found.sees_scene,
        )
        site.address_checked = found.address_checked
        site.deadline_certain = found.deadline_certain
        site.later_deadlines = [
            LaterDeadlineModel(one.at, one.certain) for one in found.later_deadlines
        ]
        if notes:
            site.asked_at = notes.asked.get(found.id)
            if label := notes.labels.get(found.id):
                site.number, site.where = label.number, label.where
        if found.window:
            site.window = PassingWindowModel(found.window.start, found.window.end)
        if drawn:
            site.views = [SiteView.of(sector) for sector in found.sectors]
            site.stretches = [
                SeenStretchModel(one.start_m, one.end_m, [position(*place) for place in one.path])
                for one in found.stretches
            ]
        return site


Cell = Annotated[str, Field(pattern=r"^[0-9a-f]{15}$", description="An H3 cell")]


class CountedCellModel(ResponseModel):
    """How many sites are in an H3 cell. where: the nearest postal sector or district, like `B15 2`
    or `B15`, left out where none is near. boundary: its corners as [longitude, latitude], the first
    not repeated; longitudes run on beyond 180 where the cell crosses the 180th meridian."""

    cell: Cell
    boundary: Annotated[list[Corner], Field(min_length=5, max_length=10)]
    sites: int
    where: str = ""

    @classmethod
    def from_domain(cls, counted: cell_counts.CountedCell, where: str = "") -> CountedCellModel:
        """Make the answer for a cell whose sites were counted. where: what it is called."""
        corners = [[round(lng, 6), round(lat, 6)] for lng, lat in counted.boundary]
        more = {"where": where} if where else {}
        return cls(cell=counted.cell, boundary=corners, sites=counted.sites, **more)


class SearchResultModel(ResponseModel):
    """The sites in the area, the most urgent first. Over 100 km² there are counts by cell instead.
    total: all sites in the area that pass the filters, listed or not; lost: those of them that
    have overwritten the footage already. truncated: not all that were asked for are listed. notes:
    sentences for the officer: what is nearly used up of the day's budget, or a reason that was
    given again and again."""

    written: ClassVar = {"exclude_defaults": True}

    search_id: Id
    total: int
    lost: int
    truncated: bool
    sites: list[SiteModel]
    cells: Annotated[list[CountedCellModel], Field(default_factory=list)]
    hint: str = ""
    notes: Annotated[list[str], Field(default_factory=list)]

    @classmethod
    def from_domain(
        cls, found: SearchOutcome, notes: SiteNotes | None = None, hints: Sequence[str] = ()
    ) -> SearchResultModel:
        """Make the answer for the outcome of a search. hints: for the officer."""
        drawn = len(found.sites) <= MOST_DRAWN
        return cls.from_source(
            found,
            sites=[SiteModel.from_domain(site, drawn, notes) for site in found.sites],
            cells=[
                CountedCellModel.from_domain(cell, notes.cells.get(cell.cell, "") if notes else "")
                for cell in found.result.cells
            ],
            hint=found.result.hint,
            notes=list(hints),
        )
