"""Uploads and evidence through the front door: pages, roles, events and IAM as deployed."""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from chalicelib.core.hash_chain import GENESIS, entry_hash
from chalicelib.core.ids import new_id
from infra.commands import verify_custody
from infra.localstack.visitor import PageRefused
from infra.paths import SHARED_DATA
from tests.clips import avi, mp4
from tests.running import RunningStack
from tests.stack.asking import Asked, asked, signed_in


@pytest.fixture(scope="module")
def world(stack: RunningStack) -> Iterator[Asked]:
    with asked(stack) as made:
        yield made


def digest(content: bytes) -> str:
    return base64.b64encode(hashlib.sha256(content).digest()).decode()


def begin(world: Asked, reply: str, content: bytes, name: str = "clip.mp4") -> str:
    body = {"filename": name, "size": len(content), "content_type": "video/mp4"}
    made = world.somebody.json("POST", f"{reply}/uploads", body)
    return f"{reply}/uploads/{made['upload_id']}"


def refusal(
    world: Asked, method: str, address: str, body: Any = None, token: str = ""
) -> PageRefused:
    with pytest.raises(PageRefused) as caught:
        world.somebody.json(method, address, body, token=token)
    problem = json.loads(caught.value.text)
    assert problem["status"] == caught.value.status
    assert problem["detail"]
    return caught.value


def test_what_was_sent_is_accepted_listed_and_downloaded(world: Asked) -> None:
    content = mp4()
    receipt = world.somebody.upload(world.replies[0], "C:\\cam\\Front door 🚪.mp4", content)
    assert (receipt["state"], receipt["stage"]) == ("quarantined", "checking")
    assert receipt["received_at"]
    assert receipt["sha256"] == digest(content)
    assert receipt["sha256_hex"] == hashlib.sha256(content).hexdigest()
    found = world.decided(receipt["evidence_id"])
    assert found["state"] == "accepted"
    assert found["filename"] == "Front door 🚪.mp4"
    assert (found["sha256"], found["format"]) == (hashlib.sha256(content).hexdigest(), "MP4")
    assert (found["structure"], found["playable"], found["reason"]) == ("whole", True, None)
    told = world.somebody.json("GET", f"{world.replies[0]}/uploads/{found['id']}")
    assert (told["stage"], told["send_again"]) == ("received", False)
    assert told["message"] == "We received your file in full."
    answer = world.officer.send_request(
        "GET",
        f"/api/v1/evidence/{found['id']}/content?reason=for+the+file",
        headers={"Authorization": f"Bearer {world.token}"},
    )
    assert answer.status_code == 302
    assert world.officer.send_request("GET", answer.headers["location"]).content == content
    recipients = world.api(f"requests/{world.request_id}")["recipients"]
    states = {one["site_id"]: one["state"] for one in recipients}
    assert states[found["site_id"]] == "uploaded"


def test_the_custody_record_can_be_checked_by_anybody_who_holds_it(world: Asked) -> None:
    receipt = world.somebody.upload(world.replies[0], "clip.mp4", mp4())
    world.decided(receipt["evidence_id"])
    world.api(f"evidence/{receipt['evidence_id']}")
    record = world.api(f"evidence/{receipt['evidence_id']}/custody")
    assert record["intact"] is True
    previous = GENESIS
    for number, entry in enumerate(record["entries"], start=1):
        assert (entry["sequence"], entry["previous"]) == (number, previous)
        assert entry["hash"] == entry_hash(entry)
        previous = entry["hash"]
    assert [entry["act"] for entry in record["entries"]] == [
        "upload begun",
        "all parts sent",
        "received and quarantined",
        "hash recomputed",
        "accepted",
        "record viewed",
        "custody record viewed",
    ]
    verified = json.loads(record["entries"][3]["details"])
    assert verified["sha256"] == receipt["sha256_hex"]
    assert verified["locked_until"] > "2026"
    assert record["entries"][5]["actor_name"] == world.stack.officer("investigator")["username"]


