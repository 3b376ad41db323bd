"""An area with thousands of sites is answered whole, or says what it leaves out and how much."""

from __future__ import annotations

import csv
import random
from argparse import Namespace
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib.geo.areas import Corridor, Point
from chalicelib.geo.geodesy import distance
from infra.commands import seed
from tests.running import RunningStack
from tests.stack.asking import signed_in
from tests.stack.officer_program import Officer, circle, new_incident

TOWN = (51.65, -3.35)
"""Where no other test registers anybody."""

SITES = 5_200
MOST_FROM_LAMBDA = 6 * 1024 * 1024 * 0.7
"""Bytes: an answer is handed on as text within JSON, in which each quotation mark takes two."""


@pytest.fixture(scope="module")
def officer(stack: RunningStack) -> Iterator[Officer]:
    with signed_in(stack, "investigator") as visitor:
        yield Officer(visitor)


@pytest.fixture(scope="module")
def places(
    stack: RunningStack, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Point]]:
    """A town of 2 km with a camera at every other door, as loaded in bulk."""
    folder: Path = tmp_path_factory.mktemp("town")
    dice = random.Random(9)  # noqa: S311 - places, not secrets
    streets = [
        f"{TOWN[0] + dice.uniform(-0.01, 0.01):.6f},{TOWN[1] + dice.uniform(-0.017, 0.017):.6f}"
        for _ in range(1200)
    ]
    (folder / "places.csv").write_text("latitude,longitude\n" + "\n".join(streets) + "\n")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("SIGHTLINE_STATE", str(folder))
        options = Namespace(registrations=SITES, postcodes=folder / "places.csv", seed=77)
        assert seed.run(options, stack.target) == 0
    with (folder / "seed.csv").open(newline="") as listing:
        yield {
            row["site_id"]: Point(float(row["latitude"]), float(row["longitude"]))
            for row in csv.DictReader(listing)
        }


def searched(officer: Officer, **body: Any) -> dict[str, Any]:
    answer = officer.search(new_incident(officer)["id"], reason="House to house", **body)
    assert answer.status_code == 200, answer.text
    assert len(answer.content) < MOST_FROM_LAMBDA
    found: dict[str, Any] = answer.json()
    return found


def within(places: dict[str, Point], radius: float) -> set[str]:
    return {one for one, place in places.items() if distance(Point(*TOWN), place) <= radius}


def test_five_thousand_sites_are_answered_whole(officer: Officer, places: dict[str, Point]) -> None:
    found = searched(officer, area=circle(2500, TOWN))
    assert {site["id"] for site in found["sites"]} == set(places)
    assert len(found["sites"]) == found["total"] == SITES
    assert found["truncated"] is False
    assert found["lost"] == sum(site["state"] == "lost" for site in found["sites"])


def test_a_list_that_is_cut_says_so_and_counts_all(
    officer: Officer, places: dict[str, Point]
) -> None:
    every = searched(officer, area=circle(900, TOWN))
    found = searched(officer, area=circle(900, TOWN), limit=1000)
    assert found["truncated"] is True
    assert found["total"] == len(within(places, 900)) > 1000
    assert found["lost"] == every["lost"]
    most_urgent = [site["id"] for site in every["sites"][:1000]]
    assert [site["id"] for site in found["sites"]] == most_urgent


def test_the_lost_are_listed_last_or_only_counted(
    officer: Officer, places: dict[str, Point]
) -> None:
    """Two days later doorbells that keep three hours have nothing left."""
    began = datetime.now(UTC) - timedelta(days=2)
    times = {"occurred_from": began.isoformat(), "occurred_to": began.isoformat()}
    incident = new_incident(officer, **times)["id"]

    def look(**more: Any) -> dict[str, Any]:
        answer = officer.search(incident, area=circle(400, TOWN), reason="Way home", **more)
        found: dict[str, Any] = answer.json()
        return found

    every, held = look(), look(show_lost=False)
    states = [site["state"] for site in every["sites"]]
    assert {site["id"] for site in every["sites"]} == within(places, 400)
    assert 0 < every["lost"] < every["total"]
    assert states[-every["lost"] :] == ["lost"] * every["lost"]
    assert [site["id"] for site in held["sites"]] == [
        site["id"] for site in every["sites"] if site["state"] != "lost"
    ]
    assert (held["total"], held["lost"]) == (every["total"], every["lost"])
    assert held["truncated"] is False
    lost = look(show_lost=False, filters={"states": ["lost"]})
    assert lost["total"] == lost["lost"] == len(lost["sites"]) == every["lost"]


def test_a_corridor_along_a_road_with_bends_finds_those_beside_it(
    officer: Officer, places: dict[str, Point]
) -> None:
    """A road through the town as somebody clicked it, there and back again."""
    dice = random.Random(3)  # noqa: S311 - a road, no secret
    road = [
        [TOWN[1] - 0.015 + 0.0006 * n, TOWN[0] + 0.002 * dice.uniform(-1, 1)] for n in range(50)
    ]
    path = [*road, *road[-2::-1]]
    area = {"type": "corridor", "path": path, "width_m": 60}
    found = searched(officer, area=area)
    corridor = Corridor(tuple(Point(lat, lng) for lng, lat in path), 60)
    wanted = {one for one, place in places.items() if corridor.contains(place)}
    assert {site["id"] for site in found["sites"]} == wanted
    assert wanted
    for site in found["sites"]:
        for part in site.get("stretches", ()):
            assert 0 <= part["from_m"] <= part["to_m"] <= corridor.length_m + 1
    # Who sees the road sees it on the way there and on the way back.
    seen = [site["stretches"] for site in found["sites"] if site["sees_scene"] == "yes"]
    assert all(len(parts) >= 2 or parts[0]["to_m"] > parts[0]["from_m"] for parts in seen)


def test_the_page_without_javascript_stays_small_and_says_what_it_leaves_out(
    officer: Officer, places: dict[str, Point]
) -> None:
    incident = new_incident(officer)["id"]
    page = officer.visitor.open_page(f"/console/incidents/{incident}")
    where = {"latitude": f"{TOWN[0]}", "longitude": f"{TOWN[1]}", "radius_m": "2500"}
    found = officer.visitor.submit(page, {**where, "reason": "Way home"}, action="/searches")
    assert len(found.answer.content) < MOST_FROM_LAMBDA / 2
    assert len(found.soup.select("tr[data-site]")) == 1000
    assert f"{SITES} sites within 2500 metres" in found.text
    assert f"the 1000 most urgent of {SITES} sites" in found.text


def test_a_search_that_shows_no_truth_value_is_told(officer: Officer) -> None:
    answer = officer.search(
        new_incident(officer)["id"], area=circle(100), reason="Way home", show_lost="yes"
    )
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["show_lost"]
