"""What goes over the API, as pydantic models: the source of `/api/v1/openapi.json`.

Imported only to write that description and by tests, which hold every real answer against these
models, so that the description stays true. What comes in is read by the cleaners beside each
view, whose messages are written for people.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

Id = Annotated[str, Field(pattern=r"^[0-9a-hjkmnp-tv-z]{16}$", description="16 characters")]
Position = Annotated[
    list[float],
    Field(min_length=2, max_length=3, description="[longitude, latitude] in degrees, WGS84"),
]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256, hex")]
Reason = Annotated[str, Field(max_length=500, description="Why, in words; kept with your name")]


class Model(BaseModel):
    """Nothing that is not declared goes in or out."""

    model_config = ConfigDict(extra="forbid")


class FieldError(Model):
    """What is wrong with one field."""

    field: str
    message: str


class Problem(Model):
    """An error (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldError] = []


class Point(Model):
    """A GeoJSON Point."""

    type: Literal["Point"]
    coordinates: Position


# incidents


class NewIncident(Model):
    """An incident to be recorded. Times carry their zone. The window starts in the last 400 days
    and is at most seven days long."""

    crime_reference: Annotated[str, Field(max_length=30, examples=["20/123456/26"])]
    offence: Annotated[str, Field(max_length=100)]
    location: Point | Position
    occurred_from: datetime
    occurred_to: datetime
    public_description: Annotated[
        str, Field(max_length=1000, description="What owners read; no names of people")
    ]


class Incident(Model):
    """An incident."""

    id: Id
    crime_reference: str
    offence: str
    location: Point
    occurred_from: datetime
    occurred_to: datetime
    public_description: str
    state: Literal["open", "closed"]
    created_at: datetime
    created_by: str
    closed_at: datetime | None
    closed_by: str | None


class NewClosing(Model):
    """An incident is closed. words: what the officer adds to the thanks that owners get. reason:
    for the record."""

    words: Annotated[str, Field(max_length=1000)] = ""
    reason: Annotated[str, Field(max_length=500)] = ""


class NewReopening(Model):
    """Why a closed incident is opened again."""

    reason: Reason


class PresetSpeed(Model):
    """How fast somebody went, by name. What each stands for is in docs/search.md."""

    preset: Literal["walking", "cycling", "driving"]


class SpeedRange(Model):
    """How fast somebody went over the whole way: at least and at most."""

    min_kmh: Annotated[float, Field(ge=0.5, le=300)]
    max_kmh: Annotated[float, Field(ge=0.5, le=300)]


Speed = PresetSpeed | SpeedRange


class Window(Model):
    """From when to when footage is of interest."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    from_: Annotated[datetime, Field(alias="from")]
    to: datetime


class IncidentSearch(Model):
    """A search that was made for an incident."""

    search_id: Id
    at: datetime
    officer: str
    reason: str
    area: dict[str, JsonValue]
    started_at: datetime | None
    speed: Speed | None
    total: int
    truncated: bool


class IncidentWithSearches(Incident):
    """An incident and the searches made for it, newest first."""

    searches: list[IncidentSearch]


class Incidents(Model):
    """Some incidents, newest first. next_page: the `page` parameter of the next ones."""

    incidents: list[Incident]
    next_page: str | None


# searches


class Circle(Model):
    """Everything within `radius_m` metres of `centre`."""

    type: Literal["circle"]
    centre: Position
    radius_m: Annotated[float, Field(ge=1, le=150_000)]


class Polygon(Model):
    """A GeoJSON polygon's rings: the outline, then holes."""

    type: Literal["polygon"]
    coordinates: list[list[Position]]


class Corridor(Model):
    """Everything within `width_m` metres of a path."""

    type: Literal["corridor"]
    path: Annotated[list[Position], Field(min_length=2, max_length=200)]
    width_m: Annotated[float, Field(ge=1, le=20_000)]


class Filters(Model):
    """What to keep; without a name everything of it."""

    kinds: list[Literal["home", "business"]] | None = None
    states: list[Literal["live", "closing", "lost"]] | None = None
    sees_scene: list[Literal["yes", "no", "unknown"]] | None = None


