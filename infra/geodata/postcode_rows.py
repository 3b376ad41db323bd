"""Reads the rows of a file of postcodes, one after the other, so that the file may have any size.

Positions are WGS84; positions on the British National Grid are converted. Rows that cannot be used
are reported by file and line.
"""

from __future__ import annotations

import csv
import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import Any, TextIO

from chalicelib.core.countries import Country
from chalicelib.geo.plausible import Misplaced, misplaced
from chalicelib.registry.postcodes import NO_POSITION, LocatedPostcode, postcode_sector
from infra.errors import StackError
from infra.geodata.postcode_columns import CODE_POINT, Columns, columns_of, delimiter_of

OFFICIAL = "GB"
"""The country whose grid is read, and whose archives are known."""

EASTINGS, NORTHINGS = (1, 700_000), (1, 1_300_000)
"""The range of the British National Grid, in metres."""

OTHER_GRID = "BT"
"""Northern Ireland's postal area, whose eastings and northings are of the Irish Grid."""

NOWHERE = 99.99
"""NSPL and ONSPD write a latitude of 99.999999 for a postcode without a position."""

EXCHANGED = "latitude and longitude look exchanged"
AT_ONCE = 20_000
"""How many rows have their positions converted together."""

SHOWN = 20
"""How many bad rows are kept for showing; all of them are counted."""

Degrees = tuple[float, float]
Row = tuple[int, LocatedPostcode]
Lines = Iterator[tuple[int, list[str]]]


@dataclass(frozen=True)
class BadRow:
    """A row that cannot be used. line: as an editor counts, from 1."""

    file: str
    line: int
    why: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.why}"


@dataclass
class Findings:
    """What was noticed about the rows while files were read.

    unusable: rows that could not be read or whose place is implausible; exchanged: unusable rows
    that would be plausible with latitude and longitude exchanged. twice: rows of a postcode that
    was there before.
    """

    shown: list[BadRow] = field(default_factory=list)
    unusable: int = 0
    exchanged: int = 0
    twice: int = 0
    terminated: int = 0
    _seen: dict[str, set[str]] = field(default_factory=dict)

    @property
    def left_out(self) -> int:
        """The number of rows that were left out and are reported."""
        return self.unusable + self.twice

    def unusable_row(self, file: str, line: int, why: str) -> None:
        """Count a row that cannot be used, and keep it for showing."""
        self.unusable += 1
        self.exchanged += EXCHANGED in why
        self._show(BadRow(file, line, why))

    def is_first(self, file: str, line: int, postcode: str) -> bool:
        """Tell whether the postcode is in these files for the first time; count it when not."""
        units = self._seen.setdefault(postcode_sector(postcode), set())
        if postcode[-2:] in units:
            self.twice += 1
            self._show(BadRow(file, line, f"{postcode} stands in the file twice"))
            return False
        units.add(sys.intern(postcode[-2:]))
        return True

    def _show(self, row: BadRow) -> None:
        if len(self.shown) < SHOWN:
            self.shown.append(row)


def located(
    file: str, text: TextIO, columns: Columns | None, country: Country, findings: Findings
) -> Iterator[LocatedPostcode]:
    """Read the postcodes in use, each once; rows that cannot be used go to `findings`. columns:
    None when the first line names them.

    Raises StackError when the file is not a file of postcodes.
    """
    try:
        for line, one in _rows(file, text, columns, country, findings):
            if findings.is_first(file, line, one.postcode):
                yield one
    except csv.Error as error:
        raise StackError(
            f"{file} is not written as a CSV: {error}. Perhaps a quote is not closed."
        ) from error


def _rows(
    file: str, text: TextIO, columns: Columns | None, country: Country, findings: Findings
) -> Iterator[Row]:
    first = next((line for line in text if line.strip()), "")
    text.seek(0)
    rows = csv.reader(text, delimiter=delimiter_of(first), strict=True)
    if columns is None:
        header = next(csv.reader([first], delimiter=delimiter_of(first)), [])
        columns = columns_of(file, header, country)
        if columns is None:
            columns = CODE_POINT
        else:
            next(row for row in rows if row)
    read = _degrees if columns.in_degrees else _grid
    yield from read(file, columns, _whole(file, rows, columns, findings), country, findings)


def _whole(file: str, rows: Any, columns: Columns, findings: Findings) -> Lines:
    """Read rows with their line numbers, without rows that are empty or cut off, and without
    postcodes that are no longer in use."""
    before = rows.line_num
    for row in rows:
        line, before = before + 1, rows.line_num
        if not any(cell.strip() for cell in row):
            continue
        if before > line:
            why = f"a cell goes on to line {before}; a quote may not be closed"
            findings.unusable_row(file, line, why)
        elif columns.too_short(row):
            findings.unusable_row(file, line, f"{len(row)} columns are too few")
        elif columns.in_use(row):
            yield line, row
        else:
            findings.terminated += 1


