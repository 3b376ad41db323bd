"""Which ID tokens a sign-in accepts."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.access.id_tokens import BadToken, read_id_token
from chalicelib.access.permissions import Role

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
POOL = "eu-west-2_abc"
GOOD: dict[str, Any] = {
    "iss": "https://cognito-idp.eu-west-2.amazonaws.com/eu-west-2_abc",
    "aud": "client",
    "token_use": "id",
    "nonce": "n0nce",
    "sub": "77f1d3ae-ff0c-4b0e-8e05-d5ff6e2880d2",
    "cognito:username": "p.officer",
    "cognito:groups": ["investigator", "somebody-elses-group"],
    "iat": int(NOW.timestamp()),
    "exp": int((NOW + timedelta(hours=1)).timestamp()),
}


def token(**changes: Any) -> str:
    claims = {name: value for name, value in {**GOOD, **changes}.items() if value is not None}
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"e30.{body}.signature"


def check(text: str, nonce: str | None = "n0nce") -> Any:
    return read_id_token(text, user_pool_id=POOL, client_id="client", now=NOW, nonce=nonce)


def test_a_good_token_names_the_officer() -> None:
    identity = check(token())
    assert identity.officer.username == "p.officer"
    assert identity.officer.roles == {Role.INVESTIGATOR}
    assert identity.expires_at == NOW + timedelta(hours=1)


def test_a_refreshed_token_needs_no_nonce() -> None:
    assert check(token(nonce=None), nonce=None).officer.id == GOOD["sub"]


def test_an_officer_without_groups_has_no_role() -> None:
    assert check(token(**{"cognito:groups": None})).officer.roles == frozenset()


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"iss": "https://cognito-idp.eu-west-2.amazonaws.com/eu-west-2_other"}, "wrong iss"),
        ({"aud": "another-client"}, "wrong aud"),
        ({"aud": ["client"]}, "wrong aud"),
        ({"token_use": "access"}, "wrong token_use"),
        ({"nonce": "other"}, "wrong nonce"),
        ({"nonce": None}, "wrong nonce"),
        ({"exp": int(NOW.timestamp()) - 200}, "expired"),
        ({"exp": "tomorrow"}, "no exp"),
        ({"exp": True}, "no exp"),
        ({"iat": int(NOW.timestamp()) + 600}, "issued in the future"),
        ({"sub": None}, "no sub"),
        ({"sub": ""}, "no sub"),
    ],
)
def test_what_is_not_meant_for_this_sign_in_is_refused(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(BadToken, match=why):
        check(token(**changes))


@given(st.text(max_size=200) | st.text(max_size=60).map(lambda middle: f"a.{middle}.c"))
def test_any_other_text_is_refused_and_never_an_error(text: str) -> None:
    with pytest.raises(BadToken):
        check(text)


def test_clocks_may_differ_by_two_minutes() -> None:
    now = int(NOW.timestamp())
    for expires in (now - 119, now, now + 1):
        assert check(token(exp=expires)).expires_at == datetime.fromtimestamp(expires, UTC)
    with pytest.raises(BadToken, match="expired"):
        check(token(exp=now - 120))
    assert check(token(iat=now + 120)).officer.id == GOOD["sub"]
    with pytest.raises(BadToken, match="future"):
        check(token(iat=now + 121))


def test_what_the_directory_says_is_kept_in_proportion() -> None:
    identity = check(token(name=" PC  Alex\nLane ", email="a" * 254, phone_number="0" * 20))
    assert (identity.name, identity.email) == ("PC Alex Lane", "a" * 254)
    assert identity.phone == "0" * 20
    long = check(token(name="n" * 101, email="a" * 255, phone_number="0" * 21))
    assert (long.name, long.email, long.phone) == ("", "", "")
    assert check(token(name="n" * 100)).name == "n" * 100
    assert check(token(name="", preferred_username="Lane")).name == "Lane"
    assert check(token(name="a\x00b", email=7)).name == check(token(email=7)).email == ""


def test_an_officer_is_called_by_their_id_where_nothing_else_is_known() -> None:
    assert check(token(**{"cognito:username": None})).officer.username == GOOD["sub"]


@pytest.mark.parametrize("text", ["a.b", "e30.e30.s.x", "a.W10.c", "a.bnVsbA.c", "a..c"])
def test_a_token_has_three_parts_and_claims(text: str) -> None:
    with pytest.raises(BadToken, match="not a token"):
        check(text)


@pytest.mark.parametrize("signature", ["", "a", "ab", "abc", "abcd"])
@pytest.mark.parametrize("username", ["p", "pp", "ppp", "pppp"])
def test_claims_of_any_length_are_read_whatever_the_signature(
    username: str, signature: str
) -> None:
    head, body, _ = token(**{"cognito:username": username}).split(".")
    assert check(f"{head}.{body}.{signature}").officer.username == username


def test_an_officer_of_the_directory_is_shown_by_a_name_that_people_know() -> None:
    said = {
        "cognito:username": "ForceID_AAxx",
        "identities": [{"providerName": "ForceID", "userId": "AAxx", "primary": "true"}],
        "preferred_username": "jane@force.example",
        "custom:groups": '["a group that is mapped to auditor"]',
    }
    identity = check(token(**said))
    assert identity.of_directory
    assert (identity.officer.username, identity.officer.account_name) == (
        "jane@force.example",
        "ForceID_AAxx",
    )
    assert identity.officer.roles == {Role.INVESTIGATOR}, "what the trigger wrote, and no more"
    assert not check(token()).of_directory
    assert check(token()).officer.account_name == "p.officer"