def test_a_film_whose_index_never_arrived_is_not_thanked_for(world: Asked) -> None:
    content = mp4()[:-1]
    receipt = world.somebody.upload(world.replies[1], "cut.mp4", content)
    found = world.decided(receipt["evidence_id"])
    assert (found["state"], found["structure"], found["playable"]) == (
        "accepted",
        "cut_short",
        False,
    )
    told = world.somebody.json("GET", f"{world.replies[1]}/uploads/{found['id']}")
    assert (told["stage"], told["send_again"]) == ("received", True)
    assert "seems to be cut short" in told["message"]
    assert "keep the original and send it again" in told["message"]

    def mail() -> list[dict[str, Any]]:
        mails = world.stack.mails_to(world.emails[1])
        return [one for one in mails if receipt["sha256_hex"] in one["BodyText"]]

    said = world.stack.wait_for(mail, "a mail about the file")[0]
    assert "cut short" in said["Subject"]
    assert "keep the original" in said["BodyText"]
    assert "Thank you" not in said["Subject"] + said["BodyText"]
    page = world.somebody.open_page(world.replies[1])
    assert "It seems to be cut short" in page.text
    console = world.officer.open_page(f"/console/evidence/{found['id']}")
    assert "It seems to be cut short" in console.text


def test_a_polyglot_is_not_said_to_be_playable(world: Asked) -> None:
    content = (b"\0\0\0\x20ftypisom<html><script>alert(1)</script>").ljust(137, b" ")
    receipt = world.somebody.upload(world.replies[1], "clip.mp4", content)
    found = world.decided(receipt["evidence_id"])
    assert (found["format"], found["structure"], found["playable"]) == ("MP4", "broken", False)


def test_a_file_that_was_sent_is_recognised_before_it_travels_again(world: Asked) -> None:
    content = mp4()
    receipt = world.somebody.upload(world.replies[0], "clip.mp4", content)
    new = {"filename": "copy.mp4", "size": len(content), "content_type": "video/mp4"}
    uploads = f"{world.replies[0]}/uploads"
    for written in (digest(content), hashlib.sha256(content).hexdigest()):
        answer = world.somebody.send_request("POST", uploads, json={**new, "sha256": written})
        assert answer.status_code == 200
        known = answer.json()
        assert known["upload_id"] == receipt["evidence_id"]
        assert known["receipt"]["sha256"] == receipt["sha256"]
    assert refusal(world, "POST", uploads, {**new, "sha256": "abc"}).status == 422
    other = world.somebody.send_request(
        "POST", f"{world.replies[1]}/uploads", json={**new, "sha256": digest(content)}
    )
    assert other.status_code == 201


def test_the_page_says_what_broke_off_and_what_was_sent(world: Asked) -> None:
    with asked(world.stack) as own:
        content = mp4(20 * 1024 * 1024)
        upload = begin(own, own.replies[0], content, "Back door.mp4")
        first = content[: 8 * 1024 * 1024]
        wanted = {"parts": [{"number": 1, "sha256": digest(first)}]}
        (signed,) = own.somebody.json("POST", f"{upload}/parts", wanted)["parts"]
        own.somebody.send_request("PUT", signed["url"], headers=signed["headers"], content=first)
        with world.stack.visitor() as elsewhere:
            page = elsewhere.open_page(own.replies[0])
            said = " ".join(page.soup.get_text(" ").split())
            assert "You started to send Back door.mp4 ( 21 MB )" in said or (
                "You started to send Back door.mp4 (21 MB)" in said
            )
            assert "40 % has arrived : choose the same file to carry on" in said or (
                "40 % has arrived: choose the same file to carry on" in said
            )
            listed = elsewhere.json("GET", f"{own.replies[0]}/uploads")["uploads"]
            assert [one["arrived"] for one in listed] == [len(first)]
            assert listed[0]["parts"][0]["sha256"] == digest(first)
            assert page.soup.find(id="your-answer") is not None
        own.somebody.upload(own.replies[0], "clip.mp4", mp4())
        page = own.somebody.open_page(own.replies[0])
        assert "You sent 1 file" in page.text
        assert page.soup.find(id="your-answer") is None


def test_the_sender_is_thanked_with_the_hash(world: Asked) -> None:
    receipt = world.somebody.upload(world.replies[1], "clip.mp4", mp4())
    world.decided(receipt["evidence_id"])

    def thanks() -> list[dict[str, Any]]:
        mails = world.stack.mails_to(world.emails[1])
        return [mail for mail in mails if receipt["sha256_hex"] in mail["BodyText"]]

    assert "Thank you" in world.stack.wait_for(thanks, "a thank-you")[0]["Subject"]


