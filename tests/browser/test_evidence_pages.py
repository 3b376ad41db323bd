"""Sending footage from a phone and seeing it at the console, in a real browser."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, Request, Route, expect

from infra.paths import SHARED_DATA
from tests.browser.conftest import DESK, PHONE, NewPage
from tests.browser.presence import told_of_use
from tests.browser.signing_in import sign_in
from tests.clips import mp4
from tests.running import RunningStack
from tests.stack.asking import Asked, asked

MIB = 1024 * 1024


@pytest.fixture(scope="module")
def world(stack: RunningStack) -> Iterator[Asked]:
    with asked(stack) as made:
        yield made


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """A short real clip, or without the shared material something that begins like one."""
    real = SHARED_DATA / "video" / "derived_car_8s_h264_faststart.mp4"
    made = tmp_path / "Front door.mp4"
    made.write_bytes(real.read_bytes() if real.exists() else mp4())
    return made


def send(page: Page, reply: str, file: Path) -> None:
    page.goto(reply)
    page.get_by_label("Choose video files").set_input_files(file)


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def test_a_clip_goes_from_a_phone_to_the_console(
    world: Asked, new_page: NewPage, clip: Path
) -> None:
    phone = new_page(PHONE)
    send(phone, world.replies[0], clip)
    expect(phone.locator("[data-sha256]")).to_have_text(sha256(clip))
    reference = phone.locator(".receipt dd").first.inner_text()
    evidence_id = reference.replace("-", "").lower()
    assert world.decided(evidence_id)["sha256"] == sha256(clip)

    desk = investigator(world, new_page)
    desk.clock.install()
    desk.goto(f"/console/requests/{world.request_id}/evidence")
    desk.get_by_role("link", name="Front door.mp4").first.click()
    expect(desk.get_by_text(sha256(clip)).first).to_be_visible()
    desk.get_by_role("button", name="Play here").click()
    expect(desk.get_by_text("Enter why you are opening it").first).to_be_visible()
    desk.get_by_label("Why are you opening it?").fill("To see who came to the door")
    desk.get_by_role("button", name="Play here").click()
    video = desk.locator("video")
    expect(video).to_be_visible()
    if (SHARED_DATA / "video").exists():
        desk.wait_for_function("document.querySelector('video').readyState >= 2")
    first = str(video.get_attribute("src"))
    signed = parse_qs(urlsplit(first).query)
    assert signed["X-Amz-Expires"] == ["300"]
    # Two addresses that are signed in the same second are the same.
    second = f"{datetime.strptime(signed['X-Amz-Date'][0], '%Y%m%dT%H%M%S%z'):%Y%m%d%H%M%S}"
    world.stack.wait_for(
        lambda: f"{datetime.now(UTC):%Y%m%d%H%M%S}" > second, "another second of the signature"
    )
    # The address has ended, and the player asks for a piece of the clip.
    desk.clock.fast_forward("06:00")
    video.dispatch_event("error")
    expect(video).not_to_have_attribute("src", first)
    desk.get_by_label("Why are you opening it?").fill("For the file")
    told_of_use(desk)
    # What was typed is kept before the session would end.
    with desk.expect_response("**/console/drafts") as kept:
        desk.clock.fast_forward("12:00")
    assert kept.value.status == 201
    desk.get_by_role("button", name="Stay signed in").click()
    with desk.expect_download() as caught:
        desk.get_by_role("button", name="Download the original").click()
    saved = caught.value.path()
    assert sha256(saved) == sha256(clip)
    assert caught.value.suggested_filename == f"{evidence_id}.mp4"


def break_off(world: Asked, page: Page, reply: str, file: Path) -> list[int]:
    """Sends a file until two of its parts are there; gives their numbers."""
    tried: list[str] = []

    def two_parts_pass(route: Route) -> None:
        tried.append(part_number(route.request))
        if len(tried) > 2:
            route.abort("connectionreset")
        else:
            route.continue_()

    def held() -> list[int] | None:
        uploads = f"{reply}/uploads"
        begun = world.somebody.json("GET", uploads)["uploads"]
        numbers = [part["number"] for one in begun[-1:] for part in one["parts"]]
        return numbers if len(numbers) == 2 else None

    page.route("**/*partNumber=*", two_parts_pass)
    send(page, reply, file)
    for _ in range(240):
        page.wait_for_timeout(250)  # lets the routes above work, which sleeping does not
        if before := held():
            return before  # the line of this page stays down
    pytest.fail("two parts did not arrive within a minute")


@pytest.fixture
def long_clip(tmp_path: Path) -> Path:
    """A film of four parts."""
    file = tmp_path / "long.mp4"
    file.write_bytes(mp4(30 * MIB))
    return file


def test_an_upload_goes_on_after_a_reload(world: Asked, new_page: NewPage, long_clip: Path) -> None:
    page = new_page(PHONE)
    before = break_off(world, page, world.replies[1], long_clip)
    tried: list[str] = []
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    page.unroute("**/*partNumber=*")
    page.on("request", lambda sent: tried.append(part_number(sent)))
    expect(page.get_by_text("You started to send long.mp4")).to_be_visible()
    page.get_by_label("Choose video files").set_input_files(long_clip)
    expect(page.locator("[data-sha256]")).to_have_text(sha256(long_clip))
    assert sorted(int(number) for number in tried if number) == sorted({1, 2, 3, 4} - set(before))


def test_an_upload_goes_on_elsewhere_and_the_wrong_file_is_told(
    stack: RunningStack, new_page: NewPage, long_clip: Path, tmp_path: Path
) -> None:
    with asked(stack) as own:
        before = break_off(own, new_page(PHONE), own.replies[0], long_clip)
        elsewhere = new_page(DESK)
        elsewhere.goto(own.replies[0])
        share = 100 * sum(8 * MIB if part < 4 else 6 * MIB for part in before) // (30 * MIB)
        said = elsewhere.get_by_text(f"{share} % has arrived: choose the same file to carry on")
        expect(said).to_be_visible()
        wrong = tmp_path / "wrong" / "long.mp4"
        wrong.parent.mkdir()
        wrong.write_bytes(mp4(30 * MIB))
        choose = elsewhere.get_by_label("Choose video files")
        choose.set_input_files(wrong)
        told = elsewhere.locator(".file__aside", has_text="This is not the file that you started")
        expect(told).to_be_visible()
        expect(elsewhere.locator("[data-sha256]")).to_have_text(sha256(wrong))
        tried: list[str] = []
        elsewhere.on("request", lambda sent: tried.append(part_number(sent)))
        choose.set_input_files(long_clip)
        expect(elsewhere.locator("[data-sha256]")).to_have_count(2)
        expect(said).to_have_count(0)
        numbers = sorted(int(number) for number in tried if number)
        assert numbers == sorted({1, 2, 3, 4} - set(before))
        sent = own.somebody.json("GET", f"{own.replies[0]}/uploads")["uploads"]
        assert len(sent) == 2


def test_after_an_upload_the_page_knows_it_and_sends_nothing_twice(
    stack: RunningStack, new_page: NewPage, clip: Path
) -> None:
    with asked(stack) as own:
        page = new_page(PHONE)
        page.goto(own.replies[0])
        expect(page.locator("#your-answer")).to_be_visible()
        page.get_by_label("Choose video files").set_input_files(clip)
        expect(page.get_by_text("You sent 1 file. You do not need to answer")).to_be_visible()
        expect(page.locator("#your-answer")).to_be_hidden()
        said = page.locator(".file__words")
        expect(said).to_have_text("We received your file in full. Thank you.")
        page.reload()
        expect(page.get_by_text("You sent 1 file")).to_be_visible()
        tried: list[str] = []
        page.on("request", lambda sent: tried.append(part_number(sent)))
        page.get_by_label("Choose video files").set_input_files(clip)
        again = "You sent this file before. It was not sent again."
        expect(page.locator(".file__words")).to_have_text(again)
        assert not any(tried)
        assert len(own.evidence()) == 1


def test_a_film_that_was_cut_is_said_to_be_cut(
    stack: RunningStack, new_page: NewPage, clip: Path
) -> None:
    with asked(stack) as own:
        clip.write_bytes(clip.read_bytes()[:-1000])
        page = new_page(PHONE)
        send(page, own.replies[0], clip)
        again = "Please keep the original and send it again."
        expect(page.locator(".file__words")).to_contain_text(again)
        expect(page.get_by_text("in full")).to_have_count(0)


def test_a_file_can_be_sent_without_javascript(world: Asked, new_page: NewPage, clip: Path) -> None:
    page = new_page(PHONE, javascript=False)
    clip = clip.rename(clip.with_name("Hintertür.mp4"))
    send_by_form(page, world.replies[0], clip)
    expect(page.get_by_text("Your file has arrived")).to_be_visible()
    expect(page.get_by_text("Hintertür.mp4")).to_be_visible()

    def accepted() -> dict[str, Any] | None:
        found = [one for one in world.evidence() if one["filename"] == "Hintertür.mp4"]
        return found[0] if found and found[0]["state"] == "accepted" else None

    evidence = world.stack.wait_for(accepted, "the file to be checked")
    assert evidence["sha256"] == sha256(clip)
    record = world.api(f"evidence/{evidence['id']}/custody")
    assert record["intact"] is True
    assert json.loads(record["entries"][0]["details"])["by"] == "plain form"
    page.get_by_role("link", name="See if the check is finished").click()
    page.get_by_text("Technical details").first.click()
    expect(page.get_by_text(sha256(clip)).first).to_be_visible()


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "The file is empty"),
        (b"MZ" + bytes(5000), "This is a Windows program, not footage"),
        (b"#!/bin/sh\nexit", "This is a script, not footage"),
    ],
    ids=["empty", "program", "script"],
)
def test_the_plain_form_refuses_in_our_words(
    world: Asked, new_page: NewPage, tmp_path: Path, content: bytes, problem: str
) -> None:
    file = tmp_path / "clip.mp4"
    file.write_bytes(content)
    page = new_page(PHONE, javascript=False)
    send_by_form(page, world.replies[1], file)
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    expect(page.get_by_text(problem).first).to_be_visible()
    expect(page.get_by_text("Thank you")).to_have_count(0)
    expect(page.get_by_label("Choose a file")).to_be_visible()


def send_by_form(page: Page, reply: str, file: Path) -> None:
    page.goto(reply)
    page.get_by_role("link", name="Send a file").click()
    page.get_by_label("Choose a file").set_input_files(file)
    page.get_by_role("button", name="Send").click()


def part_number(request: Request) -> str:
    return request.url.partition("partNumber=")[2].partition("&")[0]


def investigator(world: Asked, new_page: NewPage) -> Page:
    desk = new_page(DESK)
    sign_in(world.stack, desk, "investigator")
    return desk
