"""One origin: what CloudFront hands on, and what answers where the app has nothing."""

from __future__ import annotations

import gzip
import json

import httpx
import pytest

from infra.building.frontend import ASSETS, MANIFEST
from infra.paths import SHARED_DATA
from tests.running import RunningStack
from tests.stack.asking import signed_in


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


@pytest.mark.parametrize(
    "form, page",
    [
        ("/console/requests/0123/withdrawal", "/console/requests/0123"),
        ("/console/requests/0123/recipients/45/clock", "/console/requests/0123/recipients/45"),
        ("/account/texts/stop", "/account/texts"),
        ("/reply/abc/seen", "/reply/abc"),
        ("/console/sign-out", "/console"),
    ],
)
def test_whoever_reloads_the_address_of_a_form_comes_to_its_page(
    stack: RunningStack, form: str, page: str
) -> None:
    with stack.http() as http:
        for method in ("GET", "HEAD"):
            answer = http.request(method, form)
            assert answer.status_code == 303
            assert answer.headers["location"] == page
            assert "content-security-policy" in answer.headers
        assert http.delete(form).status_code == 405


@pytest.mark.parametrize(
    "part", ["a%0d%0aSet-Cookie:%20x=1", "%2F%2Fevil.example", "%5Cevil", "%00"]
)
def test_no_address_becomes_a_header_or_leads_elsewhere(stack: RunningStack, part: str) -> None:
    with stack.http() as http:
        answer = http.get(f"/reply/{part}/seen")
    assert "set-cookie" not in answer.headers
    assert answer.status_code in (404, 405) or (
        answer.status_code == 303 and answer.headers["location"].startswith("/reply/")
    )


def test_a_shortened_address_of_an_incident_leads_to_the_list(stack: RunningStack) -> None:
    with signed_in(stack, "investigator") as officer:
        answer = officer.send_request("GET", "/console/incidents")
    assert (answer.status_code, answer.headers["location"]) == (303, "/console")


@pytest.mark.parametrize("path", ["/", "/register", "/api/v1/openapi.json"])
def test_pages_and_json_come_compressed(stack: RunningStack, path: str) -> None:
    """As browsers and programs ask: what comes is the same, and HEAD tells of it."""
    with stack.http() as http:
        plain = http.get(path, headers={"Accept-Encoding": "identity"})
        with http.stream("GET", path, headers={"Accept-Encoding": "gzip, br"}) as coming:
            sent = b"".join(coming.iter_raw())
        head = http.head(path, headers={"Accept-Encoding": "gzip, br"})
        short = http.get("/sign-in/no-such", headers={"Accept-Encoding": "gzip;q=0"})
    assert "content-encoding" not in plain.headers and "content-encoding" not in short.headers
    assert coming.headers["content-encoding"] == "gzip"
    assert int(coming.headers["content-length"]) == len(sent) < len(plain.content) / 2
    assert len(gzip.decompress(sent)) == len(plain.content)
    for answer in (plain, coming, head):
        assert "Accept-Encoding" in answer.headers["vary"]
        assert answer.headers["content-type"] == plain.headers["content-type"]
    assert (head.content, head.headers["content-encoding"]) == (b"", "gzip")


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
