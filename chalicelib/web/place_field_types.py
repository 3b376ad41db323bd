"""Types for where something is: a postcode, and a position in degrees."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, ValidationInfo

from chalicelib.registry.postcodes import normalise
from chalicelib.web.plain_field_types import TypedField
from chalicelib.web.validation import wrong


@dataclass(frozen=True)
class Postcode(TypedField):
    """A full postcode as it is written on a letter; whether it exists is another question."""

    what: str = "your postcode"

    def clean(self, typed: str) -> str:
        """`b11ay` → `B1 1AY`."""
        if not typed.strip():
            raise wrong(f"Enter {self.what}")
        try:
            return normalise(typed)
        except ValueError:
            raise wrong("Enter a full UK postcode, like B1 1AY") from None


# As programs write numbers, too: up to 17 digits, and small ones with an exponent (1e-05).
_DEGREES = re.compile(r"[+-]?[0-9]{1,3}(\.[0-9]{0,25})?([eE]-[0-9]{1,2})?")


@dataclass(frozen=True)
class Degrees(TypedField):
    """A latitude or longitude, in microdegrees; None for an empty box.

    what: "latitude". most: 90 or 180. like: an example.
    """

    most: int
    like: str

    def clean(self, typed: str) -> int | None:
        """Microdegrees."""
        value = unicodedata.normalize("NFKC", typed).strip().rstrip("°").strip()
        value = value.replace("\u2212", "-")
        if not value:
            return None
        if not _DEGREES.fullmatch(value) or not value.isascii():
            raise wrong(f"{self.name} must be a number of degrees, like {self.like}")
        if abs(float(value)) > self.most:
            raise wrong(
                f"{self.name} must be between -{self.most} and {self.most}, like {self.like}"
            )
        return round(float(value) * 1_000_000)


LATITUDE = Degrees("latitude", 90, "52.48142")
LONGITUDE = Degrees("longitude", 180, "-1.89983")


def _goes_with_latitude(longitude: int | None, info: ValidationInfo) -> int | None:
    if "latitude" not in info.data:
        return longitude  # it is wrong by itself, which is said
    latitude: int | None = info.data["latitude"]
    if latitude is None and longitude is None:
        return None
    if latitude is None or longitude is None:
        missing = "latitude" if latitude is None else "longitude"
        raise wrong(f"Enter the {missing} too, or leave both empty", missing)
    if _in_the_country(longitude, latitude):
        raise wrong("Latitude and longitude are the wrong way round: swap them", "latitude")
    if not _in_the_country(latitude, longitude):
        said = "This position is not in the United Kingdom. Check both numbers"
        raise wrong(said, "latitude")
    return longitude


Latitude = Annotated[int | None, LATITUDE]
Longitude = Annotated[int | None, LONGITUDE, AfterValidator(_goes_with_latitude)]
"""Declared after a field `latitude`: of a pin there are both numbers or neither."""


def _in_the_country(latitude: int, longitude: int) -> bool:
    return 49_000_000 < latitude < 61_000_000 and -9_000_000 < longitude < 3_000_000
