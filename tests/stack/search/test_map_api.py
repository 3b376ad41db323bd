"""The map over the API: hexagons from afar, sites nearby, each such look on record."""

from __future__ import annotations

import json
import random
import secrets
from collections import Counter
from collections.abc import Iterator
from typing import Any

import h3
import httpx
import pytest

import app
from chalicelib.cameras.model import PropertyType
from chalicelib.registry.model import Site
from chalicelib.web.api.operations import OPERATIONS
from chalicelib.web.models.map_models import SiteMapModel
from chalicelib.web.models.response_models import Problem
from infra.localstack.visitor import Visitor
from tests.running import RunningStack
from tests.stack.asking import signed_in
from tests.stack.residents import store
from tests.support.places import new_site

assert app.app.routes  # declares the routes

# Somewhere in the Indian Ocean, where no other test (nor this one, before) registered anybody.
LATITUDE = -10 - secrets.randbelow(25 * 10**6) / 1e6
LONGITUDE = 60 + secrets.randbelow(30 * 10**6) / 1e6


class Map:
    """An officer's program. Holds every answer against what the API says of itself."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.token = visitor, visitor.bearer()

    def ask(self, query: str, **headers: str) -> httpx.Response:
        fields = {"Authorization": f"Bearer {self.token}", **headers}
        answer = self.visitor.send_request("GET", f"/api/v1/map?{query}", headers=fields)
        described = OPERATIONS["GET", "/api/v1/map"].answers
        if answer.status_code == 304:
            assert described[304] == ""
        elif answer.status_code == 200:
            SiteMapModel.model_validate_json(answer.content)
        else:
            Problem.model_validate_json(answer.content)
        return answer

    def around(self, degrees: float, zoom: int) -> dict[str, Any]:
        answer = self.ask(box(degrees, zoom))
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def looks(self) -> list[dict[str, Any]]:
        """Those on record, newest first."""
        path = "/api/v1/audit?subject=map.sites"
        entries: list[dict[str, Any]] = self.visitor.json("GET", path, token=self.token)["entries"]
        return entries


def box(degrees: float, zoom: int) -> str:
    west, east = LONGITUDE - degrees, LONGITUDE + degrees
    return (
        f"bbox={west:.6f},{LATITUDE - degrees:.6f},{east:.6f},{LATITUDE + degrees:.6f}&zoom={zoom}"
    )


@pytest.fixture(scope="module")
def officer(stack: RunningStack) -> Iterator[Map]:
    """A supervisor: may search, and read the record."""
    with signed_in(stack, "supervisor") as visitor:
        yield Map(visitor)


def register(stack: RunningStack, latitude: float, longitude: float, cameras: int = 1) -> Site:
    kind = PropertyType.BUSINESS if cameras > 2 else PropertyType.HOME
    owner, site = new_site(round(latitude * 1e6), round(longitude * 1e6), cameras, kind)
    sites = store(stack)
    sites.transact(*sites.new_owner_writes(owner), *sites.new_site_writes(site))
    return site


@pytest.fixture(scope="module")
def sites(stack: RunningStack) -> list[Site]:
    """Thirty within a kilometre, five more some 30 km away."""
    dice = random.Random(3)  # noqa: S311 - made up
    near = [
        register(
            stack,
            LATITUDE + dice.uniform(-0.004, 0.004),
            LONGITUDE + dice.uniform(-0.004, 0.004),
            dice.randint(1, 4),
        )
        for _ in range(30)
    ]
    return near + [register(stack, LATITUDE + 0.3, LONGITUDE + 0.001 * n) for n in range(5)]


@pytest.mark.parametrize("zoom", range(14))
def test_from_afar_there_are_counts(officer: Map, sites: list[Site], zoom: int) -> None:
    found = officer.around(1.0, zoom)
    assert found["shown"] == "cells"
    assert "sites" not in found
    assert found["total"] == sum(cell["sites"] for cell in found["cells"]) == len(sites)
    (resolution,) = {h3.get_resolution(cell["cell"]) for cell in found["cells"]}
    expected = Counter(
        h3.latlng_to_cell(site.latitude_e6 / 1e6, site.longitude_e6 / 1e6, 11) for site in sites
    )
    above: Counter[str] = Counter()
    for key, number in expected.items():
        above[h3.cell_to_parent(key, resolution)] += number
    assert {cell["cell"]: cell["sites"] for cell in found["cells"]} == above
    for cell in found["cells"]:
        corners = h3.cell_to_boundary(cell["cell"])
        assert cell["boundary"] == [[pytest.approx(b), pytest.approx(a)] for a, b in corners]


def test_nearby_there_are_sites_and_nothing_of_whose_they_are(
    officer: Map, sites: list[Site]
) -> None:
    found = officer.around(0.01, 15)
    assert (found["shown"], found["total"]) == ("sites", 30)
    assert "cells" not in found
    expected = [
        {
            "location": [site.longitude_e6 / 1e6, site.latitude_e6 / 1e6],
            "kind": site.property_type.value,
            "cameras": len(site.cameras),
            "views": [],
        }
        for site in sites[:30]
    ]
    assert sorted(found["sites"], key=json.dumps) == sorted(expected, key=json.dumps)


def test_a_look_at_sites_is_on_record_and_counts_are_not(officer: Map, sites: list[Site]) -> None:
    officer.around(0.01, 17)
    before = officer.looks()[0]
    officer.around(1.0, 9)
    assert officer.looks()[0] == before
    officer.around(0.01, 16)
    looks = officer.looks()
    assert looks[1] == before
    assert looks[0]["action"] == "looked at sites on the map"
    assert looks[0]["actor_name"] == "supervisor"
    details = looks[0]["details"]
    assert (details["zoom"], details["sites"]) == (16, 30)
    assert float(details["bbox"].split(",")[0]) == pytest.approx(LONGITUDE - 0.01, abs=1e-4)


def test_what_the_caller_has_is_not_sent_again(
    stack: RunningStack, officer: Map, sites: list[Site]
) -> None:
    for query, cache in ((box(1.0, 9), "private, no-cache"), (box(0.01, 15), "no-store")):
        first = officer.ask(query)
        tag = first.headers["etag"]
        assert first.headers["cache-control"] == cache
        assert first.headers["vary"] == "Authorization, Accept-Encoding"
        for named in (tag, tag.removeprefix("W/"), f'"other", {tag}', "*"):
            again = officer.ask(query, **{"If-None-Match": named})
            assert (again.status_code, again.content) == (304, b"")
            assert again.headers["etag"] == tag
        assert officer.ask(query, **{"If-None-Match": '"other"'}).status_code == 200
    before = officer.looks()[0]
    officer.ask(query, **{"If-None-Match": tag})
    assert officer.looks()[1] == before, "seeing them again is a look too"

    counts = officer.ask(box(1.0, 9)).headers["etag"]
    gone = register(stack, LATITUDE + 0.002, LONGITUDE)
    for old, query in ((counts, box(1.0, 9)), (tag, box(0.01, 15))):
        changed = officer.ask(query, **{"If-None-Match": old})
        assert changed.status_code == 200
        assert changed.headers["etag"] != old
    store(stack).remove_site(gone)
    assert officer.ask(box(1.0, 9)).headers["etag"] == counts


def test_across_the_antimeridian(stack: RunningStack, officer: Map) -> None:
    latitude = -55 - secrets.randbelow(10**6) / 1e6
    for longitude in (179.999, -179.999, 180.0, -180.0):
        register(stack, latitude, longitude)
    lines = f"{latitude - 0.01:.6f}", f"{latitude + 0.01:.6f}"
    near = officer.ask(f"bbox=179.99,{lines[0]},-179.99,{lines[1]}&zoom=15").json()
    assert (near["shown"], near["total"]) == ("sites", 4)
    far = officer.ask(f"bbox=175,{lines[0]},-175,{lines[1]}&zoom=6").json()
    assert (far["shown"], far["total"]) == ("cells", 4)
    other_way = officer.ask(f"bbox=-160,{lines[0]},160,{lines[1]}&zoom=2").json()
    assert other_way["total"] == 0


WRONG = {
    "": ["bbox", "zoom"],
    "bbox=1,2,3&zoom=5": ["bbox"],
    "bbox=a,b,c,d&zoom=5": ["bbox"],
    "bbox=-1.9,52.6,-1.8,52.4&zoom=5": ["bbox"],
    "bbox=-190,52,-1.8,53&zoom=5": ["bbox"],
    "bbox=-2,52,-1,91&zoom=5": ["bbox"],
    "bbox=-2,52,-2,53&zoom=5": ["bbox"],
    "bbox=-2,52,-1,53&zoom=near": ["zoom"],
    "bbox=-2,52,-1,53&zoom=23": ["zoom"],
    "bbox=-2,52,-1,53&zoom=-1": ["zoom"],
    "bbox=-2,52,-1,53&zoom=5&filter=x": ["filter"],
}


@pytest.mark.parametrize("query", WRONG)
def test_a_wrong_box_or_zoom_is_named(officer: Map, query: str) -> None:
    answer = officer.ask(query)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == WRONG[query]


def test_who_may_not_search_sees_no_map(stack: RunningStack) -> None:
    for role in ("analyst", "auditor", "administrator"):
        with signed_in(stack, role) as visitor:
            assert Map(visitor).ask(box(0.01, 15)).status_code == 403
            assert visitor.send_request("GET", "/console/map").status_code == 403
            assert 'href="/console/map"' not in visitor.send_request("GET", "/console").text
