"""The page after a form says to which address a message went, and to no other."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.resident.links import TOLD_COOKIE, message_sent, told_of_message


def opened(page: str, cookie: str) -> RequestContext:
    none: Any = None
    sent = {"cookie": f"{TOLD_COOKIE}={cookie}"}
    return RequestContext(
        none, "GET", page, page, {}, {}, sent, b"", datetime(2026, 11, 30, tzinfo=UTC)
    )


def written(email: str, said_at: str, corrected: str = "") -> str:
    cookies = message_sent(email, said_at, corrected).headers["Set-Cookie"]
    return str(cookies[0]).partition("=")[2].partition(";")[0]


def test_it_says_the_address_on_its_own_page_alone() -> None:
    cookie = written("zoë@exämple.org", "/register/sent", "B1 1BB")
    assert told_of_message(opened("/register/sent", cookie)) == ("zoë@exämple.org", "B1 1BB")
    assert told_of_message(opened("/sign-in/sent", cookie)) == ("", "")


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"\xff\xfe",
        b"7",
        b"null",
        b'["/register/sent", "only two"]',
        b'{"a": 1, "b": 2}',
        b"[" * 100_000,
        b'["/register/sent", "\\ud800", ""]',
    ],
)
def test_a_cookie_that_is_not_ours_says_nothing(said: bytes) -> None:
    cookie = base64.urlsafe_b64encode(said).decode()
    assert told_of_message(opened("/register/sent", cookie)) == ("", "")
    assert told_of_message(opened("/register/sent", "é" + cookie)) == ("", "")
