"""The console in a real browser: signing in, an incident, a search, a request; by mouse, by
keyboard alone, and without JavaScript."""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, expect

from chalicelib.cameras.model import Camera
from chalicelib.container import Container
from chalicelib.core.ids import new_id
from chalicelib.core.times import utc_now
from chalicelib.registry.model import Site
from tests.browser.accessibility import problems, too_wide
from tests.browser.conftest import PHONE, NewPage
from tests.browser.signing_in import sign_in, sign_in_by_hand
from tests.running import RunningStack
from tests.support.desk import Session, add_site, settings_of

LONDON = ZoneInfo("Europe/London")
NUMBERS = count(secrets.randbelow(10**6))


def local(hours_ago: float) -> str:
    moment = datetime.now(UTC).astimezone(LONDON) - timedelta(hours=hours_ago)
    return f"{moment:%Y-%m-%dT%H:%M}"


def reference() -> str:
    """One that no other incident of this stack has: a second one would be told of the first."""
    return f"20/{next(NUMBERS) % 10**6:06}/26"


def record_incident(page: Page, crime: str, postcode: str = "B1 1AY", begun: str = "") -> None:
    """From the form to the incident's page. begun: three hours ago unless something is said."""
    page.goto("/console/incidents/new")
    page.get_by_label("Crime reference").fill(crime)
    page.get_by_label("Offence").fill("Burglary")
    page.get_by_label("From", exact=True).fill(begun or local(3))
    page.get_by_label("To", exact=True).fill(local(2))
    page.get_by_label("What owners are told").fill("A shop was broken into.")
    page.get_by_label("Postcode").fill(postcode)
    page.get_by_role("button", name="Record the incident").click()
    page.wait_for_url(re.compile(r"/console/incidents/[0-9a-z]{16}$"))


def found_heading(page: Page) -> Locator:
    return page.get_by_role("heading", name=re.compile(r"^\d+ sites?\b"))


@pytest.fixture(scope="module")
def sites(stack: RunningStack) -> list[Site]:
    """Three sites beside B1 1AY, one of which never records."""
    services = Container(settings_of(stack), utc_now, Session(stack))
    cameras = [
        [Camera(1, retention_minutes=7 * 1440)],
        [Camera(1, retention_minutes=240)],
        [Camera(1, records=False)],
    ]
    return [add_site(services, kinds)[0] for kinds in cameras]


def test_the_wanted_page_comes_after_signing_in(stack: RunningStack, page: Page) -> None:
    sign_in_by_hand(stack, page, "investigator", "/console/incidents/new")
    expect(page.get_by_role("heading", name="New incident")).to_be_visible()
    (cookie,) = [c for c in page.context.cookies() if c["name"] == "__Host-officer"]
    assert cookie["secure"]
    assert cookie["httpOnly"]
    assert cookie["path"] == "/"


def test_a_wrong_password_stays_at_the_hosted_page(stack: RunningStack, page: Page) -> None:
    page.goto("/console")
    page.get_by_label("Username").fill("investigator")
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text(re.compile("incorrect", re.IGNORECASE))).to_be_visible()
    page.goto("/console")
    expect(page.get_by_label("Password")).to_be_visible()


def test_signing_out_leaves_nothing_behind(stack: RunningStack, page: Page) -> None:
    sign_in_by_hand(stack, page, "investigator")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    page.go_back()
    page.goto("/console")
    expect(page.get_by_label("Password")).to_be_visible()


