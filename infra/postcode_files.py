"""Reads files of postcodes: Ordnance Survey's Code-Point Open, as it is downloaded, or a CSV with
`postcode` or `zip`, `latitude` and `longitude` columns (gzip allowed).

One source at a time is held in memory: a postcode area, at most some 60,000 rows.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from chalicelib.countries import Country
from chalicelib.registry.postcodes import NO_POSITION, Located
from infra.errors import StackError

OFFICIAL = "GB"
"""The country whose postcodes Code-Point Open has."""

COLUMNS = ("PC", "PQ", "EA", "NO")
"""Postcode, positional quality, easting and northing in Code-Point Open's own short names."""

EASTINGS, NORTHINGS = (1, 700_000), (1, 1_300_000)
"""The British National Grid, in metres."""


@dataclass(frozen=True)
class BadRow:
    """A row that cannot be used. line: as an editor counts, from 1."""

    file: str
    line: int
    why: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.why}"


Tell = Callable[[BadRow], None]


@dataclass(frozen=True)
class Source:
    """One file of postcodes. size: bytes, unpacked. content: gives its bytes."""

    name: str
    size: int
    content: Callable[[], bytes]
    columns: tuple[int, ...] | None
    country: Country

    def hash(self, content: bytes) -> str:
        """Tells whether it was loaded before, with the columns read as they are now."""
        return hashlib.sha256(repr(self.columns).encode() + content).hexdigest()

    def read(self, content: bytes, tell: Tell) -> list[Located]:
        """The postcodes in it, each once; rows that cannot be used go to `tell`."""
        lines = io.StringIO(content.decode("utf-8-sig", errors="replace"), newline="")
        if self.columns is None:
            rows = _degrees(self.name, lines, self.country, tell)
        else:
            rows = _grid(self.name, lines, self.columns, self.country, tell)
        return list(_unique(self.name, rows, tell))


def sources(path: Path, country: Country) -> list[Source]:
    """The files of postcodes at `path`, of a country. Raises StackError when there are none."""
    if not path.exists():
        raise StackError(f"There is no file {path}. {country.postcode_files}")
    if not zipfile.is_zipfile(path):
        return [_plain(path, country)]
    if country.code != OFFICIAL:
        raise StackError(
            f"{path.name} is an archive. Unpack it, and load a CSV with the columns zip (or "
            "postcode), latitude and longitude."
        )
    with zipfile.ZipFile(path) as archive:
        columns = _columns(archive)
        members = [
            member
            for member in archive.infolist()
            if "/data/csv/" in f"/{member.filename.lower()}" and member.filename.endswith(".csv")
        ]
    if not members:
        raise StackError(
            f"{path.name} has no Data/CSV/*.csv in it. Download Code-Point Open as CSV."
        )

    def reader(name: str) -> Callable[[], bytes]:
        def read() -> bytes:
            with zipfile.ZipFile(path) as opened:
                return opened.read(name)

        return read

    return [
        Source(Path(m.filename).name, m.file_size, reader(m.filename), columns, country)
        for m in members
    ]


def _plain(path: Path, country: Country) -> Source:
    def read() -> bytes:
        content = path.read_bytes()
        return gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content

    return Source(path.name, path.stat().st_size, read, None, country)


def _columns(archive: zipfile.ZipFile) -> tuple[int, ...]:
    """Where COLUMNS stand, by the headers that the download itself documents."""
    for name in archive.namelist():
        if name.lower().endswith("column_headers.csv"):
            header = archive.read(name).decode("utf-8-sig").splitlines()[0]
            names = [cell.strip().upper() for cell in header.split(",")]
            try:
                return tuple(names.index(column) for column in COLUMNS)
            except ValueError as error:
                raise StackError(f"{name} names no column {error}.") from error
    return (0, 1, 2, 3)


def _grid(
    file: str, lines: io.StringIO, columns: tuple[int, ...], country: Country, tell: Tell
) -> Iterator[tuple[int, Located]]:
    """Rows of Code-Point Open with their line, positions turned from the grid into WGS84."""
    good: list[tuple[int, str, int, int, int]] = []
    rows = csv.reader(lines)
    for row in rows:
        try:
            cells = [row[column].strip() for column in columns]
            postcode = country.normal_postcode(cells[0])
            quality, easting, northing = (int(cell or "0") for cell in cells[1:])
            if not 0 < quality <= NO_POSITION:
                raise ValueError(f"{quality} is no positional quality")
            if quality != NO_POSITION:
                _on_grid(easting, northing)
        except IndexError:
            tell(BadRow(file, rows.line_num, f"{len(row)} columns are too few"))
        except ValueError as error:
            tell(BadRow(file, rows.line_num, f"{error} ({','.join(row)[:60]})"))
        else:
            good.append((rows.line_num, postcode, quality, easting, northing))
    latitudes, longitudes = _to_wgs84([row[3] for row in good], [row[4] for row in good])
    for (line, postcode, quality, _, _), lat, lng in zip(good, latitudes, longitudes, strict=True):
        position = None if quality == NO_POSITION else (round(lat * 1e6), round(lng * 1e6))
        yield line, Located(postcode, position, quality)


def _on_grid(easting: int, northing: int) -> None:
    if not (EASTINGS[0] <= easting <= EASTINGS[1] and NORTHINGS[0] <= northing <= NORTHINGS[1]):
        raise ValueError(f"{easting}, {northing} is not on the British National Grid")


@lru_cache(maxsize=1)
def _transformer() -> Any:
    from pyproj import Transformer

    # Without Ordnance Survey's correction grid, which pyproj does not bring, the error is up to
    # about three metres; a postcode stands for some hundred metres of street.
    return Transformer.from_crs("EPSG:27700", "EPSG:4326", always_xy=True)


def _to_wgs84(eastings: list[int], northings: list[int]) -> tuple[list[float], list[float]]:
    """Latitudes and longitudes in degrees."""
    if not eastings:
        return [], []
    longitudes, latitudes = _transformer().transform(eastings, northings)
    return list(latitudes), list(longitudes)


def _degrees(
    file: str, lines: io.StringIO, country: Country, tell: Tell
) -> Iterator[tuple[int, Located]]:
    """Rows of a CSV with a header and WGS84 degrees."""
    rows = csv.DictReader(lines)
    names = set(rows.fieldnames or ())
    code = "zip" if "zip" in names and "postcode" not in names else "postcode"
    if missing := {code, "latitude", "longitude"} - names:
        raise StackError(f"{file} has no column {', '.join(sorted(missing))}.")
    for row in rows:
        try:
            latitude, longitude = float(row["latitude"]), float(row["longitude"])
            if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
                raise ValueError(f"{latitude}, {longitude} is no position")
            position = (round(latitude * 1e6), round(longitude * 1e6))
            yield rows.line_num, Located(country.normal_postcode(row[code]), position, 10)
        except (ValueError, TypeError, AttributeError) as error:
            tell(BadRow(file, rows.line_num, str(error)))


def _unique(file: str, rows: Iterator[tuple[int, Located]], tell: Tell) -> Iterator[Located]:
    seen: set[str] = set()
    for line, located in rows:
        if located.postcode in seen:
            tell(BadRow(file, line, f"{located.postcode} stands in the file twice"))
            continue
        seen.add(located.postcode)
        yield located
