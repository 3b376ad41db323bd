"""The way somebody went in a real browser: drawn, typed, moved by keys, timed, and asked along."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from chalicelib.cameras.model import Camera
from chalicelib.container import Container
from chalicelib.core.times import utc_now
from chalicelib.registry.model import Site
from tests.browser.accessibility import problems, too_wide
from tests.browser.conftest import PHONE, NewPage
from tests.browser.signing_in import sign_in
from tests.browser.test_console import found_heading, local, record_incident, reference
from tests.running import RunningStack
from tests.support.desk import Session, add_site, settings_of

pytestmark = pytest.mark.maps

PAST = [(52.4752, -1.9053), (52.4768, -1.9053)]
"""Past the sites of the tests."""


@pytest.fixture(scope="module")
def sites(stack: RunningStack) -> list[Site]:
    """Two sites beside B1 1AY, the second of which never records."""
    services = Container(settings_of(stack), utc_now, Session(stack))
    kinds = [Camera(1, retention_minutes=7 * 1440), Camera(1, records=False)]
    return [add_site(services, [kind])[0] for kind in kinds]


@pytest.fixture
def begun() -> str:
    """When the incident began, in London, to the minute."""
    return local(3)


@pytest.fixture
def incident(stack: RunningStack, page: Page, begun: str) -> Page:
    """The page of a new incident, its map drawn."""
    sign_in(stack, page, "investigator")
    record_incident(page, reference(), begun=begun)
    expect(page.locator(".maplibregl-canvas")).to_be_visible()
    expect(page.get_by_role("button", name="Click map to set the centre")).to_be_visible()
    return page


def points(page: Page) -> Locator:
    return page.get_by_label("Points", exact=True)


def type_points(page: Page, path: list[tuple[float, float]]) -> None:
    box = page.locator("details", has=points(page))
    if box.get_attribute("open") is None:
        page.get_by_text("Points as text").click()
    points(page).fill("\n".join(f"{latitude}, {longitude}" for latitude, longitude in path))


def search(page: Page) -> None:
    page.get_by_label("Reason").fill("The way he ran")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(found_heading(page)).to_be_visible()


def click_on_map(page: Page, *shares: tuple[float, float], double: bool = True) -> None:
    """Clicks at parts of the map's width and height, the last one twice."""
    box = page.locator(".maplibregl-canvas").bounding_box()
    assert box
    for number, (x, y) in enumerate(shares):
        place = box["x"] + box["width"] * x, box["y"] + box["height"] * y
        if double and number == len(shares) - 1:
            page.mouse.dblclick(*place)
        else:
            page.mouse.click(*place, delay=30)
            expect(page.locator(".vertex")).to_have_count(number + 1)
            page.wait_for_timeout(600)  # two clicks within half a second are a double-click


def test_a_timed_way_from_drawing_to_each_owners_minutes(
    incident: Page, sites: list[Site], begun: str
) -> None:
    page = incident
    page.get_by_label("Route", exact=True).check()
    type_points(page, PAST)
    expect(page.get_by_text(re.compile(r"2 points, \d+ m long"))).to_be_visible()
    page.get_by_role("button", name="When it happened").click()
    page.get_by_label("How they went").select_option("cycling")
    search(page)
    row = page.locator(f"tr[data-id='{sites[0].id}']")
    expect(row).to_contain_text(re.compile(r"\d\d:\d\d to \d\d:\d\d"))
    assert problems(page) == []

    row.get_by_role("checkbox").check()
    page.get_by_role("button", name="Write to 1 owner").click()
    expect(page.get_by_label("Different times for each owner")).to_be_checked()
    expect(page.get_by_label("Footage from", exact=True)).to_be_hidden()
    expect(page.get_by_label("Footage of site 1 from")).to_have_value(re.compile(r"T\d\d:\d\d$"))
    assert problems(page) == []
    page.get_by_label("Message to owners").fill("Please look for somebody who runs.")
    page.get_by_role("button", name=re.compile("^Send the request")).click()
    page.wait_for_url(re.compile("/console/requests/"))
    expect(page.get_by_role("columnheader", name="Footage between")).to_be_visible()
    start = datetime.fromisoformat(begun)
    # The window begins five minutes before the start: room for a wrong start and a wrong clock.
    minutes = {f"{start - timedelta(minutes=early):%H:%M}" for early in (4, 5, 6)}
    said = page.locator(f"tr[data-item]:has(a[href$='{sites[0].id}'])").inner_text()
    assert any(minute in said for minute in minutes)
    assert problems(page) == []


