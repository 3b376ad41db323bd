"""The main job with words in it that stand nowhere else, so that each copy of them can be found."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from chalicelib.web.http import csrf
from chalicelib.web.http.headers import OFFICER_COOKIE, OWNER_COOKIE
from infra.localstack.visitor import VisitedPage, Visitor
from tests.clips import mp4
from tests.running import RunningStack
from tests.stack.asking import SCENE
from tests.stack.calling import invoke
from tests.stack.overheard import workflows
from tests.stack.residents import Resident, filled

TYPED = (
    "name", "address", "second line", "town", "make", "email", "new name", "new email",
    "note", "message of owner", "file name", "file name of form",
    "offence", "description", "request", "message of officer", "words at closing",
    "reason of search", "reason of contact", "reason of opening", "reason of call",
    "reason of withdrawal", "reason of reopening",
    "name of officer", "email of officer", "template", "name of template",
)  # fmt: skip
"""What people type, of which each gets a word of its own."""
PHONES = {"phone": "07700 900617", "new phone": "07700 900618", "phone of officer": "07700 900619"}
_DICE = random.SystemRandom()


def made_up_word() -> str:
    """Make fourteen letters that no language, identifier or hash has."""
    return "zq" + "".join(_DICE.choices("bcdfgjkmpvwxz", k=12))


@dataclass
class Planted:
    """What was planted: by kind, the text that a copy of it has, in small letters."""

    words: dict[str, str] = field(default_factory=dict)

    @classmethod
    def made_up(cls) -> Planted:
        """Make words for everything that people type. The phones are nobody's, by law."""
        words = {kind: made_up_word() for kind in TYPED}
        words["crime reference"] = f"20/{_DICE.randrange(10**6, 10**7)}/26"
        words["postcode"] = "xq1 1aa"  # the one that the form of tests.stack.residents has
        return cls(words | {kind: phone[1:].replace(" ", "") for kind, phone in PHONES.items()})

    def keep(self, kind: str, secret: str) -> None:
        """Look for something that the application made, such as a link, as well."""
        assert len(secret) >= 8, kind
        self.words[kind] = secret.lower()

    def found_in(self, texts: list[str]) -> set[str]:
        """Kinds of what stands in any of the texts, however it is written there."""
        whole = "\n".join(texts).lower()
        plain = re.sub(r"%2f|\\/", "/", whole)
        digits = re.sub(r"(?<=\d)(?:%20|[ +-])(?=\d)", "", plain)
        return {
            kind
            for kind, word in self.words.items()
            if any(word in written for written in (whole, plain, digits))
        }


