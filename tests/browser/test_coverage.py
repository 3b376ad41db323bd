"""The coverage page in a real browser: the picture, the words and the table agree."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from chalicelib.cameras.model import Camera, CameraKind
from chalicelib.container import Container
from chalicelib.core.local_times import wall_clock
from chalicelib.core.times import utc_now
from chalicelib.incidents.service import Incident
from chalicelib.registry.model import Site
from chalicelib.requests.model import CameraAnswer, RecipientState
from chalicelib.requests.recorder_clock import CheckMethod
from tests.browser.accessibility import problems, too_wide
from tests.browser.conftest import DESK, PHONE, NewPage
from tests.browser.signing_in import sign_in
from tests.running import RunningStack
from tests.stack.requests.test_coverage import wait_for
from tests.support.desk import OFFICER, Session, add_incident, add_site, settings_of

FACING = Camera(1, CameraKind.FIXED, "", "", 7 * 24 * 60, True, 221, 90, 40)
"""Towards the incident of tests.support.desk from the sites that it makes."""


@pytest.fixture(scope="module")
def request_id(stack: RunningStack) -> str:
    """Half of the window overwritten, the other half looked at; another site saved nothing."""
    services = Container(settings_of(stack), utc_now, Session(stack))
    start = utc_now().replace(second=0, microsecond=0) - timedelta(minutes=60)
    short = replace(FACING, retention_minutes=45)
    sites = [add_site(services, [camera])[0] for camera in (short, Camera(1), FACING)]
    made = services.requests.requests.create_request(
        add_incident(services),
        [site.id for site in sites],
        "Please look for a red coat.",
        start,
        start + timedelta(minutes=30),
        OFFICER,
    )
    wait_for(services, made.request.id, len(sites))
    services.requests.answers.take_answer(made.request.id, sites[0].id, RecipientState.NOTHING)
    services.requests.answers.take_answer(made.request.id, sites[1].id, RecipientState.SAVED)
    services.requests.answers.take_answer(made.request.id, sites[2].id, RecipientState.DECLINED)
    return made.request.id


def open_page(stack: RunningStack, page: Page, request_id: str) -> None:
    sign_in(stack, page, "investigator", f"/console/requests/{request_id}")
    page.get_by_role("link", name="What the replies show").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What the replies show")


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
    expect(gap).to_contain_text("deleted before anybody looked")
    expect(gap).to_contain_text("1 would rather not")
    rows = page.get_by_role("region", name="List of sites and what they show").get_by_role("row")
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


# of an incident, and on the map where it was


@pytest.fixture(scope="module")
def incident_id(stack: RunningStack) -> str:
    """Two requests: a site with two cameras answers the first camera by camera; its recorder
    turns out to be slow, and another one is asked about the minutes before."""
    services = Container(settings_of(stack), utc_now, Session(stack))
    incident = add_incident(services)
    start = incident.occurred_from.replace(second=0, microsecond=0)
    two, _ = add_site(services, [FACING, replace(FACING, number=2, bearing=41)])
    other, _ = add_site(services, [FACING])
    first = ask(services, incident, start, two)
    off = CameraAnswer(2, RecipientState.UNAVAILABLE, "off")
    said = (CameraAnswer(1, RecipientState.NOTHING), off)
    services.requests.answers.take_answer(first, two.id, RecipientState.NOTHING, cameras=said)
    recipient = services.requests.store.recipient(first, two.id)
    assert recipient
    now = utc_now()
    shown = wall_clock(now, "Europe/London") - timedelta(minutes=12)
    services.evidence.footage_times.by_owner(recipient, shown, now, CheckMethod.TYPED)
    second = ask(services, incident, start - timedelta(minutes=30), other)
    services.requests.answers.take_answer(second, other.id, RecipientState.SAVED)
    return incident.id


def ask(services: Container, incident: Incident, start: datetime, site: Site) -> str:
    """Half an hour of one site; its id once its owner can answer."""
    end = start + timedelta(minutes=30)
    made = services.requests.requests.create_request(
        incident, [site.id], "Please look.", start, end, OFFICER
    )
    wait_for(services, made.request.id, 1)
    return made.request.id


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_all_requests_of_an_incident_are_one_page(
    stack: RunningStack, new_page: NewPage, incident_id: str, size: tuple[int, int]
) -> None:
    page = new_page(size)
    sign_in(stack, page, "investigator", f"/console/incidents/{incident_id}")
    page.get_by_role("link", name="What the replies show").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What the replies show")
    expect(page.get_by_text("All 2 requests for")).to_be_visible()
    sites = page.get_by_role("region", name="List of sites and what they show")
    mixed = sites.get_by_role("row").filter(has_text="recorder’s clock 12 minutes")
    expect(mixed).to_contain_text("1 looked and saw nothing")
    expect(mixed).to_contain_text("2 cannot help: the camera was off")
    expect(mixed).to_contain_text("looked at other minutes, as the recorder’s clock was wrong")
    expect(page.get_by_role("region", name="List of gaps")).to_contain_text("recorder’s clock")
    assert problems(page) == []
    assert not too_wide(page)
    with page.expect_download() as coming:
        page.get_by_role("link", name="Disclosure list (CSV)").click()
    assert coming.value.suggested_filename == f"disclosure-incident-{incident_id}.csv"


@pytest.mark.maps
def test_the_map_draws_what_cameras_have_in_view(
    stack: RunningStack, page: Page, incident_id: str
) -> None:
    """Near by, with a key; the search says which way they look."""
    sign_in(stack, page, "investigator", f"/console/incidents/{incident_id}")
    # By then the page's script has the form, which is sent as a page without it.
    expect(page.locator(".maplibregl-canvas")).to_be_visible()
    page.get_by_role("textbox", name="Radius").fill("100")
    page.get_by_label("Reason").fill("Who may have seen it")
    with page.expect_response(lambda answer: answer.url.endswith("/searches")) as coming:
        page.get_by_role("button", name="Search", exact=True).click()
    views = [view for site in coming.value.json()["sites"] for view in site.get("views", [])]
    assert {"bearing": 221, "angle": 90, "range_m": 40, "usual": False} in views
    # The map has another key, of hexagons, for areas too large to list.
    key = page.locator(".map-key", has_text="In view, as owners said")
    expect(key).to_be_visible()
    assert problems(page) == []
