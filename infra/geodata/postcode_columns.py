"""Finds the columns of a file of postcodes by the names in its first line.

It knows the files that people download: the National Statistics Postcode Lookup and Directory
(NSPL, ONSPD) with old and new names, doogal.co.uk's, Code-Point Open with or without its headers,
the Census Bureau's gazetteer, and a CSV of one's own. Case, spaces and punctuation of names are
ignored, and the columns may be in any order.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chalicelib.core.countries import Country
from chalicelib.core.typed.typed_text import clean_text
from infra.errors import StackError

NAMES: Mapping[str, tuple[str, ...]] = {
    "postcode": (
        *("pcds", "postcode", "pcd", "pcd7", "pcd8", "pc"),
        *("zip", "zipcode", "zcta", "zcta5", "geoid"),
    ),
    "latitude": ("latitude", "lat", "intptlat"),
    "longitude": ("longitude", "long", "lng", "lon", "intptlong"),
    "easting": ("oseast1m", "east1m", "easting", "eastings", "ea"),
    "northing": ("osnrth1m", "north1m", "northing", "northings", "no"),
    "quality": ("osgrdind", "gridind", "positionalqualityindicator", "pqi", "pq"),
    "terminated": ("doterm", "terminated"),
    "in_use": ("inuse",),
}
"""What a column holds, and its names in files; when a file has several, the first one is used."""

DEGREES, GRID = ("latitude", "longitude"), ("easting", "northing")

_NO = frozenset({"no", "n", "false", "0"})
_NOTHING = frozenset({"", "null", "none", "nan", "na", "n/a", "-", *_NO})
"""What programs write in the column of the end of a postcode that has none."""
_DELIMITERS = ",;\t|"


@dataclass(frozen=True)
class Columns:
    """The position of each known column in a row, from 0."""

    at: Mapping[str, int]

    @property
    def in_degrees(self) -> bool:
        """True when the file has degrees, which are preferred to a grid: degrees are stored."""
        return all(name in self.at for name in DEGREES)

    @property
    def knows_gaps(self) -> bool:
        """True when the publisher also lists postcodes without a position or out of use."""
        return any(name in self.at for name in ("quality", "terminated", "in_use"))

    def cell(self, row: Sequence[str], name: str) -> str:
        """Read a column of a row; "" when the file has no such column."""
        return clean_text(row[self.at[name]]).strip() if name in self.at else ""

    def too_short(self, row: Sequence[str]) -> bool:
        """Tell whether a row is cut off before the last known column."""
        return len(row) <= max(self.at.values())

    def in_use(self, row: Sequence[str]) -> bool:
        """Tell whether a row's postcode is still in use."""
        ended = self.cell(row, "terminated").lower()
        return ended in _NOTHING and self.cell(row, "in_use").lower() not in _NO


CODE_POINT = Columns({"postcode": 0, "quality": 1, "easting": 2, "northing": 3})
"""The columns of Code-Point Open, whose files have no line of names."""


def delimiter_of(line: str) -> str:
    """Guess a file's delimiter: the usual character that its first line has most of."""
    return max(_DELIMITERS, key=line.count)


def columns_of(file: str, header: Sequence[str], country: Country) -> Columns | None:
    """Find the columns by the file's first row; None when that row is not a header but a row of
    Code-Point Open. Raises StackError when a column is missing or there twice."""
    if len(header) >= 4 and all(cell.strip().isdigit() for cell in header[1:4]):
        try:
            country.normal_postcode(header[0])
        except ValueError:
            pass
        else:
            return None
    return columns_named(file, header)


def columns_named(file: str, header: Sequence[str]) -> Columns:
    """Find the columns by their names. Raises StackError as `columns_of` does."""
    plain = [re.sub(r"[^a-z0-9]", "", name.lower()) for name in header]
    at = {}
    for column, names in NAMES.items():
        there = [name for name in names if name in plain]
        if there and plain.count(there[0]) > 1:
            raise StackError(f"{file} has two columns {header[plain.index(there[0])].strip()}.")
        if there:
            at[column] = plain.index(there[0])
    has_grid = any(name in at for name in GRID) and not any(name in at for name in DEGREES)
    missing = [name for name in ("postcode", *(GRID if has_grid else DEGREES)) if name not in at]
    if missing and not any(plain):
        raise StackError(f"{file} is empty, or its first line is. Nothing can be read from it.")
    if missing:
        first = ", ".join(header)[:80]
        raise StackError(
            f"{file} has no column {', '.join(missing)}: its first line is “{first}”. That line "
            "has to name the columns: postcode (also pcds, pcd7 or zip), latitude and longitude "
            "(also lat and long), or easting and northing (also oseast1m and osnrth1m)."
        )
    return Columns(at)
