"""What only programs send to residents' pages: halves of characters, zeros, numbers without end,
wrong types, thousands of fields. Each is answered with a 4xx that says what is wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from chalicelib.cameras.model import Camera
from chalicelib.container import Container
from chalicelib.core.ids import new_token
from infra.localstack.visitor import Visitor
from tests.running import RunningStack
from tests.stack.residents import filled, new_email
from tests.support.desk import OFFICER, Session, add_incident, add_site, settings_of

TWO = (Camera(1, make="ring", plan="30-days"), Camera(2))
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}
HUGE = "9" * 4000
VALUES = (
    "%ED%A0%80",
    "%00",
    "%FF",
    HUGE,
    "%F0%9F%98%80" * 500,
    "-0",
    "1e999",
    "x%0D%0ABcc:a@b.test",
)
"""As they stand in a body: half a character, a zero, half a byte sequence, …"""


@pytest.fixture(scope="module")
def link(stack: RunningStack) -> str:
    """The reply link of somebody who was asked."""
    services = Container(settings_of(stack), session=Session(stack))
    site, owner = add_site(services, TWO)
    start = datetime.now(UTC) - timedelta(days=2)
    services.requests.requests.create_request(
        add_incident(services), [site.id], "Please look for a red coat.",
        start, start + timedelta(minutes=30), OFFICER,
    )  # fmt: skip
    return stack.link_in_mail(owner.email, "/reply/")


@pytest.fixture
def somebody(stack: RunningStack) -> Iterator[Visitor]:
    with stack.visitor() as visitor:
        yield visitor


def spoilt(fields: dict[str, str], value: str) -> list[tuple[str, bytes]]:
    """(which field, a body in which that field alone has the value)."""
    bodies = []
    for name in fields:
        others = urlencode({own: text for own, text in fields.items() if own != name})
        bodies.append((name, f"{others}&{name}={value}".encode()))
    return bodies


@pytest.mark.usefixtures("area_data")
@pytest.mark.parametrize("value", VALUES, ids=lambda value: value[:12])
def test_a_spoilt_registration_is_told_what_is_wrong(somebody: Visitor, value: str) -> None:
    target, hidden = somebody.open_page("/register").form("/register")
    typed = filled(new_email())
    typed.pop("address_line_2")
    for name, body in spoilt(typed, value):
        answer = somebody.send_request(
            "POST", target, headers=FORM, content=urlencode(hidden).encode() + b"&" + body
        )
        if value in ("-0", "1e999") and name in ("name", "address_line_1", "town"):
            assert answer.status_code == 303, name  # somebody's house may be called so
        else:
            assert 400 <= answer.status_code < 500, (name, answer.status_code)


@pytest.mark.parametrize("value", VALUES, ids=lambda value: value[:12])
def test_a_spoilt_answer_is_told_what_is_wrong(somebody: Visitor, link: str, value: str) -> None:
    target, hidden = somebody.open_page(link).form()
    for name in ("answer", "answer_1", "answer_2"):
        body = urlencode({"csrf_token": hidden["csrf_token"]}) + f"&{name}={value}"
        answer = somebody.send_request("POST", target, headers=FORM, content=body.encode())
        assert 400 <= answer.status_code < 500, (name, answer.status_code)


def test_hundreds_of_cameras_and_thousands_of_fields_are_answered(
    somebody: Visitor, link: str
) -> None:
    target, hidden = somebody.open_page(link).form()
    token = urlencode({"csrf_token": hidden["csrf_token"]})
    answers = [f"answer_{number}=saved" for number in range(1, 600)]
    thousands = ["answer_1=saved"] * 4000
    for many, status in ((answers, 422), (thousands, 400)):
        body = "&".join([token, *many]).encode()
        answer = somebody.send_request("POST", target, headers=FORM, content=body)
        assert answer.status_code == status


@pytest.mark.parametrize("path", ["/register/confirm", "/sign-in/confirm", "/email/confirm"])
@pytest.mark.parametrize("value", ["%ED%A0%80", "%00", "%FF", "9" * 2000, "a&token=b", "😀"])
def test_a_spoilt_link_is_no_link(somebody: Visitor, path: str, value: str) -> None:
    assert somebody.open_page(f"{path}?token={value}", ok=False).answer.status_code == 404


@pytest.mark.parametrize("value", ["%ED%A0%80", "%00", "%FF", "9" * 2000, "", "ſ", "😀"])
def test_a_spoilt_question_is_answered(somebody: Visitor, value: str) -> None:
    assert somebody.send_request("GET", f"/postcode?postcode={value}").status_code == 422
    assert somebody.send_request("GET", f"/check?reference={value}").status_code == 200


WRONG: list[Any] = [
    None,
    True,
    1.5,
    -1,
    10**3999,
    "\ud800",
    "\x00",
    "x" * 5000,
    [],
    {},
    [[]],
    {"a": "\udfff"},
]


@pytest.mark.parametrize("value", WRONG, ids=lambda value: repr(value)[:16])
def test_a_spoilt_upload_is_told_what_is_wrong(somebody: Visitor, link: str, value: Any) -> None:
    """Of each field by itself; what is no matter for the upload is taken."""
    begin: dict[str, Any] = {"filename": "clip.mp4", "size": 9, "kind": "footage"}
    for name in begin:
        body = json.dumps({**begin, name: value})
        answer = somebody.send_request("POST", f"{link}/uploads", headers=JSON, content=body)
        taken = name == "filename" and value == "\x00"  # a name that is mended
        assert answer.status_code == 201 if taken else 400 <= answer.status_code < 500, name
    begun = somebody.send_request(
        "POST", f"{link}/uploads", headers=JSON, content=json.dumps(begin)
    )
    assert begun.status_code == 201, begun.text
    address = f"{link}/uploads/{begun.json()['upload_id']}"
    part = {"number": 1, "sha256": "0" * 64}
    for call in ("parts", "complete"):
        whole = {"parts": [part], "sha256": "0" * 64}
        bodies = [
            {**whole, "parts": value},
            {**whole, "parts": [value]},
            {**whole, "parts": [{**part, "number": value}]},
            {**whole, "parts": [{**part, "sha256": value}]},
        ]
        if call == "complete":
            bodies.append({**whole, "sha256": value})
        for one in bodies:
            sent = json.dumps(one)
            answer = somebody.send_request("POST", f"{address}/{call}", headers=JSON, content=sent)
            assert 400 <= answer.status_code < 500, (call, sent[:100])


@pytest.mark.parametrize("value", ["%ED%A0%80", "%00", "..%2F..", "9" * 300, "é"])
def test_a_spoilt_path_leads_nowhere(somebody: Visitor, link: str, value: str) -> None:
    for path in (f"{link}/uploads/{value}", f"/reply/{value}", f"/reply/{new_token()}/uploads"):
        assert somebody.send_request("GET", path).status_code == 404
