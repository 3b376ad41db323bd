"""An officer's profile, closing an incident, an owner's pause and new address, in a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import problems, too_wide
from tests.browser.conftest import DESK, PHONE, NewPage
from tests.browser.signing_in import sign_in
from tests.running import RunningStack
from tests.stack.asking import Asked, asked
from tests.stack.residents import new_email


@pytest.fixture(scope="module")
def world(stack: RunningStack) -> Iterator[Asked]:
    with asked(stack) as made:
        reply = made.somebody.open_page(made.replies[0])
        made.somebody.submit(reply, {"answer": "nothing"})
        yield made


def signed_in(page: Page, stack: RunningStack, role: str) -> Page:
    sign_in(stack, page, role)
    return page


def owner_of(page: Page, stack: RunningStack, email: str) -> Page:
    page.goto("/sign-in")
    page.get_by_label("Email address").fill(email)
    page.get_by_role("main").get_by_role("button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your email")
    page.goto(stack.link_in_mail(email, "/sign-in/confirm"))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/account")
    return page


def check(page: Page) -> None:
    """Nothing for axe to complain of, and no scrolling sideways."""
    assert problems(page) == []
    assert not too_wide(page)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_an_officer_sees_what_owners_see_of_them(
    stack: RunningStack, new_page: NewPage, size: tuple[int, int]
) -> None:
    page = signed_in(new_page(size), stack, "supervisor")
    page.get_by_role("link", name=re.compile("your profile")).click()
    expect(page.get_by_label("Your name")).to_have_value("Sgt Priya Nair")
    check(page)
    page.get_by_label("Work phone").fill("nobody")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter a phone number")
    check(page)
    page.get_by_label("Work phone").fill("0121 496 0102")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("up to date")


def test_whoever_asks_nobody_is_offered_no_messages(stack: RunningStack, page: Page) -> None:
    signed_in(page, stack, "auditor").goto("/console/profile")
    expect(page.get_by_text("we do not email you")).to_be_visible()
    check(page)


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_closing_shows_the_letters_before_anything_is_closed(
    world: Asked, new_page: NewPage, javascript: bool
) -> None:
    page = new_page(PHONE, javascript=javascript)
    signed_in(page, world.stack, "investigator")
    page.goto(f"/console/incidents/{world.incident_id}")
    page.get_by_role("link", name="Close the incident").click()
    expect(
        page.get_by_text("who answered is thanked").or_(page.get_by_text("are thanked"))
    ).to_be_visible()
    page.get_by_label("Your message to owners (optional)").fill("He was found.")
    page.get_by_role("button", name="Show what owners will read").click()
    expect(page.locator(".letters__text").first).to_contain_text("He was found.")
    expect(page.get_by_role("button", name="Close the incident")).to_be_visible()
    if javascript:
        check(page)
    assert world.api(f"incidents/{world.incident_id}")["state"] == "open"


def test_a_closed_incident_says_so_and_a_supervisor_opens_it(
    stack: RunningStack, new_page: NewPage
) -> None:
    with asked(stack) as made:
        page = signed_in(new_page(DESK), stack, "supervisor")
        address = f"/console/incidents/{made.incident_id}"
        page.goto(f"{address}/closing")
        check(page)
        page.get_by_role("button", name="Close the incident").click()
        page.wait_for_url(f"**{address}")
        expect(page.get_by_role("heading", name="Search for cameras")).to_have_count(0)
        check(page)
        page.get_by_role("link", name="What closing did").click()
        page.wait_for_url(f"**{address}/closing")
        check(page)
        page.get_by_label("Reason for reopening").fill("A new lead")
        page.get_by_role("button", name="Reopen the incident").click()
        expect(page.get_by_role("heading", name="Search for cameras")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_an_owner_pauses_and_ends_the_pause(
    world: Asked, new_page: NewPage, javascript: bool
) -> None:
    page = owner_of(new_page(PHONE, javascript=javascript), world.stack, world.emails[1])
    page.get_by_role("link", name="Pause requests for footage").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Pause requests for footage")
    if javascript:
        check(page)
    page.get_by_role("button", name="Pause requests").click()
    expect(page.get_by_role("alert")).to_contain_text("Select for how long")
    page.get_by_label("3 months").check()
    page.get_by_role("button", name="Pause requests").click()
    expect(page.get_by_text("You have paused requests.")).to_be_visible()
    if javascript:
        check(page)
    page.get_by_role("button", name="Restart requests").click()
    expect(page.get_by_text("We may ask you for footage again.")).to_be_visible()


def test_an_owner_moves_to_another_address(stack: RunningStack, new_page: NewPage) -> None:
    with asked(stack) as made:
        page = owner_of(new_page(PHONE), stack, made.emails[0])
        page.get_by_role("link", name="Change your email address").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Change your email address")
        check(page)
        new = new_email()
        page.get_by_label("New email address").fill(new)
        page.get_by_role("button", name="Send the link").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Check your new email inbox")
        check(page)
        page.goto(stack.link_in_mail(new, "/email/confirm"))
        expect(page.get_by_role("heading", name=f"Use {new} from now on?")).to_be_visible()
        check(page)
        page.get_by_role("button", name="Use this address").click()
        expect(
            page.get_by_role("heading", name="Your email address has been changed")
        ).to_be_visible()
        check(page)
        page.goto("/account")
        expect(page).to_have_url(f"{stack.base_url}/sign-in")
