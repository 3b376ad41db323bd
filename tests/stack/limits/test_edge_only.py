"""The API answers its own edge and nobody else, also while the edge's key is changed."""

from __future__ import annotations

import json
from argparse import Namespace

import httpx
import pytest

from chalicelib.limits.edge_key import HEADER
from infra.commands import rotate_edge_key
from tests.running import RunningStack
from tests.stack.asking import signed_in


def keys(stack: RunningStack) -> dict[str, str]:
    """What the edge's secret holds now."""
    arn = stack.target.outputs()["EdgeSecretArn"]
    found = stack.client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"]
    shown: dict[str, str] = json.loads(found)
    return shown


def direct(stack: RunningStack, path: str, method: str = "GET", **headers: str) -> httpx.Response:
    """A call of the API's own address."""
    api = stack.target.outputs()["RestAPIId"]
    address = f"{stack.described['aws_endpoint']}/_aws/execute-api/{api}/api{path}"
    return httpx.request(method, address, headers=headers, timeout=60)


@pytest.mark.parametrize(
    "method, path",
    [
        ("GET", "/"),
        ("HEAD", "/register"),
        ("POST", "/register"),
        ("POST", "/sign-in"),
        ("GET", "/reply/abc"),
        ("POST", "/reply/abc/uploads"),
        ("GET", "/console"),
        ("GET", "/no/such/page"),
        ("DELETE", "/register"),
    ],
)
def test_a_direct_call_of_a_page_is_refused_in_words(
    stack: RunningStack, method: str, path: str
) -> None:
    answer = direct(stack, path, method)
    assert answer.status_code == 403
    assert answer.headers["content-type"].startswith("text/html")
    assert "content-security-policy" in answer.headers and "set-cookie" not in answer.headers
    if method != "HEAD":
        assert "not for direct calls" in answer.text and stack.base_url in answer.text


def test_a_direct_call_of_the_api_is_refused_with_a_good_token_too(stack: RunningStack) -> None:
    with signed_in(stack, "investigator") as officer:
        token = f"Bearer {officer.bearer()}"
    for path in ("/api/v1/incidents", "/api/v1/openapi.json"):
        answer = direct(stack, path, Authorization=token)
        assert answer.status_code == 403
        assert answer.headers["content-type"] == "application/problem+json"
    with stack.http() as http:
        through = http.get("/api/v1/incidents", headers={"Authorization": token})
    assert through.status_code == 200


@pytest.mark.parametrize("shown", ["", "guess", "{key}x", "x{key}"])
def test_a_wrong_key_opens_nothing(stack: RunningStack, shown: str) -> None:
    assert direct(stack, "/privacy", **{HEADER: keys(stack)["key"]}).status_code == 200
    wrong = shown.format(key=keys(stack)["key"][:-1])
    assert direct(stack, "/privacy", **{HEADER: wrong}).status_code == 403


def test_a_viewer_cannot_show_a_key_of_their_own(stack: RunningStack) -> None:
    """CloudFront puts its own over whatever comes under the name."""
    with stack.http() as http:
        assert http.get("/privacy", headers={HEADER: "guess"}).status_code == 200


def test_the_key_is_changed_while_people_use_the_service(stack: RunningStack) -> None:
    before = keys(stack)["key"]
    assert rotate_edge_key.run(Namespace(), stack.target) == 0
    after = keys(stack)
    assert after["key"] != before and after["previous"] == before
    with stack.http() as http:
        assert http.get("/privacy").status_code == 200

    def taken() -> bool:
        return direct(stack, "/privacy", **{HEADER: after["key"]}).status_code == 200

    assert stack.wait_for(taken, "the new key to be known to every process")
    assert direct(stack, "/privacy", **{HEADER: before}).status_code == 200
