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
from infra.geodata.postcode_columns import CODE_POINT, Columns, columns_named
from infra.geodata.postcode_rows import OFFICIAL, Findings, located
from infra.geodata.text_files import DAMAGED, Opened, opener, text_of


@dataclass(frozen=True)
class PostcodeFile:
    """One file of postcodes. columns: None for a file whose first line names its columns."""

    name: str
    opened: Opened
    columns: Columns | None
    country: Country

    def read(self, findings: Findings) -> Iterator[LocatedPostcode]:
        """Read the postcodes in use, each once; rows that cannot be used go to `findings`.

        Raises StackError when the file is not a file of postcodes.
        """
        try:
            with text_of(self.opened) as text:
                yield from located(self.name, text, self.columns, self.country, findings)
        except DAMAGED as error:
            raise StackError(
                f"{self.name} is damaged or was not downloaded to its end: {error}."
            ) from error


def postcode_files(path: Path, country: Country) -> list[PostcodeFile]:
    """Find a country's files of postcodes at `path`. Raises StackError when there are none."""
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
    """Choose an archive's files of postcodes: Data/CSV/*.csv of Code-Point Open, Data/*.csv of NSPL
    and ONSPD, which repeat all postcodes by area in a subfolder, or else the files at the top."""
    tables = [name for name in names if name.lower().endswith(".csv")]
    for folder in ("/data/csv", "/data"):
        found = [name for name in tables if f"/{name.lower()}".rpartition("/")[0].endswith(folder)]
        if found:
            return found
    return [name for name in tables if "/" not in name]


def _documented(archive: zipfile.ZipFile) -> Columns:
    """Read Code-Point Open's columns from the file of headers in the download."""
    for name in archive.namelist():
        if name.lower().endswith("column_headers.csv"):
            header = archive.read(name).decode("utf-8-sig").splitlines()[0]
            return columns_named(name, header.split(","))
    return CODE_POINT
