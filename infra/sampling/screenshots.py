"""Pictures for the README, taken from the running demo: `python -m infra.sampling.screenshots`.

Uses the system's Chromium through Playwright, as the browser tests do.
"""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from infra import local
from infra.building.browser import launch_options
from infra.errors import StackError, report_errors
from infra.paths import ROOT

PICTURES = ROOT / "docs" / "pictures"
CONSOLE: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}


def take_screenshots(browser: Browser, described: dict[str, Any], story: dict[str, str]) -> None:
    """Take every picture that the README shows."""
    base = described["base_url"]
    phone = browser.new_page(viewport=PHONE, device_scale_factor=2)
    phone.goto(f"{base}/register")
    _save(phone, "registration")
    phone.goto(story["What an owner sees"])
    _save(phone, "reply")
    desk = browser.new_page(viewport=CONSOLE)
    _sign_in(desk, base, next(o for o in described["officers"] if o["role"] == "investigator"))
    desk.goto(story["The burglary"])
    _search(desk)
    _save(desk, "console")
    desk.get_by_role("button", name="Write to all that may have seen it").click()
    desk.get_by_role("heading", name="What owners get").wait_for()
    _save(desk, "compose")
    desk.goto(story["The request"])
    _save(desk, "request")
    desk.goto(story["What replies show"])
    _save(desk, "coverage")


def _sign_in(page: Page, base: str, officer: dict[str, str]) -> None:
    page.goto(f"{base}/console/sign-in")
    if page.locator("input[name=username]").count() == 0:
        page.get_by_role("link", name="Sign in").first.click()
    page.fill("input[name=username]", officer["username"])
    page.fill("input[name=password]", officer["password"])
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/console**")


def _search(page: Page) -> None:
    page.locator("textarea[name=reason], input[name=reason]").first.fill(
        "Cameras that may have seen the offender come or go"
    )
    page.get_by_role("button", name="Search", exact=True).click()
    page.locator("[data-list] tr[data-id]").first.wait_for()
    page.wait_for_timeout(2500)  # the map's tiles fade in


def _save(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png")
    print(PICTURES.relative_to(ROOT) / f"{name}.png")


def main() -> int:
    """Run the command line: take the pictures of the running demo."""
    state = local.state_folder()
    try:
        described = json.loads((state / "stack.json").read_text())
        story = json.loads((state / "demo.json").read_text())
    except FileNotFoundError as error:
        raise StackError("There is no demo to take pictures of: run `make demo` first.") from error
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())
        take_screenshots(browser, described, story)
        browser.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(report_errors(main))
