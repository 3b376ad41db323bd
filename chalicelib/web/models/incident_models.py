"""Models of incidents, for the API and for the forms of the console."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import Field, JsonValue, ValidationInfo, field_validator

from chalicelib.core.countries import Country
from chalicelib.incidents import service as incidents
from chalicelib.incidents.records import IncidentState
from chalicelib.incidents.search_history import Search
from chalicelib.web.fields.case_field_types import CrimeReferenceField, OptionalReferenceField
from chalicelib.web.fields.field_types import TextField
from chalicelib.web.fields.geo_field_types import PlaceField
from chalicelib.web.fields.place_field_types import (
    LATITUDE,
    LONGITUDE,
    PostcodeField,
    TypedPosition,
    goes_with_latitude,
)
from chalicelib.web.fields.plain_field_types import TickField
from chalicelib.web.fields.query_field_types import LimitField, PageTokenField, page_start
from chalicelib.web.fields.team_field_types import UnitField
from chalicelib.web.fields.time_field_types import LocalMomentField, MomentField
from chalicelib.web.http.plausible import implausible_boxes
from chalicelib.web.http.validation import FormInput, Input, QueryInput, rule_error, schema_error
from chalicelib.web.models.journey_models import Speed
from chalicelib.web.models.response_models import (
    GeoJsonPoint,
    Id,
    Instant,
    OrNull,
    ResponseModel,
    Second,
    Words,
    describe_options,
    geojson_point,
)

# The longest that any recorder in the registry keeps footage is a year or so; a review of an
# older case asks for nothing that still exists.
OLDEST = timedelta(days=400)
LONGEST_WINDOW = timedelta(days=7)  # owners look through it by hand
SKEW = timedelta(minutes=5)  # between the caller's clock and ours
AHEAD = timedelta(hours=1)  # an incident that is still going on

PAGES = "incidents"
"""The name of the list of incidents in page tokens."""

OFFENCE = TextField("the offence", 100)
DESCRIPTION = TextField("what owners are told", 1000, lines=True)


def _start_is_recent(start: datetime, info: ValidationInfo) -> datetime:
    now = info.context["now"]  # type: ignore[index]  # every reader of an incident gives one
    if start > now + SKEW:
        raise rule_error("The start must not be in the future")
    if now - start > OLDEST:
        sentence = f"The start must be in the last {OLDEST.days} days"
        raise rule_error(f"{sentence}: no recorder keeps footage for longer")
    return start


def _end_fits(end: datetime, info: ValidationInfo) -> datetime:
    now, start = info.context["now"], info.data.get("occurred_from")  # type: ignore[index]  # as above
    if start and end < start:
        raise rule_error("The end must not be before the start")
    if end > now + AHEAD:
        raise rule_error("The end must not be more than an hour in the future")
    if start and end - start > LONGEST_WINDOW:
        sentence = f"The end must be within {LONGEST_WINDOW.days} days of the start"
        raise rule_error(f"{sentence}: owners look through it by hand")
    return end


class NewIncidentModel(Input):
    """An incident to be recorded. Times carry their zone. The incident started in the last 400
    days and lasted at most seven days. unit: one of the officer's own, to which it belongs; the
    first of them when it is left out. restricted: its unit does not see it, only its team."""

    crime_reference: Annotated[str, CrimeReferenceField()]
    offence: Annotated[str, OFFENCE]
    location: Annotated[tuple[int, int], PlaceField()]
    occurred_from: Annotated[datetime, MomentField("the start")]
    occurred_to: Annotated[datetime, MomentField("the end")]
    public_description: Annotated[
        str, DESCRIPTION, Field(description="What owners read; no names of people")
    ]
    unit: Annotated[str, UnitField(needed=False)] = ""
    restricted: bool = False

    _start = field_validator("occurred_from")(_start_is_recent)
    _end = field_validator("occurred_to")(_end_fits)

    def clean(self) -> incidents.NewIncident:
        return _of_domain(self, self.location)


class IncidentForm(TypedPosition):
    """The console's form of an incident: times in the force's zone, a position or a postcode."""

    crime_reference: Annotated[str, CrimeReferenceField()]
    offence: Annotated[str, OFFENCE]
    occurred_from: Annotated[datetime, LocalMomentField("the start")]
    occurred_to: Annotated[datetime, LocalMomentField("the end")]
    public_description: Annotated[str, DESCRIPTION]
    latitude: Annotated[int | None, LATITUDE]
    longitude: Annotated[int | None, LONGITUDE]
    postcode: Any
    """As typed; after validation the position that it stands for, or None when both numbers of a
    position were given."""
    unit: Annotated[str, UnitField(needed=False)]
    restricted: Annotated[bool, TickField()]

    _start = field_validator("occurred_from")(_start_is_recent)
    _end = field_validator("occurred_to")(_end_fits)

    @field_validator("longitude")
    @classmethod
    def _goes_with_latitude(cls, longitude: int | None, info: ValidationInfo) -> int | None:
        goes_with_latitude(longitude, info, "or neither of them")
        latitude: int | None = info.data.get("latitude")
        if latitude is not None and longitude is not None:
            check_typed_place(latitude, longitude, info)
        return longitude

    @field_validator("postcode")
    @classmethod
    def _needed_without_position(cls, typed: Any, info: ValidationInfo) -> Any:
        unread = object()
        pin = [info.data.get(name, unread) for name in ("latitude", "longitude")]
        return _of_postcode(str(typed), info) if pin == [None, None] else None

    def clean(self) -> incidents.NewIncident:
        if self.latitude is not None and self.longitude is not None:
            return _of_domain(self, (self.latitude, self.longitude))
        position: tuple[int, int] = self.postcode
        return _of_domain(self, position)


def _of_domain(
    sent: NewIncidentModel | IncidentForm, position: tuple[int, int]
) -> incidents.NewIncident:
    said = sent.model_dump(exclude={"location", "latitude", "longitude", "postcode"})
    return incidents.NewIncident(latitude_e6=position[0], longitude_e6=position[1], **said)


def check_typed_place(latitude: int, longitude: int, info: ValidationInfo) -> None:
    """Refuse a place (microdegrees) of a form that cannot be meant, beside its latitude."""
    bounds = (info.context or {}).get("bounds")
    if said := implausible_boxes(latitude, longitude, bounds):
        raise rule_error(said, "latitude")


def _of_postcode(typed: str, info: ValidationInfo) -> tuple[int, int]:
    context: dict[str, Any] = info.context  # type: ignore[assignment]  # the view gives one
    country: Country = context["country"]
    if not typed.strip():
        raise schema_error(f"Enter a {country.postcode}, or the exact position")
    postcode = PostcodeField().read_in(typed, context)
    found = context["postcodes"].find_postcode(postcode)
    if found is None or found.position is None:
        raise rule_error(f"We do not know where {postcode} is. Enter the exact position")
    position: tuple[int, int] = found.position
    return position


class IncidentQuery(QueryInput):
    """The query of the list of incidents."""

    limit: Annotated[int, LimitField(most=200)] = 50
    page: Annotated[str, PageTokenField()] = ""
    crime_reference: Annotated[
        str, CrimeReferenceField(), Field(description="Only the incidents of this crime")
    ] = ""

    @field_validator("page")
    @classmethod
    def _is_ours(cls, token: str, info: ValidationInfo) -> str:
        return page_start(token, PAGES, info)


class ListQuery(FormInput):
    """The query of the console's list of incidents: a page of it, or the incidents of one crime."""

    q: Annotated[str, OptionalReferenceField()]
    page: str

    @field_validator("page")
    @classmethod
    def _is_ours(cls, token: str, info: ValidationInfo) -> str:
        return page_start(token, PAGES, info) if token and not info.data.get("q") else ""


