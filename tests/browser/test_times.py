"""Local times in a real browser: hours that clocks skip or show twice, and countdowns that go on
while a page stays open."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from chalicelib.cameras.model import Camera
from chalicelib.container import Container
from chalicelib.core.times import utc_now
from tests.browser.accessibility import problems, too_wide
from tests.browser.conftest import DESK, PHONE, NewPage
from tests.browser.presence import told_of_use
from tests.browser.signing_in import sign_in
from tests.browser.test_console import found_heading, reference
from tests.running import RunningStack
from tests.support.desk import OFFICER, Session, add_incident, add_site, settings_of

either_way = pytest.mark.parametrize(
    "javascript", [True, False], ids=["with JavaScript", "without"]
)
WHAT = "A shop was broken into at night."


def last_sunday(month: int) -> str:
    """The last Sunday of a month (of 31 days), the newest one that is over: when clocks change."""
    today = datetime.now(UTC).date()
    year = today.year if (today.month, today.day) > (month, 31) else today.year - 1
    last = datetime(year, month, 31, tzinfo=UTC)
    return f"{last - timedelta(days=(last.weekday() + 1) % 7):%Y-%m-%d}"


def fill_incident(page: Page, start: str, end: str) -> None:
    page.goto("/console/incidents/new")
    page.get_by_label("Crime reference").fill(reference())
    page.get_by_label("Offence").fill("Burglary")
    page.get_by_label("From", exact=True).fill(start)
    page.get_by_label("To", exact=True).fill(end)
    page.get_by_label("What owners are told").fill(WHAT)
    page.get_by_label("Postcode").fill("B1 1AY")


def record(page: Page) -> None:
    page.get_by_role("button", name="Record the incident").click()


def choice(page: Page, name: str) -> Locator:
    return page.locator(f"[data-clock-choice='{name}']")


def look(page: Page, name: str) -> None:
    """Keeps a picture where one is asked for ($SCREENSHOTS), for people who work on the page."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


@either_way
def test_the_officer_is_asked_which_of_two_hours_is_meant(
    stack: RunningStack, new_page: NewPage, javascript: bool
) -> None:
    page = new_page(DESK, javascript=javascript)
    sign_in(stack, page, "investigator")
    night = last_sunday(10)
    fill_incident(page, f"{night}T01:30", f"{night}T01:45")
    if javascript:  # asked at once
        expect(choice(page, "occurred_from").get_by_role("radio")).to_have_count(2)
        look(page, "twice-typed")
    record(page)
    expect(page.get_by_role("alert")).to_contain_text("1:30am came twice on Sunday")
    expect(page.get_by_label("What owners are told")).to_have_value(WHAT)
    expect(page.get_by_label("From", exact=True)).to_have_value(f"{night}T01:30")
    assert not too_wide(page)
    if javascript:
        assert problems(page) == []
    look(page, f"twice-{javascript}")
    choice(page, "occurred_from").get_by_label("1:30am BST (the first)").check()
    choice(page, "occurred_to").get_by_label("1:45am GMT (the second)").check()
    record(page)
    page.wait_for_url(re.compile(r"/console/incidents/[0-9a-z]{16}$"))
    expect(page.locator(".incident-facts")).to_contain_text("01:30 BST – 01:45 GMT")


def test_a_time_that_was_skipped_is_refused_in_words(stack: RunningStack, page: Page) -> None:
    sign_in(stack, page, "investigator")
    night = last_sunday(3)
    fill_incident(page, f"{night}T00:30", f"{night}T01:30")
    expect(choice(page, "occurred_to")).to_have_count(0)
    record(page)
    expect(page.get_by_role("alert")).to_contain_text("There was no 1:30am on Sunday")
    expect(page.get_by_role("alert")).to_contain_text("12:59am or earlier, or 2am or later")
    expect(page.get_by_label("What owners are told")).to_have_value(WHAT)
    look(page, "skipped")
    page.get_by_label("To", exact=True).fill(f"{night}T02:15")
    record(page)
    page.wait_for_url(re.compile(r"/console/incidents/[0-9a-z]{16}$"))
    expect(page.locator(".incident-facts")).to_contain_text("00:30 GMT – 02:15 BST")


def test_a_request_keeps_the_choice_and_its_preview_names_the_zone(
    stack: RunningStack, page: Page
) -> None:
    site, _ = add_site(
        Container(settings_of(stack), utc_now, Session(stack)),
        [Camera(1, retention_minutes=300 * 1440)],
    )
    sign_in(stack, page, "investigator")
    night = last_sunday(10)
    fill_incident(page, f"{night}T01:30", f"{night}T01:45")
    choice(page, "occurred_from").get_by_label("1:30am BST").check()
    choice(page, "occurred_to").get_by_label("1:45am GMT").check()
    record(page)
    page.get_by_label("Radius").first.fill("150")
    page.get_by_label("Reason").fill("Cameras beside the shop")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(found_heading(page)).to_be_visible()
    page.locator(f"[name=site_id][value='{site.id}']").check()
    page.get_by_role("button", name=re.compile("^Write to")).first.click()
    expect(choice(page, "from").get_by_label("1:30am BST")).to_be_checked()
    expect(choice(page, "to").get_by_label("1:45am GMT")).to_be_checked()
    mail = page.frame_locator("iframe[title='The email']")
    expect(mail.get_by_text("from 1:30am BST to 1:45am GMT").last).to_be_visible()
    # Another time is another question.
    page.get_by_label("Footage from", exact=True).fill(f"{night}T01:15")
    expect(choice(page, "from").get_by_role("radio", checked=True)).to_have_count(0)
    expect(page.locator("[data-checks]")).to_contain_text("1:15am came twice")
    look(page, "compose-twice")
    choice(page, "from").get_by_label("1:15am GMT (the second)").check()
    expect(page.locator("[data-checks]")).to_contain_text("1 site will be asked")
    expect(mail.get_by_text("from 1:15am GMT to 1:45am GMT").last).to_be_visible()
    assert problems(page) == []


