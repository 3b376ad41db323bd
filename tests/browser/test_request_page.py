"""The page of a request while answers come in, as the officer sees it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import problems, too_wide
from tests.browser.conftest import DESK, PHONE, NewPage
from tests.browser.test_officers_and_owners import signed_in
from tests.running import RunningStack
from tests.stack.asking import Asked, asked


@pytest.fixture
def world(stack: RunningStack) -> Iterator[Asked]:
    with asked(stack) as made:
        yield made


def answer(world: Asked, number: int, said: str) -> None:
    world.somebody.submit(world.somebody.open_page(world.replies[number]), {"answer": said})


def rows(page: Page, group: str) -> int:
    return page.locator(f"tbody#{group} tr[data-item]").count()


def test_an_officer_hears_of_new_answers_and_looks_when_they_want_to(
    world: Asked, new_page: NewPage
) -> None:
    page = signed_in(new_page(DESK), world.stack, "investigator")
    page.goto(f"/console/requests/{world.request_id}")
    asked_in_all = rows(page, "waiting")
    assert asked_in_all >= 2
    expect(page.locator("[data-news]")).to_be_hidden()
    assert problems(page) == []

    def looks() -> int:
        token = world.bearer("auditor")
        with world.stack.visitor() as visitor:
            found = visitor.json(
                "GET", f"/api/v1/audit?subject=request.{world.request_id}", token=token
            )
        return sum(entry["action"] == "looked at a request" for entry in found["entries"])

    before = looks()
    assert before >= 1
    answer(world, 0, "saved")
    news = page.locator("[data-news]")
    expect(news).to_contain_text("1 new answer")
    # Hearing that there is one is no look at it.
    assert rows(page, "footage") == 0 and looks() == before
    assert problems(page) == []
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator("tbody#footage tr[data-item]")).to_have_count(1)
    expect(news).to_be_hidden()
    assert rows(page, "waiting") == asked_in_all - 1 and looks() == before + 1
    assert problems(page) == []


def test_the_keys_go_through_all_groups(world: Asked, new_page: NewPage) -> None:
    answer(world, 0, "nothing")
    page = signed_in(new_page(DESK), world.stack, "investigator")
    page.goto(f"/console/requests/{world.request_id}")
    last = page.locator("tbody tr[data-item]").last
    for _ in range(page.locator("tbody tr[data-item]").count()):
        page.keyboard.press("j")
    expect(last).to_have_attribute("aria-current", "true")
    expect(page.locator('[aria-current="true"]:is(tr)')).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url("**/recipients/*")
    expect(page.get_by_text("from the scene")).to_be_visible()
    assert problems(page) == []


def test_on_a_phone_and_without_scripts_it_is_the_same_page(
    world: Asked, new_page: NewPage
) -> None:
    answer(world, 1, "declined")
    page = signed_in(new_page(PHONE, javascript=False), world.stack, "investigator")
    page.goto(f"/console/requests/{world.request_id}")
    expect(page.locator(".standing")).to_contain_text("Declined 1")
    page.locator('.standing a[href="#answered"]').click()
    expect(page.locator("tbody#answered")).to_be_in_viewport()
    assert not too_wide(page)
