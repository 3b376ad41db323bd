"""Writing a request in a real browser: the preview that follows, the keyboard alone, no scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import FrameLocator, Locator, Page, expect

from chalicelib.cameras.model import Camera
from chalicelib.container import Container
from chalicelib.core.times import utc_now
from chalicelib.registry.model import Site
from tests.browser.accessibility import problems, too_wide
from tests.browser.conftest import PHONE, NewPage
from tests.browser.signing_in import sign_in
from tests.browser.test_console import found_heading, record_incident, reference
from tests.running import RunningStack
from tests.support.desk import Session, add_site, settings_of


@pytest.fixture(scope="module")
def sites(stack: RunningStack) -> list[Site]:
    """Three sites beside B1 1AY, the second of which overwrites soon."""
    services = Container(settings_of(stack), utc_now, Session(stack))
    minutes = [7 * 1440, 600, 28 * 1440]
    return [add_site(services, [Camera(1, retention_minutes=kept)])[0] for kept in minutes]


def compose(page: Page, *sites: Site) -> None:
    """From a new incident to the compose page with these sites chosen."""
    record_incident(page, reference())
    page.get_by_label("Radius").first.fill("150")
    page.get_by_label("Reason").fill("Cameras beside the shop")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(found_heading(page)).to_be_visible()
    for site in sites:
        page.locator(f"[name=site_id][value='{site.id}']").check()
    page.get_by_role("button", name=re.compile("^Write to")).first.click()
    expect(page.get_by_role("heading", name="Ask for footage")).to_be_visible()


def mail(page: Page) -> FrameLocator:
    return page.frame_locator("iframe[title='The email']")


def tally(page: Page) -> Locator:
    return page.locator("[data-tally]")


def test_the_preview_and_the_checks_follow(
    stack: RunningStack, page: Page, sites: list[Site]
) -> None:
    sign_in(stack, page, "investigator")
    compose(page, sites[0], sites[1])
    expect(page.locator("[data-checks]")).to_contain_text("2 sites will be asked")
    expect(page.locator("[data-checks]")).to_contain_text("First deleted")
    expect(page.locator("[data-checks]")).to_contain_text("1 within 24 hours")
    message = page.get_by_label("Message to owners")
    expect(message).to_have_value(re.compile("walks up to a house"))
    expect(mail(page).get_by_text("walks up to a house")).to_be_visible()
    expect(mail(page).get_by_text("the owner’s own security words")).to_be_attached()
    expect(mail(page).get_by_role("link")).to_have_count(0)

    message.fill("Please look for a red coat & a <b>blue</b> hat.")
    page.get_by_label("Name", exact=True).fill("Sgt Ada Park")
    expect(mail(page).get_by_text("a red coat & a <b>blue</b> hat.")).to_be_visible()
    expect(mail(page).get_by_text("Sgt Ada Park").first).to_be_visible()
    page.get_by_text("As plain text").click()
    expect(page.get_by_label("The email as plain text")).to_contain_text("a red coat")
    page.get_by_text("Reply page", exact=True).click()
    reply = page.frame_locator("iframe[title='The reply page']")
    expect(reply.get_by_text("a red coat").first).to_be_visible()
    expect(reply.get_by_text("I have saved the footage").first).to_be_visible()

    page.locator(f"[name=site_id][value='{sites[1].id}']").uncheck()
    expect(page.locator("[data-checks]")).to_contain_text("1 site will be asked")
    send = page.get_by_role("button", name="Send the request to 1 owner")
    expect(send).to_be_visible()
    assert problems(page) == []
    send.dblclick()
    page.wait_for_url(re.compile("/console/requests/"))
    expect(page.get_by_role("heading", name="1 site asked")).to_be_visible()
    expect(page.get_by_text("a red coat & a <b>blue</b> hat.")).to_be_visible()
    expect(page.get_by_text("Sgt Ada Park")).to_be_visible()
    expect(page.locator(".progress")).to_contain_text("All 1 contacted")
    row = page.locator(f"tr[data-item]:has(a[href$='/recipients/{sites[0].id}'])")
    expect(row).to_have_count(1)
    expect(row).not_to_contain_text("Being sent")
    assert problems(page) == []


def test_a_request_is_written_by_keyboard_alone(
    stack: RunningStack, page: Page, sites: list[Site]
) -> None:
    sign_in(stack, page, "investigator")
    compose(page, sites[0])
    listed = page.locator("[name=site_id]").count()
    page.keyboard.press("a")
    expect(tally(page)).to_have_text(re.compile(rf"^{listed} of {listed} "))
    page.keyboard.press("a")
    expect(tally(page)).to_have_text(re.compile("^0 of "))
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(tally(page)).to_have_text(re.compile("^1 of "))

    page.get_by_label("Start with a template").focus()
    page.keyboard.type("Rob")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Use this template")).to_be_focused()
    page.keyboard.press("Enter")
    message = page.get_by_label("Message to owners")
    expect(message).to_be_focused()
    page.keyboard.type("a red coat")  # over the first blank, which is selected
    expect(message).to_have_value(re.compile("interested in a red coat"))
    expect(mail(page).get_by_text("interested in a red coat")).to_be_visible()
    page.get_by_label("Name", exact=True).focus()
    page.keyboard.press("Enter")  # shows the page again; it does not send
    expect(page.get_by_role("heading", name="Ask for footage")).to_be_visible()
    expect(message).to_have_value(re.compile("interested in a red coat"))
    page.get_by_role("button", name=re.compile("^Send the request")).focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/console/requests/"))
    expect(page.get_by_text("interested in a red coat")).to_be_visible()


def test_what_was_written_by_hand_is_not_thrown_away(
    stack: RunningStack, page: Page, sites: list[Site]
) -> None:
    sign_in(stack, page, "investigator")
    compose(page, sites[2])
    message, wordings = (
        page.get_by_label(name) for name in ("Message to owners", "Start with a template")
    )
    wordings.select_option(label="Collision")
    expect(message).to_have_value(re.compile("before and after it happened"))
    message.fill("My own words")
    wordings.select_option(label="Theft")
    expect(message).to_have_value("My own words")
    page.get_by_role("button", name="Use this template").click()
    expect(message).to_have_value(re.compile("follows a delivery"))


def test_a_request_is_written_without_javascript(
    stack: RunningStack, new_page: NewPage, sites: list[Site]
) -> None:
    page = new_page(javascript=False)
    sign_in(stack, page, "investigator")
    compose(page, sites[0])
    expect(page.get_by_text(re.compile("^1 of "))).to_be_visible()
    page.get_by_label("Message to owners").fill("Please look for [a colour] coat.")
    page.get_by_role("button", name="Preview", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Fill in [a colour], or take it out")
    expect(mail(page).get_by_text("Please look for [a colour] coat.")).to_be_visible()
    page.get_by_label("Message to owners").fill("Please look for a red coat.")
    page.get_by_role("button", name="None", exact=True).click()
    expect(page.get_by_text(re.compile("^0 of "))).to_be_visible()
    page.get_by_role("button", name="Send the request").click()
    expect(page.get_by_role("link", name="Choose at least one site")).to_be_visible()
    page.locator(f"[name=site_id][value='{sites[2].id}']").check()
    page.get_by_role("button", name="Preview", exact=True).click()
    page.get_by_label("Reply page").check(force=True)
    reply = page.frame_locator("iframe[title='The reply page']")
    expect(reply.get_by_text("Please look for a red coat.").first).to_be_visible()
    page.get_by_role("button", name="Send the request").click()
    page.wait_for_url(re.compile("/console/requests/"))
    expect(page.get_by_text("Please look for a red coat.")).to_be_visible()


def test_there_is_room_on_a_phone(
    stack: RunningStack, new_page: NewPage, sites: list[Site]
) -> None:
    page = new_page(PHONE)
    sign_in(stack, page, "supervisor")
    compose(page, sites[0])
    assert not too_wide(page)
    assert problems(page) == []


def test_an_administrator_keeps_the_wordings(stack: RunningStack, page: Page) -> None:
    sign_in(stack, page, "administrator", "/console/wordings")
    assert problems(page) == []
    name = f"Offence {reference()}"
    page.get_by_role("link", name="New template").click()
    page.get_by_label("Kind of offence").fill(name)
    page.get_by_label("What owners read").fill("Please look for {somebody}.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("{somebody} is not filled in by itself")
    assert problems(page) == []
    page.get_by_label("What owners read").fill("Please look on {day}.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text(f"“{name}” was added.")).to_be_visible()
    page.get_by_role("link", name=name).click()
    page.get_by_role("button", name="Remove this template").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text(f"“{name}” was restored.")).to_be_visible()
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert not too_wide(page)
