"""Reading Ordnance Survey's file, and telling what is wrong with it by file and line."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from chalicelib.core.countries import COUNTRIES, Country
from chalicelib.geo.geodesy import Point, distance
from chalicelib.registry.postcodes import LocatedPostcode
from infra.errors import StackError
from infra.geodata.postcode_files import postcode_files
from infra.geodata.postcode_rows import Findings
from infra.paths import SHARED_DATA

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


def read(path: Path, country: Country = GB) -> tuple[list[LocatedPostcode], list[str]]:
    found, findings = read_all(path, country)
    return found, [str(row) for row in findings.shown]


def read_all(path: Path, country: Country = GB) -> tuple[list[LocatedPostcode], Findings]:
    findings = Findings()
    found = [one for source in postcode_files(path, country) for one in source.read(findings)]
    return found, findings


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
    assert found == [LocatedPostcode("B1 1AY", (52_475_939, -1_905_387), 10)]
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
        LocatedPostcode("64106", (39_105_000, -94_569_000), 10),
        LocatedPostcode("64108", (39_083_000, -94_586_000), 10),
    ]
    assert bad == [
        "zcta.csv, line 4: not a ZIP code",
        "zcta.csv, line 5: not a ZIP code",
        "zcta.csv, line 6: 64106 stands in the file twice",
    ]


def test_an_archive_elsewhere_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="is an archive"):
        postcode_files(official(tmp_path, []), US)
    with pytest.raises(StackError, match=r"There is no file .* ZIP code"):
        postcode_files(tmp_path / "missing.csv", US)


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
        postcode_files(tmp_path / "other.zip", GB)
    with pytest.raises(StackError, match="free download"):
        postcode_files(tmp_path / "missing.zip", GB)


BIRMINGHAM = (52_475_939, -1_905_387)
NSPL = (
    "pcd,pcd2,pcds,dointr,doterm,usertype,oseast1m,osnrth1m,osgrdind,oa21,cty,lat,long,imd",
    "B1 1AY,B1  1AY,B1 1AY,200001,,0,406523,286448,1,E00,E99,52.475939,-1.905387,12",
    "B1 1AA,B1  1AA,B1 1AA,198001,199606,0,406523,286448,8,E00,E99,52.475939,-1.905387,12",
    "B1 1XX,B1  1XX,B1 1XX,198001,,1,,,9,E00,E99,99.999999,0.000000,12",
    "BT1 1AA,BT1  1AA,BT1 1AA,198001,,0,333600,374600,1,N00,N99,54.6018,-5.9300,",
)
ONSPD_2025 = (
    "PCD7,PCD8,PCDS,DOINTR,DOTERM,EAST1M,NORTH1M,GRIDIND,LAT,LONG",
    '"B1 1AY","B1  1AY","B1 1AY",200001,,406523,286448,1,52.475939,-1.905387',
    '"B1 1AA","B1  1AA","B1 1AA",198001,199606,406523,286448,8,52.475939,-1.905387',
    '"B1 1XX","B1  1XX","B1 1XX",198001,,,,9,99.999999,0.000000',
    '"BT1 1AA","BT1  1AA","BT1 1AA",198001,,333600,374600,1,54.6018,-5.9300',
)
DOOGAL = (
    "Postcode,In Use?,Latitude,Longitude,Easting,Northing,Grid Ref,County,Introduced,Terminated",
    "B1 1AY,Yes,52.475939,-1.905387,406523,286448,SP065864,West Midlands,1980-01-01,",
    "B1 1AA,No,52.475939,-1.905387,406523,286448,SP065864,West Midlands,1980-01-01,1996-06-01",
    "B1 1XX,Yes,0,0,0,0,,West Midlands,1980-01-01,",
    "BT1 1AA,Yes,54.6018,-5.9300,333600,374600,,,1980-01-01,",
)


@pytest.mark.parametrize("rows", [NSPL, ONSPD_2025, DOOGAL], ids=["NSPL", "ONSPD 2025", "doogal"])
@pytest.mark.parametrize(
    "written",
    [
        lambda text: text.encode(),
        lambda text: b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode(),
        lambda text: text.replace(",", "\t").encode("utf-16"),
        lambda text: (
            text.replace("West Midlands", "Ynys M\xf4n").replace(",", ";").encode("cp1252")
        ),
        lambda text: ("\n\n" + text.replace("\n", "\n\n").upper()).encode(),
        lambda text: gzip.compress(text.encode()),
    ],
    ids=["as it is", "BOM and CRLF", "UTF-16 and tabs", "cp1252 and ;", "empty lines", "gzip"],
)
def test_files_of_all_publishers_are_read_and_terminated_postcodes_left_out(
    tmp_path: Path, rows: tuple[str, ...], written: Callable[[str], bytes]
) -> None:
    (tmp_path / "all.csv").write_bytes(written("\n".join(rows) + "\n"))
    found, findings = read_all(tmp_path / "all.csv")
    assert [(one.postcode, one.position) for one in found] == [
        ("B1 1AY", BIRMINGHAM),
        ("B1 1XX", None),
        ("BT1 1AA", (54_601_800, -5_930_000)),
    ]
    assert (findings.terminated, findings.left_out) == (1, 0)


def test_columns_stand_in_any_order_and_only_a_grid_will_do(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("Northing,Name,EASTING, Post code\n286448,x,406523,b11ay\n1,x,1,BT1 1AA\n")
    found, bad = read(path)
    assert [one.postcode for one in found] == ["B1 1AY"] and found[0].position
    away = distance(Point.from_microdegrees(*found[0].position), Point(52.475939, -1.905387))
    assert away < 5
    assert "Irish Grid" in bad[0]


def test_a_file_of_code_point_open_alone_needs_no_headers(tmp_path: Path) -> None:
    (tmp_path / "b.csv").write_text('"B1 1AY",10,406523,286448' + TAIL + "\n")
    found, bad = read(tmp_path / "b.csv")
    assert ([one.postcode for one in found], bad) == (["B1 1AY"], [])


def test_the_downloads_of_the_national_statistics_are_read_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "NSPL.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("Data/NSPL_NOV_2025_UK.csv", "\n".join(NSPL))
        archive.writestr("Data/multi_csv/NSPL_NOV_2025_UK_B.csv", "\n".join(NSPL))
        archive.writestr("Documents/Country names.csv", "CTRY12CD,CTRY12NM\nE92,England\n")
    found, findings = read_all(path)
    assert (len(found), findings.left_out) == (3, 0)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("B1 1AY,-1.905387,52.475939", "latitude and longitude look exchanged"),
        ("B1 1AY,39.1,-94.57", "is not in the UK"),
        ("B1 1AY,0,0", "is not in the UK"),
        ("B1 1AY,nan,-1.9", "no number of degrees"),
        ("B1 1AY,,", "no number of degrees"),
        ("B1 1AY,406523,286448", "is not in the UK"),
        ('"B1 1AY\nB1 1AZ",52.4,-1.9', "a quote may not be closed"),
        ("B1 1AY,52.4", "too few"),
    ],
)
def test_a_place_that_cannot_be_meant_is_told_by_line(tmp_path: Path, row: str, said: str) -> None:
    path = tmp_path / "own.csv"
    path.write_text(f"postcode,latitude,longitude\n{row}\nB1 1BA,52.47544,-1.900206\n")
    found, bad = read(path)
    assert [one.postcode for one in found] == ["B1 1BA"]
    assert bad[0].startswith("own.csv, line 2: ") and said in bad[0]


def test_a_quote_that_is_never_closed_and_a_column_twice_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text('postcode,latitude,longitude\n"B1 1AY,52.4,-1.9\nB1 1BA,52.4,-1.9\n')
    with pytest.raises(StackError, match="quote"):
        read(path)
    path.write_text("postcode,Latitude,latitude,longitude\nB1 1AY,52.4,52.4,-1.9\n")
    with pytest.raises(StackError, match="two columns Latitude"):
        read(path)


IN_DEGREES = "postcode;latitude;longitude;terminated\n"


@pytest.mark.parametrize("ended", ["", "NULL", "No", "0", "n/a", " nan ", "-"])
def test_what_programs_write_for_no_end_is_no_end(tmp_path: Path, ended: str) -> None:
    """Threat: every postcode counts as terminated, and every resident as unknown."""
    rows = f"B1 1AY;52.48;-1.9;{ended}\nB1 1AZ;52.48;-1.9;2001-05\n"
    (file := tmp_path / "own.csv").write_text(IN_DEGREES + rows)
    found, findings = read_all(file)
    assert [one.postcode for one in found] == ["B1 1AY"]
    assert (findings.terminated, findings.left_out) == (1, 0)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_degrees_as_european_spreadsheets_save_them(tmp_path: Path, encoding: str) -> None:
    rows = "B1 1AY;52,48;-1,9;\r\nB1 1AZ;52.48;\u22121,9;\r\n"
    (file := tmp_path / "own.csv").write_bytes((IN_DEGREES + rows).encode(encoding))
    assert {one.position for one in read(file)[0]} == {(52_480_000, -1_900_000)}


@pytest.mark.parametrize("content", [b"", b"\n\r\n ", b"\0" * 40, b"\xef\xbb\xbf"])
def test_an_empty_file_is_said_to_be_empty(tmp_path: Path, content: bytes) -> None:
    (file := tmp_path / "own.csv").write_bytes(content)
    with pytest.raises(StackError, match="is empty"):
        read(file)


@pytest.mark.parametrize("east", ["1e400", "nan", "-inf", "x"])
def test_metres_that_are_no_number_are_a_bad_row(tmp_path: Path, east: str) -> None:
    (file := tmp_path / "own.csv").write_text(f"postcode,easting,northing\nB1 1AY,{east},287013\n")
    found, findings = read_all(file)
    assert (found, findings.unusable) == ([], 1)


def test_a_download_that_broke_off_is_told(tmp_path: Path) -> None:
    packed = gzip.compress("\n".join(NSPL * 50).encode())
    (tmp_path / "cut.csv.gz").write_bytes(packed[:-20])
    with pytest.raises(StackError, match="not downloaded to its end"):
        read(tmp_path / "cut.csv.gz")


def test_the_census_bureaus_gazetteer_is_read(tmp_path: Path) -> None:
    path = tmp_path / "2025_Gaz_zcta_national.txt"
    path.write_text("GEOID\tALAND\tINTPTLAT\tINTPTLONG   \n64106\t1\t39.105\t-94.569\n")
    assert read(path, US) == ([LocatedPostcode("64106", (39_105_000, -94_569_000), 10)], [])


def test_the_official_file_and_its_positions_in_degrees_agree() -> None:
    folder = SHARED_DATA / "postcodes"
    if not folder.exists():
        return  # a checkout without the open data
    grid, told = read_all(folder / "codepo_gb_west_midlands.zip")
    degrees, told_too = read_all(folder / "west_midlands_wgs84.csv")
    assert (told.left_out, told_too.left_out) == (0, 0)
    assert (len(grid), len(degrees)) == (95_136, 58_265)
    by_grid = {one.postcode: one.position for one in grid}
    for one in degrees[::500]:
        there = by_grid[one.postcode]
        assert one.position and there
        places = (Point.from_microdegrees(*place) for place in (one.position, there))
        assert distance(*places) < 5
