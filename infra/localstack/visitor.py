"""A program that uses Sightline as people do: pages, forms, links in e-mails, the officers' API.

It knows only the outside interface, so the demo and the end-to-end test use what everybody uses.
It works with the local stack, whose host names Python cannot resolve, and with a deployed stage.
"""

from __future__ import annotations

import base64
import hashlib
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

import httpx
from bs4 import BeautifulSoup
from bs4.element import Tag

from infra.localstack.patience import PAUSES, PatientTransport, gave_up, log_again

HOPS = 8  # redirects followed before giving up


class PageRefused(Exception):
    """The service refused a request. Carries the answer, its status and its text."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer
        self.status = answer.status_code
        self.text = answer.text
        words = re.sub(r"\s+", " ", BeautifulSoup(answer.text, "html.parser").get_text(" "))
        if gave_up(answer):
            words = f"the gateway waited no longer; it may have been done all the same. {words}"
        super().__init__(f"{answer.request.method} {answer.url.path}: {self.status}: {words[:300]}")


@dataclass(frozen=True)
class VisitedPage:
    """A page that was opened: the answer, and the address after redirects."""

    answer: httpx.Response
    url: str

    @property
    def soup(self) -> BeautifulSoup:
        """The parsed page."""
        return BeautifulSoup(self.answer.text, "html.parser")

    @property
    def text(self) -> str:
        """The text that a person reads on the page."""
        soup = self.soup
        for unseen in soup.select("[hidden]"):
            unseen.decompose()
        return re.sub(r"\s+", " ", soup.get_text(" ")).strip()

    def checked(self, name: str) -> list[str]:
        """List the values of all ticked checkboxes of this name; `form` knows one of them."""
        return [str(box["value"]) for box in self.soup.select(f"input[name={name}][checked]")]

    def form(self, action: str = "") -> tuple[str, dict[str, str]]:
        """Find the address and fields (hidden ones and defaults) of the first form that posts to an
        address with `action` in it. Raises LookupError when there is none."""
        for form in self.soup.find_all("form"):
            target = str(form.get("action") or urlsplit(self.url).path)
            if str(form.get("method", "get")).lower() == "post" and action in target:
                return urljoin(self.url, target), _fields(form)
        raise LookupError(f"no form for {action!r} on {self.url}")


def _fields(form: Tag) -> dict[str, str]:
    fields: dict[str, str] = {}
    for element in form.find_all(["input", "textarea", "select"]):
        name = element.get("name")
        if not name:
            continue
        kind = str(element.get("type", "text")).lower()
        if element.name == "textarea":
            fields[str(name)] = element.get_text()
        elif element.name == "select":
            chosen = element.find("option", selected=True) or element.find("option")
            if chosen is not None:
                fields[str(name)] = str(chosen.get("value", chosen.get_text()))
        elif kind in ("checkbox", "radio"):
            if element.has_attr("checked"):
                fields[str(name)] = str(element.get("value", "on"))
        elif kind not in ("submit", "button", "file", "image"):
            fields[str(name)] = str(element.get("value", ""))
    return fields


class Visitor:
    """A browser without a screen: keeps cookies, follows redirects, fills in forms.

    base_url: the public origin. Cookies are kept by hand because they are `Secure`, which
    Python's own jar does not send over the local stack's plain http. transport: what carries the
    requests, where that is not the network.
    """

    def __init__(self, base_url: str, transport: httpx.BaseTransport | None = None) -> None:
        self.base_url = base_url.rstrip("/")
        self._cookies: dict[str, dict[str, str]] = {}
        self._http = httpx.Client(
            timeout=120, follow_redirects=False, transport=transport or PatientTransport()
        )

    def close(self) -> None:
        """Close the visitor's connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def set_cookie(self, name: str, value: str) -> None:
        """Set a cookie for the service's host, as if the service had set it before."""
        self._cookies.setdefault(urlsplit(self.base_url).netloc, {})[name] = value

    def cookie(self, name: str) -> str:
        """Read a cookie that the service has set, "" when it has not."""
        return self._cookies.get(urlsplit(self.base_url).netloc, {}).get(name, "")

    def send_request(
        self,
        method: str,
        address: str,
        *,
        headers: Mapping[str, str] | None = None,
        **arguments: Any,
    ) -> httpx.Response:
        """Send one request and follow no redirect. address: a path or a whole address."""
        url = address if "://" in address else self.base_url + address
        parts = urlsplit(url)
        host = parts.netloc
        fields = dict(headers or {})
        if (parts.hostname or "").endswith(".localhost"):
            # Python's resolver does not know *.localhost; browsers do (RFC 6761).
            url = parts._replace(netloc=f"localhost:{parts.port or 80}").geturl()
            fields["Host"] = host
        if kept := self._cookies.get(host):
            fields["Cookie"] = "; ".join(f"{name}={value}" for name, value in kept.items())
        answer = self._http.request(method, url, headers=fields, **arguments)
        for line in answer.headers.get_list("set-cookie"):
            name, _, value = line.split(";")[0].partition("=")
            jar = self._cookies.setdefault(host, {})
            if value and "max-age=0" not in line.lower():
                jar[name.strip()] = value
            else:
                jar.pop(name.strip(), None)
        return answer

    def open_page(self, address: str, *, ok: bool = True) -> VisitedPage:
        """Open a page, following redirects. ok: raises PageRefused for a status of 400 or more."""
        return self._follow("GET", address, None, ok)

    def submit(
        self, page: VisitedPage, values: Mapping[str, Any], *, action: str = "", ok: bool = True
    ) -> VisitedPage:
        """Fill in a form of the page and send it, as its button does."""
        target, fields = page.form(action)
        return self._follow("POST", target, {**fields, **values}, ok)

    def _follow(self, method: str, address: str, data: Any, ok: bool) -> VisitedPage:
        url = address if "://" in address else self.base_url + address
        for _ in range(HOPS):
            answer = (
                self.send_request(method, url, data=data)
                if data is not None
                else self.send_request(method, url)
            )
            if answer.status_code not in (301, 302, 303, 307, 308):
                if ok and answer.status_code >= 400:
                    raise PageRefused(answer)
                return VisitedPage(answer, url)
            url = urljoin(url, answer.headers["location"])
            method, data = "GET", None
        raise RuntimeError(f"more than {HOPS} redirects from {address}")

    # residents

    def register(self, **values: str) -> VisitedPage:
        """Register through the form, after which the service sends an e-mail with a link."""
        return self.submit(self.open_page("/register"), values, action="/register")

    def press_button(self, link: str) -> VisitedPage:
        """Open a link from an e-mail and press the one button on its page."""
        return self.submit(self.open_page(link), {})

    def upload(
        self, reply: str, filename: str, content: bytes, content_type: str = "video/mp4"
    ) -> dict[str, Any]:
        """Send a file in parts, as the reply page's script does; return the receipt.

        reply: address of the reply page.
        """
        made = self.json(
            "POST",
            f"{reply}/uploads",
            {"filename": filename, "size": len(content), "content_type": content_type},
        )
        size, upload = made["part_size"], f"{reply}/uploads/{made['upload_id']}"
        parts = [content[at : at + size] for at in range(0, len(content), size)]
        done = []
        for number, part in enumerate(parts, start=1):
            check = sha256_base64(part)
            asked = {"parts": [{"number": number, "sha256": check}]}
            (signed,) = self.json("POST", f"{upload}/parts", asked)["parts"]
            sent = self.send_request("PUT", signed["url"], headers=signed["headers"], content=part)
            if sent.status_code != 200:
                raise PageRefused(sent)
            done.append({"number": number, "etag": sent.headers["etag"], "sha256": check})
        whole = {"parts": done, "sha256": sha256_base64(content)}
        return self.json("POST", f"{upload}/complete", whole)

    # officers

    def sign_in(self, username: str, password: str) -> None:
        """Sign in through the hosted page, after which `/console` is open.

        When the gateway timed out, sign-in begins again, as a code can be used only once.
        """
        for pause in PAUSES:
            try:
                return self._sign_in_once(username, password)
            except PageRefused as refused:
                if not gave_up(refused.answer):
                    raise
                log_again("sign-in", refused.answer.url.path, refused.status)
                time.sleep(pause)
        return self._sign_in_once(username, password)

    def _sign_in_once(self, username: str, password: str) -> None:
        hosted = self.open_page("/console/sign-in")
        done = self.submit(hosted, {"username": username, "password": password})
        if "/console" not in urlsplit(done.url).path:
            raise PageRefused(done.answer)

    def bearer(self) -> str:
        """Get a token for the API from the signed-in session."""
        return str(self.json("GET", "/console/token")["token"])

    def json(
        self, method: str, address: str, body: Any = None, *, token: str = ""
    ) -> dict[str, Any]:
        """Call the API with JSON. Raises PageRefused for a status of 400 or more."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = self.send_request(
            method, address, headers=headers, **({"json": body} if body else {})
        )
        if answer.status_code >= 400:
            raise PageRefused(answer)
        result: dict[str, Any] = answer.json()
        return result


def sha256_base64(content: bytes) -> str:
    """Compute a SHA-256 in base64, as S3 and the upload JSON write it."""
    return base64.b64encode(hashlib.sha256(content).digest()).decode()
