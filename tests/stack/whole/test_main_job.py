"""The whole job through the outside door, by a program that knows the outside interface alone.

Somebody registers a doorbell camera, an officer finds it near a burglary and asks, the owner
answers and uploads, and every step is on record.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from infra.localstack.visitor import PageRefused, Visitor, sha256_base64
from tests.running import RunningStack

PART = 8 * 1024 * 1024
SCENE = (-1.905387, 52.475939)  # B1 1AY, Birmingham

DOORBELL = {
    "name": "Sam Doorbell",
    "phone": "",
    "property_type": "home",
    "address_line_1": "1 Test Street",
    "address_line_2": "",
    "town": "Birmingham",
    "postcode": "b1  1ay",
    "camera_count": "1",
    "consent": "yes",
}


def utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def somewhere_near() -> list[float]:
    """A pin of its own within 100 m of the scene, as GeoJSON writes it, so that tests that share
    the stack do not find each other's cameras."""
    east, north = (secrets.randbelow(2000) / 1e6 - 0.001 for _ in range(2))
    return [round(SCENE[0] + east, 6), round(SCENE[1] + north, 6)]


def registered_owner(stack: RunningStack, visitor: Visitor, email: str, pin: list[float]) -> None:
    position = {"longitude": f"{pin[0]:.6f}", "latitude": f"{pin[1]:.6f}"}
    visitor.register(**{**DOORBELL, **position, "email": email})
    visitor.press_button(stack.link_in_mail(email, "/register/confirm"))


@pytest.fixture
def investigator(stack: RunningStack) -> Any:
    with Visitor(stack.base_url) as visitor:
        officer = stack.officer("investigator")
        visitor.sign_in(officer["username"], officer["password"])
        yield visitor


def test_from_registration_to_evidence(stack: RunningStack, investigator: Visitor) -> None:
    email = f"main.{secrets.token_hex(4)}@example.test"
    with Visitor(stack.base_url) as owner:
        registered_owner(stack, owner, email, pin := somewhere_near())

    token = investigator.bearer()
    now = datetime.now(UTC)
    incident = investigator.json(
        "POST",
        "/api/v1/incidents",
        {
            "crime_reference": "20/123456/26",
            "offence": "Burglary",
            "location": list(SCENE),
            "occurred_from": utc(now - timedelta(hours=2)),
            "occurred_to": utc(now - timedelta(hours=1)),
            "public_description": "A shop on Test Street was broken into.",
        },
        token=token,
    )
    found = investigator.json(
        "POST",
        f"/api/v1/incidents/{incident['id']}/searches",
        {
            "area": {"type": "circle", "centre": list(SCENE), "radius_m": 300},
            "reason": "Cameras that may have seen the burglar arrive",
        },
        token=token,
    )
    assert found["total"] >= 1
    (site,) = [one for one in found["sites"] if one["location"] == pin]
    assert site["cameras"] == 1
    assert site["state"] == "live"
    assert not {"name", "email", "address", "phone", "owner"} & set(site)

    asked = investigator.json(
        "POST",
        f"/api/v1/incidents/{incident['id']}/requests",
        {
            "site_ids": [site["id"]],
            "message": "Please look for a person in a red coat.",
            "from": utc(now - timedelta(hours=2)),
            "to": utc(now - timedelta(hours=1)),
        },
        token=token,
    )
    assert asked["recipients"] in (1, [site["id"]]) or len(asked["recipients"]) == 1

    reply = stack.link_in_mail(email, "/reply/")
    with Visitor(stack.base_url) as owner:
        page = owner.open_page(reply)
        assert "red coat" in page.text
        owner.submit(page, {"answer": "saved", "note": "I have 20 minutes of it."})
        overview = investigator.json("GET", f"/api/v1/requests/{asked['id']}", token=token)
        assert overview["recipients"][0]["state"] == "saved"
        receipt, content = upload_with_a_damaged_part(owner, reply)
    assert receipt["sha256"] == sha256_base64(content)

    evidence = stack.wait_for(
        lambda: [
            one
            for one in investigator.json(
                "GET", f"/api/v1/requests/{asked['id']}/evidence", token=token
            )["evidence"]
            if one["state"] == "accepted"
        ],
        "the upload to leave quarantine",
    )[0]
    download = investigator.send_request(
        "GET",
        f"/api/v1/evidence/{evidence['id']}/content?reason=To+see+who+came",
        headers={"Authorization": f"Bearer {token}"},
    )
    assert download.status_code == 302
    got = investigator.send_request("GET", download.headers["location"])
    assert hashlib.sha256(got.content).digest() == hashlib.sha256(content).digest()

    custody = investigator.json("GET", f"/api/v1/evidence/{evidence['id']}/custody", token=token)
    assert len(custody["entries"]) >= 4
    overview = investigator.json("GET", f"/api/v1/requests/{asked['id']}", token=token)
    assert overview["recipients"][0]["state"] == "uploaded"


def upload_with_a_damaged_part(owner: Visitor, reply: str) -> tuple[dict[str, Any], bytes]:
    """200 MB in parts, the second damaged on the way, refused by S3, and sent again."""
    content = os.urandom(1024) * (200 * 1024)
    made = owner.json(
        "POST",
        f"{reply}/uploads",
        {"filename": "front door.mp4", "size": len(content), "content_type": "video/mp4"},
    )
    size, upload = made["part_size"], f"{reply}/uploads/{made['upload_id']}"
    done = []
    for number, at in enumerate(range(0, len(content), size), start=1):
        part = content[at : at + size]
        check = sha256_base64(part)
        asked = {"parts": [{"number": number, "sha256": check}]}
        (signed,) = owner.json("POST", f"{upload}/parts", asked)["parts"]
        if number == 2:
            damaged = bytes([part[0] ^ 1]) + part[1:]
            refused = owner.send_request(
                "PUT", signed["url"], headers=signed["headers"], content=damaged
            )
            assert refused.status_code == 400
        sent = owner.send_request("PUT", signed["url"], headers=signed["headers"], content=part)
        assert sent.status_code == 200
        done.append({"number": number, "etag": sent.headers["etag"], "sha256": check})
    held = owner.json("GET", upload)
    assert [part["number"] for part in held["parts"]] == [part["number"] for part in done]
    receipt = owner.json(
        "POST", f"{upload}/complete", {"parts": done, "sha256": sha256_base64(content)}
    )
    return receipt, content


@pytest.mark.parametrize("role", ["investigator", "supervisor", "analyst", "auditor"])
def test_each_officer_signs_in_as_a_person_does(stack: RunningStack, role: str) -> None:
    officer = stack.officer(role)
    with Visitor(stack.base_url) as visitor:
        visitor.sign_in(officer["username"], officer["password"])
        token = visitor.bearer()
        assert visitor.json("GET", "/api/v1/incidents", token=token)
        broken = token[:-8] + re.sub(r".", "A", token[-8:])
        with pytest.raises(PageRefused) as caught:
            visitor.json("GET", "/api/v1/incidents", token=broken)
        assert caught.value.status == 401
