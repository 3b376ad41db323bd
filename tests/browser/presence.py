"""Somebody who works in a page while its clock is moved: whoever leaves it alone is signed out."""

from __future__ import annotations

from playwright.sync_api import Page


def told_of_use(page: Page) -> None:
    """Moves the clock on until the page has told the server that somebody was there, and has read
    the answer: a clock that is moved earlier than that finds nobody there."""
    since = page.evaluate("Date.now()")
    page.clock.run_for("01:01")
    page.wait_for_function(
        "since => Number(localStorage.getItem('sightline-told')) >= since", arg=since
    )
