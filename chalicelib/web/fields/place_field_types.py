"""Types for where something is: a postcode, and a position in degrees."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, ValidationInfo

from chalicelib.core.countries import Country
from chalicelib.web.fields.plain_field_types import CountryField
from chalicelib.web.http.validation import wrong


@dataclass(frozen=True)
class Postcode(CountryField):
    """A full postcode as it is written on a letter; whether it exists is another question."""

    what: str = "your postcode"

    def clean_in(self, typed: str, country: Country) -> str:
        """`b11ay` → `B1 1AY`."""
        if not typed.strip():
            raise wrong(f"Enter your {country.postcode}")
        try:
            return country.normal_postcode(typed)
        except ValueError:
            raise wrong(country.postcode_wanted) from None


# As programs write numbers, too: up to 17 digits, and small ones with an exponent (1e-05).
_DEGREES = re.compile(r"[+-]?[0-9]{1,3}(\.[0-9]{0,25})?([eE]-[0-9]{1,2})?")


@dataclass(frozen=True)
class Degrees(CountryField):
    """A latitude or longitude, in microdegrees; None for an empty box.

    what: "latitude". most: 90 or 180.
    """

    most: int

    def clean_in(self, typed: str, country: Country) -> int | None:
        """Microdegrees. country: in which the example lies."""
        like = country.latitude_like if self.what == "latitude" else country.longitude_like
        value = unicodedata.normalize("NFKC", typed).strip().rstrip("°").strip()
        value = value.replace("\u2212", "-")
        if not value:
            return None
        if not _DEGREES.fullmatch(value) or not value.isascii():
            raise wrong(f"{self.name} must be a number of degrees, like {like}")
        if abs(float(value)) > self.most:
            raise wrong(f"{self.name} must be between -{self.most} and {self.most}, like {like}")
        return round(float(value) * 1_000_000)


LATITUDE = Degrees("latitude", 90)
LONGITUDE = Degrees("longitude", 180)


def goes_with_latitude(
    longitude: int | None, info: ValidationInfo, otherwise: str = "or leave both empty"
) -> int | None:
    """Refuses one without the other. otherwise: what else to do."""
    if "latitude" not in info.data:
        return longitude  # it is wrong by itself, which is said
    latitude: int | None = info.data["latitude"]
    if (latitude is None) != (longitude is None):
        missing = "latitude" if latitude is None else "longitude"
        raise wrong(f"Enter the {missing} too, {otherwise}", missing)
    return longitude


Latitude = Annotated[int | None, LATITUDE]
Longitude = Annotated[int | None, LONGITUDE, AfterValidator(goes_with_latitude)]
"""Declared after a field `latitude`: of a pin there are both numbers or neither."""
