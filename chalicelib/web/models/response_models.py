"""The base of the models of API answers, and the types of fields that they share. A model writes
the JSON and its part of the OpenAPI description; each attribute is declared there alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal, Self

from chalice import Response
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
)

from chalicelib.core.times import iso, iso_seconds
from chalicelib.web.fields.case_field_types import ID
from chalicelib.web.fields.geo_field_types import POSITION

Id = Annotated[str, Field(pattern=ID, description="16 characters")]
Position = Annotated[list[float], Field(json_schema_extra=lambda schema: schema.update(POSITION))]
Corner = Annotated[list[float], Field(min_length=2, max_length=2)]
"""A corner of a cell: a position whose longitude runs on beyond 180° where the cell crosses it."""
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256, hex")]
Instant = Annotated[datetime, PlainSerializer(iso, when_used="json")]
"""A moment as exact as it was given."""
Second = Annotated[datetime, PlainSerializer(iso_seconds, when_used="json")]
"""A moment with its fractions cut off."""
OrNull = BeforeValidator(lambda value: value or None)
"""Makes null in an answer of what is stored as ""."""
Words = Annotated[str | None, OrNull]


def describe_options(of: Iterable[str]) -> WithJsonSchema:
    """Describe a field whose values are a few words of ours by the list of these words."""
    return WithJsonSchema({"type": "string", "enum": [str(word) for word in of]})


class ResponseModel(BaseModel):
    """Base of models of answers. An attribute that is not declared is never sent."""

    model_config = ConfigDict(extra="forbid", from_attributes=True, populate_by_name=True)
    written: ClassVar[dict[str, Any]] = {}
    """Options of `model_dump_json`, for a model that leaves something out."""

    @classmethod
    def from_source(cls, source: object, **more: Any) -> Self:
        """Make the answer of the attributes of `source`; those in `more` take precedence."""
        return cls.model_validate(_Attributes(source, more))

    def reply(self, status: int = 200, content_type: str = "application/json") -> Response:
        """Make the HTTP response with this answer as JSON."""
        return Response(
            body=self.as_text(), status_code=status, headers={"Content-Type": content_type}
        )

    def as_text(self) -> str:
        """Write the answer as JSON text, with the names that programs read."""
        return self.model_dump_json(by_alias=True, **self.written)

    def as_json(self) -> dict[str, Any]:
        """Return the answer as values that JSON can hold, with the names that programs read."""
        return self.model_dump(mode="json", by_alias=True, **self.written)


NOTHING_ELSE = ConfigDict(extra="forbid")
"""Pydantic configuration of the dataclasses in answers: other attributes are refused."""


class _Attributes:
    """The attributes of a domain object, some of them replaced or added."""

    def __init__(self, source: object, more: Mapping[str, Any]) -> None:
        self._source, self._more = source, more

    def __getattr__(self, name: str) -> Any:
        return self._more[name] if name in self._more else getattr(self._source, name)


class FieldError(ResponseModel):
    """What is wrong with one field."""

    field: str
    message: str


class Problem(ResponseModel):
    """An error (RFC 9457). type: the kind of error; `/problems/invalid` means that the call was
    not as this document says, `/problems/refused` that it was and a rule does not allow it."""

    type: str
    title: str
    status: int
    detail: str
    errors: Annotated[list[FieldError], Field(default_factory=list)]


class GeoJsonPoint(ResponseModel):
    """A GeoJSON Point."""

    type: Literal["Point"] = "Point"
    coordinates: Position


def position(latitude_e6: int, longitude_e6: int) -> list[float]:
    """Turn microdegrees into a GeoJSON position: [longitude, latitude] in degrees."""
    return [longitude_e6 / 1e6, latitude_e6 / 1e6]


def geojson_point(longitude: float, latitude: float) -> GeoJsonPoint:
    """Make a GeoJSON Point of a longitude and a latitude in degrees."""
    return GeoJsonPoint(coordinates=[longitude, latitude])


class WindowModel(ResponseModel):
    """From when to when footage is wanted."""

    from_: Annotated[Instant, Field(alias="from")]
    to: Instant
