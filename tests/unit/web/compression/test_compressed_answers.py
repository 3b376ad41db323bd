"""Which answers are compressed, for whom, and that what arrives is what was said."""

from __future__ import annotations

import base64
import gzip
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.web.compression.accepted import weigh_codings
from chalicelib.web.compression.answers import MIN_BYTES, compress_answer

PAGE = "<p>" + "Are you there? " * 200 + "é</p>"
HTML = "text/html; charset=utf-8"


def event(**fields: str) -> dict[str, Any]:
    sent = {"Accept": "text/html,*/*", "accept-encoding": "gzip, deflate, br"}
    sent |= {name.replace("_", "-"): value for name, value in fields.items()}
    return {"multiValueHeaders": {name: [value] for name, value in sent.items() if value}}


def answer(body: str = PAGE, kind: str = HTML, **fields: str) -> dict[str, Any]:
    headers = {"Content-Type": kind} | {n.replace("_", "-"): v for n, v in fields.items()}
    return {"statusCode": 200, "headers": headers, "multiValueHeaders": {}, "body": body}


def is_packed(found: dict[str, Any]) -> bool:
    packed: bool = found["headers"].get("Content-Encoding") == "gzip"
    assert packed == bool(found.get("isBase64Encoded"))
    return packed


@pytest.mark.parametrize(
    "kind", [HTML, "application/json", "application/geo+json", "application/problem+json"]
)
def test_what_arrives_is_what_was_said(kind: str) -> None:
    found = compress_answer(event(), answer(kind=kind))
    assert is_packed(found)
    sent = base64.b64decode(found["body"])
    assert gzip.decompress(sent).decode() == PAGE
    assert len(sent) < len(PAGE.encode()) / 4
    assert found["headers"]["Content-Type"] == kind


@given(st.text(min_size=1).map(lambda text: text * MIN_BYTES))
def test_any_text_arrives(text: str) -> None:
    found = compress_answer(event(), answer(json.dumps(text), "application/json"))
    assert json.loads(gzip.decompress(base64.b64decode(found["body"]))) == text


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [
        ("gzip", True),
        ("br, gzip;q=0.5", True),
        ("GZIP;Q=1.000", True),
        ("x-gzip", True),
        ("*", True),
        ("br;q=1, *;q=0.1", True),
        ("gzip;q=0.001", True),
        ("identity;q=0.5, gzip", True),
        ("gzip;q=0", False),
        ("gzip;q=0.000, *", False),
        ("*;q=0", False),
        ("br, deflate", False),
        ("identity", False),
        ("identity, gzip;q=0.5", False),
        ("gzip;q=1.5", False),
        ("gzip;q=", False),
        ("gzip;level=9", False),
        ("gzipped", False),
        ("", False),
    ],
)
def test_who_takes_gzip(accepted: str, packed: bool) -> None:
    """RFC 9110 §12.4.2 and §12.5.3."""
    assert is_packed(compress_answer(event(accept_encoding=accepted), answer())) == packed


def test_a_header_that_comes_twice_is_one() -> None:
    asked = event()
    asked["multiValueHeaders"]["Accept-Encoding"] = ["br", "gzip;q=0"]
    del asked["multiValueHeaders"]["accept-encoding"]
    assert not is_packed(compress_answer(asked, answer()))


def test_who_takes_nothing_uncoded_gets_a_short_answer_coded() -> None:
    assert weigh_codings("gzip, *;q=0") == (1.0, 0.0)
    assert is_packed(compress_answer(event(accept_encoding="gzip, identity;q=0"), answer("short")))
    assert not is_packed(compress_answer(event(), answer("short")))


def test_to_a_caller_without_accept_nothing_is_compressed() -> None:
    """API Gateway turns base64 back by that header, and would send it as text."""
    assert not is_packed(compress_answer(event(Accept=""), answer()))
    assert not is_packed(compress_answer({}, answer()))


@pytest.mark.parametrize(
    "given_answer",
    [
        answer(kind="image/png"),
        answer(kind="application/octet-stream"),
        answer(Content_Encoding="gzip"),
        answer(Content_Disposition='attachment; filename="custody-1.json"'),
        {**answer(base64.b64encode(b"x" * 2000).decode()), "isBase64Encoded": True},
    ],
    ids=["picture", "file", "coded already", "to be saved", "bytes already"],
)
def test_what_stays_as_it_is(given_answer: dict[str, Any]) -> None:
    found = compress_answer(event(), json.loads(json.dumps(given_answer)))
    assert found["body"] == given_answer["body"]
    assert found["headers"].get("Content-Encoding") == given_answer["headers"].get(
        "Content-Encoding"
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [("", "Accept-Encoding"), ("Authorization", "Authorization, Accept-Encoding"), ("*", "*")],
)
def test_every_answer_says_that_it_depends_on_the_codings(before: str, after: str) -> None:
    fields = {"Vary": before} if before else {}
    for body in (PAGE, "short"):
        assert compress_answer(event(), answer(body, **fields))["headers"]["Vary"] == after


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_no_other_site_learns_from_the_length_of_a_signed_in_page(site: str) -> None:
    """Threat (BREACH): another site makes the browser ask for pages that repeat its guesses."""
    assert not is_packed(compress_answer(event(cookie="a=b", sec_fetch_site=site), answer()))
    # A link in a mail page, without a session: its address is a secret that no other site has.
    assert is_packed(compress_answer(event(sec_fetch_site=site), answer()))
    for own in ("same-origin", "none", ""):
        assert is_packed(compress_answer(event(cookie="a=b", sec_fetch_site=own), answer()))


def test_the_length_of_one_page_is_never_the_same_for_long() -> None:
    """Threat (BREACH), where a browser does not say which site made it ask."""
    lengths = {len(compress_answer(event(), answer())["body"]) for _ in range(60)}
    assert len(lengths) > 10
