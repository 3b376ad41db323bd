"""Types for places in forms: a postcode, and a position in degrees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, ValidationInfo, model_validator

from chalicelib.core.countries import Country
from chalicelib.geo.written.place_text import (
    NoPlaceError,
    axis_of,
    read_angle,
    read_boxes,
    why_no_place,
)
from chalicelib.web.fields.plain_field_types import CountryField
from chalicelib.web.http.validation import FormInput, schema_error


@dataclass(frozen=True)
class PostcodeField(CountryField):
    """A full postcode as it is written on a letter, with letters and digits that look alike
    corrected; whether it exists is another question."""

    what: str = "your postcode"

    def clean_in(self, typed: str, country: Country) -> str:
        """Return the postcode in its usual form: `b11ay` → `B1 1AY`."""
        if not typed.strip():
            raise schema_error(f"Enter your {country.postcode}")
        try:
            return country.typed_postcode(typed)
        except ValueError:
            raise schema_error(country.postcode_wanted) from None


@dataclass(frozen=True)
class DegreesField(CountryField):
    """A latitude or longitude, in microdegrees; None for an empty box. Every form of
    geo.written.place_text is read; a whole place in one box is for TypedPosition.

    what: "latitude". most: 90 or 180.
    """

    most: int

    def clean_in(self, typed: str, country: Country) -> int | None:
        """Return microdegrees. country: the country in which examples of sentences lie."""
        like = country.latitude_like if self.what == "latitude" else country.longitude_like
        if not typed.strip(" \t\r\n°"):
            return None
        try:
            angle = read_angle(typed)
        except NoPlaceError:
            said = why_no_place(typed, country)
            raise schema_error(
                said or f"{self.name} must be a number of degrees, like {like}"
            ) from None
        if axis_of(angle) not in ("", self.what):
            raise schema_error(
                f"{self.name} must be a {self.what}, like {like}: this is the other number"
            )
        if abs(angle[0]) > self.most:
            raise schema_error(
                f"{self.name} must be between -{self.most} and {self.most}, like {like}"
            )
        return round(angle[0] * 1_000_000)


class TypedPosition(FormInput):
    """A form with the boxes `latitude` and `longitude`, which also takes a whole place in one of
    them, in any form that `geo.written.place_text` reads."""

    @model_validator(mode="before")
    @classmethod
    def _whole_place(cls, sent: Any, info: ValidationInfo) -> Any:
        boxes = [sent.get(name) or "" for name in ("latitude", "longitude")]
        country = (info.context or {})["country"]
        if not all(isinstance(box, str) for box in boxes):
            return sent
        if not (found := read_boxes(boxes[0], boxes[1], country)):
            return sent
        return {**sent, "latitude": str(found.latitude), "longitude": str(found.longitude)}


LATITUDE = DegreesField("latitude", 90)
LONGITUDE = DegreesField("longitude", 180)


def goes_with_latitude(
    longitude: int | None, info: ValidationInfo, otherwise: str = "or leave both empty"
) -> int | None:
    """Refuse a latitude or longitude without the other. otherwise: the other way out to name."""
    if "latitude" not in info.data:
        return longitude  # the latitude is wrong itself and has its own error
    latitude: int | None = info.data["latitude"]
    if (latitude is None) != (longitude is None):
        missing = "latitude" if latitude is None else "longitude"
        raise schema_error(f"Enter the {missing} too, {otherwise}", missing)
    return longitude


Latitude = Annotated[int | None, LATITUDE]
Longitude = Annotated[int | None, LONGITUDE, AfterValidator(goes_with_latitude)]
"""Must be declared after a field `latitude`: a position has both numbers or neither."""