def _degrees(
    file: str, columns: Columns, rows: Lines, country: Country, findings: Findings
) -> Iterator[Row]:
    """Read rows that give WGS84 degrees."""
    for line, row in rows:
        try:
            postcode = country.normal_postcode(columns.cell(row, "postcode"))
            quality = _quality(columns.cell(row, "quality"))
            place = None if quality == NO_POSITION else _position(columns, row)
            yield line, _placed(postcode, place, quality, country)
        except ValueError as error:
            findings.unusable_row(file, line, str(error))


def _position(columns: Columns, row: list[str]) -> Degrees | None:
    """Read latitude and longitude; None where the publisher says that there is no position."""
    texts = columns.cell(row, "latitude"), columns.cell(row, "longitude")
    if columns.knows_gaps and not any(texts):
        return None
    latitude, longitude = (_number(text) for text in texts)
    if latitude >= NOWHERE and longitude == 0:
        return None
    if columns.knows_gaps and latitude == longitude == 0:
        return None
    return latitude, longitude


def _number(text: str) -> float:
    plain = text.replace("\u2212", "-")
    if plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")  # as spreadsheets write it in much of Europe
    try:
        number = float(plain)
    except ValueError as error:
        raise ValueError(f"“{text[:30]}” is no number of degrees, like 52.48142") from error
    if not math.isfinite(number):
        raise ValueError(f"“{text}” is no number of degrees")
    return number


def _placed(
    postcode: str, place: Degrees | None, quality: int, country: Country
) -> LocatedPostcode:
    """Make a located postcode. Raises ValueError for a place outside of the country."""
    if place is None:
        return LocatedPostcode(postcode, None, NO_POSITION)
    why = misplaced(*place, country.bounds)
    said = f"{postcode} at latitude {place[0]:g}, longitude {place[1]:g}"
    if why is Misplaced.EXCHANGED:
        raise ValueError(f"{said}: {EXCHANGED}")
    if why is Misplaced.FAR:
        raise ValueError(f"{said} is not in the {country.short_name}")
    return LocatedPostcode(postcode, (round(place[0] * 1e6), round(place[1] * 1e6)), quality)


def _quality(text: str) -> int:
    """Read Ordnance Survey's indicator of quality, 10 to 90, or the National Statistics' 1 to 9,
    which mean the same. Raises ValueError."""
    if not text:
        return 10
    quality = int(text) if text.isdecimal() and len(text) < 5 else 0
    quality *= 10 if len(text) == 1 else 1
    if not 10 <= quality <= NO_POSITION:
        raise ValueError(f"{text} is no positional quality")
    return quality


def _grid(
    file: str, columns: Columns, rows: Lines, country: Country, findings: Findings
) -> Iterator[Row]:
    """Read rows on the British National Grid, and convert their positions to WGS84."""
    while some := list(islice(rows, AT_ONCE)):
        good: list[tuple[int, str, int, int, int]] = []
        for line, row in some:
            try:
                good.append((line, *_on_grid(columns, row, country)))
            except ValueError as error:
                findings.unusable_row(file, line, f"{error} ({','.join(row)[:60]})")
        latitudes, longitudes = _to_wgs84([row[3] for row in good], [row[4] for row in good])
        for (line, postcode, quality, *_), *place in zip(good, latitudes, longitudes, strict=True):
            known = None if quality == NO_POSITION else (place[0], place[1])
            try:
                yield line, _placed(postcode, known, quality, country)
            except ValueError as error:
                findings.unusable_row(file, line, str(error))


def _on_grid(columns: Columns, row: list[str], country: Country) -> tuple[str, int, int, int]:
    """Read postcode, quality, easting and northing of a row. Raises ValueError."""
    postcode = country.normal_postcode(columns.cell(row, "postcode"))
    quality = _quality(columns.cell(row, "quality"))
    texts = columns.cell(row, "easting"), columns.cell(row, "northing")
    if quality == NO_POSITION or (columns.knows_gaps and not any(texts)):
        return postcode, NO_POSITION, 0, 0
    if country.code != OFFICIAL:
        raise ValueError("eastings and northings are of another country's grid")
    if postcode.startswith(OTHER_GRID):
        raise ValueError(f"{postcode} stands on the Irish Grid; only its degrees can be read")
    metres = [float(text) for text in texts]
    if not all(map(math.isfinite, metres)):
        raise ValueError(f"{', '.join(texts)} are no metres")
    easting, northing = map(round, metres)
    if not (EASTINGS[0] <= easting <= EASTINGS[1] and NORTHINGS[0] <= northing <= NORTHINGS[1]):
        raise ValueError(f"{easting}, {northing} is not on the British National Grid")
    return postcode, quality, easting, northing


@lru_cache(maxsize=1)
def _transformer() -> Any:
    from pyproj import Transformer

    # Without Ordnance Survey's correction grid, which pyproj does not bring, the error is up to
    # about three metres; a postcode stands for some hundred metres of street.
    return Transformer.from_crs("EPSG:27700", "EPSG:4326", always_xy=True)


def _to_wgs84(eastings: list[int], northings: list[int]) -> tuple[list[float], list[float]]:
    """Convert grid references in metres to latitudes and longitudes in degrees."""
    if not eastings:
        return [], []
    longitudes, latitudes = _transformer().transform(eastings, northings)
    return list(latitudes), list(longitudes)