def test_an_upload_goes_on_from_what_arrived(world: Asked) -> None:
    content = mp4(17 * 1024 * 1024)
    upload = begin(world, world.replies[0], content)
    status = world.somebody.json("GET", upload)
    size = status["part_size"]
    parts = [content[at : at + size] for at in range(0, len(content), size)]
    wanted = [{"number": n, "sha256": digest(part)} for n, part in enumerate(parts, start=1)]
    signed = world.somebody.json("POST", f"{upload}/parts", {"parts": wanted})["parts"]
    assert [part["number"] for part in signed] == [1, 2, 3]
    for number in (0, 2):
        address, headers = signed[number]["url"], signed[number]["headers"]
        world.somebody.send_request("PUT", address, headers=headers, content=parts[number])
    with world.stack.visitor() as other_device:
        listed = other_device.json("GET", f"{world.replies[0]}/uploads")["uploads"]
        assert upload.rpartition("/")[2] in {one["upload_id"] for one in listed}
        status = other_device.json("GET", upload)
        assert [part["number"] for part in status["parts"]] == [1, 3]
        assert status["state"] == "receiving"
        assert (status["size"], status["filename"]) == (len(content), "clip.mp4")
        body = {"parts": wanted, "sha256": digest(content)}
        early = refusal(world, "POST", f"{upload}/complete", body)
        assert early.status == 422
        assert "part 2" in early.text
        other_device.send_request(
            "PUT", signed[1]["url"], headers=signed[1]["headers"], content=parts[1]
        )
        with ThreadPoolExecutor(2) as pool:
            ask = pool.map(
                lambda _: other_device.json("POST", f"{upload}/complete", body), range(2)
            )
            first, second = list(ask)
        assert first["evidence_id"] == second["evidence_id"]
        assert other_device.json("POST", f"{upload}/complete", body)["sha256"] == digest(content)
    assert world.decided(first["evidence_id"])["state"] == "accepted"
    record = world.api(f"evidence/{first['evidence_id']}/custody")
    acts = [entry["act"] for entry in record["entries"]]
    assert acts.count("received and quarantined") == 1
    assert refusal(world, "POST", f"{upload}/parts", {"parts": wanted}).status == 409


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"name": "clip.mp4"}, 422, "filename"),
        ({"filename": "clip.mp4", "size": 0}, 422, "size"),
        ({"filename": "clip.mp4", "size": "big"}, 422, "size"),
        ({"filename": "clip.mp4", "size": 10**12}, 413, "size"),
        ({"filename": "setup.exe", "size": 5}, 422, "filename"),
        ({"filename": ["x"], "size": 5}, 422, "filename"),
        ({"filename": "x" * 5000, "size": 5}, 422, "filename"),
    ],
)
def test_a_file_that_cannot_be_sent_is_told_why(
    world: Asked, body: dict[str, Any], status: int, field: str
) -> None:
    refused = refusal(world, "POST", f"{world.replies[0]}/uploads", body)
    assert refused.status == status
    assert field in {one["field"] for one in json.loads(refused.text)["errors"]}


def test_what_is_no_json_is_told_so(world: Asked) -> None:
    address = f"{world.replies[0]}/uploads"
    kind = {"Content-Type": "application/json"}
    send = world.somebody.send_request
    assert send("POST", address, headers=kind, content=b"{").status_code == 400
    assert send("POST", address, headers=kind, content=b"[" * 5000).status_code == 400
    assert send("POST", address, headers=kind, content=b'"' + b"x" * 600_000).status_code == 413
    assert send("POST", address, data={"filename": "clip.mp4"}).status_code == 415


def test_an_upload_belongs_to_its_own_link(world: Asked) -> None:
    content = mp4()
    upload = begin(world, world.replies[0], content)
    foreign = upload.replace(world.replies[0], world.replies[1])
    parts = {"parts": [{"number": 1, "sha256": digest(content)}]}
    for method, address, body in (
        ("GET", foreign, None),
        ("POST", f"{foreign}/parts", parts),
        ("POST", f"{foreign}/complete", {**parts, "sha256": digest(content)}),
        ("GET", f"{world.replies[0]}/uploads/{new_id()}", None),
        ("GET", f"{world.replies[0]}/uploads/abc", None),
        ("GET", upload.replace("/reply/", "/reply/x"), None),
        ("POST", f"{world.somebody.base_url}/reply/{'A' * 43}/uploads", {"filename": "a.mp4"}),
    ):
        assert refusal(world, method, address, body).status == 404
    listed = world.somebody.json("GET", f"{world.replies[1]}/uploads")["uploads"]
    assert upload.rpartition("/")[2] not in {one["upload_id"] for one in listed}


