"""An owner answers a request in a real browser, with a phone, with and without JavaScript."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from chalicelib.cameras.model import Camera, CameraKind
from chalicelib.container import Container
from chalicelib.registry.model import Owner, Site
from chalicelib.requests.model import FootageRequest, Recipient, RecipientState
from tests.browser.accessibility import problems, too_wide
from tests.browser.conftest import PHONE, NewPage
from tests.running import RunningStack
from tests.support.desk import OFFICER, Session, add_incident, add_site, settings_of

either_way = pytest.mark.parametrize(
    "javascript", [True, False], ids=["with JavaScript", "without"]
)


SMALLEST = (320, 568)
"""A phone of the smallest kind, or a page enlarged four times (WCAG 1.4.10)."""

ONE = (Camera(1, make="ring", plan="30-days"),)
TWO = (
    Camera(1, CameraKind.DOORBELL, "ring", "30-days", bearing=45),
    Camera(2, CameraKind.FIXED, "hikvision", "recorder"),
)


class Asked:
    """A request to one site that was sent, with the link in its message."""

    def __init__(self, stack: RunningStack, cameras: tuple[Camera, ...] = ONE) -> None:
        self.services = Container(settings_of(stack), session=Session(stack))
        site, owner = add_site(self.services, cameras)
        start = datetime.now(UTC) - timedelta(days=29)
        self.request: FootageRequest = self.services.requests.requests.create_request(
            add_incident(self.services), [site.id], "Please look for a red coat.",
            start, start + timedelta(minutes=30), OFFICER,
        ).request  # fmt: skip
        self.site: Site = site
        self.owner: Owner = owner
        self.link = stack.link_in_mail(owner.email, "/reply/")

    def recipient(self) -> Recipient:
        found = self.services.requests.store.recipient(self.request.id, self.site.id)
        assert found is not None
        return found


@pytest.fixture
def asked(stack: RunningStack) -> Asked:
    return Asked(stack)


def is_good(page: Page) -> None:
    assert not too_wide(page), page.url
    assert problems(page) == [], page.url


def is_headed(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


@either_way
def test_answering_with_a_phone(asked: Asked, new_page: NewPage, javascript: bool) -> None:
    page = new_page(PHONE, javascript=javascript)
    page.goto(asked.link)
    is_headed(page, "Can your camera help?")
    main = page.get_by_role("main")
    for words in ("red coat", "12 Test Street", "A house on Test Street", "How long is left"):
        expect(main).to_contain_text(words)
    page.get_by_text("How to save footage").click()
    expect(main).to_contain_text("Open the Ring app")
    page.get_by_text("Is this request genuine?").click()
    expect(main).to_contain_text(asked.owner.phrase)
    if javascript:
        is_good(page)

    page.get_by_label("Anything the officer should know?").fill("It was dark.")
    page.get_by_role("button", name="Send my answer").click()
    expect(page.get_by_role("alert")).to_contain_text("Select your answer")
    expect(page.get_by_label("Anything the officer should know?")).to_have_value("It was dark.")
    if javascript:
        is_good(page)

    expect(page.get_by_label("The camera was off")).to_be_hidden()
    page.get_by_label("I cannot help").check()
    page.get_by_label("The camera was off").check()
    page.get_by_role("button", name="Send my answer").click()
    is_headed(page, "Thank you for telling us")
    found = asked.recipient()
    assert (found.state, found.reason, found.note) == (
        RecipientState.UNAVAILABLE,
        "off",
        "It was dark.",
    )
    if javascript:
        is_good(page)

    page.get_by_role("link", name="Change your answer").click()
    expect(page.get_by_label("I cannot help")).to_be_checked()
    expect(page.get_by_label("The camera was off")).to_be_checked()
    page.get_by_label("I have saved the footage").check()
    page.get_by_role("button", name="Send my answer").click()
    is_headed(page, "Thank you for saving it")
    expect(page.get_by_role("main")).to_contain_text("any time until")
    if javascript:
        is_good(page)
    else:
        expect(page.get_by_role("link", name="Send a file")).to_be_visible()
    found = asked.recipient()
    assert (found.state, found.reason) == (RecipientState.SAVED, "")


@either_way
def test_answering_camera_by_camera(
    stack: RunningStack, new_page: NewPage, javascript: bool
) -> None:
    asked = Asked(stack, TWO)
    page = new_page(SMALLEST, javascript=javascript)
    page.goto(asked.link)
    main = page.get_by_role("main")
    expect(page.get_by_role("img", name="Map.")).to_be_visible()
    for words in ("Your 2 cameras", "Your address is in the area", "Camera 1 faces north-east"):
        expect(main).to_contain_text(words)
    page.get_by_text("How to save footage").click()
    expect(main).to_contain_text("Camera 2 (Hikvision)")
    if javascript:
        is_good(page)
    page.get_by_label("It is not the same for all my cameras").check()
    page.get_by_role("button", name="Send my answer").click()
    is_headed(page, "Answer for each camera")
    expect(page.get_by_label("Why camera 2 cannot help")).to_be_hidden()
    page.get_by_role("button", name="Send my answers").click()
    page.get_by_role("link", name="Select your answer for at least one camera").click()
    first = page.get_by_role("group", name="Camera 1")
    expect(first.get_by_label("Not looked yet")).to_be_focused()
    if javascript:
        is_good(page)
    first.get_by_label("Looked, nothing to see").check()
    page.get_by_role("button", name="Send my answers").click()
    is_headed(page, "Thank you for looking")
    expect(main).to_contain_text("Camera 2: no answer yet")
    if javascript:
        is_good(page)
    page.get_by_role("link", name="Answer for it now").click()
    second = page.get_by_role("group", name="Camera 2")
    second.get_by_label("Cannot help").check()
    page.get_by_label("Why camera 2 cannot help").select_option("faces_away")
    page.get_by_role("button", name="Send my answers").click()
    expect(main).to_contain_text("You answered for each camera")
    found = asked.recipient()
    assert [(one.answer, one.reason) for one in found.by_camera] == [
        (RecipientState.NOTHING, ""),
        (RecipientState.UNAVAILABLE, "faces_away"),
    ]
    assert found.state is RecipientState.NOTHING


def test_the_first_actions_need_no_scrolling(asked: Asked, new_page: NewPage) -> None:
    """With one thumb: what is asked, until when and both ways on are on the first screen."""
    page = new_page(PHONE)
    page.goto(asked.link)
    answer, send = (
        page.get_by_role("link", name=name, exact=True) for name in ("Answer", "Send footage now")
    )
    for link in (answer, send):
        box = link.bounding_box()
        assert box and box["y"] + box["height"] <= PHONE[1] and box["height"] >= 44
    send.click()
    expect(page.get_by_label("Choose video files")).to_be_in_viewport()
    page.evaluate("scrollTo(0, 0)")
    answer.click()
    expect(page.get_by_label("I have saved the footage")).to_be_in_viewport()
    for option in page.locator("input[name=answer]").all():
        target = option.bounding_box()
        assert target and target["height"] >= 44 and target["width"] >= 44


def test_the_keyboard_is_enough(asked: Asked, page: Page) -> None:
    page.goto(asked.link)
    is_good(page)
    page.get_by_role("link", name="Answer", exact=True).focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("I have saved the footage")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("I looked and there is nothing to see")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.type("It was dark.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    is_headed(page, "Thank you for looking")
    assert (asked.recipient().state, asked.recipient().note) == (
        RecipientState.NOTHING,
        "It was dark.",
    )


@either_way
def test_sending_now_keeps_the_note(asked: Asked, new_page: NewPage, javascript: bool) -> None:
    page = new_page(PHONE, javascript=javascript)
    page.goto(asked.link)
    page.get_by_label("I have the footage and want to send it now").check()
    page.get_by_label("Anything the officer should know?").fill("At 2:10.")
    page.get_by_role("button", name="Send my answer").click()
    page.wait_for_url("**#send")
    expect(page.get_by_role("heading", name="Or send the footage now")).to_be_in_viewport()
    expect(page.get_by_label("Anything the officer should know?")).to_have_value("At 2:10.")
    if not javascript:
        page.get_by_role("link", name="Send a file").click()
        is_headed(page, "Send a file")
    assert asked.recipient().answer is None


@pytest.mark.maps
def test_street_names_come_when_they_are_asked_for(asked: Asked, phone: Page) -> None:
    """The drawing needs no script; a megabyte of map comes only to those who want it."""
    fetched: list[str] = []
    phone.on("request", lambda request: fetched.append(request.url))
    phone.goto(asked.link)
    phone.wait_for_load_state("networkidle")
    assert not [url for url in fetched if "maplibre" in url or "basemap" in url]
    phone.get_by_role("button", name="Show street names").click()
    expect(phone.locator("canvas.maplibregl-canvas")).to_be_focused()
    expect(phone.get_by_role("region", name="Map. Your address is in the area")).to_be_visible()
    expect(phone.get_by_role("button", name="Show street names")).to_have_count(0)
    expect(phone.get_by_role("main")).to_contain_text("We show an area and not the exact place")
    is_good(phone)


def test_a_page_that_is_only_opened_changes_nothing(asked: Asked, phone: Page) -> None:
    phone.goto(asked.link)
    phone.wait_for_load_state("networkidle")
    assert asked.recipient().state is RecipientState.NOTIFIED
    with phone.expect_response("**/seen") as response:
        phone.get_by_text("Is this request genuine?").click()
    assert response.value.ok
    assert asked.recipient().state is RecipientState.VIEWED


def test_sending_a_clip_from_the_page(
    stack: RunningStack, asked: Asked, phone: Page, tmp_path: Path
) -> None:
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(b"\x00\x00\x00\x20ftypisom" + bytes(range(256)) * 64)
    phone.goto(asked.link)
    phone.get_by_label("Choose video files").set_input_files(clip)
    expect(phone.get_by_role("main")).to_contain_text("Received")
    is_good(phone)
    # The page says that the file has arrived; that it may be footage is checked after that.
    stack.wait_for(
        lambda: asked.recipient().state is RecipientState.UPLOADED or None, "the check of the file"
    )
    phone.goto(asked.link)
    is_headed(phone, "Thank you for the footage")
    expect(phone.get_by_role("button", name="Send my answer")).to_have_count(0)
    is_good(phone)


@either_way
def test_a_withdrawn_request_says_so_kindly(
    asked: Asked, new_page: NewPage, javascript: bool
) -> None:
    page = new_page(PHONE, javascript=javascript)
    page.goto(asked.link)
    page.get_by_label("I would rather not").check()
    asked.services.requests.withdrawals.withdraw(asked.request.id, "Arrest made", OFFICER)
    page.get_by_role("button", name="Send my answer").click()
    is_headed(page, "You do not need to do anything")
    assert asked.recipient().state is RecipientState.WITHDRAWN
    if javascript:
        is_good(page)


def test_checking_a_message(asked: Asked, phone: Page) -> None:
    phone.goto("/check")
    is_good(phone)
    phone.get_by_label("Reference").fill(asked.request.reference.lower())
    phone.get_by_role("button", name="Check").click()
    expect(phone.get_by_role("main")).to_contain_text("is the reference of a request")
    is_good(phone)
    phone.get_by_label("Reference").fill("0000-0000")
    phone.get_by_role("button", name="Check").click()
    expect(phone.get_by_role("main")).to_contain_text("Do not follow links")
    is_good(phone)


def test_a_forged_link_gets_a_clear_sentence(phone: Page) -> None:
    phone.goto("/reply/" + "x" * 43)
    expect(phone.get_by_role("main")).to_contain_text("Copy the whole link")
    is_good(phone)
