"""Sending footage from a phone and seeing it at the console, in a real browser."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Request, Route, expect

from infra.paths import SHARED_DATA
from tests.browser.conftest import DESK, PHONE, NewPage
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
    made.write_bytes(real.read_bytes() if real.exists() else b"\0\0\0\x20ftypisom" + b"\0" * 9999)
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
    expect(phone.locator("[data-sha256]")).to_have_text(sha256(clip), timeout=60_000)
    reference = phone.locator(".receipt dd").first.inner_text()
    evidence_id = reference.replace("-", "").lower()
    assert world.decided(evidence_id)["sha256"] == sha256(clip)

    desk = sign_in(world, new_page)
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
    desk.get_by_label("Why are you opening it?").fill("For the file")
    with desk.expect_download() as caught:
        desk.get_by_role("button", name="Download the original").click()
    saved = caught.value.path()
    assert sha256(saved) == sha256(clip)
    assert caught.value.suggested_filename == f"{evidence_id}.mp4"


def test_an_upload_goes_on_after_a_reload(world: Asked, new_page: NewPage, tmp_path: Path) -> None:
    file = tmp_path / "long.mp4"
    file.write_bytes(b"\0\0\0\x20ftypisom" + os.urandom(30 * MIB))
    page = new_page(PHONE)
    tried: list[str] = []
    line_is_down = True

    def two_parts_pass(route: Route) -> None:
        tried.append(part_number(route.request))
        if line_is_down and len(tried) > 2:
            route.abort("connectionreset")
        else:
            route.continue_()

    def held() -> list[int] | None:
        uploads = f"{world.replies[1]}/uploads"
        begun = world.somebody.json("GET", uploads)["uploads"]
        if not begun:
            return None
        status = world.somebody.json("GET", f"{uploads}/{begun[-1]['upload_id']}")
        numbers = [part["number"] for part in status["parts"]]
        return numbers if len(numbers) == 2 else None

    page.route("**/*partNumber=*", two_parts_pass)
    send(page, world.replies[1], file)
    before: list[int] | None = None
    for _ in range(240):
        page.wait_for_timeout(250)  # lets the routes above work, which sleeping does not
        if before := held():
            break
    assert before, "two parts did not arrive within a minute"
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    line_is_down = False
    tried.clear()
    expect(page.get_by_text("You began to send long.mp4")).to_be_visible()
    page.get_by_label("Choose video files").set_input_files(file)
    expect(page.locator("[data-sha256]")).to_have_text(sha256(file), timeout=60_000)
    assert sorted(int(number) for number in tried) == sorted({1, 2, 3, 4} - set(before))


def test_a_file_can_be_sent_without_javascript(world: Asked, new_page: NewPage, clip: Path) -> None:
    page = new_page(PHONE, javascript=False)
    page.goto(world.replies[0])
    page.get_by_role("link", name="Send a file").click()
    page.get_by_label("Choose a file").set_input_files(clip)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Your file has arrived")).to_be_visible()

    def accepted() -> dict[str, Any] | None:
        found = [one for one in world.evidence() if one["filename"] == "footage.mp4"]
        return found[0] if found and found[0]["state"] == "accepted" else None

    evidence = world.stack.wait_for(accepted, "the file to be checked")
    assert evidence["sha256"] == sha256(clip)
    record = world.api(f"evidence/{evidence['id']}/custody")
    assert record["intact"] is True
    assert json.loads(record["entries"][0]["details"])["by"] == "plain form"
    page.reload()
    page.get_by_text("Technical details").first.click()
    expect(page.get_by_text(sha256(clip)).first).to_be_visible()


def part_number(request: Request) -> str:
    return request.url.partition("partNumber=")[2].partition("&")[0]


def sign_in(world: Asked, new_page: NewPage) -> Page:
    officer = world.stack.officer("investigator")
    desk = new_page(DESK)
    desk.goto("/console/sign-in")
    desk.locator("input[name=username]").fill(officer["username"])
    desk.locator("input[name=password]").fill(officer["password"])
    desk.locator("input[name=password]").press("Enter")
    desk.wait_for_url("**/console*")
    return desk
