"""A lost connection or a session that has ended loses nothing of what was written."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Page, Route, expect

from chalicelib.cameras.model import Camera
from chalicelib.container import Container
from chalicelib.core.times import utc_now
from chalicelib.registry.model import Site
from chalicelib.web.http.headers import OFFICER_COOKIE
from tests.browser.accessibility import problems, too_wide
from tests.browser.conftest import PHONE, NewPage
from tests.browser.signing_in import sign_in
from tests.browser.test_compose import compose
from tests.running import RunningStack
from tests.stack.residents import load_area_data, new_email, store
from tests.support.desk import Session, add_site, settings_of

LETTER = "Please look for two people with a ladder."
SEND = re.compile("/console/incidents/[^/]+/requests$")
NOT_SENT = "Not sent; nothing is lost."


@pytest.fixture(scope="module")
def sites(stack: RunningStack) -> list[Site]:
    services = Container(settings_of(stack), utc_now, Session(stack))
    return [add_site(services, [Camera(1, retention_minutes=28 * 1440)])[0] for _ in range(4)]


def test_a_letter_outlives_a_lost_connection(
    stack: RunningStack, page: Page, sites: list[Site]
) -> None:
    sign_in(stack, page, "investigator")
    compose(page, sites[0])
    message = page.get_by_label("Message to owners")
    message.fill(LETTER)
    page.route(SEND, lambda route: route.abort())
    page.get_by_role("button", name=re.compile("^Send the request")).click()
    expect(page.get_by_role("alert").filter(has_text=NOT_SENT)).to_be_visible()
    again = page.get_by_role("button", name="Try again")
    expect(again).to_be_focused()
    expect(message).to_have_value(LETTER)
    assert problems(page) == []
    page.unroute(SEND)
    again.click()
    page.wait_for_url(re.compile("/console/requests/"))
    expect(page.get_by_text(LETTER)).to_be_visible()


def test_trying_again_when_only_the_answer_was_lost_sends_once(
    stack: RunningStack, page: Page, sites: list[Site]
) -> None:
    sign_in(stack, page, "investigator")
    compose(page, sites[1])
    incident = page.url.partition("/compose")[0]
    page.get_by_label("Message to owners").fill(LETTER)

    cookie = next(one for one in page.context.cookies() if one.get("name") == OFFICER_COOKIE)

    def lose_the_answer(route: Route) -> None:
        with stack.visitor() as same:
            same.set_cookie(OFFICER_COOKIE, str(cookie.get("value")))
            answer = same.send_request(
                "POST",
                route.request.url,
                content=route.request.post_data or "",
                headers={"Content-Type": "application/x-www-form-urlencoded"},
            )
        assert answer.status_code == 303
        route.abort()

    page.route(SEND, lose_the_answer)
    page.get_by_role("button", name=re.compile("^Send the request")).click()
    expect(page.get_by_text(NOT_SENT)).to_be_visible()
    page.unroute(SEND)
    page.get_by_role("button", name="Try again").click()
    page.wait_for_url(re.compile("/console/requests/"))
    page.goto(incident)
    expect(page.locator("a[href^='/console/requests/']")).to_have_count(1)


def test_a_letter_outlives_the_session(stack: RunningStack, page: Page, sites: list[Site]) -> None:
    sign_in(stack, page, "investigator")
    compose(page, sites[2])
    page.get_by_label("Message to owners").fill(LETTER)
    page.context.clear_cookies(name=OFFICER_COOKIE)
    page.get_by_role("button", name=re.compile("^Send the request")).click()
    officer = stack.officer("investigator")
    page.get_by_label("Username").fill(officer["username"])
    page.get_by_label("Password").fill(officer["password"])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("status").filter(has_text="nothing has been sent")).to_be_visible()
    expect(page.get_by_label("Message to owners")).to_have_value(LETTER)
    expect(page.locator("[data-tally]")).to_contain_text("1 of ")
    assert problems(page) == []
    page.get_by_role("button", name=re.compile("^Send the request")).click()
    page.wait_for_url(re.compile("/console/requests/"))


def test_a_form_that_is_refused_is_shown_with_why(
    stack: RunningStack, page: Page, sites: list[Site]
) -> None:
    sign_in(stack, page, "investigator")
    compose(page, sites[3])
    page.get_by_label("Message to owners").fill("")
    page.get_by_role("button", name=re.compile("^Send the request")).click()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    expect(page.locator(".govuk-error-summary")).to_contain_text("Enter what owners should look")


def test_registering_takes_twelve_taps_and_outlives_a_lost_connection(
    stack: RunningStack, new_page: NewPage, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A tap for each field, box and button; typing is the telephone's own. With text messages."""
    load_area_data(stack, tmp_path_factory.mktemp("area"))
    phone, email, begun = new_page(PHONE), new_email(), time.monotonic()
    phone.goto("/register")
    taps = 0
    for label, typed in {
        "Your name": "Pat Jones",
        "Email address": email,
        "Phone number": f"07700 900{int(begun * 1000) % 1000:03}",
        "Address line 1": "1 High Street",
        "Town or city": "Birmingham",
        "Postcode": "xq1 1aa",
        "How many cameras": "2",
    }.items():
        field = phone.get_by_label(label, exact=label == "Postcode")
        field.click()
        field.fill(typed)
        taps += 1
    for label in ("Text me as well", "A home", "I agree"):
        phone.get_by_label(label).check()
        taps += 1
    assert problems(phone) == [] and not too_wide(phone)
    phone.route("**/register", lambda route: route.abort())
    phone.get_by_role("button", name="Register").click()
    expect(phone.get_by_text(NOT_SENT)).to_be_visible()
    assert problems(phone) == [] and not too_wide(phone)
    phone.unroute("**/register")
    phone.get_by_role("button", name="Try again").click()
    taps += 1
    expect(phone.get_by_role("heading", level=1)).to_have_text("Check your email")
    phone.goto(stack.link_in_mail(email, "/register/confirm"))
    phone.get_by_role("button", name="Confirm my registration").click()
    taps += 1
    expect(phone.get_by_role("heading", level=1)).to_have_text("Enter the code")
    assert taps <= 12
    assert store(stack).owner_id_of(email)
    assert problems(phone) == [] and not too_wide(phone)
    phone.get_by_role("link", name="Do this later").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Your cameras are registered")
    assert problems(phone) == [] and not too_wide(phone)
