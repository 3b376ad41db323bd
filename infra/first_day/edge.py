"""People reach the stage by the edge, compressed and with its headers, and nobody passes it by."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from infra.first_day.running import StageOnTrial, TrialFinding, failed, not_here, proved
from infra.localstack.visitor import Visitor

QUESTION = "Is the edge the only way in, and does it compress and protect?"
PAGE_HEADERS = ("content-security-policy", "x-content-type-options", "referrer-policy")


def prove(stage: StageOnTrial) -> Iterator[TrialFinding]:
    """Open a page by the edge, and the same page at the API's own address."""
    origin = stage.target.origin(stage.outputs["RestAPIId"], stage.outputs["ApiStage"])
    scheme = "http" if stage.emulated else "https"
    host = origin["ApiHost"] + (f":{origin['ApiPort']}" if "ApiPort" in origin else "")
    with Visitor(stage.outputs["BaseUrl"]) as visitor:
        direct = visitor.send_request("GET", f"{scheme}://{host}{origin['ApiPath']}/register")
        page = visitor.send_request("GET", "/register", headers={"Accept-Encoding": "gzip, br"})
        if direct.status_code == 403:
            yield proved("A call of the API at its own address is refused: the edge is the way in.")
        else:
            yield failed(
                f"A call at the API's own address was answered with {direct.status_code}.",
                "See that DirectCalls is `refused`, and deploy.",
            )
        missing = [name for name in PAGE_HEADERS if name not in page.headers]
        if page.status_code == 200 and not missing:
            yield proved("The first page comes with the headers that protect it.")
        else:
            yield failed(
                f"The first page was answered with {page.status_code}; without {missing}.",
                "Look into the log of APIHandler, and at the distribution's state.",
            )
        if page.headers.get("content-encoding") in ("gzip", "br"):
            yield proved(f"Pages come compressed ({page.headers['content-encoding']}).")
        else:
            yield failed(
                "Pages come uncompressed.",
                "See that the distribution hands the header Accept-Encoding on to the API.",
            )
        yield _transport(stage, visitor)


def _transport(stage: StageOnTrial, visitor: Visitor) -> TrialFinding:
    """Ask for the first page without TLS."""
    if stage.emulated:
        return not_here("The emulator speaks no TLS: that plain HTTP leads to it shows on AWS.")
    host = urlsplit(stage.outputs["BaseUrl"]).netloc
    plain = visitor.send_request("GET", f"http://{host}/register")
    if plain.status_code == 301 and plain.headers["location"].startswith("https://"):
        return proved("Plain HTTP leads to HTTPS.")
    return failed(
        f"Plain HTTP was answered with {plain.status_code}.",
        "Look at the distribution's behaviour.",
    )