@pytest.mark.maps
def test_search_and_request_with_the_map(
    stack: RunningStack, page: Page, sites: list[Site]
) -> None:
    sign_in(stack, page, "investigator")
    record_incident(page, reference())
    page.get_by_label("Radius").first.fill("150")
    page.get_by_label("Reason").fill("Cameras beside the shop")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(found_heading(page)).to_be_visible()
    # The search just made stands in the list of searches, without loading the page again.
    expect(page.get_by_role("region", name="List of searches")).to_contain_text(
        "150 m around the incident"
    )
    expect(page.get_by_role("button", name=re.compile("^Centre of the search"))).to_be_hidden()
    expect(page.locator(f"[name=site_id][value='{sites[2].id}']")).to_have_count(0)
    page.get_by_role("button", name=re.compile("^Likely lost")).click()
    for site in sites:
        expect(page.locator(f"[name=site_id][value='{site.id}']")).to_be_attached()
    page.get_by_role("button", name="Write to chosen owners").click()
    expect(page.get_by_text("Choose at least one site in the list")).to_be_focused()
    chosen = page.locator(f"tr[data-id='{sites[0].id}']")
    number = chosen.locator(".site-number").inner_text().strip()
    chosen.get_by_role("checkbox").check()
    page.get_by_role("button", name="Write to 1 owner").click()
    expect(page.get_by_role("checkbox", name=f"Ask site {number}", exact=True)).to_be_checked()
    page.get_by_label("Message to owners").fill("Please look for a red coat.")
    page.get_by_role("button", name=re.compile("^Send the request")).click()
    page.wait_for_url(re.compile("/console/requests/"))
    expect(page.get_by_text("Please look for a red coat.")).to_be_visible()
    # The same number on the list, in the letter and of the one who was asked.
    expect(page.locator(f"a.site-label[href$='{sites[0].id}'] .site-number")).to_have_text(number)
    assert problems(page) == []
    page.locator(".page-head__meta a").first.click()
    page.get_by_label("Radius").first.fill("150")
    page.get_by_label("Reason").fill("Who was asked already")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.locator(f"tr[data-id='{sites[0].id}']")).to_contain_text("Already asked ")
    expect(page.locator(f"tr[data-id='{sites[1].id}']")).not_to_contain_text("Already asked")


def test_search_request_and_contact_without_javascript(
    stack: RunningStack, new_page: NewPage, sites: list[Site]
) -> None:
    page = new_page(javascript=False)
    sign_in(stack, page, "investigator")
    record_incident(page, reference())
    page.get_by_label("Radius").fill("150")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.get_by_role("link", name="Enter the reason")).to_be_visible()
    expect(page.get_by_label("Radius")).to_have_value("150")
    page.get_by_label("Reason").fill("Cameras beside the shop")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(found_heading(page)).to_be_visible()

    page.get_by_role("button", name="Write to chosen owners").click()
    page.get_by_label("Message to owners").fill("Please look for a red coat.")
    page.get_by_role("button", name="Send the request").click()
    expect(page.get_by_role("link", name="Choose at least one site")).to_be_visible()
    expect(page.get_by_label("Message to owners")).to_have_value("Please look for a red coat.")

    page.locator(f"[name=site_id][value='{sites[0].id}']").check()
    page.locator(f"[name=site_id][value='{sites[1].id}']").check()
    page.get_by_role("button", name="Send the request").click()
    page.wait_for_url(re.compile("/console/requests/"))
    request = page.url
    expect(page.get_by_role("heading", name="2 sites asked")).to_be_visible()

    page.locator(f"td a[href$='/contacts/{sites[0].id}']").click()
    expect(page.get_by_text("The owner gave no phone number")).to_be_visible()
    page.get_by_role("button", name="Show the contact details").click()
    expect(page.get_by_role("link", name="Enter the reason")).to_be_visible()
    expect(page.get_by_text("Alex Owner")).to_have_count(0)
    page.get_by_label("Why do you need these details?").fill("The footage goes at noon")
    page.get_by_role("button", name="Show the contact details").click()
    expect(page.get_by_text("Alex Owner")).to_be_visible()
    expect(page.get_by_text("12 Test Street")).to_be_visible()
    page.goto(request)
    page.get_by_label("Reason for withdrawing it").fill("Somebody was arrested")
    page.get_by_role("button", name="Withdraw the request").click()
    expect(page.get_by_text("Somebody was arrested")).to_be_visible()


