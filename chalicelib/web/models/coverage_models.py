"""Models of coverage: what the answers to requests prove."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from chalicelib.requests.model import RecipientState, RequestState
from chalicelib.requests.standings import CameraStatus
from chalicelib.web.models.request_models import GivenAnswer
from chalicelib.web.models.response_models import (
    Corner,
    GeoJsonPoint,
    Id,
    Instant,
    ResponseModel,
    Second,
    Words,
    describe_options,
)

Layer = Literal["checked", "held"]
Minutes = Annotated[float, AfterValidator(lambda minutes: round(minutes, 2))]
"""Minutes, usually whole; a window may begin or end within a minute."""


class Span(ResponseModel):
    """A stretch of time; its end does not belong to it."""

    from_: Annotated[Instant, Field(alias="from")]
    to: Instant


class CoverageRequest(ResponseModel):
    """The request that answers were given to."""

    id: Id
    reference: str
    incident_id: Id
    state: Annotated[RequestState, describe_options(RequestState)]


class CoverageCells(ResponseModel):
    """How the map is divided into cells, and when a cell counts as seen."""

    system: Literal["H3"]
    resolution: int
    counts_when: Literal["centre in view"]


class CoverageSummary(ResponseModel):
    """Sums of minutes. A minute can be both checked and held; a gap is neither.
    covered_minutes_stated: the sum when only what owners stated of their cameras counts."""

    sites: int
    minutes: Minutes
    checked_minutes: Minutes
    held_minutes: Minutes
    covered_minutes: Minutes
    covered_minutes_stated: Minutes
    gap_minutes: Minutes


class TimelinePart(Span):
    """A part of the window. checked, held, possible: how many sites are each of these."""

    minutes: Minutes
    checked: int
    held: int
    possible: int
    gap: bool


class Gap(Span):
    """Minutes that nothing covers. why: how many sites, by what keeps them from it."""

    minutes: Minutes
    why: dict[CameraStatus, int]
    possible: int
    answer_may_still_close: bool


class SceneStretch(Span):
    """What a site contributes to the scene in these minutes."""

    standing: CameraStatus


class ShownSpan(Span):
    """Minutes that an owner had from a camera. layer: checked (looked at) or held (kept)."""

    layer: Layer


class CoverageCamera(ResponseModel):
    """A camera and how it stands to the scene. view: whether its field of view is known from its
    owner (stated), partly from its kind (usual), or not (unknown). answer: the answer that counts
    for this camera, also where its owner answered for the whole site. shown: the minutes that its
    owner had from it; minutes_shown: the longest of these."""

    number: int
    kind: str
    bearing: int | None
    angle: int | None
    range_m: int | None
    view: Literal["stated", "usual", "unknown"]
    view_unknown_because: Literal["facing", "position", "turns", "moves", "kind"] | None
    sees_scene: Literal["yes", "no", "unknown"]
    records: bool
    kept_minutes: int
    kept_certain: bool
    answer: GivenAnswer | None
    reason: Words
    minutes_shown: Span | None
    shown: list[ShownSpan]


class CoverageAskModel(ResponseModel):
    """What a site was asked in a request, and what its owner answered. acted_at: when the owner
    first had the footage before them, for answers that count. clock_offset_seconds: by how much
    the recorder's clock was ahead when it was checked."""

    state: Annotated[RecipientState, describe_options(RecipientState)]
    answer: GivenAnswer | None
    reason: Words
    answered_at: Second | None
    acted_at: Second | None
    window: Span
    clock_offset_seconds: int | None
    clock_checked_at: Second | None


class SiteAsk(CoverageAskModel):
    """What a site was asked and answered in one of several requests."""

    request_id: Id


class CoverageSite(CoverageAskModel):
    """A site that was asked. Where several requests asked it, the attributes outside `asks` are
    those of the most telling answer; `asks` has the answers to all of them."""

    layer: Literal["site"]
    site_id: Id
    kind: Literal["home", "business"] | None
    position_source: Literal["postcode", "pin"] | None
    scene: list[SceneStretch]
    cameras: list[CoverageCamera]
    asks: list[SiteAsk]


class CoverageCell(Span):
    """A cell in view of cameras whose owners saw nothing (checked), or who keep footage (held)."""

    layer: Layer
    cell: str
    sites: list[Id]
    view: Literal["stated", "usual"]


class GeoJsonPolygon(ResponseModel):
    """A GeoJSON Polygon; longitudes run on beyond 180 where it crosses the 180th meridian."""

    type: Literal["Polygon"]
    coordinates: list[list[Corner]]


class SiteFeature(ResponseModel):
    """A site as a GeoJSON Feature; geometry is null when the site was taken off the register."""

    type: Literal["Feature"]
    id: Id
    geometry: GeoJsonPoint | None
    properties: CoverageSite


class CellFeature(ResponseModel):
    """A cell as a GeoJSON Feature."""

    type: Literal["Feature"]
    id: str
    geometry: GeoJsonPolygon
    properties: CoverageCell


class CoverageBody(ResponseModel):
    """What answers prove: a GeoJSON FeatureCollection with further members. window: from the
    start of the first of the spans to the end of the last; what lies between spans counts for
    nothing, as nobody was asked about it. truncated: the sites that prove least are left out;
    the sums count all sites. Beyond the first thousand sites, cameras and asks are left empty."""

    type: Literal["FeatureCollection"]
    made_at: Second
    scene: GeoJsonPoint
    window: Span
    spans: list[Span]
    cells: CoverageCells
    summary: CoverageSummary
    timeline: list[TimelinePart]
    gaps: list[Gap]
    truncated: bool
    features: list[SiteFeature | CellFeature]


class CoverageModel(CoverageBody):
    """What the answers to a request prove."""

    request: CoverageRequest


class CoverageIncident(ResponseModel):
    """The incident that requests were made for."""

    id: Id
    crime_reference: str
    occurred_from: Instant
    occurred_to: Instant


class IncidentRequest(CoverageRequest):
    """A request of an incident, and the time that it asked for."""

    window: Span


class IncidentCoverage(CoverageBody):
    """What the answers to all requests of an incident prove together. Requests are oldest first."""

    incident: CoverageIncident
    requests: list[IncidentRequest]