def test_what_has_not_arrived_or_was_rejected_cannot_be_opened(world: Asked) -> None:
    upload = begin(world, world.replies[0], mp4())
    evidence_id = upload.rpartition("/")[2]
    content = f"/api/v1/evidence/{evidence_id}/content?reason=To+see+it"
    assert refusal(world, "GET", content, token=world.token).status == 409
    receipt = world.somebody.upload(world.replies[0], "clip.mp4", b"MZ" + os.urandom(5000))
    rejected = world.decided(receipt["evidence_id"])
    assert (rejected["state"], rejected["reason"]) == (
        "rejected",
        "The file is a Windows program, not footage.",
    )
    content = f"/api/v1/evidence/{rejected['id']}/content?reason=To+see+it"
    assert refusal(world, "GET", content, token=world.token).status == 403

    def asked_again() -> list[dict[str, Any]]:
        mails = world.stack.mails_to(world.emails[0])
        return [mail for mail in mails if rejected["reason"] in mail["BodyText"]]

    mail = world.stack.wait_for(asked_again, "a mail that asks for the file again")[0]
    assert mail["Subject"] == "Please send your footage again"


def test_a_file_is_not_opened_without_a_reason(world: Asked) -> None:
    receipt = world.somebody.upload(world.replies[0], "clip.mp4", mp4())
    evidence = f"/api/v1/evidence/{world.decided(receipt['evidence_id'])['id']}"
    before = world.somebody.json("GET", f"{evidence}/custody", token=world.token)["entries"]
    for query in ("", "?reason=", "?reason=%20%E2%80%8B"):
        refused = refusal(world, "GET", f"{evidence}/content{query}", token=world.token)
        assert refused.status == 422
        assert [one["field"] for one in refused.answer.json()["errors"]] == ["reason"]
    after = world.somebody.json("GET", f"{evidence}/custody", token=world.token)["entries"]
    assert [one["act"] for one in after[len(before) :]] == ["custody record viewed"]


def test_roles_see_what_they_may(world: Asked) -> None:
    receipt = world.somebody.upload(world.replies[0], "clip.mp4", mp4())
    evidence = f"/api/v1/evidence/{world.decided(receipt['evidence_id'])['id']}"
    listing = f"/api/v1/requests/{world.request_id}/evidence"
    auditor, analyst = world.bearer("auditor"), world.bearer("analyst")
    assert world.somebody.json("GET", f"{evidence}/custody", token=auditor)["intact"]
    assert refusal(world, "GET", f"{evidence}/content", token=auditor).status == 403
    for address in (listing, evidence, f"{evidence}/custody", f"{evidence}/content"):
        assert refusal(world, "GET", address, token=analyst).status == 403
        assert world.somebody.send_request("GET", address).status_code == 401
    assert refusal(world, "GET", f"/api/v1/evidence/{new_id()}", token=world.token).status == 404
    unknown = f"/api/v1/requests/{new_id()}/evidence"
    assert refusal(world, "GET", unknown, token=world.token).status == 404


def test_the_console_shows_plays_and_hands_out(world: Asked) -> None:
    content = mp4()
    receipt = world.somebody.upload(world.replies[0], "<b>garden.mp4", content)
    evidence_id = world.decided(receipt["evidence_id"])["id"]
    listing = world.officer.open_page(f"/console/requests/{world.request_id}/evidence")
    assert "<b>garden.mp4" in listing.text
    page = world.officer.open_page(f"/console/evidence/{evidence_id}")
    assert receipt["sha256_hex"] in page.text
    form = f"/console/evidence/{evidence_id}"
    without = world.officer.submit(page, {"action": "download"}, action=form, ok=False)
    assert without.answer.status_code == 422
    assert "why you are opening it" in without.text
    asked_for = {"reason": "To see who came", "action": "play"}
    play = world.officer.submit(page, asked_for, action=form)
    video = play.soup.find("video")
    assert video is not None
    assert world.officer.send_request("GET", str(video["src"])).content == content
    target, fields = page.form(form)
    download = world.officer.send_request(
        "POST", target, data={**fields, "reason": "For the file", "action": "download"}
    )
    assert download.status_code == 303
    assert world.officer.send_request("GET", download.headers["location"]).content == content
    record = world.api(f"evidence/{evidence_id}/custody")["entries"]
    opened = [(entry["act"], entry["reason"]) for entry in record if entry["reason"]]
    assert ("played", "To see who came") in opened
    assert ("downloaded", "For the file") in opened
    with signed_in(world.stack, "auditor") as auditor:
        page = auditor.open_page(f"/console/evidence/{evidence_id}")
        with pytest.raises(LookupError):
            page.form(form)


