"""An owner with a phone and an officer at a desk write to each other, and check a recorder's
clock, with and without JavaScript."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import problems, too_wide
from tests.browser.conftest import DESK, PHONE, NewPage
from tests.browser.signing_in import sign_in
from tests.browser.test_reply import Asked
from tests.running import RunningStack

LONDON = ZoneInfo("Europe/London")
either_way = pytest.mark.parametrize(
    "javascript", [True, False], ids=["with JavaScript", "without"]
)
JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 8


@pytest.fixture
def asked(stack: RunningStack) -> Asked:
    return Asked(stack)


@pytest.fixture
def officer(stack: RunningStack, new_page: NewPage) -> Page:
    """An investigator at the console."""
    page = new_page(DESK)
    sign_in(stack, page, "investigator")
    return page


def is_good(page: Page) -> None:
    assert not too_wide(page), page.url
    assert problems(page) == [], page.url


def fill_clock(page: Page, ahead: timedelta, year: int | None = None) -> None:
    """Types what a recorder shows that is so much ahead just now."""
    shown = datetime.now(LONDON).replace(tzinfo=None) + ahead
    page.get_by_label("Day").fill(str(shown.day))
    page.get_by_label("Month").fill(str(shown.month))
    page.get_by_label("Year").fill(str(year or shown.year))
    page.get_by_label("Time that the recorder shows").fill(f"{shown:%I:%M:%S %p}")


@either_way
def test_a_question_from_the_phone_and_its_answer(
    asked: Asked, officer: Page, new_page: NewPage, javascript: bool
) -> None:
    page = new_page(PHONE, javascript=javascript)
    page.goto(asked.link)
    page.get_by_text("Write to ").click()
    page.get_by_role("button", name="Send the message").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter your message")
    if javascript:
        is_good(page)
    page.get_by_label("Your message").fill("Which door?\nSee <b>http://false.example</b>")
    page.get_by_role("button", name="Send the message").click()
    expect(page.get_by_role("main")).to_contain_text("Your message has been sent")
    if javascript:
        is_good(page)

    officer.goto(f"/console/requests/{asked.request.id}")
    officer.get_by_role("link", name="New message").click()
    main = officer.get_by_role("main")
    expect(main).to_contain_text("See <b>http://false.example</b>")
    expect(officer.locator('a[href*="false.example"]')).to_have_count(0)
    is_good(officer)
    officer.get_by_label("Write to the owner").fill("The front door, please.")
    officer.get_by_role("button", name="Send the message").click()
    expect(main).to_contain_text("The front door, please.")
    is_good(officer)
    officer.goto(f"/console/requests/{asked.request.id}")
    expect(officer.get_by_role("link", name="New message")).to_have_count(0)

    page.goto(asked.link)
    page.get_by_role("link", name="has written to you").click()
    expect(page.get_by_role("main")).to_contain_text("The front door, please.")
    if javascript:
        is_good(page)


@either_way
def test_checking_the_clock_of_a_recorder_at_home(
    asked: Asked, new_page: NewPage, javascript: bool
) -> None:
    page = new_page(PHONE, javascript=javascript)
    page.goto(asked.link)
    page.get_by_text("Check your recorder’s clock").click()
    if javascript:
        is_good(page)
        page.get_by_role("button", name="I am looking at it now").click()
        expect(page.get_by_text("Marked at")).to_be_visible()
    else:
        expect(page.get_by_role("button", name="I am looking at it now")).to_have_count(0)
        expect(page.get_by_role("main")).to_contain_text("True time when this page was made")
    fill_clock(page, timedelta(minutes=7), year=datetime.now(LONDON).year - 4)
    page.get_by_role("button", name="Check the clock").click()
    expect(page.get_by_role("alert")).to_contain_text("behind")
    if javascript:
        is_good(page)
    page.get_by_label("Year").fill(str(datetime.now(LONDON).year))
    page.get_by_role("button", name="Check the clock").click()
    main = page.get_by_role("main")
    expect(main).to_contain_text("ahead")
    expect(main).to_contain_text("Look on your recorder for")
    if javascript:
        is_good(page)
    found = asked.recipient()
    assert found.clock_how == ("timed" if javascript else "typed")
    assert found.clock_offset_seconds is not None
    assert abs(found.clock_offset_seconds - 420) < 60
    page.goto(asked.link)
    expect(main).to_contain_text("Check the clock again")


def test_the_clock_on_the_page_runs_and_is_ours(asked: Asked, phone: Page) -> None:
    """Set by the server: a telephone that is hours wrong shows the true time."""
    phone.add_init_script("{ const real = Date.now; Date.now = () => real() + 3 * 3600 * 1000; }")
    phone.goto(f"{asked.link}/clock")
    expect(phone.get_by_text("True time now")).to_be_visible()
    face = phone.locator("[data-true-clock]")
    first = face.inner_text()
    expect(face).not_to_have_text(first)
    shown = datetime.strptime(face.inner_text(), "%H:%M:%S").replace(tzinfo=LONDON)
    now = datetime.now(LONDON).replace(year=1900, month=1, day=1)
    apart = abs((shown - now).total_seconds())
    assert min(apart, 86400 - apart) < 60


def test_a_photograph_of_the_clock_and_an_officer_who_reads_it(
    asked: Asked, phone: Page, officer: Page, tmp_path: Path
) -> None:
    picture = tmp_path / "IMG_7.jpg"
    picture.write_bytes(JPEG)
    phone.goto(f"{asked.link}/clock")
    phone.get_by_label("Photo of the recorder").set_input_files(picture)
    expect(phone.get_by_role("main")).to_contain_text("Received")
    is_good(phone)
    officer.goto(f"/console/requests/{asked.request.id}/recipients/{asked.site.id}")
    true_at = officer.get_by_label("The true time then")
    taken = datetime.fromisoformat(true_at.input_value())
    is_good(officer)
    shown = taken - timedelta(hours=1)
    officer.get_by_label("The recorder shows").fill(f"{shown:%Y-%m-%dT%H:%M:%S}")
    officer.get_by_role("button", name="Save this check").click()
    expect(officer.get_by_role("main")).to_contain_text("1 hour behind")
    is_good(officer)
    assert asked.recipient().clock_how == "picture"
    phone.goto(f"{asked.link}/clock")
    expect(phone.get_by_role("main")).to_contain_text("1 hour behind")
    is_good(phone)
