"""Officers who sign in: by hand in the browser, or by a program whose session the browser is given.

By hand is for the tests that are about signing in and out. The hosted page is another site, so each
way through it costs two more processes of the browser.
"""

from __future__ import annotations

from playwright.sync_api import Page, expect

from chalicelib.web.http.headers import OFFICER_COOKIE
from tests.running import RunningStack


def sign_in_by_hand(stack: RunningStack, page: Page, role: str, at: str = "/console") -> None:
    """From a page of the console to the hosted page, and back to that page."""
    officer = stack.officer(role)
    page.goto(at)
    page.get_by_label("Username").fill(officer["username"])
    page.get_by_label("Password").fill(officer["password"])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def sign_in(stack: RunningStack, page: Page, role: str, at: str = "/console") -> None:
    """Open a page of the console with a new session, made at the same hosted page."""
    officer = stack.officer(role)
    with stack.visitor() as visitor:
        visitor.sign_in(officer["username"], officer["password"])
        session = visitor.cookie(OFFICER_COOKIE)
    # A secure cookie is taken for an https address only, and then sent to *.localhost by http, too.
    address = stack.base_url.replace("http:", "https:")
    page.context.add_cookies(
        [
            {
                "name": OFFICER_COOKIE,
                "value": session,
                "url": address,
                "secure": True,
                "httpOnly": True,
                "sameSite": "Lax",
            }
        ]
    )
    page.goto(at)
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
