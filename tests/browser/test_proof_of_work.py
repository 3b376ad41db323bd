"""Near a limit the device proves some work by itself; nobody solves anything or types twice."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from chalicelib.limits.acts import BUDGETS, Act
from tests.browser.accessibility import problems, too_wide
from tests.browser.conftest import PHONE, NewPage
from tests.running import RunningStack
from tests.stack.residents import new_email
from tests.support.busy_network import used_up


@pytest.fixture(autouse=True, scope="module")
def awake(stack: RunningStack) -> None:
    """The first page of a stack may take longer than the gateway waits; a browser asks once."""
    with stack.visitor() as visitor:
        visitor.open_page("/sign-in")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_form_near_the_limit(stack: RunningStack, new_page: NewPage, javascript: bool) -> None:
    email, page = new_email(), new_page(PHONE, javascript=javascript)
    with used_up(stack, {Act.SIGN_IN: BUDGETS[Act.SIGN_IN].free}):
        page.goto(f"{stack.base_url}/sign-in")
        page.get_by_label("Email address").fill(email)
        page.get_by_role("button", name="Send me a link").click()
        if javascript:
            # It goes on as soon as the work is done, without a click.
            expect(page.get_by_role("heading", name="Check your email")).to_be_visible()
            assert stack.link_in_mail(email, "/register")
        else:
            expect(page.get_by_role("heading", name="One more moment")).to_be_visible()
            expect(page.get_by_role("button", name="Send again")).to_be_visible()
            assert not too_wide(page)


def test_the_page_that_asks_is_for_everybody(stack: RunningStack, new_page: NewPage) -> None:
    page = new_page(PHONE)
    page.route("**/proof.worker*", lambda route: None)  # the work never ends
    with used_up(stack, {Act.SIGN_IN: BUDGETS[Act.SIGN_IN].free}):
        page.goto(f"{stack.base_url}/sign-in")
        page.get_by_label("Email address").fill(new_email())
        page.get_by_role("button", name="Send me a link").click()
        expect(page.get_by_role("status")).to_contain_text("Your device is working on it")
        assert problems(page) == [] and not too_wide(page)