@pytest.mark.maps
def test_an_incident_is_recorded_and_searched_by_keyboard_alone(
    stack: RunningStack, page: Page, sites: list[Site]
) -> None:
    sign_in(stack, page, "investigator")
    shortcuts = page.get_by_role("button", name=re.compile("Keyboard shortcuts"))
    expect(shortcuts).to_be_visible()  # the script is there
    page.keyboard.press("g")
    page.keyboard.press("n")
    expect(page.get_by_role("heading", name="New incident")).to_be_visible()
    page.get_by_label("Crime reference").focus()
    crime = reference()
    for words in (crime, "Burglary"):
        page.keyboard.type(words)
        page.keyboard.press("Tab")
    page.get_by_label("From", exact=True).fill(local(3))
    page.get_by_label("To", exact=True).fill(local(2))
    page.get_by_label("What owners are told").focus()
    page.keyboard.type("A shop was broken into.")
    page.get_by_label("Postcode").focus()
    page.keyboard.type("b11ay")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/console/incidents/[0-9a-z]{16}$"))
    expect(shortcuts).to_be_visible()
    page.keyboard.press("/")
    expect(page.get_by_label("Reason")).to_be_focused()
    page.keyboard.type("Cameras beside the shop")
    page.keyboard.press("Enter")
    expect(found_heading(page)).to_be_visible()


def test_what_was_typed_stays_beside_the_message(stack: RunningStack, page: Page) -> None:
    sign_in(stack, page, "investigator", "/console/incidents/new")
    typed = {
        "Crime reference": "<b>1</b>",
        "Offence": "Burglary",
        "What owners are told": "‮reversed",
        "Postcode": "ZZ99 9ZZ",
    }
    for label, value in typed.items():
        page.get_by_label(label).fill(value)
    page.get_by_role("button", name="Record the incident").click()
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("Enter a crime reference, like 20/123456/26")
    expect(summary).to_contain_text("Enter the start")
    for label, value in typed.items():
        expect(page.get_by_label(label)).to_have_value(value)
    page.get_by_role("link", name="Enter a crime reference, like 20/123456/26").click()
    expect(page.get_by_label("Crime reference")).to_be_focused()
    assert page.title().startswith("Error: ")


def test_the_list_finds_a_crime_reference(stack: RunningStack, page: Page) -> None:
    sign_in(stack, page, "investigator")
    crime = reference()
    record_incident(page, crime)
    page.goto("/console")
    page.get_by_label("Crime reference").fill(crime.lower())
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("link", name=crime)).to_be_visible()
    page.get_by_label("Crime reference").fill("20/000000/00")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_text("No incident has this crime reference")).to_be_visible()
    page.get_by_label("Crime reference").fill("?!")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter a crime reference")


def test_an_auditor_follows_what_somebody_did(stack: RunningStack, page: Page) -> None:
    sign_in(stack, page, "auditor")
    expect(page.get_by_role("link", name="New incident")).to_have_count(0)
    page.get_by_role("link", name="Audit", exact=True).click()
    page.get_by_label("Who").select_option("auditor")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("cell", name="signed in").first).to_be_visible()
    page.get_by_role("link", name=re.compile("^Officer")).first.click()
    expect(page.get_by_text(re.compile("What was done with: Officer"))).to_be_visible()
    page.goto("/console/audit?day=2026-13-01")
    expect(page.get_by_role("alert")).to_contain_text("Enter a day, like 2026-11-20")


def test_who_may_not_see_cases_sees_figures(stack: RunningStack, page: Page) -> None:
    sign_in(stack, page, "administrator")
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    page.goto("/console/incidents/new")
    expect(page.get_by_text("Your role does not let you record an incident")).to_be_visible()


PAGES = [
    ("investigator", "/console"),
    ("investigator", "/console?q=20/000000/00"),
    ("investigator", "/console/incidents/new"),
    pytest.param("investigator", f"/console/incidents/{new_id()}", id="no such incident"),
    ("auditor", "/console/audit"),
    ("auditor", "/console/audit?subject=incident.nothing"),
    ("auditor", "/console/audit/checks"),
    ("administrator", "/console"),
    ("analyst", "/console/figures"),
    ("investigator", "/console/signed-out"),
    ("investigator", "/console/callback"),
]


@pytest.mark.parametrize(("role", "at"), PAGES)
def test_pages_are_for_everybody(
    stack: RunningStack, new_page: NewPage, role: str, at: str
) -> None:
    """WCAG 2.2 AA as far as axe can tell, and no sideways scrolling on a phone."""
    desk = new_page()
    sign_in(stack, desk, role)
    desk.goto(at)
    assert problems(desk) == []
    desk.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert not too_wide(desk)
