"""A console page that is left alone: warned, what was typed is kept, and signed out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from chalicelib.access.form_drafts import FormDrafts
from chalicelib.core.times import utc_now
from tests.browser.accessibility import problems
from tests.browser.conftest import NewPage
from tests.browser.presence import told_of_use
from tests.browser.signing_in import sign_in, sign_in_by_hand
from tests.running import RunningStack
from tests.stack.residents import registry


@pytest.fixture(autouse=True)
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
    page.wait_for_load_state()  # A page whose script has not begun begins after the clock's jump.
    return page


def leave(page: Page) -> None:
    """Nobody is there, and the computer sleeps, until the session is over."""
    page.clock.fast_forward("16:00")


def sign_in_again(stack: RunningStack, page: Page) -> None:
    """On the sign-in page that the console led to by itself."""
    officer = stack.officer("supervisor")
    page.get_by_label("Username").fill(officer["username"])
    page.get_by_label("Password").fill(officer["password"])
    page.get_by_role("button", name="Sign in").click()


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
        desk.get_by_label("Offence").press_sequentially("a")
        told_of_use(desk)
    expect(desk.get_by_role("alertdialog")).to_be_hidden()
    assert 16 <= paths.count("stay") <= 20, "the test itself takes time as well"
    desk.clock.run_for("13:00")
    expect(desk.get_by_role("alertdialog")).to_be_visible()


def test_what_was_typed_is_kept_and_the_desk_is_left_clean(stack: RunningStack, desk: Page) -> None:
    desk.get_by_label("Offence").fill("Burglary of a jeweller’s")
    desk.get_by_label("What owners are told").fill("Two people with a ladder.")
    told_of_use(desk)
    desk.clock.run_for("11:35")
    expect(desk.get_by_role("alertdialog")).to_be_visible()
    expect(desk.locator("input[name=draft]")).to_have_count(1)
    desk.clock.run_for("02:58")
    expect(desk.get_by_role("heading", name="You are signed out")).to_be_visible()
    expect(desk.get_by_text("it is kept for an hour")).to_be_visible()
    sign_in_by_hand(stack, desk, "supervisor")
    expect(desk.get_by_text("nothing has been sent")).to_be_visible()
    expect(desk.get_by_label("Offence")).to_have_value("Burglary of a jeweller’s")
    expect(desk.get_by_label("What owners are told")).to_have_value("Two people with a ladder.")


@pytest.mark.parametrize("how", ["the computer slept", "somebody signed out elsewhere"])
def test_what_was_typed_is_kept_when_the_session_is_over_already(
    stack: RunningStack, desk: Page, how: str
) -> None:
    desk.get_by_label("Offence").fill("Theft of a van")
    context: BrowserContext = desk.context
    context.clear_cookies(name="__Host-officer")
    if how == "the computer slept":
        leave(desk)
    else:
        desk.clock.run_for("01:01")
    sign_in_again(stack, desk)
    expect(desk.get_by_label("Offence")).to_have_value("Theft of a van")


def test_what_was_typed_before_the_script_began_is_kept(stack: RunningStack, desk: Page) -> None:
    held: list[Route] = []
    desk.route("**/assets/console-*.js", lambda route: held.append(route))
    desk.goto("/console/incidents/new", wait_until="commit")
    desk.get_by_label("Offence").fill("Theft of a tractor")
    [script] = held
    script.continue_()
    desk.wait_for_load_state()
    desk.context.clear_cookies(name="__Host-officer")
    leave(desk)
    sign_in_again(stack, desk)
    expect(desk.get_by_label("Offence")).to_have_value("Theft of a tractor")


def test_a_form_that_was_not_taken_is_kept(stack: RunningStack, desk: Page) -> None:
    desk.get_by_label("Offence").fill("Theft of a boat")
    desk.get_by_role("button", name="Record the incident").click()
    expect(desk.get_by_role("heading", name="There is a problem")).to_be_visible()
    desk.wait_for_load_state()
    leave(desk)
    expect(desk.get_by_role("heading", name="You are signed out")).to_be_visible()
    sign_in_by_hand(stack, desk, "supervisor")
    expect(desk.get_by_label("Offence")).to_have_value("Theft of a boat")


def test_who_cannot_be_signed_out_sees_nothing_and_can_try_again(
    stack: RunningStack, desk: Page
) -> None:
    """The service is down, then there is no way to it, then both are there again."""
    desk.get_by_label("Offence").fill("Theft of a horse")
    desk.route("**/console/drafts", lambda route: route.fulfill(status=503))
    leave(desk)
    again = desk.get_by_role("button", name="Try again")
    expect(again).to_be_focused()
    expect(desk.get_by_label("Offence")).to_be_hidden()
    desk.unroute("**/console/drafts")
    desk.route("**/console/drafts", lambda route: route.abort())
    again.click()
    expect(again).to_be_focused()
    desk.unroute("**/console/drafts")
    again.click()
    expect(desk.get_by_role("heading", name="You are signed out")).to_be_visible()
    sign_in_by_hand(stack, desk, "supervisor")
    expect(desk.get_by_label("Offence")).to_have_value("Theft of a horse")


def test_tabs_share_one_clock(desk: Page) -> None:
    desk.clock.run_for("10:00")
    other = desk.context.new_page()  # with the same clock, as it is of the same browser
    other.goto("/console")
    desk.clock.run_for("02:30")
    expect(desk.get_by_role("alertdialog")).to_be_hidden()
    desk.clock.run_for("10:00")
    expect(desk.get_by_role("alertdialog")).to_be_visible()
    expect(other.get_by_role("alertdialog")).to_be_visible()
