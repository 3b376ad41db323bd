"""Loading postcodes and the boundary, and seeding: again, changed, cut short, and wrong."""

from __future__ import annotations

import csv
import random
import zipfile
from argparse import Namespace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chalicelib.geo.areas import Circle, Point
from chalicelib.geo.geodesy import distance
from chalicelib.registry.postcodes import Postcodes
from chalicelib.search.index_reader import TableIndexReader
from chalicelib.search.site_search import SiteSearch
from infra.commands import load_force_area, load_postcodes, seed
from infra.errors import StackError
from infra.recounting import Recount, areas_in_table
from tests.running import RunningStack
from tests.stack.residents import registry, store


def download(folder: Path, name: str, rows: list[str]) -> Namespace:
    with zipfile.ZipFile(folder / "codepo_gb.zip", "w") as archive:
        archive.writestr(f"Data/CSV/{name}.csv", "\n".join(rows) + "\n")
    return Namespace(file=folder / "codepo_gb.zip")


def test_a_newer_edition_replaces_the_one_before(
    stack: RunningStack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    postcodes = Postcodes(registry(stack))
    first = ['"YQ1 1AA",10,406523,286448', '"YQ2 1AA",10,406523,286448', '"oops"']
    assert load_postcodes.run(download(tmp_path, "yq", first), stack.target) == 0
    said = capsys.readouterr().out
    assert "yq.csv, line 3: 1 columns are too few" in said
    assert "2 postcodes in 2 sectors" in said
    assert "1 bad rows" in said
    assert postcodes.find("YQ2 1AA")

    second = ['"YQ1 1AA",10,406623,286448', '"YQ1 1AB",90,0,0']
    load_postcodes.run(download(tmp_path, "yq", second), stack.target)
    moved, known = postcodes.find("YQ1 1AA"), postcodes.find("YQ1 1AB")
    assert moved is not None and moved.position is not None
    assert moved.position[1] > -1_905_000
    assert known is not None and known.position is None
    assert postcodes.find("YQ2 1AA") is None, "terminated postcodes go with their sector"


def test_what_is_loaded_already_is_passed_over(
    stack: RunningStack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = download(tmp_path, "yr", ['"YR1 1AA",10,406523,286448'])
    load_postcodes.run(options, stack.target)
    before = registry(stack).get("POSTCODES", "FILE#yr.csv")
    registry(stack).delete("POSTCODE#YR1 1", "POSTCODES")
    load_postcodes.run(options, stack.target)
    assert registry(stack).get("POSTCODES", "FILE#yr.csv") == before
    assert Postcodes(registry(stack)).find("YR1 1AA") is None, "not written again"
    assert "1 postcodes in 1 sectors are in the table" in capsys.readouterr().out


def test_a_load_that_was_cut_short_is_done_again(
    stack: RunningStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = download(tmp_path, "yt", ['"YT1 1AA",10,406523,286448'])

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(load_postcodes, "iso_seconds", stop)
        with pytest.raises(KeyboardInterrupt):
            load_postcodes.run(options, stack.target)
    assert registry(stack).get("POSTCODES", "FILE#yt.csv") is None
    load_postcodes.run(options, stack.target)
    assert registry(stack).get("POSTCODES", "FILE#yt.csv")


def test_a_file_without_a_usable_row_is_an_error(stack: RunningStack, tmp_path: Path) -> None:
    with pytest.raises(StackError, match="No row"):
        load_postcodes.run(download(tmp_path, "yu", ["nothing"]), stack.target)


@pytest.mark.parametrize("content", ["", "{}", "[1, 2]", '{"type": "Polygon"}', "\ufeff{"])
def test_a_boundary_that_is_none_is_an_error(
    stack: RunningStack, tmp_path: Path, content: str
) -> None:
    path = tmp_path / "area.geojson"
    path.write_text(content)
    with pytest.raises(StackError, match="not an area in GeoJSON"):
        load_force_area.run(Namespace(file=path), stack.target)


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
    assert Recount(table, change=False).run(areas, quiet=True).mended == ()
