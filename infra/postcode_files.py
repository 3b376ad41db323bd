"""Finds the files of postcodes at a path: Code-Point Open, NSPL and ONSPD as they are downloaded,
the archive of doogal.co.uk, or a CSV of one's own. `postcode_rows` reads them.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from chalicelib.core.countries import Country
from chalicelib.registry.postcodes import LocatedPostcode
from infra.errors import StackError
from infra.postcode_columns import CODE_POINT, Columns, columns_named
from infra.postcode_rows import OFFICIAL, Findings, located
from infra.text_files import DAMAGED, Opened, opener, text_of


@dataclass(frozen=True)
class PostcodeFile:
    """One file of postcodes. columns: as its publisher documents them; None: as it names them."""

    name: str
    opened: Opened
    columns: Columns | None
    country: Country

    def read(self, findings: Findings) -> Iterator[LocatedPostcode]:
        """The postcodes in use, each once; what cannot be used goes to `findings`.

        Raises StackError when the file is none of postcodes.
        """
        try:
            with text_of(self.opened) as text:
                yield from located(self.name, text, self.columns, self.country, findings)
        except DAMAGED as error:
            raise StackError(
                f"{self.name} is damaged or was not downloaded to its end: {error}."
            ) from error


def postcode_files(path: Path, country: Country) -> list[PostcodeFile]:
    """The files of postcodes at `path`, of a country. Raises StackError when there are none."""
    if not path.is_file():
        raise StackError(f"There is no file {path}. {country.postcode_files}")
    if not zipfile.is_zipfile(path):
        return [PostcodeFile(path.name, opener(path), None, country)]
    if country.code != OFFICIAL:
        raise StackError(
            f"{path.name} is an archive. Unpack it, and load a CSV with the columns zip (or "
            "postcode), latitude and longitude."
        )
    with zipfile.ZipFile(path) as archive:
        members = _members(archive.namelist())
        columns = _documented(archive)
    if not members:
        raise StackError(
            f"{path.name} has no file of postcodes in it. Download Code-Point Open as CSV, or "
            "unpack it and load the CSV itself."
        )
    return [
        PostcodeFile(
            PurePosixPath(name).name,
            _member(path, name),
            columns if "/data/csv/" in f"/{name.lower()}" else None,
            country,
        )
        for name in members
    ]


def _member(path: Path, name: str) -> Opened:
    return lambda: zipfile.ZipFile(path).open(name)


def _members(names: list[str]) -> list[str]:
    """The files of postcodes among an archive's: Data/CSV/*.csv of Code-Point Open, Data/*.csv of
    NSPL and ONSPD, which bring all postcodes once more by area, or else those at the top."""
    tables = [name for name in names if name.lower().endswith(".csv")]
    for folder in ("/data/csv", "/data"):
        found = [name for name in tables if f"/{name.lower()}".rpartition("/")[0].endswith(folder)]
        if found:
            return found
    return [name for name in tables if "/" not in name]


def _documented(archive: zipfile.ZipFile) -> Columns:
    """Code-Point Open's columns, by the headers that the download itself documents."""
    for name in archive.namelist():
        if name.lower().endswith("column_headers.csv"):
            header = archive.read(name).decode("utf-8-sig").splitlines()[0]
            return columns_named(name, header.split(","))
    return CODE_POINT