class NewSearch(Model):
    """A look at the register around an incident. It goes on record with its reason. started_at and
    speed, of a corridor only: when somebody set off at the first point of the path, and how fast
    they went; each site then gets a window of its own. show_lost: false only counts the sites that
    have overwritten it already; otherwise they are listed last."""

    area: Annotated[Circle | Polygon | Corridor, Field(discriminator="type")]
    reason: Reason
    filters: Filters | None = None
    limit: Annotated[int, Field(ge=1, le=10_000)] | None = None
    show_lost: bool | None = None
    started_at: datetime | None = None
    speed: Speed | None = None


class SiteView(Model):
    """What a camera has in view, as its owner described it. bearing: the middle of it, clockwise
    from north; null for one that sees all round. usual: the owner said where it looks, and angle
    or range are those of such cameras."""

    bearing: int | None
    angle: int
    range_m: int
    usual: bool


class Stretch(Model):
    """A part of a corridor's path that a site's cameras see: metres from the path's start, and
    its points."""

    from_m: int
    to_m: int
    path: list[Position]


class Site(Model):
    """A registered site. deadline: when its first camera starts to overwrite what it saw;
    minutes_left: until then, below zero when it has passed. window: in a timed corridor, when
    somebody can have passed; the deadline counts from its start. views: of cameras whose direction
    is known; stretches: the parts of a corridor's path that they see. Both are left out when more
    than 2,000 sites are listed."""

    id: Id
    location: Position
    kind: Literal["home", "business"]
    cameras: int
    distance_m: int
    deadline: datetime | None
    minutes_left: int | None
    state: Literal["live", "closing", "lost"]
    sees_scene: Literal["yes", "no", "unknown"]
    window: Window | None = None
    views: list[SiteView] = []
    stretches: list[Stretch] = []


class CountedCell(Model):
    """Sites in one square of an area too large to list. bounds: west, south, east, north."""

    bounds: Annotated[list[float], Field(min_length=4, max_length=4)]
    sites: int


class SearchResult(Model):
    """The sites in the area, the most urgent first. Over 100 km² there are counts instead.
    total: all in it that pass the filters, listed or not; lost: those of them that have
    overwritten it already. truncated: not all that were asked for are listed."""

    search_id: Id
    total: int
    lost: int
    truncated: bool
    sites: list[Site]
    cells: list[CountedCell] = []
    hint: str = ""


# the map


class MapCell(CountedCell):
    """Sites in one square of the map. location: about where in it most of them are."""

    location: Position


class MapPin(Model):
    """One site on the map. It has no id: to ask for footage, search around an incident."""

    location: Position
    kind: Literal["home", "business"]
    cameras: int
    views: list[SiteView]


class SiteMap(Model):
    """The part of the map in a box. shown: which of `cells` and `pins` is filled; when the zoom
    would show pins but there are too many, counts and a hint. total: sites in all that is shown;
    cells are whole also where they reach beyond the box."""

    shown: Literal["counts", "pins"]
    total: int
    cells: list[MapCell]
    pins: list[MapPin]
    hint: str


# whose a camera is


class NewContact(Model):
    """A look at whose a site is. It goes on record with its reason."""

    site_id: Id
    reason: Reason


class Contact(Model):
    """Who a site belongs to."""

    site_id: Id
    name: str
    email: str
    phone: str | None
    address: list[str]


class Wording(Model):
    """What a request for one kind of offence can begin with. text: with placeholders and, in
    square brackets, blanks for the officer. version: 0 for one of the standard set as it came."""

    id: Id
    name: str
    text: str
    version: int
    changed_at: datetime | None


class Wordings(Model):
    """The wordings in use, by name. placeholders: each with what it stands for."""

    wordings: list[Wording]
    placeholders: dict[str, str]


# the record and the figures


class AuditEntry(Model):
    """Somebody did something. actor: kind and id; hash: over this entry and `previous`."""

    at: datetime
    actor: str
    actor_name: str
    action: str
    subject: str
    reason: str
    details: dict[str, JsonValue]
    sequence: int
    previous: Sha256
    hash: Sha256


class AuditPage(Model):
    """Part of the record, newest first. next_page: the `page` parameter of the next part."""

    entries: list[AuditEntry]
    next_page: str | None


class Figures(Model):
    """How often what was done."""

    registrations: int
    removals: int
    incidents: int
    searches: int
    contacts: int
    requests: int
    recipients: int
    answers: int
    uploads: int


class DayFigures(Figures):
    """The figures of one day, UTC."""

    day: date


class Statistics(Model):
    """Figures in all, and of the newest days on which anything was done."""

    total: Figures
    days: list[DayFigures]