def test_a_way_is_drawn_by_clicks(incident: Page) -> None:
    page = incident
    page.get_by_label("Route", exact=True).check()
    click_on_map(page, (0.3, 0.4), (0.5, 0.5), (0.6, 0.6))
    expect(page.locator(".vertex")).to_have_count(3)
    expect(page.get_by_role("button", name="Add points")).to_be_visible()
    assert len(points(page).input_value().splitlines()) == 3

    page.get_by_role("button", name="Add points").click()
    click_on_map_again(page)
    page.keyboard.press("Escape")
    expect(page.locator(".vertex")).to_have_count(3)
    page.get_by_role("button", name="Add points").click()
    click_on_map_again(page)
    page.keyboard.press("Backspace")
    expect(page.locator(".vertex")).to_have_count(3)
    click_on_map_again(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Add points")).to_be_visible()
    expect(page.locator(".vertex")).to_have_count(4)


def click_on_map_again(page: Page) -> None:
    """One more point than there was."""
    before = page.locator(".vertex").count()
    box = page.locator(".maplibregl-canvas").bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] * 0.75, box["y"] + box["height"] * 0.3)
    expect(page.locator(".vertex")).to_have_count(before + 1)
    page.wait_for_timeout(600)


def test_a_point_is_dragged_pushed_and_taken_away(incident: Page) -> None:
    page = incident
    page.get_by_label("Route", exact=True).check()
    type_points(page, [*PAST, (52.4770, -1.9030)])
    first = page.get_by_role("button", name=re.compile("^Point 1, where they set off"))
    first.focus()
    page.keyboard.press("ArrowUp")
    moved = points(page).input_value().splitlines()
    assert float(moved[0].split(",")[0]) == pytest.approx(PAST[0][0] + 5 / 111_200, abs=2e-6)
    expect(first).to_be_focused()
    page.keyboard.press("Delete")
    expect(page.locator(".vertex")).to_have_count(2)
    assert points(page).input_value().splitlines() == moved[1:]

    box = page.locator(".vertex").nth(1).bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + 60, steps=5)
    page.mouse.up()
    after = points(page).input_value().splitlines()
    assert after[0] == moved[1]
    assert after[1] != moved[2]


def test_a_way_is_searched_by_keyboard_alone(incident: Page, sites: list[Site]) -> None:
    page = incident
    page.get_by_label("Circle").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_label("Route", exact=True)).to_be_checked()
    page.get_by_text("Points as text").focus()
    page.keyboard.press("Enter")
    points(page).focus()
    page.keyboard.type("\n".join(f"{latitude}, {longitude}" for latitude, longitude in PAST))
    page.get_by_label("Reason").focus()
    page.keyboard.type("The way he ran")
    page.keyboard.press("Enter")
    expect(found_heading(page)).to_be_visible()


def test_what_is_lost_is_counted_and_shown_on_demand(incident: Page, sites: list[Site]) -> None:
    page = incident
    page.get_by_label("Route", exact=True).check()
    type_points(page, PAST)
    search(page)
    expect(found_heading(page)).to_contain_text("likely lost")
    lost = page.locator(f"[name=site_id][value='{sites[1].id}']")
    expect(page.locator(f"[name=site_id][value='{sites[0].id}']")).to_be_attached()
    expect(lost).to_have_count(0)
    page.get_by_role("button", name=re.compile("^Likely lost")).click()
    expect(lost).to_be_attached()


def test_what_is_wrong_is_said_at_its_field(incident: Page) -> None:
    page = incident
    page.get_by_label("Route", exact=True).check()
    page.get_by_label("Width").fill("wide")
    page.get_by_role("button", name="Search", exact=True).click()
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("Draw the route on the map, or enter at least two points")
    expect(summary).to_contain_text("Enter the width in metres")
    expect(summary).to_contain_text("Enter why you are searching here")
    type_points(page, PAST)
    points(page).press_sequentially("\nnorth of here")
    page.get_by_label("Width").fill("80")
    page.get_by_label("Reason").fill("The way he ran")
    page.get_by_label("How they went").select_option("range")
    page.get_by_label("From, km/h").fill("20")
    page.get_by_label("to, km/h").fill("10")
    page.get_by_role("button", name="When it happened").click()
    page.get_by_role("button", name="Search", exact=True).click()
    expect(summary).to_contain_text("Line 3 is no place")
    type_points(page, PAST)
    page.get_by_role("button", name="Search", exact=True).click()
    expect(summary).to_contain_text("The fastest must not be slower than the slowest")
    assert problems(page) == []


