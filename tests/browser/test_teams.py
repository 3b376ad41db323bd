"""The team of an incident, entering one, and the officers of a unit, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import problems, too_wide
from tests.browser.conftest import PHONE, NewPage
from tests.browser.signing_in import sign_in
from tests.browser.test_console import record_incident, reference
from tests.running import RunningStack


@pytest.mark.parametrize("javascript", [True, False])
def test_an_incident_is_shared_and_handed_over(
    stack: RunningStack, new_page: NewPage, javascript: bool
) -> None:
    page = new_page(javascript=javascript)
    sign_in(stack, page, "investigator")
    page.goto("/console/incidents/new")
    expect(page.get_by_label("Restricted: only the team sees it")).not_to_be_checked()
    assert not problems(page) if javascript else True
    record_incident(page, reference(), postcode="B1 1AY")
    page.get_by_role("link", name="Team of this incident").click()
    page.get_by_label("Officers in the team").fill("investigator2\nnobody.here")
    page.get_by_label(re.compile("Restricted: Birmingham CID")).check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Nobody signs in as “nobody.here”")
    expect(page.get_by_label("Officers in the team")).to_have_value("investigator2\nnobody.here")
    page.get_by_label("Officers in the team").fill("investigator2")
    page.get_by_label("Officer in charge").fill("investigator2")
    page.get_by_label(re.compile("Restricted: Birmingham CID")).check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("The team is as shown below")
    expect(page.get_by_text("Ask investigator2, who is in charge")).to_be_visible()
    if javascript:
        assert not problems(page)
    page.get_by_role("button", name="Leave this incident").click()
    expect(page.get_by_role("heading", name="Incidents", exact=True)).to_be_visible()


def test_a_supervisor_enters_by_keyboard(stack: RunningStack, new_page: NewPage) -> None:
    crime = reference()
    page = new_page()
    sign_in(stack, page, "investigator3")
    record_incident(page, crime)
    desk = new_page()
    sign_in(stack, desk, "supervisor")
    desk.get_by_role("link", name="Enter an incident").press("Enter")
    desk.get_by_label("Crime reference or incident number").fill(crime)
    desk.get_by_label("Crime reference or incident number").press("Enter")
    expect(desk.get_by_role("alert")).to_contain_text("Enter the reason")
    assert not problems(desk)
    desk.get_by_label("Why do you need to see it?").fill("The officer in charge is ill")
    desk.get_by_role("button", name="Enter the incident").press("Enter")
    expect(desk.get_by_text("You entered this incident")).to_be_visible()
    assert not problems(desk)


@pytest.mark.parametrize("size", [None, PHONE])
def test_the_officers_of_a_unit(
    stack: RunningStack, new_page: NewPage, size: tuple[int, int] | None
) -> None:
    for name in ("investigator", "investigator2"):
        sign_in(stack, new_page(), name)
    page: Page = new_page(size) if size else new_page()
    sign_in(stack, page, "supervisor", "/console/unit")
    row = page.get_by_role("row").filter(has_text="investigator2")
    row.get_by_role("link", name=re.compile("Let them see it")).click()
    expect(page.get_by_role("heading", name=re.compile("^investigator2 does not"))).to_be_visible()
    assert not problems(page) and not too_wide(page)
    page.get_by_label("Why should investigator2 see it?").fill("Plans the new cameras")
    page.get_by_role("button", name="Let them see the map").click()
    expect(page.get_by_role("status")).to_contain_text("The change is made")
    row.get_by_role("link", name=re.compile("Take away")).click()
    page.get_by_label("Why should investigator2 no longer see it?").fill("They are planned")
    page.get_by_role("button", name="Take the map away").click()
    expect(row).to_contain_text("No")