class IncidentModel(ResponseModel):
    """A recorded incident. unit: the one it belongs to, which sees it unless it is restricted; null
    for none. officer_in_charge: user name."""

    id: Id
    crime_reference: str
    offence: str
    location: GeoJsonPoint
    occurred_from: Instant
    occurred_to: Instant
    public_description: str
    state: Annotated[IncidentState, describe_options(IncidentState)]
    created_at: Second
    created_by: str
    unit: Words
    restricted: bool
    officer_in_charge: str
    closed_at: Second | None
    closed_by: Words

    @classmethod
    def from_domain(cls, incident: incidents.Incident, **more: Any) -> IncidentModel:
        """Make the answer for an incident."""
        return cls.from_source(
            incident,
            location=geojson_point(incident.longitude, incident.latitude),
            officer_in_charge=incident.in_charge.username,
            **more,
        )


class IncidentSearch(ResponseModel):
    """A search that was made for an incident."""

    search_id: Id
    at: Second
    officer: str
    reason: str
    area: dict[str, JsonValue]
    started_at: Second | None
    speed: Annotated[Speed | None, OrNull]
    total: int
    truncated: bool

    @classmethod
    def from_domain(cls, search: Search) -> IncidentSearch:
        """Make the answer for a search that was made for an incident."""
        return cls.from_source(search, search_id=search.id)


class IncidentWithSearches(IncidentModel):
    """An incident and the searches made for it, newest first."""

    searches: list[IncidentSearch]


class IncidentsModel(ResponseModel):
    """A page of incidents, newest first. next_page: the `page` parameter of the next page."""

    incidents: list[IncidentModel]
    next_page: Words