@dataclass
class PlantedJob:
    """The whole job, done once, each step as a person does it on a page."""

    stack: RunningStack
    planted: Planted
    owner: Visitor
    officer: Visitor
    supervisor: Visitor
    administrator: Visitor
    reply: str = ""
    incident: str = ""
    request: str = ""
    recipient: str = ""

    def word(self, kind: str) -> str:
        return self.planted.words[kind]

    def email(self, kind: str = "email") -> str:
        return f"{self.word(kind)}@example.test"

    @property
    def resident(self) -> Resident:
        return Resident(self.stack, self.owner, self.email())

    def fill_in(
        self, visitor: Visitor, at: str | VisitedPage, values: Mapping[str, Any], action: str = ""
    ) -> VisitedPage:
        """Fill in a form and send it; the page that follows must be a good one."""
        page = visitor.open_page(at) if isinstance(at, str) else at
        return visitor.submit(page, values, action=action or urlsplit(page.url).path)

    def open_link(self, kind: str, path: str, address: str = "") -> str:
        """Find the newest link in a mail, and plant its token."""
        link = self.stack.link_in_mail(address or self.email(), path)
        parts = urlsplit(link)
        (token,) = parse_qs(parts.query).get("token") or [parts.path.rpartition("/")[2]]
        self.planted.keep(kind, token)
        return link

    def register(self) -> None:
        """An owner registers, signs in, changes what is known of them and their camera."""
        form = filled(
            self.email(),
            name=self.word("name"),
            phone=PHONES["phone"],
            address_line_1=f"1 {self.word('address')} Lane",
            address_line_2=self.word("second line"),
            town=self.word("town"),
        )
        self.owner.register(**form)
        self.owner.press_button(self.open_link("registration link", "/register/confirm"))
        self.resident.sign_in()
        self.open_link("sign-in link", "/sign-in/confirm")
        self.planted.keep("session of owner", self.owner.cookie(OWNER_COOKIE))
        _, fields = self.owner.open_page("/account").form("sign-out")
        self.planted.keep("form token", fields[csrf.FIELD])
        site = self.resident.sites()[0].id
        self.planted.keep("owner id", self.resident.owner_id)
        self.planted.keep("site id", site)
        described = {"model": "other", "make": self.word("make"), "kind": "fixed", "records": "yes"}
        self.fill_in(self.owner, f"/account/sites/{site}/cameras/1", described)
        details = {"name": self.word("new name"), "phone": PHONES["new phone"]}
        self.fill_in(self.owner, "/account/details", details)

    def record(self) -> None:
        """An officer fills in a profile, records an incident, searches and sees a contact."""
        self.planted.keep("session of officer", self.officer.cookie(OFFICER_COOKIE))
        page = self.officer.open_page("/console/profile")
        profile = {"name": self.word("name of officer"), "phone": PHONES["phone of officer"]}
        profile["email"] = self.email("email of officer")
        self.fill_in(self.officer, page, {**profile, "news": page.checked("news")})
        start = datetime.now(UTC) - timedelta(hours=3)
        case = {
            "crime_reference": self.word("crime reference"),
            "offence": self.word("offence"),
            "occurred_from": f"{start:%Y-%m-%dT%H:%M}",
            "occurred_to": f"{start + timedelta(minutes=5):%Y-%m-%dT%H:%M}",
            "public_description": f"Somebody {self.word('description')}.",
            "latitude": str(SCENE[1]),
            "longitude": str(SCENE[0]),
        }
        made = self.fill_in(self.officer, "/console/incidents/new", case)
        self.incident = urlsplit(made.url).path
        self.planted.keep("incident id", self.incident.rpartition("/")[2])
        self.officer.open_page(f"/console?q={self.word('crime reference')}")
        reason = {"reason": self.word("reason of search"), "radius_m": "30"}
        found = self.fill_in(self.officer, self.incident, reason, "/searches")
        site = self.word("site id")
        contact = {"reason": self.word("reason of contact")}
        self.fill_in(self.officer, f"{self.incident}/contacts/{site}", contact, "/contacts/")
        written = self.officer.submit(found, {"act": "all"}, action="/compose")
        letter = {"message": f"Please {self.word('request')}.", "times": "one", "site_id": [site]}
        self.request = urlsplit(self.fill_in(self.officer, written, letter, "/requests").url).path
        self.planted.keep("request id", self.request.rpartition("/")[2])
        self.recipient = f"{self.request}/recipients/{site}"
        own = self.word("request id")
        self.stack.wait_for(
            lambda: [one for one in workflows(self.stack) if own in one], "the timer of the request"
        )

    def answer(self) -> None:
        """The owner saves it, says so with a note, asks something, and sends two files."""
        self.reply = self.open_link("reply link", "/reply/")
        saved = {"answer": "saved", "note": self.word("note")}
        self.fill_in(self.owner, self.reply, saved)
        asked = {"text": self.word("message of owner")}
        self.fill_in(self.owner, f"{self.reply}/messages", asked)
        told = {"text": self.word("message of officer")}
        self.fill_in(self.officer, self.recipient, told, "/messages")
        sent = self.owner.upload(self.reply, f"{self.word('file name')}.mp4", mp4())
        self.planted.keep("evidence id", sent["evidence_id"])
        target, fields = self.owner.open_page(f"{self.reply}/send").form()
        files = {"file": (f"{self.word('file name of form')}.mp4", mp4() + bytes(8), "video/mp4")}
        self.owner.send_request("POST", target, data=fields, files=files)

    def look(self) -> None:
        """The officer reads the answers, opens footage, takes lists and asks by program."""
        token = self.officer.bearer()
        self.planted.keep("bearer token", token)
        self.planted.keep("signature of token", token.rpartition(".")[2])
        evidence = f"/console/evidence/{self.word('evidence id')}"

        def accepted() -> bool:
            return "/console/evidence/" in self.officer.open_page(evidence).form(evidence)[0]

        self.stack.wait_for(lambda: _forgiving(accepted), "the file to be accepted")
        reason = {"reason": self.word("reason of opening"), "action": "save"}
        opened = self.officer.send_request(
            "POST", evidence, data={**self.officer.open_page(evidence).form(evidence)[1], **reason}
        )
        (signature,) = parse_qs(urlsplit(opened.headers["location"]).query)["X-Amz-Signature"]
        self.planted.keep("signed address", signature)
        self.officer.send_request("GET", opened.headers["location"])
        content = f"/api/v1{evidence.removeprefix('/console')}/content"
        self.officer.send_request(
            "GET", f"{content}?reason={self.word('reason of call')}",
            headers={"Authorization": f"Bearer {token}"},
        )  # fmt: skip
        for page in (self.request, self.recipient, f"{self.request}/coverage"):
            self.officer.open_page(page)
        self.officer.send_request("GET", f"{self.request}/disclosure")
        self.supervisor.open_page(f"/console/audit?subject=incident.{self.word('incident id')}")

    def end(self) -> None:
        """The request is withdrawn, the incident closed and opened again; a template is written;
        the owner moves to another address."""
        withdrawn = {"reason": self.word("reason of withdrawal")}
        self.fill_in(self.officer, self.request, withdrawn, "/withdrawal")
        closed = {"act": "close", "words": self.word("words at closing")}
        self.fill_in(self.officer, f"{self.incident}/closing", closed, "/closing")
        opened = {"reason": self.word("reason of reopening")}
        self.fill_in(self.supervisor, f"{self.incident}/closing", opened, "/reopening")
        template = {"name": self.word("name of template"), "text": self.word("template")}
        self.fill_in(self.administrator, "/console/wordings/new", template)
        self.owner.set_cookie(OWNER_COOKIE, "")
        self.resident.sign_in()
        moved = {"email": self.email("new email")}
        self.fill_in(self.owner, "/account/email", moved)
        address = self.email("new email")
        self.owner.press_button(self.open_link("link to an address", "/email/confirm", address))

    def fail(self) -> None:
        """A message came back, and the event that says so cannot be read: it goes to the queue of
        what failed for good."""
        event = {"detail-type": "Email Bounced", "detail": {"mail": self.email()}}
        invoke(self.stack, "MailEvents", event, "Event")

    def knock(self) -> None:
        """Everything once more where it does not belong: in addresses that lead nowhere, and in
        links that are over."""
        for kind, word in list(self.planted.words.items()):
            for address in (f"/nowhere/{word}", f"/api/v1/nowhere/{word}"):
                self.supervisor.send_request("GET", address, headers={"X-Probe": kind})
        for path in ("/reply/", "/register/confirm?token=", "/email/confirm?token="):
            self.supervisor.send_request("GET", f"{path}{self.word('sign-in link')}")
        self.supervisor.send_request("POST", "/register", data={"name": self.word("name")})
        self.supervisor.send_request("POST", self.reply, json={"note": self.word("note")})


def _forgiving(look: Any) -> bool:
    """Whether it is there yet; a page without the form is not."""
    try:
        return bool(look())
    except LookupError:
        return False
