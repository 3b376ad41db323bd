"""The map of all sites in a real browser: by mouse, by keyboard alone, in words only."""

from __future__ import annotations

import random
import re

import pytest
from playwright.sync_api import Page, Route, expect

from chalicelib.registry.model import PropertyType
from tests.browser.accessibility import problems, too_wide
from tests.browser.conftest import PHONE, NewPage
from tests.browser.test_console import sign_in
from tests.running import RunningStack
from tests.stack.residents import store
from tests.support.places import new_site

TOWN = (52.4777, -1.8983)  # Birmingham


@pytest.fixture(scope="module", autouse=True)
def some_sites(stack: RunningStack) -> None:
    """Twenty homes and five businesses in a few streets."""
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
    settled(page, "counts")


def settled(page: Page, shown: str) -> None:
    expect(page.locator(f"#overview-island[data-state={shown}]")).to_be_attached(timeout=30_000)


def test_counts_from_afar_and_pins_nearby(stack: RunningStack, page: Page) -> None:
    open_map(stack, page)
    expect(page.get_by_role("link", name="Map", exact=True)).to_have_attribute(
        "aria-current", "page"
    )
    expect(page.get_by_role("status")).to_contain_text(re.compile(r"registered sites? in view"))
    assert problems(page) == []

    for _ in range(4):
        if page.locator("#overview-island[data-state=pins]").count():
            break
        page.get_by_role("button", name=re.compile("^Show")).first.click()
        page.wait_for_timeout(1000)
        page.locator("#overview-island:not([data-state=loading])").wait_for(state="attached")
    settled(page, "pins")
    expect(page.get_by_role("status")).to_contain_text(re.compile(r"cameras? in view: \d+ homes?"))
    expect(page.get_by_text("This look is on record with your name")).to_be_visible()
    expect(page.get_by_text("Where most are")).to_be_hidden()
    assert problems(page) == []

    for _ in range(2):
        page.get_by_role("button", name="Zoom out").click()
        page.wait_for_timeout(500)
    settled(page, "counts")
    expect(page.get_by_text("Where most are")).to_be_visible()


def test_by_keyboard_alone(stack: RunningStack, page: Page) -> None:
    sign_in(stack, page, "investigator")
    # It shows once the script listens.
    expect(page.get_by_role("button", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("m")
    expect(page.get_by_role("heading", name="Map of registered sites")).to_be_visible()
    settled(page, "counts")
    page.keyboard.press("?")
    expect(page.get_by_text("Move the map (when it has the focus)")).to_be_visible()
    page.keyboard.press("Escape")

    page.locator(".maplibregl-canvas").focus()
    before = page.locator("[data-list]").inner_text()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-list]")).not_to_have_text(before, use_inner_text=True)
    settled(page, "counts")

    page.get_by_role("button", name=re.compile("^Show")).first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".maplibregl-canvas")).to_be_focused()
    page.wait_for_timeout(1000)
    for _ in range(3):
        page.keyboard.press("+")
        page.wait_for_timeout(500)
    settled(page, "pins")


def test_on_a_phone(stack: RunningStack, new_page: NewPage) -> None:
    page = new_page(PHONE)
    open_map(stack, page)
    assert problems(page) == []
    assert not too_wide(page)


def test_in_words_without_scripts(stack: RunningStack, new_page: NewPage) -> None:
    page = new_page(javascript=False)
    sign_in(stack, page, "investigator", "/console/map")
    expect(page.get_by_text(re.compile(r"[\d,]+ registered sites in and around"))).to_be_visible()
    expect(page.get_by_role("table")).to_be_visible()
    expect(page.locator("[data-map-frame]")).to_be_hidden()


def test_what_went_wrong_is_said_and_passes(stack: RunningStack, page: Page) -> None:
    open_map(stack, page)

    def refuse(route: Route) -> None:
        route.abort()

    page.route("**/api/v1/map?*", refuse)
    page.get_by_role("button", name="Zoom in").click()
    settled(page, "problem")
    expect(page.get_by_role("alert")).to_contain_text("There is no connection")
    page.unroute("**/api/v1/map?*", refuse)
    page.get_by_role("button", name="Zoom out").click()
    settled(page, "counts")
    expect(page.get_by_role("alert")).to_be_hidden()
