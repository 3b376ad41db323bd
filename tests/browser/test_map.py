"""The map of all sites in a real browser: by mouse, by keyboard alone, in words only."""

from __future__ import annotations

import json
import random
import re
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import h3
import pytest
from playwright.sync_api import Locator, Page, Route, expect

from chalicelib.cameras.model import PropertyType
from infra.commands import load_force_area
from tests.browser.accessibility import problems, too_wide
from tests.browser.conftest import PHONE, NewPage
from tests.browser.signing_in import sign_in
from tests.running import RunningStack
from tests.stack.residents import store
from tests.support.places import new_site

pytestmark = pytest.mark.maps

TOWN = h3.cell_to_latlng(h3.latlng_to_cell(52.4777, -1.8983, 5))
"""Beside Birmingham, in the middle of a hexagon and of every smaller one there."""


@pytest.fixture(scope="module", autouse=True)
def some_sites(stack: RunningStack, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Twenty homes and five businesses in a few streets, in the middle of the force's area,
    whatever area the stack has from other tests; this one holds the West Midlands, too."""
    south, west, north, east = TOWN[0] - 0.3, TOWN[1] - 0.5, TOWN[0] + 0.3, TOWN[1] + 0.5
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    area = tmp_path_factory.mktemp("area") / "area.geojson"
    area.write_text(json.dumps({"type": "Polygon", "coordinates": [ring]}))
    load_force_area.run(Namespace(file=area), stack.target)
    dice = random.Random(4)  # noqa: S311 - made up
    sites = store(stack)
    for number in range(25):
        latitude, longitude = (
            round((middle + dice.uniform(-0.003, 0.003)) * 1e6) for middle in TOWN
        )
        kind = PropertyType.BUSINESS if number % 5 == 0 else PropertyType.HOME
        owner, site = new_site(latitude, longitude, 1 + number % 3, kind)
        sites.transact(*sites.new_owner_writes(owner), *sites.new_site_writes(site))


def open_map(stack: RunningStack, page: Page) -> None:
    sign_in(stack, page, "investigator", "/console/map")
    settled(page, "cells")


def settled(page: Page, shown: str) -> None:
    expect(page.locator(f"#overview-island[data-state={shown}]")).to_be_attached()


@contextmanager
def asked(page: Page) -> Iterator[dict[str, Any]]:
    """Goes on when the map shows what it asked the API for because of what was done. In the
    dictionary are the zoom and box then, and the answer unless the page had it already (304)."""
    found: dict[str, Any] = {}
    with page.expect_response(lambda answer: "/api/v1/map?" in answer.url) as waiting:
        yield found
    query = parse_qs(urlsplit(waiting.value.url).query)
    bbox = [float(side) for side in query["bbox"][0].split(",")]
    found.update(zoom=int(query["zoom"][0]), bbox=bbox)
    if waiting.value.status != 304:
        assert waiting.value.ok
        found.update(waiting.value.json())
    expect(
        page.locator("#overview-island:is([data-state=cells], [data-state=sites])")
    ).to_be_attached()


def go_buttons(page: Page) -> Locator:
    """One in each row of the table."""
    return page.get_by_role("button", name=re.compile("^Show: "))


def numbers(page: Page) -> list[int]:
    """The column of counts."""
    cells = page.locator("[data-cell-rows] .number").all_inner_texts()
    return [int(text.replace(",", "")) for text in cells]


def test_hexagons_then_smaller_ones_then_sites(stack: RunningStack, page: Page) -> None:
    open_map(stack, page)
    expect(page.get_by_role("link", name="Map", exact=True)).to_have_attribute(
        "aria-current", "page"
    )
    expect(page.get_by_role("status")).to_contain_text(
        re.compile(r"[\d,]+ registered sites? in \d+ hexagons? in view")
    )
    key = page.get_by_role("group", name="What the colours mean")
    expect(key.get_by_text("Sites in a hexagon")).to_be_visible()
    assert key.get_by_role("listitem").count() in range(1, 6)
    assert numbers(page) == sorted(numbers(page), reverse=True)
    assert numbers(page)[0] >= 25
    assert problems(page) == []

    with asked(page) as answer:
        page.reload()
    resolutions = []
    while "cells" in answer:
        resolutions.append({h3.get_resolution(cell["cell"]) for cell in answer["cells"]})
        for cell in answer["cells"]:
            assert len(cell["boundary"]) == len(h3.cell_to_boundary(cell["cell"]))
        assert len(resolutions) < 8, "it does not come to single sites"
        with asked(page) as answer:
            go_buttons(page).first.click()
    assert len(resolutions) >= 2, "hexagon, smaller hexagon, sites"
    assert all(len(each) == 1 for each in resolutions)
    order = [each.pop() for each in resolutions]
    assert order == sorted(order)
    assert order[0] < order[-1]
    expect(page.get_by_role("status")).to_contain_text(re.compile(r"cameras? in view: \d+ homes?"))
    expect(page.get_by_text("Looking at single sites is recorded")).to_be_visible()
    expect(page.get_by_text("Where most are")).to_be_hidden()
    expect(key).to_be_hidden()
    assert problems(page) == []
    the_sites_are_listed(page)

    page.get_by_role("button", name="Show the whole area").click()
    settled(page, "cells")
    expect(page.get_by_text("Where most are")).to_be_visible()
    expect(key).to_be_visible()


def the_sites_are_listed(page: Page) -> None:
    """The list beside the map goes to each site, by keyboard as well, and stays where it was."""
    listed = page.locator("[data-pin-rows] tr")
    assert listed.count() >= 1
    expect(listed.first).to_contain_text(re.compile(r"(?:Home|Business), \d+ cameras?"))
    expect(listed.first).to_contain_text(re.compile("the middle|north|south|east|west"))
    button = listed.first.get_by_role("button")
    button.focus()
    there = button.get_attribute("data-pin")
    with asked(page):
        page.keyboard.press("Enter")
    expect(page.locator("[data-pin-rows] button:focus")).to_have_attribute("data-pin", there or "")
    expect(page.locator("[data-pin-rows] tr").first).to_contain_text("the middle")
    assert problems(page) == []


def point_at_a_hexagon(page: Page) -> tuple[float, float]:
    """Moves the pointer over the map until it is on a hexagon."""
    box = page.locator(".maplibregl-canvas").bounding_box()
    assert box
    for down in range(20, int(box["height"]) - 20, 25):
        for across in range(20, int(box["width"]) - 60, 25):
            place = (box["x"] + across, box["y"] + down)
            page.mouse.move(*place)
            if page.locator("[data-cell-rows] tr[data-pointed]").count():
                return place
    pytest.fail("there is no hexagon on the map")


def test_a_click_on_a_hexagon_fills_the_map_with_it(stack: RunningStack, page: Page) -> None:
    open_map(stack, page)
    with asked(page) as before:
        page.reload()
    place = point_at_a_hexagon(page)
    row = page.locator("[data-cell-rows] tr[data-pointed]")
    expect(row).to_have_count(1)
    chosen = row.get_by_role("button").get_attribute("data-cell")
    sites = next(cell["sites"] for cell in before["cells"] if cell["cell"] == chosen)
    assert row.locator(".number").inner_text() == f"{sites:,}"
    with asked(page) as after:
        page.mouse.click(*place)
    assert after["zoom"] > before["zoom"]
    # Where it was are its sites, in smaller hexagons or singly, and its middle is the map's.
    assert chosen
    latitude, longitude = h3.cell_to_latlng(chosen)
    west, south, east, north = after["bbox"]
    assert west < longitude < east
    assert south < latitude < north
    assert after["total"] >= 1


def test_by_keyboard_alone(stack: RunningStack, page: Page) -> None:
    sign_in(stack, page, "investigator")
    # It shows once the script listens.
    expect(page.get_by_role("button", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("m")
    expect(page.get_by_role("heading", name="Map of registered sites")).to_be_visible()
    settled(page, "cells")
    page.keyboard.press("?")
    expect(page.get_by_text("Move the map (when it has the focus)")).to_be_visible()
    page.keyboard.press("Escape")

    # With the table: the focus stays in it as long as there are hexagons.
    go_buttons(page).first.focus()
    for _ in range(8):
        with asked(page) as answer:
            page.keyboard.press("Enter")
        if "sites" in answer:
            break
        expect(page.locator("[data-cell-rows] button:focus")).to_have_count(1)
    settled(page, "sites")
    expect(page.get_by_role("heading", name="In words")).to_be_focused()
    page.keyboard.press("Tab")
    with asked(page) as whole:
        page.keyboard.press("Enter")  # Show the whole area
    settled(page, "cells")

    # With the map: Enter goes to the hexagon in the middle, and the arrow keys aim.
    rows = page.locator("[data-cell-rows]")
    nearer = show_first(page)
    assert nearer["zoom"] > whole["zoom"]
    page.locator(".maplibregl-canvas").focus()
    expect(rows.locator("tr[data-pointed]")).to_contain_text("The middle")
    with asked(page) as answer:
        page.keyboard.press("Enter")
    assert answer["zoom"] > nearer["zoom"]
    expect(page.locator(".maplibregl-canvas")).to_be_focused()
    with asked(page):
        page.get_by_role("button", name="Show the whole area").click()
    show_first(page)
    expect(rows).to_contain_text("The middle")
    page.locator(".maplibregl-canvas").focus()
    for _ in range(10):
        if not rows.get_by_text("The middle").count():
            break
        with asked(page):
            page.keyboard.press("ArrowRight")
    expect(rows).to_contain_text("west")
    expect(rows.locator("tr[data-pointed]")).to_have_count(0)


def show_first(page: Page) -> dict[str, Any]:
    """Goes to the hexagon with the most sites, which is the town's, so that it is in the middle
    whatever area another test's stack shows as a whole."""
    go_buttons(page).first.focus()
    with asked(page) as nearer:
        page.keyboard.press("Enter")
    settled(page, "cells")
    return nearer


def test_on_a_phone(stack: RunningStack, new_page: NewPage) -> None:
    page = new_page(PHONE)
    open_map(stack, page)
    assert problems(page) == []
    assert not too_wide(page)
    with asked(page):
        go_buttons(page).first.click()
    expect(page.locator(".maplibregl-canvas")).to_be_in_viewport()
    assert not too_wide(page)


def test_in_words_without_scripts(stack: RunningStack, new_page: NewPage) -> None:
    page = new_page(javascript=False)
    sign_in(stack, page, "investigator", "/console/map")
    expect(page.get_by_text(re.compile(r"[\d,]+ registered sites in and around"))).to_be_visible()
    expect(page.get_by_text("The map needs JavaScript")).to_be_visible()
    assert numbers(page)
    assert numbers(page) == sorted(numbers(page), reverse=True)
    expect(page.get_by_role("rowheader").first).to_have_text(
        re.compile(r"^Around (?:-?\d+\.\d{3}, |[A-Z]{1,2}\d)")
    )
    expect(page.locator("[data-map-frame]")).to_be_hidden()
    expect(go_buttons(page)).to_have_count(0)
    assert not too_wide(page)


def test_where_nobody_is_the_map_says_so(stack: RunningStack, page: Page) -> None:
    open_map(stack, page)
    nobody = {"shown": "cells", "total": 0, "cells": [], "hint": ""}
    page.route("**/api/v1/map?*", lambda route: route.fulfill(json=nobody))
    page.get_by_role("button", name="Zoom in").click()
    expect(page.get_by_role("status")).to_contain_text("No sites are registered in this part")
    expect(page.get_by_text("Where most are")).to_be_hidden()
    expect(page.get_by_role("group", name="What the colours mean")).to_be_hidden()
    assert problems(page) == []


ELSEWHERE = """
new MutationObserver((_, watching) => {
    const island = document.querySelector("#overview-island");
    if (!island) return;
    Object.assign(island.dataset, {west: 179, south: -18, east: 181, north: -16});
    watching.disconnect();
}).observe(document, {childList: true, subtree: true});
"""
"""Starts the map of a force in Fiji, before the page's own script does."""


def test_hexagons_that_180_degrees_cut_are_whole(stack: RunningStack, page: Page) -> None:
    """In the middle of a map of Fiji, one with corners as our API writes them and one with corners
    that turn back to -180 degrees."""
    around = [(0.05, -0.1), (-0.05, -0.09), (-0.1, 0.0), (-0.05, 0.1), (0.05, 0.09), (0.1, 0.0)]
    beyond = [[180 + lng, -17 + lat] for lng, lat in around]
    turned = [[lng - 360 if lng > 180 else lng, lat + 0.3] for lng, lat in beyond]
    cells = [
        {"cell": "859b5bd3fffffff", "boundary": beyond, "sites": 7},
        {"cell": "859b5bdbfffffff", "boundary": turned, "sites": 3},
    ]
    answer = {"shown": "cells", "total": 10, "cells": cells, "hint": ""}

    sign_in(stack, page, "investigator")
    page.add_init_script(ELSEWHERE)
    page.route("**/api/v1/map?*", lambda route: route.fulfill(json=answer))
    page.goto("/console/map")
    settled(page, "cells")
    expect(page.get_by_role("status")).to_contain_text("10 registered sites in 2 hexagons in view")
    expect(page.get_by_role("rowheader")).to_have_text(
        ["The middle", re.compile("^3[34] km north$")]
    )
    with asked(page):
        go_buttons(page).nth(1).click()
    # There, and not on the other side of the world: the hexagon fills the map.
    expect(page.get_by_role("rowheader")).to_have_text(["The middle"])
    expect(page.get_by_role("status")).to_contain_text("3 registered sites in 1 hexagon in view")


def test_what_went_wrong_is_said_and_passes(stack: RunningStack, page: Page) -> None:
    open_map(stack, page)

    def refuse(route: Route) -> None:
        route.abort()

    page.route("**/api/v1/map?*", refuse)
    page.get_by_role("button", name="Zoom in").click()
    settled(page, "problem")
    expect(page.get_by_role("alert")).to_contain_text("There is no connection")
    page.get_by_role("button", name="Try again").click()
    settled(page, "problem")
    page.unroute("**/api/v1/map?*", refuse)
    page.get_by_role("button", name="Try again").click()
    settled(page, "cells")
    expect(page.get_by_role("alert")).to_be_hidden()
    expect(page.get_by_role("heading", name="In words")).to_be_focused()