class Closing:
    """A request whose footage starts to be deleted in an hour, and is gone after another half."""

    def __init__(self, stack: RunningStack) -> None:
        self.services = Container(settings_of(stack), utc_now, Session(stack))
        site, owner = add_site(self.services, [Camera(1, retention_minutes=180)])
        start = utc_now() - timedelta(hours=2)
        self.made = self.services.requests.requests.create_request(
            add_incident(self.services), [site.id], "Please look for a red coat.",
            start, start + timedelta(minutes=30), OFFICER,
        ).request  # fmt: skip
        self.site = site
        self.link = stack.link_in_mail(owner.email, "/reply/")


def test_the_reply_page_counts_down_and_changes_at_zero(
    stack: RunningStack, new_page: NewPage
) -> None:
    closing = Closing(stack)
    page = new_page(PHONE)
    page.clock.install()
    page.goto(closing.link)
    box = page.locator(".key-facts")
    expect(box).to_contain_text(re.compile("5[0-9] minutes: until"))
    expect(box).to_have_class(re.compile("key-facts--urgent"))
    note = page.get_by_label("Anything the officer should know?")
    note.fill("I am still writing")
    page.clock.fast_forward("20:00")
    expect(box).to_contain_text(re.compile("3[0-9] minutes: until"))
    told = page.locator("body > [role=status]")
    expect(told).to_have_text("")
    look(page, "reply-counting")
    # As after a machine slept: hours later at once.
    page.clock.fast_forward("42:00")
    expect(box).to_contain_text("It is being deleted now")
    expect(box).not_to_contain_text("minutes: until")
    expect(told).to_contain_text("It is being deleted now")
    expect(note).to_be_focused()
    expect(note).to_have_value("I am still writing")
    look(page, "reply-going")
    page.clock.fast_forward("01:00:00")
    expect(box).to_contain_text("It has probably been deleted")
    expect(box).not_to_have_class(re.compile("key-facts--urgent"))
    expect(page.get_by_text("It is not too late to help")).to_be_visible()
    assert problems(page) == []


def test_without_scripts_the_reply_page_says_what_was_true_with_its_time(
    stack: RunningStack, new_page: NewPage
) -> None:
    closing = Closing(stack)
    page = new_page(PHONE, javascript=False)
    page.goto(closing.link)
    box = page.locator(".key-facts")
    expect(box).to_contain_text(re.compile(r"5[0-9] minutes: until \w+day \d+ \w+ 20\d\d, "))
    expect(box.get_by_text("It is being deleted now")).to_be_hidden()


def work_for_an_hour(page: Page) -> None:
    """Lets time pass for somebody who is there."""
    for _ in range(7):
        page.keyboard.press("Shift")
        told_of_use(page)
        page.clock.fast_forward("08:20")


def test_the_officers_pages_count_down_too(stack: RunningStack, new_page: NewPage) -> None:
    closing = Closing(stack)
    page = new_page(DESK)
    page.clock.install()
    sign_in(stack, page, "investigator")
    page.goto(f"/console/requests/{closing.made.id}")
    row = page.locator("tr[data-item]")
    strip = page.locator(".next-lost")
    expect(row).to_contain_text(re.compile("5[0-9] minutes left"))
    expect(strip).to_contain_text(re.compile("5[0-9] minutes until"))
    look(page, "request-counting")
    work_for_an_hour(page)
    expect(row).to_contain_text("has passed")
    expect(strip).to_contain_text("may have deleted its footage since")
    look(page, "request-passed")
    assert problems(page) == []
    page.goto(f"/console/incidents/{closing.made.incident_id}")
    page.get_by_label("Radius").first.fill("150")
    page.get_by_label("Reason").fill("Cameras beside the shop")
    page.get_by_role("button", name="Search", exact=True).click()
    found = page.locator(f"tr[data-id='{closing.site.id}']")
    expect(found).to_contain_text("Closing soon")
    page.locator(f"[name=site_id][value='{closing.site.id}']").focus()
    work_for_an_hour(page)
    expect(found.locator(".tag--lost")).to_be_visible()
    expect(found).to_contain_text("Passed")
    expect(page.locator(f"[name=site_id][value='{closing.site.id}']")).to_be_focused()
    look(page, "incident-passed")
