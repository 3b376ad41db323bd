"""The recorder's clock: typed by the owner or read off a picture, and kept with what they sent."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib.core.ids import new_id
from chalicelib.evidence.custody import CustodyAct, CustodyDraft, contradiction, first_problem
from chalicelib.evidence.model import Evidence, EvidenceState
from chalicelib.evidence.receiving.senders import first_details
from chalicelib.requests.recorder_clock import CheckMethod
from infra.commands import verify_custody
from infra.localstack.visitor import VisitedPage, sha256_base64
from tests.running import RunningStack
from tests.stack.asking import Asked, asked, signed_in
from tests.support.desk import Desk

MP4 = b"\x00\x00\x00\x20ftypisom" + bytes(range(200))
JPEG = b"\xff\xd8\xff\xe0" + bytes(range(200))
LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def world(stack: RunningStack) -> Iterator[Asked]:
    with asked(stack) as made:
        yield made


def shown(ahead: int, **more: str) -> dict[str, str]:
    """What an owner types whose recorder is so many seconds ahead just now."""
    clock = datetime.now(LONDON).replace(tzinfo=None) + timedelta(seconds=ahead)
    return {
        "shown_day": str(clock.day),
        "shown_month": str(clock.month),
        "shown_year": str(clock.year),
        "shown_time": f"{clock:%H:%M:%S} {'am' if clock.hour < 12 else 'pm'}"
        if 1 <= clock.hour <= 12
        else f"{clock:%H:%M:%S}",
        **more,
    }


def check(
    world: Asked, values: dict[str, str], *, ok: bool = True, page: str = "/clock"
) -> VisitedPage:
    opened = world.somebody.open_page(f"{world.replies[0]}{page}")
    return world.somebody.submit(opened, values, action="/clock", ok=ok)


def checked(world: Asked) -> dict[str, Any]:
    """The one recipient whose clock was checked."""
    recipients = world.api(f"requests/{world.request_id}")["recipients"]
    (found,) = [one for one in recipients if one["clock_offset_seconds"] is not None]
    return dict(found)


def custody(world: Asked, evidence_id: str) -> list[dict[str, Any]]:
    return list(world.api(f"evidence/{evidence_id}/custody")["entries"])


def details(entry: dict[str, Any]) -> dict[str, Any]:
    """Of a custody entry, which is JSON text as it was hashed, or of an audit entry."""
    said = entry["details"] or {}
    return dict(json.loads(said) if isinstance(said, str) else said)


def send_picture(world: Asked, taken: datetime | None = None) -> str:
    """Uploads a picture of the recorder's screen as the page's script does; gives its id."""
    visitor, reply = world.somebody, world.replies[0]
    body = {"filename": "IMG_1.jpg", "size": len(JPEG), "content_type": "image/jpeg"}
    more = {"kind": "clock", **({"taken_at": taken.isoformat()} if taken else {})}
    made = visitor.json("POST", f"{reply}/uploads", {**body, **more})
    upload = f"{reply}/uploads/{made['upload_id']}"
    wanted = {"parts": [{"number": 1, "sha256": sha256_base64(JPEG)}]}
    (signed,) = visitor.json("POST", f"{upload}/parts", wanted)["parts"]
    sent = visitor.send_request("PUT", signed["url"], headers=signed["headers"], content=JPEG)
    part = {"number": 1, "etag": sent.headers["etag"], "sha256": sha256_base64(JPEG)}
    visitor.json("POST", f"{upload}/complete", {"parts": [part], "sha256": sha256_base64(JPEG)})
    return str(made["upload_id"])


def test_what_the_owner_types_is_kept_with_what_was_and_what_will_be_sent(world: Asked) -> None:
    before = world.somebody.upload(world.replies[0], "before.mp4", MP4)["evidence_id"]
    world.decided(before)
    done = check(world, shown(432), page="")
    assert "7 minutes 1" in done.text
    assert "Look on your recorder for" in done.text
    recipient = checked(world)
    offset = recipient["clock_offset_seconds"]
    # The true time is that of the form's arrival.
    assert 432 - 60 <= offset <= 432
    assert recipient["clock_check"] == "typed"
    assert recipient["clock_checked_at"] > "2026"
    after = world.somebody.upload(world.replies[0], "after.mp4", MP4 + b"!")["evidence_id"]
    world.decided(after)
    for evidence_id in (before, after):
        evidence = world.api(f"evidence/{evidence_id}")
        assert evidence["clock_offset_seconds"] == offset
        assert evidence["clock_checked_at"] == recipient["clock_checked_at"]
    added = custody(world, before)
    acts = [entry["act"] for entry in added]
    assert acts.index("recorder's clock checked") > acts.index("accepted")
    assert details(added[acts.index("recorder's clock checked")])["clock_offset_seconds"] == offset
    begun = custody(world, after)[0]
    assert (begun["act"], details(begun)["clock_offset_seconds"]) == ("upload begun", offset)
    parser = argparse.ArgumentParser()
    verify_custody.arguments(parser)
    assert verify_custody.run(parser.parse_args(["--quiet"]), world.stack.target) == 0
    console = world.officer.open_page(f"/console/evidence/{before}")
    assert "ahead when it was checked" in console.text
    audited = _audit(world)
    assert [entry["actor"].partition(".")[0] for entry in audited] == ["owner"]
    assert details(audited[0])["clock_offset_seconds"] == offset


def _audit(world: Asked) -> list[dict[str, Any]]:
    path = f"/api/v1/audit?subject=request.{world.request_id}&limit=500"
    with signed_in(world.stack, "auditor") as auditor:
        found = auditor.json("GET", path, token=auditor.bearer())["entries"]
    return [entry for entry in found if entry["action"] == "checked a recorder's clock"]


def test_summer_time_in_winter_and_another_year_are_recognised(world: Asked) -> None:
    marked = datetime.now(UTC) - timedelta(seconds=90)
    summer = bool(datetime.now(LONDON).dst())
    done = check(world, shown(-3690 if summer else 3510, looked_at=marked.isoformat()))
    assert ("winter time" if summer else "summer time") in done.text
    assert checked(world)["clock_check"] == "timed"
    old = shown(0, shown_year=str(datetime.now(LONDON).year - 4))
    refused = check(world, old, ok=False)
    assert refused.answer.status_code == 422
    assert "behind" in refused.text
    done = check(world, {**old, "sure": "yes"})
    assert checked(world)["clock_offset_seconds"] < -3 * 365 * 86400


def test_what_is_no_time_is_said_and_what_was_typed_is_kept(world: Asked) -> None:
    refused = check(world, {"shown_day": "31", "shown_time": "noon"}, ok=False)
    assert refused.answer.status_code == 422
    assert "Enter the month" in refused.text
    assert 'value="noon"' in refused.answer.text


def test_an_officer_reads_the_clock_off_a_picture(world: Asked) -> None:
    taken = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=1)
    picture = send_picture(world, taken)
    evidence = world.decided(picture)
    assert (evidence["state"], evidence["kind"]) == ("accepted", "clock")
    assert evidence["taken_at"] == taken.isoformat().replace("+00:00", "Z")
    site = evidence["site_id"]
    path = f"/console/requests/{world.request_id}/recipients/{site}"
    page = world.officer.open_page(path)
    _, fields = page.form("/clock")
    assert fields["true_at"] == f"{taken.astimezone(LONDON):%Y-%m-%dT%H:%M:%S}"
    wall = taken.astimezone(LONDON).replace(tzinfo=None) + timedelta(seconds=432)
    done = world.officer.submit(page, {"shown": wall.isoformat()}, action="/clock")
    assert "7 minutes 12 seconds ahead" in done.text
    recipient = checked(world)
    assert (recipient["clock_offset_seconds"], recipient["clock_check"]) == (432, "picture")
    assert world.api(f"evidence/{picture}")["clock_offset_seconds"] == 432
    (entry,) = _audit(world)
    assert entry["actor_name"] == world.stack.officer("investigator")["username"]
    assert details(entry)["picture"] == picture
    assert "7 minutes 12 seconds ahead" in world.somebody.open_page(world.replies[0]).text


def test_a_picture_of_a_clock_is_no_answer(world: Asked) -> None:
    picture = send_picture(world)
    world.decided(picture)
    states = {one["state"] for one in world.api(f"requests/{world.request_id}")["recipients"]}
    assert "uploaded" not in states
    assert (
        "We have received your photo" in world.somebody.open_page(f"{world.replies[0]}/clock").text
    )
    assert "What you have sent" in world.somebody.open_page(f"{world.replies[0]}/sent").text
    assert "IMG_1" not in world.somebody.open_page(f"{world.replies[0]}/sent").text
    site = world.api(f"evidence/{picture}")["site_id"]
    path = f"/console/requests/{world.request_id}/recipients"
    for one in world.api(f"requests/{world.request_id}")["recipients"]:
        page = world.officer.open_page(f"{path}/{one['site_id']}")
        assert ("Read it from the photo" in page.text) is (one["site_id"] == site)


def test_a_picture_of_another_site_proves_nothing(world: Asked) -> None:
    picture = send_picture(world)
    evidence = world.decided(picture)
    other = next(
        one["site_id"]
        for one in world.api(f"requests/{world.request_id}")["recipients"]
        if one["site_id"] != evidence["site_id"]
    )
    path = f"/console/requests/{world.request_id}/recipients"
    page = world.officer.open_page(f"{path}/{evidence['site_id']}")
    _, fields = page.form("/clock")
    now = f"{datetime.now(LONDON) - timedelta(minutes=1):%Y-%m-%dT%H:%M:%S}"
    sent = world.officer.send_request(
        "POST", f"{path}/{other}/clock", data={**fields, "shown": now, "true_at": now}
    )
    assert sent.status_code == 404
    recipients = world.api(f"requests/{world.request_id}")["recipients"]
    assert all(one["clock_offset_seconds"] is None for one in recipients)


def test_a_picture_comes_without_scripts_too(world: Asked) -> None:
    page = world.somebody.open_page(f"{world.replies[0]}/send?kind=clock")
    target, fields = page.form()
    files = {"file": ("IMG_2.jpg", JPEG, "image/jpeg")}
    sent = world.somebody.send_request("POST", target, data=fields, files=files)
    assert sent.status_code == 303
    assert f"{world.replies[0]}/clock" in sent.headers["location"]

    def arrived() -> list[dict[str, Any]]:
        return [one for one in world.evidence() if one["state"] == "accepted"]

    (found,) = world.stack.wait_for(arrived, "the picture")
    assert found["kind"] == "clock"


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "movie"},
        {"kind": "clock", "content_type": "video/mp4"},
        {"kind": ["clock"]},
    ],
)
def test_only_pictures_are_sent_as_a_clock(world: Asked, body: dict[str, Any]) -> None:
    sent = world.somebody.send_request(
        "POST",
        f"{world.replies[0]}/uploads",
        json={"filename": "x.mp4", "size": 5, "content_type": "image/png", **body},
    )
    assert sent.status_code == 422


def test_the_true_time_is_ours(world: Asked) -> None:
    said = datetime.fromisoformat(world.somebody.json("GET", "/time")["now"])
    assert abs((datetime.now(UTC) - said).total_seconds()) < 60


def test_of_two_checks_at_once_one_stands_everywhere(stack: RunningStack) -> None:
    desk = Desk(stack)
    own = desk.services
    request, site, owner = desk.ask()
    recipient = desk.recipient(request, site)
    rows = [
        Evidence(
            new_id(),
            request.id,
            site.id,
            owner.id,
            request.incident_id,
            EvidenceState.RECEIVING,
            "clip.mp4",
            "video/mp4",
            5,
            5,
            "none",
            desk.now,
        )
        for _ in range(3)
    ]
    files = [
        own.evidence.store.create(
            row,
            CustodyDraft(
                CustodyAct.CREATED,
                f"owner.{owner.id}",
                EvidenceState.RECEIVING,
                details={**first_details(row), "size": row.size, "part_size": row.part_size},
            ),
        )
        for row in rows
    ]
    wall_time = desk.now.replace(tzinfo=None)

    def check(minutes: int) -> None:
        shown_time = wall_time + timedelta(minutes=minutes)
        own.evidence.footage_times.by_owner(recipient, shown_time, desk.now, CheckMethod.TYPED)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(check, (1, 2, 3, 4)))
    stands = desk.recipient(request, site).clock_offset_seconds
    assert stands in (60, 120, 180, 240)
    for file in files:
        found = own.evidence.store.find(file.id)
        assert found.clock_offset_seconds == stands
        chain = list(own.evidence.store.custody(file.id))
        assert first_problem(file.id, chain, found.entries, found.head) is None
        assert contradiction(found, chain) == ""
