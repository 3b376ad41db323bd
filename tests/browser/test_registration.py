"""A resident registers, signs in and changes things in a real browser."""

from __future__ import annotations

import re
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Locator, Page, expect

from chalicelib.web.http.headers import OWNER_COOKIE
from tests.browser.accessibility import problems, too_wide
from tests.browser.conftest import PHONE, NewPage
from tests.running import RunningStack
from tests.stack.residents import load_area_data, new_email, store

pytestmark = pytest.mark.maps


@pytest.fixture(scope="module", autouse=True)
def area_data(stack: RunningStack, tmp_path_factory: pytest.TempPathFactory) -> None:
    load_area_data(stack, tmp_path_factory.mktemp("area"))


def fill_in(page: Page, email: str) -> None:
    page.goto("/register")
    page.get_by_label("Your name").fill("Pat Jones")
    page.get_by_label("Email address").fill(email)
    page.get_by_label("A home").check()
    page.get_by_label("Address line 1").fill("1 High Street")
    page.get_by_label("Town or city").fill("Birmingham")
    page.get_by_label("Postcode", exact=True).fill("xq1 1aa")
    page.get_by_label("How many cameras").fill("2")
    page.get_by_label("I agree").check()


def is_good(page: Page) -> None:
    assert problems(page) == [], page.url
    assert not too_wide(page), page.url


def register(page: Page, stack: RunningStack) -> str:
    email = new_email()
    fill_in(page, email)
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your email")
    page.goto(stack.link_in_mail(email, "/register/confirm"))
    page.get_by_role("button", name="Confirm my registration").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your cameras are registered")
    return email


def sign_in(page: Page, stack: RunningStack, email: str) -> None:
    page.context.clear_cookies(name=OWNER_COOKIE)  # confirming had signed them in
    page.goto("/sign-in")
    page.get_by_label("Email address").fill(email)
    page.get_by_role("button", name="Send me a link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your email")
    page.goto(stack.link_in_mail(email, "/sign-in/confirm"))
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your cameras")


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_registering_with_a_phone(stack: RunningStack, new_page: NewPage, javascript: bool) -> None:
    page = new_page(PHONE, javascript=javascript)
    email = register(page, stack)
    owner_id = store(stack).owner_id_of(email)
    assert owner_id is not None
    (site,) = store(stack).sites_of(owner_id)
    assert (site.postcode, site.position_source, len(site.cameras)) == ("XQ1 1AA", "postcode", 2)


def test_registering_with_a_phone_takes_twelve_taps_and_little_typing(
    stack: RunningStack, phone: Page
) -> None:
    """From the front page to the end, the link in the mail included. A thumb types three or four
    characters a second and taps once a second, so that this is less than a minute."""
    taps, typed, email = 0, 0, new_email()

    def tap(where: Locator) -> None:
        nonlocal taps
        taps += 1
        where.click()

    def write(label: str, text: str) -> None:
        nonlocal typed
        tap(phone.get_by_label(label, exact=label == "Postcode"))
        phone.keyboard.type(text)
        typed += len(text)

    phone.goto("/")
    tap(phone.get_by_role("button", name="Register your cameras"))
    write("Your name", "Pat Jones")
    write("Email address", email)
    tap(phone.get_by_label("A home"))
    write("Address line 1", "1 High Street")
    write("Town or city", "Birmingham")
    write("Postcode", "xq1 1aa")
    write("How many cameras", "1")
    tap(phone.get_by_label("I agree"))
    tap(phone.get_by_role("button", name="Register"))
    expect(phone.get_by_role("heading", level=1)).to_have_text("Check your email")
    taps += 1  # the link in the mail
    phone.goto(stack.link_in_mail(email, "/register/confirm"))
    tap(phone.get_by_role("button", name="Confirm my registration"))
    expect(phone.get_by_role("main")).to_contain_text("Your cameras are registered")
    assert taps <= 12
    assert taps + (typed - len(email) + len("pat.jones@example.org")) / 3 < 60


def test_a_likely_slip_is_asked_about_without_javascript(
    stack: RunningStack, new_page: NewPage
) -> None:
    """Everything else stays as it was typed, and what was corrected is shown."""
    page = new_page(PHONE, javascript=False)
    local = new_email().partition("@")[0]
    fill_in(page, f"{local}@gmail.con")
    page.get_by_label("Postcode", exact=True).fill("xqI IAA")
    page.get_by_role("button", name="Register").click()
    question = page.get_by_role("group", name="Which email address is right?")
    expect(question).to_contain_text(f"Did you mean {local}@gmail.com?")
    expect(page.get_by_label("Town or city")).to_have_value("Birmingham")
    expect(page.get_by_label("Postcode", exact=True)).to_have_value("XQ1 1AA")
    expect(page.get_by_role("main")).to_contain_text("We changed what you typed to this")
    expect(page.get_by_label("A home")).to_be_checked()
    assert not too_wide(page)
    question.get_by_label(f"{local}@gmail.com", exact=True).check()
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_role("main")).to_contain_text(f"{local}@gmail.com")


