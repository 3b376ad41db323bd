"""Reading Ordnance Survey's file, and telling what is wrong with it by file and line."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import pytest

from chalicelib.core.countries import COUNTRIES, Country
from chalicelib.geo.geodesy import Point, distance
from chalicelib.registry.postcodes import Located
from infra.errors import StackError
from infra.postcode_files import BadRow, sources

GB, US = COUNTRIES["GB"], COUNTRIES["US"]

HEADERS = (
    "PC,PQ,EA,NO,CY,RH,LH,CC,DC,WC\nPostcode,Positional_quality_indicator,Eastings,Northings,…"
)
TAIL = ',"E92000001","E19000001","E18000005","","E08000025","E05011151"'


def official(folder: Path, rows: list[str], headers: str = HEADERS) -> Path:
    path = folder / "codepo_gb.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("Doc/Code-Point_Open_Column_Headers.csv", headers)
        archive.writestr("Doc/licence.txt", "Open Government Licence")
        archive.writestr("Data/CSV/b.csv", "\n".join(rows) + "\n")
    return path


def read(path: Path, country: Country = GB) -> tuple[list[Located], list[str]]:
    bad: list[BadRow] = []
    found = [
        one
        for source in sources(path, country)
        for one in source.read(source.content(), bad.append)
    ]
    return found, [str(row) for row in bad]


def test_grid_positions_become_wgs84(tmp_path: Path) -> None:
    """Against the position that the Office for National Statistics gives for B1 1AY."""
    found, bad = read(official(tmp_path, ['"B1 1AY",10,406523,286448' + TAIL]))
    assert bad == []
    (one,) = found
    assert (one.postcode, one.quality) == ("B1 1AY", 10)
    assert one.position is not None
    away = distance(Point.from_microdegrees(*one.position), Point(52.475939, -1.905387))
    assert away < 5


def test_bad_rows_are_told_by_file_and_line_and_the_rest_is_read(tmp_path: Path) -> None:
    found, bad = read(
        official(
            tmp_path,
            [
                '"B1 1AY",10,406523,286448' + TAIL,
                '"B1"',
                '"NOT A POSTCODE",10,406523,286448' + TAIL,
                '"B1 1BA",10,left,286448' + TAIL,
                '"B1 1BB",10,0,0' + TAIL,
                '"B1 1BD",5000,406523,286448' + TAIL,
                '"b11ay",10,406523,286448' + TAIL,
                '"B1 1BE",90,0,0' + TAIL,
            ],
        )
    )
    assert [one.postcode for one in found] == ["B1 1AY", "B1 1BE"]
    assert found[1].position is None
    assert [row.split(":")[0] for row in bad] == [f"b.csv, line {n}" for n in (2, 3, 4, 5, 6, 7)]
    assert "too few" in bad[0]
    assert "not on the British National Grid" in bad[3]
    assert "twice" in bad[5]


def test_columns_are_found_by_the_headers_of_the_download(tmp_path: Path) -> None:
    path = official(tmp_path, ['"E92",286448,406523,10,"B1 1AY"'], "CY,NO,EA,PQ,PC\n…")
    found, bad = read(path)
    assert bad == []
    assert [one.postcode for one in found] == ["B1 1AY"]


def test_a_csv_in_degrees_is_taken_also_compressed(tmp_path: Path) -> None:
    text = "postcode,latitude,longitude\nB1 1AY,52.475939,-1.905387\nB1 1BA,north,-1.9\n"
    path = tmp_path / "some.csv.gz"
    path.write_bytes(gzip.compress(text.encode()))
    found, bad = read(path)
    assert found == [Located("B1 1AY", (52_475_939, -1_905_387), 10)]
    assert len(bad) == 1
    assert bad[0].startswith("some.csv.gz, line 3:")


@pytest.mark.parametrize("column", ["zip", "postcode"])
def test_zip_codes_are_taken_and_cut_to_five_digits(tmp_path: Path, column: str) -> None:
    path = tmp_path / "zcta.csv"
    path.write_text(
        f"{column},latitude,longitude\n64106,39.105,-94.569\n64108-1234,39.083,-94.586\n"
        "6410,39.1,-94.5\nB1 1AY,52.475939,-1.905387\n64106,39.1,-94.5\n"
    )
    found, bad = read(path, US)
    assert found == [
        Located("64106", (39_105_000, -94_569_000), 10),
        Located("64108", (39_083_000, -94_586_000), 10),
    ]
    assert bad == [
        "zcta.csv, line 4: not a ZIP code",
        "zcta.csv, line 5: not a ZIP code",
        "zcta.csv, line 6: 64106 stands in the file twice",
    ]


def test_an_archive_elsewhere_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="is an archive"):
        sources(official(tmp_path, []), US)
    with pytest.raises(StackError, match=r"There is no file .* ZIP code"):
        sources(tmp_path / "missing.csv", US)


@pytest.mark.parametrize("content", ["nothing", "a,b\n1,2\n"])
def test_a_file_that_is_none_of_these_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "other.csv"
    path.write_text(content)
    with pytest.raises(StackError, match="has no column"):
        read(path)


def test_a_zip_without_postcodes_and_a_missing_file_say_what_to_do(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(StackError, match="Download Code-Point Open"):
        sources(tmp_path / "other.zip", GB)
    with pytest.raises(StackError, match="free download"):
        sources(tmp_path / "missing.zip", GB)
