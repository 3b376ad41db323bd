"""Loading postcodes and the boundary, and seeding: again, changed, cut short, and wrong."""

from __future__ import annotations

import csv
import json
import random
import zipfile
from argparse import Namespace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chalicelib.geo.areas import Circle, Point
from chalicelib.geo.geodesy import distance
from chalicelib.registry.gazetteer.place_names import PlaceNames
from chalicelib.registry.gazetteer.sector_centres import CENTRES
from chalicelib.registry.postcodes import Postcodes
from chalicelib.search.index_reader import TableIndexReader
from chalicelib.search.site_search import SiteSearch
from infra.commands import load_force_area, load_postcodes, seed
from infra.errors import StackError
from infra.records.recounting import Recount, areas_in_table
from tests.running import RunningStack
from tests.stack.residents import registry, store


def download(folder: Path, name: str, rows: list[str]) -> Namespace:
    with zipfile.ZipFile(folder / "codepo_gb.zip", "w") as archive:
        archive.writestr(f"Data/CSV/{name}.csv", "\n".join(rows) + "\n")
    return Namespace(file=folder / "codepo_gb.zip")


def test_a_newer_edition_changes_what_is_there_and_removes_what_is_meant_to_go(
    stack: RunningStack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    postcodes = Postcodes(registry(stack))
    first = ['"YQ1 1AA",10,406523,286448', '"YQ2 1AA",10,406523,286448', '"oops"']
    assert load_postcodes.run(download(tmp_path, "yq", first), stack.target) == 0
    said = capsys.readouterr().out
    assert "yq.csv, line 3: 1 columns are too few" in said
    assert "2 postcodes in 2 sectors" in said
    assert "1 bad rows" in said
    assert "2 to add, 0 to change, 0 to remove, 0 as they are" in said
    assert postcodes.find_postcode("YQ2 1AA")

    second = download(tmp_path, "yq", ['"YQ1 1AA",10,406623,286448', '"YQ1 1AB",90,0,0'])
    load_postcodes.run(second, stack.target)
    assert "1 to add, 1 to change, 0 to remove, 0 as they are" in capsys.readouterr().out
    moved, known = postcodes.find_postcode("YQ1 1AA"), postcodes.find_postcode("YQ1 1AB")
    assert moved is not None and moved.position is not None
    assert moved.position[1] > -1_905_000
    assert known is not None and known.position is None
    assert postcodes.find_postcode("YQ2 1AA"), "what a file does not have stays"

    second.replace, second.dry_run = True, True
    load_postcodes.run(second, stack.target)
    said = capsys.readouterr().out
    assert "1 to remove (YQ2 1AA)" in said and "Nothing was changed" in said
    assert postcodes.find_postcode("YQ2 1AA")
    second.dry_run = False
    load_postcodes.run(second, stack.target)
    assert (
        postcodes.find_postcode("YQ2 1AA") is None and postcodes.find_postcode("YQ1 1AA") == moved
    )
    assert registry(stack).get("POSTCODE#YQ2 1", "POSTCODES") is None


def test_a_position_leads_to_the_postcode_that_was_loaded(
    stack: RunningStack, tmp_path: Path
) -> None:
    """Where the sectors lie is kept in step with what each load adds, moves and removes."""
    far_away = ['"YL1 1AA",10,180000,40000', '"YL2 1AA",10,181000,40000']
    load_postcodes.run(download(tmp_path, "yl", far_away), stack.target)
    first = Postcodes(registry(stack)).find_postcode("YL1 1AA")
    assert first and first.position
    here = first.position

    def names() -> PlaceNames:
        return PlaceNames(registry(stack), lambda: datetime.now(UTC))

    assert names().postcodes_near([here]) == ["YL1 1AA"]
    assert names().sectors_near([here]) == ["YL1 1"]
    moved = download(tmp_path, "yl", ['"YL1 1AA",10,220000,60000'])
    load_postcodes.run(moved, stack.target)
    assert names().postcodes_near([here]) == ["YL2 1AA"], "a kilometre away, and not removed"
    moved.replace = True
    load_postcodes.run(moved, stack.target)
    assert names().postcodes_near([here]) == [""]
    assert len(list(registry(stack).query(CENTRES, prefix="YL"))) == 1


def test_one_row_leaves_its_sector_alone_and_the_table_is_looked_at(
    stack: RunningStack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    postcodes = Postcodes(registry(stack))
    rows = ['"YR1 1AA",10,406523,286448', '"YR1 1AB",10,406523,286448', '"YR2 1AA",90,0,0']
    whole = download(tmp_path, "yr", rows)
    load_postcodes.run(whole, stack.target)
    one = tmp_path / "one.csv"
    one.write_text("LONGITUDE,Latitude,PCDS\n-1.905387,52.475939,yr11ab\n")
    capsys.readouterr()
    load_postcodes.run(Namespace(file=one), stack.target)
    said = capsys.readouterr().out
    assert "1 more postcodes of the same sectors are in the table and not in the file" in said
    assert postcodes.find_postcode("YR1 1AA")

    registry(stack).delete("POSTCODE#YR2 1", "POSTCODES")
    load_postcodes.run(whole, stack.target)
    assert "1 to add, 1 to change, 0 to remove, 1 as they are" in capsys.readouterr().out
    assert postcodes.find_postcode("YR2 1AA"), "what went missing is written again"
    before = registry(stack).get("POSTCODE#YR1 1", "POSTCODES")
    load_postcodes.run(whole, stack.target)
    assert "0 to add, 0 to change, 0 to remove, 3 as they are" in capsys.readouterr().out
    assert registry(stack).get("POSTCODE#YR1 1", "POSTCODES") == before


def test_a_load_that_was_cut_short_is_done_again(
    stack: RunningStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = download(tmp_path, "yt", ['"YT1 1AA",10,406523,286448'])

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(load_postcodes, "sector_item", stop)
        with pytest.raises(KeyboardInterrupt):
            load_postcodes.run(options, stack.target)
    assert Postcodes(registry(stack)).find_postcode("YT1 1AA") is None
    load_postcodes.run(options, stack.target)
    assert Postcodes(registry(stack)).find_postcode("YT1 1AA")


@pytest.mark.parametrize(
    ("rows", "replace", "said"),
    [
        (["YV1 1AA,-1.905387,52.475939", "YV1 1AB,-1.9,52.4"], False, "look exchanged in 2 rows"),
        (["YV1 1AA,52.4,-1.9", "YV1 1AB,-1.9,52.4"], False, "look exchanged in 1 rows"),
        (["YV1 1AA,39.1,-94.57"], False, "No row of own.csv could be used"),
        (["YV1 1AA,52.4,-1.9", "YV1 1AB,,"], True, "1 rows of own.csv cannot be read"),
    ],
)
def test_nothing_is_written_of_a_file_that_cannot_be_meant(
    stack: RunningStack, tmp_path: Path, rows: list[str], replace: bool, said: str
) -> None:
    (tmp_path / "own.csv").write_text("\n".join(["postcode,latitude,longitude", *rows]))
    options = Namespace(file=tmp_path / "own.csv", replace=replace)
    with pytest.raises(StackError, match=said):
        load_postcodes.run(options, stack.target)
    assert Postcodes(registry(stack)).find_postcode("YV1 1AA") is None


def test_a_file_without_a_usable_row_is_an_error(stack: RunningStack, tmp_path: Path) -> None:
    with pytest.raises(StackError, match="No row"):
        load_postcodes.run(download(tmp_path, "yu", ["nothing"]), stack.target)


def corners(west: float, south: float, east: float, north: float) -> list[list[float]]:
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


@pytest.mark.parametrize(
    "content",
    [
        *("", "{}", "[1, 2]", '{"type": "Polygon"}', "\ufeff{", "<kml/>"),
        json.dumps({"type": "Polygon", "coordinates": [corners(52.2, -2.3, 52.8, -1.3)]}),
        json.dumps(
            {
                "type": "Polygon",
                "coordinates": [
                    [[-2.3, 52.2], [-1.3, 52.8], [-1.3, 52.2], [-2.3, 52.8], [-2.3, 52.2]]
                ],
            }
        ),
    ],
)
def test_a_boundary_that_is_none_is_an_error(
    stack: RunningStack, tmp_path: Path, content: str
) -> None:
    path = tmp_path / "area.geojson"
    path.write_text(content)
    before = registry(stack).get("FORCE", "AREA")
    with pytest.raises(StackError, match=r"in GeoJSON or KML: .* Nothing was changed"):
        load_force_area.run(Namespace(file=path), stack.target)
    assert registry(stack).get("FORCE", "AREA") == before
    with pytest.raises(StackError, match="There is no file"):
        load_force_area.run(Namespace(file=tmp_path / "other.geojson"), stack.target)


def test_a_boundary_is_shown_before_it_is_loaded(
    stack: RunningStack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "area.geojson"
    ring = corners(-4.3, 55.7, -4.1, 55.9)
    path.write_text(json.dumps({"type": "Polygon", "coordinates": [ring]}))
    before = registry(stack).get("FORCE", "AREA")
    load_force_area.run(Namespace(file=path, dry_run=True), stack.target)
    said = capsys.readouterr().out
    assert "latitude 55.7000 to 55.9000, longitude -4.3000 to -4.1000; 1 polygons, 279 km²" in said
    assert "Nothing was changed" in said
    assert registry(stack).get("FORCE", "AREA") == before


def seeded(
    stack: RunningStack, folder: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> list[dict[str, str]]:
    """Seeds near 40 made-up postcodes; gives the rows of seed.csv."""
    dice = random.Random(5)  # noqa: S311 - places, not secrets
    positions = [(52.41 + dice.random() / 50, -1.5 - dice.random() / 50) for _ in range(40)]
    rows = [f"{lat:.6f},{lng:.6f}" for lat, lng in positions]
    (folder / "places.csv").write_text("latitude,longitude\n" + "\n".join(rows) + "\n")
    monkeypatch.setenv("SIGHTLINE_STATE", str(folder))
    options = Namespace(registrations=number, postcodes=folder / "places.csv", seed=3)
    assert seed.run(options, stack.target) == 0
    with (folder / "seed.csv").open(newline="") as listing:
        return list(csv.DictReader(listing))


def test_a_search_over_seeded_sites_finds_exactly_those_near(
    stack: RunningStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = seeded(stack, tmp_path, monkeypatch, 300)
    again = seeded(stack, tmp_path, monkeypatch, 400)
    assert [row["site_id"] for row in again[:300]] == [row["site_id"] for row in first]
    assert first == again[:300]
    assert len({row["site_id"] for row in again}) == 400

    table = registry(stack)
    search = SiteSearch(TableIndexReader(stack.client("dynamodb"), table.name))
    now = datetime.now(UTC)
    for row in random.Random(7).sample(again, 5):  # noqa: S311 - a sample of a list
        centre = Point(float(row["latitude"]), float(row["longitude"]))
        found = search.search(
            Circle(centre, 500), window_from=now - timedelta(hours=1), now=now, show_lost=True
        )
        near = {
            one["site_id"]
            for one in again
            if distance(centre, Point(float(one["latitude"]), float(one["longitude"]))) <= 500
        }
        assert {site.id for site in found.sites} == near


def test_seeded_sites_are_as_registered_ones(
    stack: RunningStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for row in seeded(stack, tmp_path, monkeypatch, 20):
        site = store(stack).site(row["site_id"])
        assert site is not None
        assert f"{site.latitude_e6 / 1e6:.6f}" == row["latitude"]
        assert f"{site.longitude_e6 / 1e6:.6f}" == row["longitude"]
        assert len(site.cameras) == int(row["cameras"])
        assert site.property_type == row["kind"]
        owner = store(stack).owner(site.owner_id)
        assert owner is not None
        assert owner.email.endswith("@example.test")
        assert store(stack).owner_id_of(owner.email) == owner.id
        assert list(store(stack).places_of(owner.id)) == [site.id]


def test_seeding_again_leaves_the_counts_true(
    stack: RunningStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        seeded(stack, tmp_path, monkeypatch, 100)
    table = registry(stack)
    areas = areas_in_table(stack.client("dynamodb"), table.name, quiet=True)
    assert Recount(table, change=False).recount_areas(areas, quiet=True).mended == ()