def test_the_page_says_where_the_postcode_is(page: Page) -> None:
    """With a map that there is a pin, without WebGL nothing; never an error."""
    page.goto("/register")
    with page.expect_response(re.compile("/postcode")) as answered:
        page.get_by_label("Postcode", exact=True).fill("xq1 1aa")
    assert answered.value.json()["postcode"] == "XQ1 1AA"
    expect(page.get_by_label("Latitude")).to_have_value("")


def test_a_postcode_with_a_letter_for_a_digit_is_found_when_its_box_is_left(page: Page) -> None:
    page.goto("/register")
    page.get_by_label("Postcode", exact=True).fill("xqI IAA")
    with page.expect_response(re.compile("/postcode")) as answered:
        page.get_by_label("Postcode", exact=True).blur()
    assert answered.value.json()["postcode"] == "XQ1 1AA"


def test_a_position_that_was_typed_is_taken(page: Page, stack: RunningStack) -> None:
    email = new_email()
    fill_in(page, email)
    page.get_by_text("Enter the exact position").click()
    page.get_by_label("Latitude").fill("52.476543")
    page.get_by_label("Longitude").fill("-1.904321")
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your email")
    page.goto(stack.link_in_mail(email, "/register/confirm"))
    page.get_by_role("button", name="Confirm my registration").click()
    expect(page.get_by_text("2 cameras at XQ1 1AA")).to_be_visible()
    owner_id = store(stack).owner_id_of(email)
    assert owner_id is not None
    (site,) = store(stack).sites_of(owner_id)
    assert (site.latitude_e6, site.longitude_e6) == (52_476_543, -1_904_321)


def test_what_is_wrong_is_said_first_and_leads_to_its_field(phone: Page) -> None:
    phone.goto("/register")
    phone.get_by_label("Town or city").fill("Birmingham")
    phone.get_by_role("button", name="Register").click()
    expect(phone).to_have_title(re.compile("^Error: "))
    summary = phone.locator(".govuk-error-summary")
    expect(summary).to_be_focused()
    expect(phone.get_by_label("Town or city")).to_have_value("Birmingham")
    is_good(phone)
    summary.get_by_role("link", name="Enter your postcode").click()
    expect(phone.get_by_label("Postcode", exact=True)).to_be_focused()


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/register", "/register/confirm?token=x", "/sign-in", "/sign-in/confirm?token=x"),
        *("/privacy", "/accessibility", "/nowhere"),
    ],
)
@pytest.mark.parametrize("size", [PHONE, (1440, 900)], ids=["phone", "desk"])
def test_every_open_page_is_accessible_and_fits(
    new_page: NewPage, path: str, size: tuple[int, int]
) -> None:
    page = new_page(size)
    page.goto(path)
    is_good(page)


def test_an_owner_describes_a_camera_and_leaves(phone: Page, stack: RunningStack) -> None:
    email = register(phone, stack)
    is_good(phone)
    sign_in(phone, stack, email)
    is_good(phone)
    phone.get_by_role("link", name="Describe camera 1").click()
    expect(phone.get_by_label("Doorbell camera")).to_be_visible()
    is_good(phone)
    phone.get_by_label("Doorbell camera").check()
    phone.get_by_label("Make and plan").select_option("ring/30-days")
    phone.get_by_label("Number", exact=True).fill("2")
    phone.get_by_label("Unit").select_option("weeks")
    phone.get_by_role("button", name="Save").click()
    expect(phone.get_by_text("Your camera is up to date")).to_be_visible()
    expect(phone.get_by_text("Keeps footage for 14 days")).to_be_visible()
    account = phone.url
    for name in ("Change the position", "Change the number", "Remove this address"):
        link = phone.get_by_role("link", name=name)
        there = urljoin(account, link.get_attribute("href") or "")
        link.click()
        phone.wait_for_url(there)
        is_good(phone)
        phone.go_back()
        phone.wait_for_url(account)
    phone.goto("/account/details")
    is_good(phone)
    phone.goto("/account/remove")
    is_good(phone)
    phone.get_by_role("button", name="Remove my registration").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Your registration has been removed")
    is_good(phone)
    assert store(stack).owner_id_of(email) is None
