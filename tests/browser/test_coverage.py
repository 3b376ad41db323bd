"""The coverage page in a real browser: the picture, the words and the table agree."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from chalicelib.bootstrap import Services
from chalicelib.registry.model import Camera, CameraKind
from chalicelib.requests.model import State
from chalicelib.times import utc_now
from tests.browser.accessibility import problems, too_wide
from tests.browser.conftest import DESK, PHONE, NewPage
from tests.running import RunningStack
from tests.support.desk import OFFICER, Session, add_incident, add_site, settings_of

FACING = Camera(1, CameraKind.FIXED, "", "", 7 * 24 * 60, True, 221, 90, 40)
"""Towards the incident of tests.support.desk from the sites that it makes."""


@pytest.fixture(scope="module")
def request_id(stack: RunningStack) -> str:
    """Half of the window overwritten, the other half looked at; another site saved nothing."""
    services = Services(settings_of(stack), utc_now, Session(stack))
    start = utc_now().replace(second=0, microsecond=0) - timedelta(minutes=60)
    short = replace(FACING, retention_minutes=45)
    sites = [add_site(services, [camera])[0] for camera in (short, Camera(1), FACING)]
    made = services.requests.create(
        add_incident(services),
        [site.id for site in sites],
        "Please look for a red coat.",
        start,
        start + timedelta(minutes=30),
        OFFICER,
    )
    services.answers.answer(made.request.id, sites[0].id, State.NOTHING)
    services.answers.answer(made.request.id, sites[1].id, State.SAVED)
    services.answers.answer(made.request.id, sites[2].id, State.DECLINED)
    return made.request.id


def open_page(stack: RunningStack, page: Page, request_id: str) -> None:
    officer = stack.officer("investigator")
    page.goto(f"/console/requests/{request_id}")
    page.get_by_label("Username").fill(officer["username"])
    page.get_by_label("Password").fill(officer["password"])
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="What the answers prove").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What the answers prove")


def middle(page: Page, selector: str) -> tuple[float, float]:
    box = page.locator(selector).first.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_everybody_can_read_it(
    stack: RunningStack, new_page: NewPage, request_id: str, size: tuple[int, int]
) -> None:
    page = new_page(size)
    open_page(stack, page, request_id)
    assert problems(page) == []
    assert not too_wide(page)
    # Signs that grow on a small screen stay where they are.
    ring, scene = (middle(page, f".proof-map {name}") for name in (".proof-ring", ".proof-scene"))
    assert scene == pytest.approx(ring, abs=2)
    for sign in (".proof-site--checked", ".proof-site--held", ".proof-site--none"):
        number = f".proof-number--{sign.rpartition('--')[2]}"
        at, written = (middle(page, f".proof-map {name}") for name in (sign, number))
        assert at == pytest.approx(written, abs=4)


def test_the_picture_the_words_and_the_table_agree(
    stack: RunningStack, new_page: NewPage, request_id: str
) -> None:
    """Also without scripts: the page is made by the server."""
    page = new_page(javascript=False)
    open_page(stack, page, request_id)
    picture = page.get_by_role("img", name="Map of the 3 sites asked")
    expect(picture.locator("circle.proof-site--checked")).to_have_count(1)
    expect(picture.locator("rect.proof-site--held")).to_have_count(1)
    expect(picture.locator("path.proof-site--none")).to_have_count(1)
    expect(picture.locator(".proof-unknown")).to_have_count(1)
    gap = page.get_by_role("region", name="List of gaps").get_by_role("row").nth(1)
    expect(gap).to_contain_text("overwritten before anybody looked")
    expect(gap).to_contain_text("1 would rather not")
    rows = page.get_by_role("region", name="List of sites and what they prove").get_by_role("row")
    expect(rows).to_have_count(4)
    expect(rows.filter(has_text="looked and saw nothing")).to_have_count(1)


def test_the_list_is_saved_as_a_file(stack: RunningStack, page: Page, request_id: str) -> None:
    open_page(stack, page, request_id)
    with page.expect_download() as coming:
        page.get_by_role("link", name="Disclosure list (CSV)").click()
    assert coming.value.suggested_filename.startswith("disclosure-")
    assert coming.value.path().read_text().count("\n") == 4


def test_it_prints_on_paper(stack: RunningStack, page: Page, request_id: str) -> None:
    """Nothing that only a screen needs; the picture and the tables are there."""
    open_page(stack, page, request_id)
    page.emulate_media(media="print")
    expect(page.get_by_role("link", name="Disclosure list (CSV)")).to_be_hidden()
    expect(page.locator(".proof-map")).to_be_visible()
    expect(page.get_by_text("Minutes that nothing covers")).to_be_visible()