def test_a_region_is_answered_with_hexagons(incident: Page, sites: list[Site]) -> None:
    page = incident
    page.get_by_label("Area", exact=True).check()
    type_points(page, [(52.40, -2.0), (52.55, -2.0), (52.55, -1.8), (52.40, -1.8)])
    search(page)
    expect(found_heading(page)).to_have_text(re.compile(r"^[\d,]+ sites in \d+ hexagons?$"))
    expect(page.get_by_text("Sites are listed for areas of up to 100 km²")).to_be_visible()
    expect(page.locator("[data-table]")).to_be_hidden()
    expect(page.get_by_role("button", name="Write to chosen owners")).to_be_hidden()
    expect(page.get_by_role("group", name="What the colours mean")).to_be_visible()
    table = page.get_by_role("table", name="Hexagons of the area")
    expect(table.get_by_role("columnheader", name="From the incident")).to_be_visible()
    # The sites of this test are beside the incident.
    expect(table.get_by_role("rowheader", name=re.compile("The incident$"))).to_be_visible()
    scale = page.locator(".maplibregl-ctrl-scale")
    before = scale.inner_text()
    table.get_by_role("button", name=re.compile("^Show: .*the incident$")).focus()
    page.keyboard.press("Enter")
    expect(scale).not_to_have_text(before)
    expect(table.get_by_role("button", name=re.compile("^Show: .*the incident$"))).to_be_focused()
    assert problems(page) == []

    # A smaller area is listed again.
    type_points(page, [(52.47, -1.91), (52.48, -1.91), (52.48, -1.90), (52.47, -1.90)])
    search(page)
    expect(page.locator("[data-table]")).to_be_visible()
    expect(table).to_be_hidden()
    expect(page.get_by_role("group", name="What the colours mean")).to_be_hidden()


def test_a_phone_has_room_for_it(stack: RunningStack, new_page: NewPage, sites: list[Site]) -> None:
    page = new_page(PHONE)
    sign_in(stack, page, "investigator")
    record_incident(page, reference())
    page.get_by_label("Route", exact=True).check()
    type_points(page, PAST)
    page.get_by_role("button", name="When it happened").click()
    search(page)
    assert not too_wide(page)
    assert problems(page) == []


def test_without_javascript_there_is_the_circle(stack: RunningStack, new_page: NewPage) -> None:
    page = new_page(javascript=False)
    sign_in(stack, page, "investigator")
    record_incident(page, reference())
    expect(page.get_by_label("Radius")).to_be_visible()
    expect(page.get_by_label("Route", exact=True)).to_have_count(0)


def test_files_and_places_as_people_hold_them(incident: Page, sites: list[Site]) -> None:
    page = incident
    page.get_by_text("Route or area from a file").press("Enter")
    steps = "".join(
        f'<trkpt lat="{52.4752 + n / 150_000:.6f}" lon="{-1.9053 + n % 2 / 1e4:.6f}"/>'
        for n in range(265)
    )
    track = f"<gpx><trk><trkseg>{steps}</trkseg></trk></gpx>".encode()
    choose = page.get_by_label("File", exact=True)
    choose.set_input_files({"name": "w.kmz", "mimeType": "", "buffer": b"PK\x03\x04"})
    expect(page.get_by_role("alert").get_by_text("Unpack it")).to_be_visible()
    choose.set_input_files({"name": "way.gpx", "mimeType": "application/gpx+xml", "buffer": track})
    expect(page.get_by_label("Route", exact=True)).to_be_checked()
    expect(page.get_by_text(re.compile(r"265 points, 1.8 km long"))).to_be_visible()
    expect(page.locator(".vertex")).to_have_count(0)
    search(page)
    assert problems(page) == []

    hole = [[-1.906, 52.475], [-1.905, 52.475], [-1.9055, 52.4755], [-1.906, 52.475]]
    ring = [[-1.91, 52.47], [-1.90, 52.47], [-1.90, 52.48], [-1.91, 52.48], [-1.91, 52.47]]
    area = json.dumps({"type": "Polygon", "coordinates": [ring, hole]}).encode()
    choose.set_input_files({"name": "a.geojson", "mimeType": "", "buffer": area})
    expect(page.get_by_text("4 corners, 1 hole.")).to_be_visible()
    search(page)

    page.get_by_label("Route", exact=True).check()
    page.get_by_text("Points as text").click()
    points(page).fill("SP 06529 86368\n52 28.6N 1 54.3W")
    points(page).press("Tab")
    expect(page.get_by_text(re.compile(r"2 points, \d+ m long"))).to_be_visible()

    page.get_by_label("Circle").check()
    page.get_by_text("Exact centre").click()
    page.get_by_label("Latitude").fill("52.47594N 1.90538W")
    expect(page.get_by_label("Longitude")).to_have_value("-1.905380")
    page.get_by_label("Latitude").fill("///filled.count.soap")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.get_by_role("alert").get_by_text("what3words.com")).to_be_visible()
