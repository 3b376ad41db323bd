"""What binds a sign-in to the browser that began it."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.access import sign_in
from chalicelib.core.ids import new_token

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
KEY = b"k" * 64


def test_the_browser_that_began_it_comes_back_where_it_wanted() -> None:
    begun = sign_in.begin_attempt(KEY, "", "/console/incidents/new?x=1", NOW)
    back = sign_in.resume_attempt(KEY, begun.cookie, begun.state, NOW + timedelta(minutes=9))
    assert back == begun
    assert back.to == "/console/incidents/new?x=1"


def test_the_challenge_is_that_of_rfc_7636() -> None:
    begun = sign_in.begin_attempt(KEY, "", "", NOW)
    digest = hashlib.sha256(begun.verifier.encode()).digest()
    assert begun.challenge == base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    assert 43 <= len(begun.verifier) <= 128


def test_each_attempt_has_secrets_of_its_own_and_two_tabs_share_a_cookie() -> None:
    one = sign_in.begin_attempt(KEY, "", "", NOW)
    two = sign_in.begin_attempt(KEY, one.cookie, "", NOW)
    assert one.cookie == two.cookie
    assert len({one.state, two.state, one.verifier, two.verifier, one.nonce, two.nonce}) == 6
    for begun in (one, two):
        assert sign_in.resume_attempt(KEY, one.cookie, begun.state, NOW) == begun


def test_a_made_up_cookie_is_not_kept() -> None:
    assert sign_in.begin_attempt(KEY, "short", "", NOW).cookie != "short"


def test_a_state_is_worth_nothing_elsewhere_later_or_under_another_key() -> None:
    begun = sign_in.begin_attempt(KEY, "", "", NOW)
    assert sign_in.resume_attempt(KEY, new_token(), begun.state, NOW) is None
    assert sign_in.resume_attempt(KEY, "", begun.state, NOW) is None
    assert sign_in.resume_attempt(b"x" * 64, begun.cookie, begun.state, NOW) is None
    assert (
        sign_in.resume_attempt(KEY, begun.cookie, begun.state, NOW + timedelta(minutes=11)) is None
    )


@given(st.data())
def test_a_state_with_any_letter_changed_is_refused(data: st.DataObject) -> None:
    begun = sign_in.begin_attempt(KEY, "", "/console/audit", NOW)
    at = data.draw(st.integers(0, len(begun.state) - 1))
    other = data.draw(st.characters().filter(lambda c: c != begun.state[at]))
    forged = begun.state[:at] + other + begun.state[at + 1 :]
    assert sign_in.resume_attempt(KEY, begun.cookie, forged, NOW) is None


@given(st.text(max_size=400))
def test_any_text_as_state_is_refused_and_never_an_error(state: str) -> None:
    assert sign_in.resume_attempt(KEY, new_token(), state, NOW) is None


@pytest.mark.parametrize(
    "wanted",
    [
        "/console",
        "/console/",
        "/console/audit?subject=incident.4f0c2m8k1n5p7q9r&page=abc_-",
        "/console/incidents/4f0c2m8k1n5p7q9r",
    ],
)
def test_pages_of_the_console_are_kept(wanted: str) -> None:
    assert sign_in.safe_path(wanted) == wanted


@pytest.mark.parametrize(
    "wanted",
    [
        "",
        "https://evil.example/console",
        "//evil.example/console",
        "/\\evil.example",
        "/console/../register",
        "/console//evil.example",
        "/console@evil.example",
        "/console\r\nSet-Cookie: a=b",
        "/console\n",
        "/consoleevil",
        "/register",
        "javascript:alert(1)",
        "/console?to=//evil.example",
        "/console/sign-in?to=/console/sign-in",
        "/console/callback?code=1",
        "/console/token",
        "/console/" + "a" * 400,
    ],
)
def test_everything_else_leads_to_the_first_page(wanted: str) -> None:
    assert sign_in.safe_path(wanted) == "/console"


@given(st.text())
def test_no_text_leads_away_from_the_console(wanted: str) -> None:
    path = sign_in.safe_path(wanted)
    assert path == "/console" or path.startswith(("/console/", "/console?"))
    assert "\\" not in path
    assert "//" not in path


def test_an_attempt_lasts_ten_minutes_and_the_longest_path_300_letters() -> None:
    begun = sign_in.begin_attempt(KEY, "", "", NOW)
    assert timedelta(minutes=10) == sign_in.LIFE and begun.to == "/console"
    assert sign_in.resume_attempt(KEY, begun.cookie, begun.state, NOW + timedelta(minutes=10))
    late = NOW + timedelta(minutes=10, seconds=1)
    assert sign_in.resume_attempt(KEY, begun.cookie, begun.state, late) is None
    longest = "/console/" + "a" * 291
    assert sign_in.safe_path(longest) == longest
    assert sign_in.safe_path(longest + "a") == "/console"
    assert len(begun.state.split(".")[0]) == 16, "64 random bits"


@pytest.mark.parametrize("to", ["/console", "/console/a", "/console/ab", "/console/abc"])
def test_a_path_of_any_length_comes_back(to: str) -> None:
    begun = sign_in.begin_attempt(KEY, "", to, NOW)
    assert sign_in.resume_attempt(KEY, begun.cookie, begun.state, NOW) == begun and begun.to == to
    assert "=" not in begun.state and "=" not in begun.challenge
