"""A console page that is left alone: warned, what was typed is kept, and signed out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from chalicelib.access.form_drafts import FormDrafts
from chalicelib.core.times import utc_now
from tests.browser.accessibility import problems
from tests.browser.conftest import NewPage
from tests.browser.test_console import sign_in
from tests.running import RunningStack
from tests.stack.residents import registry


@pytest.fixture(scope="module", autouse=True)
def removed_afterwards(stack: RunningStack) -> Iterator[None]:
    """Every sign-in of the next hour would lead the officer to what is left here."""
    yield
    pool = str(stack.described["user_pool_id"])
    user = stack.client("cognito-idp").admin_get_user(UserPoolId=pool, Username="supervisor")
    said = {one["Name"]: one["Value"] for one in user["UserAttributes"]}
    FormDrafts(registry(stack), utc_now).remove_drafts(f"officer.{said['sub']}")


@pytest.fixture
def desk(stack: RunningStack, new_page: NewPage) -> Page:
    """A page of the console with a clock of the test's own."""
    page = new_page()
    page.clock.install()
    sign_in(stack, page, "supervisor", "/console/incidents/new")
    return page


def asked(page: Page) -> list[str]:
    """Notes what a page asks the server for."""
    paths: list[str] = []
    page.on("request", lambda request: paths.append(request.url.rpartition("/console/")[2]))
    return paths


def test_who_is_there_stays_signed_in(desk: Page) -> None:
    warning = desk.get_by_role("alertdialog", name="Are you still there?")
    desk.clock.run_for("11:00")
    expect(warning).to_be_hidden()
    desk.clock.run_for("01:00")
    expect(warning).to_be_visible()
    expect(warning).to_contain_text("signed out in 3 minutes")
    expect(desk.get_by_role("button", name="Stay signed in")).to_be_focused()
    assert problems(desk) == []
    desk.clock.run_for("01:00")
    expect(warning.get_by_role("status")).to_have_text("You will be signed out in 2 minutes.")
    with desk.expect_response("**/console/stay") as answer:
        desk.get_by_role("button", name="Stay signed in").click()
    assert answer.value.status == 200
    expect(warning).to_be_hidden()
    desk.clock.run_for("11:00")
    expect(warning).to_be_hidden()


def test_typing_is_use_and_is_told_once_a_minute(desk: Page) -> None:
    paths = asked(desk)
    for _ in range(16):
        with desk.expect_response("**/console/stay"):
            desk.get_by_label("Offence").press_sequentially("a")
            desk.clock.run_for("01:01")
    expect(desk.get_by_role("alertdialog")).to_be_hidden()
    assert 16 <= paths.count("stay") <= 20, "the test itself takes time as well"
    desk.clock.run_for("13:00")
    expect(desk.get_by_role("alertdialog")).to_be_visible()


def test_what_was_typed_is_kept_and_the_desk_is_left_clean(stack: RunningStack, desk: Page) -> None:
    desk.get_by_label("Offence").fill("Burglary of a jeweller’s")
    desk.get_by_label("What owners are told").fill("Two people with a ladder.")
    desk.clock.run_for("12:30")
    expect(desk.get_by_role("alertdialog")).to_be_visible()
    expect(desk.locator("input[name=draft]")).to_have_count(1)
    desk.clock.run_for("03:30")
    expect(desk.get_by_role("heading", name="You are signed out")).to_be_visible()
    expect(desk.get_by_text("it is kept for an hour")).to_be_visible()
    sign_in(stack, desk, "supervisor")
    expect(desk.get_by_text("nothing has been sent")).to_be_visible()
    expect(desk.get_by_label("Offence")).to_have_value("Burglary of a jeweller’s")
    expect(desk.get_by_label("What owners are told")).to_have_value("Two people with a ladder.")


def test_what_was_typed_is_kept_when_the_session_is_over_already(
    stack: RunningStack, desk: Page
) -> None:
    """The computer slept, or somebody signed out elsewhere."""
    desk.get_by_label("Offence").fill("Theft of a van")
    context: BrowserContext = desk.context
    context.clear_cookies(name="__Host-officer")
    desk.clock.run_for("16:00")
    desk.get_by_label("Username").wait_for()
    officer = stack.officer("supervisor")
    desk.get_by_label("Username").fill(officer["username"])
    desk.get_by_label("Password").fill(officer["password"])
    desk.get_by_role("button", name="Sign in").click()
    expect(desk.get_by_label("Offence")).to_have_value("Theft of a van")


def test_tabs_share_one_clock(desk: Page) -> None:
    desk.clock.run_for("10:00")
    other = desk.context.new_page()  # with the same clock, as it is of the same browser
    other.goto("/console")
    desk.clock.run_for("02:30")
    expect(desk.get_by_role("alertdialog")).to_be_hidden()
    desk.clock.run_for("10:00")
    expect(desk.get_by_role("alertdialog")).to_be_visible()
    expect(other.get_by_role("alertdialog")).to_be_visible()
