"""One origin: what CloudFront hands on, and what answers where the app has nothing."""

from __future__ import annotations

import json

import httpx
import pytest

from infra.frontend import ASSETS, MANIFEST
from infra.paths import SHARED_DATA
from tests.running import RunningStack


@pytest.mark.parametrize(
    "path", ["/no-such-page", "/register/no/such", "/console/no-such", "/.env"]
)
def test_an_unknown_path_gets_a_page_in_words(stack: RunningStack, path: str) -> None:
    with stack.http() as http:
        answer = http.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert "Page not found" in answer.text


def test_an_unknown_path_of_the_api_gets_a_problem(stack: RunningStack) -> None:
    with stack.http() as http:
        answer = http.get("/api/v1/no-such-thing")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("method", ["DELETE", "PUT", "PATCH"])
def test_an_unknown_method_of_a_known_path_reaches_the_app(
    stack: RunningStack, method: str
) -> None:
    with stack.http() as http:
        answer = http.request(method, "/register")
    assert answer.status_code in (404, 405)
    assert "Missing Authentication Token" not in answer.text
    assert "content-security-policy" in answer.headers


@pytest.mark.parametrize("token", [None, "Bearer nonsense", "Bearer a.b.c"])
def test_the_api_asks_for_a_token_in_words(stack: RunningStack, token: str | None) -> None:
    with stack.http() as http:
        answer = http.get("/api/v1/incidents", headers={"Authorization": token} if token else {})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert "/console/token" in answer.json()["detail"]


def test_every_asset_of_the_front_end_is_there_and_kept_for_long(stack: RunningStack) -> None:
    manifest: dict[str, str] = json.loads(MANIFEST.read_text())
    assert {"resident.css", "resident.js", "console.css", "console.js"} <= set(manifest)
    with stack.http() as http:
        for name, address in manifest.items():
            answer = http.get(address)
            assert answer.status_code == 200, name
            assert answer.content == (ASSETS / address.removeprefix("/assets/")).read_bytes()
            assert "immutable" in answer.headers["cache-control"], name
            assert answer.headers["x-content-type-options"] == "nosniff"
            if name.endswith(".js"):
                assert answer.headers["content-type"].startswith("text/javascript")


def test_the_base_map_is_read_in_pieces(stack: RunningStack) -> None:
    basemap = SHARED_DATA / "basemap" / "west_midlands.pmtiles"
    if not basemap.exists():
        return  # without the open data there is no map to serve, and pages show none
    with stack.http() as http:
        answer = http.get(f"/assets/basemap/{basemap.name}", headers={"Range": "bytes=0-6"})
    assert answer.status_code == 206
    assert answer.content == b"PMTiles"


def test_browsers_may_put_parts_from_our_own_pages_only(stack: RunningStack) -> None:
    s3 = stack.client("s3")
    address = s3.generate_presigned_url(
        "put_object",
        Params={"Bucket": stack.described["evidence_bucket"], "Key": "uploads/cors"},
    )
    asked = {
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "content-type,x-amz-checksum-sha256",
    }
    ours = httpx.options(address, headers={**asked, "Origin": stack.base_url})
    assert ours.headers.get("access-control-allow-origin") == stack.base_url
    theirs = httpx.options(address, headers={**asked, "Origin": "https://elsewhere.example"})
    assert theirs.headers.get("access-control-allow-origin") != "https://elsewhere.example"