def test_verify_custody_names_what_was_changed(
    world: Asked, stack: RunningStack, capsys: pytest.CaptureFixture[str]
) -> None:
    receipt = world.somebody.upload(world.replies[0], "clip.mp4", mp4())
    evidence_id = world.decided(receipt["evidence_id"])["id"]
    options = verify_custody_options()
    assert verify_custody.run(options, stack.target) == 0
    table, client = str(stack.described["registry_table"]), stack.client("dynamodb")
    key = {"PK": {"S": f"EVIDENCE#{evidence_id}"}, "SK": {"S": "CUSTODY#0000000003"}}
    entry = client.get_item(TableName=table, Key=key)["Item"]
    row = {"PK": {"S": f"REQUEST#{world.request_id}"}, "SK": {"S": f"EVIDENCE#{evidence_id}"}}
    stored = client.get_item(TableName=table, Key=row)["Item"]
    capsys.readouterr()
    try:
        client.put_item(TableName=table, Item={**entry, "at": {"S": "2020-01-01T00:00:00Z"}})
        assert verify_custody.run(options, stack.target) == 1
        assert f"{evidence_id}: entry 3: entry 3 was changed" in capsys.readouterr().out
        client.put_item(TableName=table, Item=entry)
        client.put_item(TableName=table, Item={**stored, "sha256": {"S": "00" * 32}})
        assert verify_custody.run(options, stack.target) == 1
        assert "SHA-256 differ from the custody record" in capsys.readouterr().out
    finally:
        client.put_item(TableName=table, Item=entry)
        client.put_item(TableName=table, Item=stored)
    assert verify_custody.run(options, stack.target) == 0


def recordings() -> dict[str, bytes]:
    """Clips of several recorders; without the shared material only their first bytes."""
    real = {path.name: path.read_bytes() for path in sorted((SHARED_DATA / "video").glob("*.*"))}
    found = {name: content for name, content in real.items() if Path(name).suffix in FORMATS}
    return found or {"a.mp4": mp4(), "b.avi": avi(), "c.dav": b"DHAV"}


FORMATS = {".mp4": "MP4", ".avi": "AVI", ".dav": "Dahua recording (.dav)"}


def test_recordings_are_recognised_and_accepted(world: Asked) -> None:
    for name, content in recordings().items():
        receipt = world.somebody.upload(world.replies[1], name, content)
        found = world.decided(receipt["evidence_id"])
        assert (found["state"], found["format"]) == ("accepted", FORMATS[Path(name).suffix])
        assert found["playable"] is name.endswith(".mp4")


def test_an_upload_outlives_a_restart(world: Asked, stack: RunningStack) -> None:
    """The emulator forgets the parts of unfinished uploads; AWS keeps them. Either way the
    sender goes on under the same upload, and what had arrived is still there."""
    content = mp4(9 * 1024 * 1024)
    before = world.decided(world.somebody.upload(world.replies[0], "a.mp4", content)["upload_id"])
    upload = begin(world, world.replies[0], content)
    wanted = [
        {"number": 1, "sha256": digest(content[: 8 * 1024 * 1024])},
        {"number": 2, "sha256": digest(content[8 * 1024 * 1024 :])},
    ]
    (signed,) = world.somebody.json("POST", f"{upload}/parts", {"parts": wanted[:1]})["parts"]
    first = content[: 8 * 1024 * 1024]
    assert world.somebody.send_request(
        "PUT", signed["url"], headers=signed["headers"], content=first
    ).is_success
    stack.put_down()
    stack.bring_up()
    held = {part["number"] for part in world.somebody.json("GET", upload)["parts"]}
    for number, part in ((1, first), (2, content[8 * 1024 * 1024 :])):
        if number not in held:
            asked_for = {"parts": [wanted[number - 1]]}
            (signed,) = world.somebody.json("POST", f"{upload}/parts", asked_for)["parts"]
            world.somebody.send_request(
                "PUT", signed["url"], headers=signed["headers"], content=part
            )
    done = {"parts": wanted, "sha256": digest(content)}
    receipt = world.somebody.json("POST", f"{upload}/complete", done)
    assert world.decided(receipt["evidence_id"])["state"] == "accepted"
    address = f"/api/v1/evidence/{before['id']}/content?reason=To+compare"
    answer = world.officer.send_request(
        "GET", address, headers={"Authorization": f"Bearer {world.token}"}
    )
    assert world.officer.send_request("GET", answer.headers["location"]).content == content
    assert verify_custody.run(verify_custody_options(), stack.target) == 0


def verify_custody_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    verify_custody.arguments(parser)
    return parser.parse_args(["--files", "--quiet"])
