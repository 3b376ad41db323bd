"""Models of searches and of an owner's contact details, for the API and for the forms of the
console."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar

from pydantic import Field, ValidationInfo, field_validator

from chalicelib.geo.areas import Area, Circle, Corridor, Point
from chalicelib.geo.geojson import MOST_WIDTH_M
from chalicelib.geo.timed_path import TimedPath
from chalicelib.incidents.search_service import FILTERS, SearchCriteria
from chalicelib.requests.recipient_windows import AHEAD, LONGEST_AGREED
from chalicelib.search.site_search import MOST_SITES
from chalicelib.web.fields.case_field_types import IdField, ReasonField
from chalicelib.web.fields.field_types import FieldType
from chalicelib.web.fields.geo_field_types import AreaField, finite_number
from chalicelib.web.fields.place_field_types import LATITUDE, LONGITUDE, TypedPosition
from chalicelib.web.fields.plain_field_types import WholeNumberField
from chalicelib.web.fields.time_field_types import MomentField
from chalicelib.web.http.plausible import implausible_boxes
from chalicelib.web.http.validation import FormInput, Input, rule_error, schema_error
from chalicelib.web.models.journey_models import HOW, Speed, SpeedField
from chalicelib.web.models.response_models import (
    Id,
    ResponseModel,
    Words,
)

MOST_FORM_RADIUS = 5000  # metres; larger areas are for the map and the API
MOST_ON_PAGE = 1000
"""How many sites the page without JavaScript lists, some 1.5 KB each: a longer list helps nobody,
and Lambda may return 6 MB. The page says how many sites there are in all."""

OLDEST = timedelta(days=400)  # as for incidents (web.models.incident_models)
_ONLY_CORRIDORS = "Only a corridor, the way somebody went, can be timed"


@dataclass(frozen=True)
class AnyOfField(FieldType):
    """A list of one or more of a few options."""

    options: tuple[str, ...] = ()

    def read(self, sent: Any) -> tuple[str, ...]:
        """Return the chosen options, each once."""
        fits = isinstance(sent, list) and sent and all(value in self.options for value in sent)
        if not fits:
            raise schema_error(f"Must be a list of any of {', '.join(self.options)}")
        return tuple(dict.fromkeys(sent))

    def describe(self) -> dict[str, Any]:
        return {"type": "array", "items": {"enum": list(self.options)}, "minItems": 1}


class Filters(Input):
    """Which sites to keep. A filter that is left out keeps all."""

    unknown: ClassVar[str] = "There is no filter of this name"

    kinds: Annotated[tuple[str, ...], AnyOfField("kinds", FILTERS["kinds"])] = ()
    states: Annotated[tuple[str, ...], AnyOfField("states", FILTERS["states"])] = ()
    sees_scene: Annotated[tuple[str, ...], AnyOfField("sees_scene", FILTERS["sees_scene"])] = ()

    def clean(self) -> dict[str, tuple[str, ...]]:
        return {name: getattr(self, name) for name in FILTERS if getattr(self, name)}


@dataclass(frozen=True)
class SiteLimitField(FieldType):
    """The largest number of sites to list."""

    what: str = "the limit"
    schema: ClassVar = {"type": "integer", "minimum": 1, "maximum": MOST_SITES}

    def read(self, sent: Any) -> int:
        """Return the number. 5.0 is taken as 5, because JSON does not tell the two apart."""
        whole = finite_number(sent)
        if whole is None or whole != int(whole) or not 1 <= whole <= MOST_SITES:
            raise schema_error(f"The limit must be a whole number from 1 to {MOST_SITES}")
        return int(whole)


class NewSearch(Input):
    """A search of the register around an incident. It goes on record with its reason. started_at
    and speed, for a corridor only: when somebody set off at the first point of the path, and how
    fast they went; each site then gets a window of its own. show_lost: with false, sites that have
    overwritten the footage already are only counted; otherwise they are listed last. labels: with
    true, the first thousand sites get a number and a name."""

    area: Annotated[Any, AreaField()]
    reason: Annotated[str, ReasonField()]
    filters: Filters | None = None
    limit: Annotated[int, SiteLimitField()] | None = None
    show_lost: bool | None = None
    labels: bool | None = None
    started_at: Annotated[datetime, MomentField("when they set off")] | None = None
    speed: Annotated[Speed, SpeedField()] | None = Field(default=None, validate_default=True)

    @field_validator("started_at")
    @classmethod
    def _lately(cls, moment: datetime | None, info: ValidationInfo) -> datetime | None:
        if moment is None:
            return None
        _only_of_corridor(info)
        now = info.context["now"]  # type: ignore[index]  # every reader of a search gives one
        if moment > now + AHEAD:
            raise rule_error("They must have set off in the past")
        if moment < now - OLDEST:
            raise rule_error(f"They must have set off in the last {OLDEST.days} days")
        return moment

    @field_validator("speed")
    @classmethod
    def _of_a_journey(cls, speed: Speed | None, info: ValidationInfo) -> Speed | None:
        unread = object()
        started_at = info.data.get("started_at", unread)
        if speed is None:
            if started_at not in (None, unread):
                raise rule_error(f"Give {HOW}")
            return None
        _only_of_corridor(info)
        if started_at is None:
            raise rule_error("Enter when they set off", "started_at")
        if isinstance(started_at, datetime) and (area := _area(info)):
            whole = _journey(started_at, speed).window(0.0, area.length_m)
            if whole.end - whole.start > LONGEST_AGREED:
                raise rule_error("At the slowest, this way takes longer than 7 days")
        return speed

    def criteria(self) -> SearchCriteria:
        area, area_json = self.area
        timed = self.started_at is not None and self.speed is not None
        return SearchCriteria(
            area,
            area_json,
            self.reason,
            self.filters.clean() if self.filters else {},
            self.limit or MOST_SITES,
            _journey(self.started_at, self.speed) if self.started_at and self.speed else None,
            self.speed.model_dump() if timed and self.speed else {},
            self.show_lost is not False,
        )


def _journey(started_at: datetime, speed: Speed) -> TimedPath:
    return TimedPath.of(started_at, speed.model_dump())


def _area(info: ValidationInfo) -> Corridor | None:
    area = info.data["area"][0] if "area" in info.data else None
    return area if isinstance(area, Corridor) else None


def _only_of_corridor(info: ValidationInfo) -> None:
    if "area" in info.data and _area(info) is None:
        raise rule_error(_ONLY_CORRIDORS)


class SearchForm(TypedPosition):
    """The console's form of a search in a circle."""

    radius_m: Annotated[int, WholeNumberField("the radius", 1, MOST_FORM_RADIUS)]
    reason: Annotated[str, ReasonField()]
    latitude: Annotated[int | None, LATITUDE]
    longitude: Annotated[int | None, LONGITUDE]

    @field_validator("latitude", "longitude")
    @classmethod
    def _centre(cls, value: int | None, info: ValidationInfo) -> int | None:
        if value is None:
            raise schema_error(f"Enter the {info.field_name} of the centre")
        latitude = info.data.get("latitude")
        if info.field_name == "longitude" and latitude is not None:
            bounds = (info.context or {}).get("bounds")
            if said := implausible_boxes(latitude, value, bounds):
                raise rule_error(said, "latitude")
        return value

    def criteria(self) -> SearchCriteria:
        assert self.latitude is not None and self.longitude is not None
        centre = Point.from_microdegrees(self.latitude, self.longitude)
        area_json = {
            "type": "circle",
            "centre": [centre.longitude, centre.latitude],
            "radius_m": self.radius_m,
        }
        return SearchCriteria(
            Circle(centre, float(self.radius_m)), area_json, self.reason, {}, MOST_ON_PAGE
        )


class FileSearchForm(FormInput):
    """The console's form of a search along the route, or in the area, of a file."""

    width_m: Annotated[int, WholeNumberField("the width", 1, MOST_WIDTH_M)]
    reason: Annotated[str, ReasonField()]

    def wanted(self, area: Area, area_json: Mapping[str, Any]) -> SearchCriteria:
        """Return the criteria of a search in the area that was read from the file."""
        return SearchCriteria(area, area_json, self.reason, {}, MOST_ON_PAGE)


class ReasonForm(FormInput):
    """A form of which only the reason is read."""

    reason: Annotated[str, ReasonField()]


class NewContact(Input):
    """A look at the contact details of a site's owner. It goes on record with its reason."""

    site_id: Annotated[str, IdField()]
    reason: Annotated[str, ReasonField()]


class ContactModel(ResponseModel):
    """The contact details of the owner of a site. notes: sentences for the officer, as in a
    search."""

    written: ClassVar = {"exclude_defaults": True}

    site_id: Id
    name: str
    email: str
    phone: Words
    address: list[str]
    notes: Annotated[list[str], Field(default_factory=list)]
