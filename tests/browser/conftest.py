"""Chromium and a fresh person's browser per test, at a desk or with a phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    BrowserType,
    ConsoleMessage,
    Page,
    Response,
    expect,
    sync_playwright,
)

from infra.building.browser import launch_options
from tests.running import RunningStack

DESK = (1440, 900)
PHONE = (390, 844)
HARMLESS = ("Failed to load resource",)
"""The browser says this of every 4xx, and those are what some tests are about."""
PATIENCE = 120_000
"""Milliseconds. Seconds are usual; a busy machine gets its time."""

NewPage = Callable[..., Page]


@pytest.fixture(scope="session")
def chromium() -> Iterator[BrowserType]:
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        yield playwright.chromium


@pytest.fixture(scope="session")
def plain_browser(chromium: BrowserType) -> Iterator[Browser]:
    """One that cannot draw maps (no WebGL), where a page says so and works without."""
    options = launch_options()
    browser = chromium.launch(**options | {"args": [*options["args"], "--disable-3d-apis"]})
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def map_browser(chromium: BrowserType) -> Iterator[Browser]:
    """One that draws maps, by software: the first map of a page takes seconds of a processor."""
    browser = chromium.launch(**launch_options())
    yield browser
    browser.close()


@pytest.fixture
def browser(request: pytest.FixtureRequest) -> Browser:
    """The one with maps for tests that are marked `maps`, because they are about a map."""
    drawing = request.node.get_closest_marker("maps") is not None
    browser: Browser = request.getfixturevalue("map_browser" if drawing else "plain_browser")
    return browser


def say_failed(answer: Response) -> None:
    """Tells of a gateway that waited no longer, or a fault, beside a test that failed for it."""
    if answer.status >= 500:
        print(f"{answer.status} of {answer.request.method} {urlsplit(answer.url).path}")


@pytest.fixture
def new_page(stack: RunningStack, browser: Browser) -> Iterator[NewPage]:
    """Makes pages with cookies of their own: `new_page(PHONE)`, `new_page(javascript=False)`.

    At the end of the test every complaint in a console is a failure: a script's exception, or
    something that the Content-Security-Policy refused.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(HARMLESS):
            complaints.append(message.text)

    def make(size: tuple[int, int] = DESK, *, javascript: bool = True) -> Page:
        context = browser.new_context(
            base_url=stack.base_url,
            viewport={"width": size[0], "height": size[1]},
            java_script_enabled=javascript,
            locale="en-GB",
            timezone_id="Europe/London",
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("console", heard)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("response", say_failed)
        return page

    yield make
    for context in contexts:
        context.close()
    assert not complaints, "\n".join(complaints)


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """Somebody at a desk."""
    return new_page()


@pytest.fixture
def phone(new_page: NewPage) -> Page:
    """Somebody with a phone."""
    return new_page(PHONE)
