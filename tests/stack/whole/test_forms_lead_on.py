"""Every form that changes something leads on to a page that shows the outcome, so that reloading,
going back or forwarding an address does nothing again; and no page of the console shows a case
before the look is on record."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import httpx
import pytest

import app
from chalicelib.container import Container
from chalicelib.core.ids import new_id
from chalicelib.core.times import utc_now
from chalicelib.oversight.unusual_use import UnusualKind
from chalicelib.oversight.use_store import UNUSUAL, UnusualUse
from chalicelib.web.http.routing import DECLARED, RouteKind
from infra.localstack.officers import UNIT
from infra.localstack.visitor import VisitedPage, Visitor
from tests.clips import mp4
from tests.running import RunningStack
from tests.stack.asking import SCENE, Asked, asked, signed_in
from tests.stack.requests.test_recorder_clock import send_picture
from tests.stack.residents import Resident, filled, load_area_data, new_email, registry
from tests.support.desk import Session, settings_of

assert app.app.routes  # declares the routes

SHOWS_ONLY = {
    "/console/incidents/{incident_id}/compose": "shows the letter as it is so far",
    "/console/incidents/{incident_id}/compose/preview": "a part of that page",
    "/console/incidents/{incident_id}/compose/checks": "a part of that page",
    "/console/incidents/{incident_id}/area-file": "reads a file for the page to draw",
    "/console/stay": "says that somebody works in the page",
    "/console/drafts": "keeps what was typed before the session ends",
}
"""The forms that change nothing, and so answer with what they show."""


@dataclass
class World:
    """People who have something to send. evidence_id: of footage that an owner sent. made: ids
    that earlier forms of a test gave, and that of a picture of a recorder's clock."""

    stack: RunningStack
    asked: Asked
    officer: Visitor
    supervisor: Visitor
    administrator: Visitor
    owner: Resident
    evidence_id: str
    made: dict[str, str] = field(default_factory=dict)

    @property
    def incident(self) -> str:
        return f"/console/incidents/{self.asked.incident_id}"

    @property
    def request(self) -> str:
        return f"/console/requests/{self.asked.request_id}"

    @property
    def site_id(self) -> str:
        return str(self.owner.sites()[0].id)

    @property
    def reply(self) -> str:
        return self.asked.replies[0]


@pytest.fixture(scope="module")
def world(stack: RunningStack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    load_area_data(stack, tmp_path_factory.mktemp("area"))
    with ExitStack() as opened:
        one = opened.enter_context(asked(stack))
        receipt = one.somebody.upload(one.replies[1], "garden.mp4", mp4())
        made = {"picture": send_picture(one)}
        owner = Resident(stack, opened.enter_context(stack.visitor()), one.emails[0])
        owner.sign_in()
        opened.enter_context(signed_in(stack, "investigator2"))  # who is known to the unit then
        yield World(
            stack,
            one,
            one.officer,
            opened.enter_context(signed_in(stack, "supervisor")),
            opened.enter_context(signed_in(stack, "administrator")),
            owner,
            receipt["evidence_id"],
            made,
        )


def post(
    visitor: Visitor, page: str | VisitedPage, action: str, /, **values: object
) -> httpx.Response:
    """Fills in a form of a page and sends it, without following."""
    opened = visitor.open_page(page) if isinstance(page, str) else page
    target, fields = opened.form(action)
    return visitor.send_request("POST", target, data={**fields, **values})


def change_profile(world: World) -> httpx.Response:
    """With the same topics as before: later tests wait for mails that this officer gets."""
    page = world.officer.open_page("/console/profile")
    news = page.checked("news")
    return post(world.officer, page, "/console/profile", name="PC Lane", news=news)


def register(world: World) -> httpx.Response:
    with world.stack.visitor() as visitor:
        world.made["email"] = new_email()
        return post(visitor, "/register", "/register", **filled(world.made["email"]))


def confirm(world: World) -> httpx.Response:
    link = world.stack.link_in_mail(world.made["email"], "/register/confirm")
    with world.stack.visitor() as visitor:
        return post(visitor, link, "/register/confirm")


def ask_for_link(world: World) -> httpx.Response:
    with world.stack.visitor() as visitor:
        return post(visitor, "/sign-in", "/sign-in", email=world.made["email"])


def use_link(world: World) -> httpx.Response:
    link = world.stack.link_in_mail(world.made["email"], "/sign-in/confirm")
    with world.stack.visitor() as visitor:
        return post(visitor, link, "/sign-in/confirm")


def of_owner(page: str, action: str = "", **values: str) -> Callable[[World], httpx.Response]:
    """Sends a form of the account pages; `{site}` stands for the owner's site."""

    def sent(world: World) -> httpx.Response:
        at = page.format(site=world.site_id) if "{site}" in page else page
        return post(world.owner.visitor, at, action or at, **values)

    return sent


def of_reply(part: str, **values: str) -> Callable[[World], httpx.Response]:
    """Sends a form of the reply page or of a page below it."""

    def sent(world: World) -> httpx.Response:
        page = f"{world.reply}{part}"
        return post(world.asked.somebody, page, urlsplit(page).path, **values)

    return sent


def check_clock(world: World) -> httpx.Response:
    """Types what the recorder shows, which is right to the second."""
    page, now = f"{world.reply}/clock", datetime.now(ZoneInfo("Europe/London"))
    return post(
        world.asked.somebody,
        page,
        urlsplit(page).path,
        shown_day=str(now.day),
        shown_month=str(now.month),
        shown_year=str(now.year),
        shown_time=f"{now:%H:%M:%S}",
    )


def new_number(world: World) -> httpx.Response:
    world.made["phone"] = f"+4477{int(datetime.now(UTC).timestamp()) % 10**8:08}"
    return post(world.owner.visitor, "/account/texts", "/account/texts", phone=world.made["phone"])


def give_code(world: World) -> httpx.Response:
    code = re.match(r"\d{6}", world.stack.texts_to(world.made["phone"])[-1])
    assert code
    page = "/account/texts/code"
    return post(world.owner.visitor, page, page, code=code[0])


def new_address(world: World) -> httpx.Response:
    world.made["address"] = new_email()
    page = "/account/email"
    return post(world.owner.visitor, page, page, email=world.made["address"])


def confirm_address(world: World) -> httpx.Response:
    link = world.stack.link_in_mail(world.made["address"], "/email/confirm")
    answer = post(world.owner.visitor, link, "/email/confirm")
    world.owner.email = world.made["address"]
    world.owner.sign_in()
    return answer


def see_request(world: World) -> httpx.Response:
    return post(world.owner.visitor, "/account", "/account/requests/")


def new_incident(world: World) -> httpx.Response:
    start = datetime.now(UTC) - timedelta(hours=3)
    return post(
        world.officer,
        "/console/incidents/new",
        "/console/incidents/new",
        crime_reference="20/654321/26",
        offence="Theft",
        occurred_from=f"{start:%Y-%m-%dT%H:%M}",
        occurred_to=f"{start + timedelta(minutes=5):%Y-%m-%dT%H:%M}",
        public_description="A bicycle was taken.",
        latitude=str(SCENE[1]),
        longitude=str(SCENE[0]),
    )


def search(world: World) -> httpx.Response:
    answer = post(world.officer, world.incident, "/searches", reason="Cameras", radius_m="30")
    world.made["found"] = answer.headers["location"]
    return answer


def ask(world: World) -> httpx.Response:
    """Writes to the owner who registered a moment ago."""
    found = world.officer.open_page(world.made["found"])
    written = world.officer.submit(found, {"act": "all"}, action="/compose")
    answer = post(
        world.officer,
        written,
        "/requests",
        message="Please look for a red coat.",
        site_id=[box["value"] for box in written.soup.find_all(id=re.compile("^site-"))],
        times="one",
    )
    world.made["request"] = answer.headers["location"]
    return answer


def recipient(world: World) -> str:
    return f"{world.request}/recipients/{world.site_id}"


def read_clock(world: World) -> httpx.Response:
    """Reads the clock off a picture that the owner sent."""
    world.asked.decided(world.made["picture"])
    now = f"{datetime.now(UTC) - timedelta(hours=2):%Y-%m-%dT%H:%M:%S}"
    return post(world.officer, recipient(world), "/clock", shown=now, true_at=now)


def share(world: World) -> httpx.Response:
    page = f"{world.incident}/team"
    return post(world.officer, page, "/team", officers="supervisor\ninvestigator3")


def of_unit(world: World) -> httpx.Response:
    """Lets an officer of the unit see the map, and no longer."""
    listed = world.supervisor.open_page("/console/unit").soup
    row = next(row for row in listed.find_all("tr") if "investigator2" in row.get_text())
    link = row.find("a")
    assert link
    page = str(link["href"])
    post(world.supervisor, page, "/console/unit", reason="Plans the new cameras")
    return post(world.supervisor, page, "/console/unit", reason="They are planned")


def enter(world: World) -> httpx.Response:
    case = world.asked.incident_id
    return post(world.supervisor, "/console/enter", "/console/enter", wanted=case, reason="Illness")


def add_template(world: World) -> httpx.Response:
    page = "/console/wordings/new"
    answer = post(world.administrator, page, page, name=f"Own {new_id()}", text="Please look.")
    world.made["wording"] = answer.headers["location"].rpartition("wording=")[2]
    return answer


def of_template(act: str, **values: str) -> Callable[[World], httpx.Response]:
    def sent(world: World) -> httpx.Response:
        one = f"/console/wordings/{world.made['wording']}"
        page = "/console/wordings" if act == "/return" else one
        return post(world.administrator, page, f"{one}{act}", **values)

    return sent


def sign_out(world: World) -> httpx.Response:
    with signed_in(world.stack, "analyst") as visitor:
        return post(visitor, "/console/profile", "/console/sign-out")


def end_sessions(act: str) -> Callable[[World], httpx.Response]:
    """Ends another session of the analyst, or all of them."""

    def sent(world: World) -> httpx.Response:
        with signed_in(world.stack, "analyst"), signed_in(world.stack, "analyst") as visitor:
            return post(visitor, "/console/sessions", f"/console/sessions/{act}")

    return sent


def owner_signs_out(world: World) -> httpx.Response:
    answer = post(world.owner.visitor, "/account", "/account/sign-out")
    world.owner.sign_in()
    return answer


def note_use(world: World) -> httpx.Response:
    """Notes what came of unusual use, of which the hourly review would have written a line."""
    own = Container(settings_of(world.stack), utc_now, Session(world.stack))
    known = own.access.officer_profiles.all()
    seen = next(one for one in known if one.username == "investigator2")
    today, kinds = f"{datetime.now(UTC):%Y-%m-%d}", (UnusualKind.REVEALS,)
    line = UnusualUse(UNIT, today, seen.id, seen.username, kinds, ("Saw 40 owners",))
    registry(world.stack).put(UNUSUAL.item(line))
    listed = world.supervisor.open_page("/console/unit/use").soup
    links = [str(one["href"]) for one in listed.find_all("a")]
    link = next(one for one in links if f"officer={seen.id}" in one and "day=" in one)
    return post(world.supervisor, link, "/console/unit/use", note="They rang owners of a street")


def allow_more(world: World) -> httpx.Response:
    listed = world.supervisor.open_page("/console/unit/use").soup
    link = next(str(one["href"]) for one in listed.find_all("a") if "allow=" in str(one["href"]))
    page, reason = "/console/unit/budgets", "A long search for a missing child"
    return post(world.supervisor, link, page, searches="5", reason=reason)


def accept_address(world: World) -> httpx.Response:
    """Accepts an address whose pin was far from its postcode."""
    email = new_email()
    with world.stack.visitor() as visitor:
        far = filled(email) | {"latitude": "52.52", "longitude": "-1.9054"}
        page = visitor.submit(visitor.open_page("/register"), far, action="/register", ok=False)
        box = page.soup.find("input", {"name": "far_pin"})
        assert box
        visitor.submit(page, {"far_pin": str(box["value"])}, action="/register")
        visitor.press_button(world.stack.link_in_mail(email, "/register/confirm"))
    listed = world.administrator.open_page("/console/addresses").soup
    links = [str(one["href"]) for one in listed.find_all("a")]
    link = next(one for one in links if re.search(r"/console/addresses/[0-9a-z]{16}", one))
    return post(world.administrator, link, "/console/addresses/", decision="accept")


SITE = "/account/sites/{site}"
FORMS: dict[str, Callable[[World], httpx.Response]] = {
    "/register": register,
    "/register/confirm": confirm,
    "/sign-in": ask_for_link,
    "/sign-in/confirm": use_link,
    "/account/requests/{request_id}/{site_id}": see_request,
    "/reply/{token}": of_reply("", answer="saved", note="By the gate"),
    "/reply/{token}/messages": of_reply("/messages", text="Which street is it?"),
    "/reply/{token}/clock": check_clock,
    "/account/details": of_owner("/account/details", name="Sam Bell", phone="0121 496 0101"),
    "/account/pause": of_owner("/account/pause", pause_for="1"),
    "/account/resume": of_owner("/account", "/account/resume"),
    "/account/texts": new_number,
    "/account/texts/code": give_code,
    "/account/texts/stop": of_owner("/account/texts", "/account/texts/stop"),
    "/account/email": new_address,
    "/email/confirm": confirm_address,
    "/account/sites/{site_id}/cameras": of_owner(f"{SITE}/cameras", camera_count="3"),
    "/account/sites/{site_id}/cameras/{number}/remove": of_owner(
        f"{SITE}/cameras/3", "/cameras/3/remove"
    ),
    "/account/sites/{site_id}/cameras/{number}": of_owner(
        f"{SITE}/cameras/1", "/cameras/1", kind="doorbell"
    ),
    "/account/sites/{site_id}/position": of_owner(
        f"{SITE}/position", latitude="52.476", longitude="-1.9054"
    ),
    "/account/sign-out": owner_signs_out,
    "/console/incidents/new": new_incident,
    "/console/incidents/{incident_id}/searches": search,
    "/console/incidents/{incident_id}/requests": ask,
    "/console/incidents/{incident_id}/contacts/{site_id}": lambda world: post(
        world.officer,
        f"{world.incident}/contacts/{world.site_id}",
        "/contacts/",
        reason="To call them",
    ),
    "/console/requests/{request_id}/recipients/{site_id}/messages": lambda world: post(
        world.officer, recipient(world), "/messages", text="High Street."
    ),
    "/console/requests/{request_id}/recipients/{site_id}/clock": read_clock,
    "/console/evidence/{evidence_id}": lambda world: post(
        world.officer,
        f"/console/evidence/{world.asked.decided(world.evidence_id)['id']}",
        "/console/evidence/",
        reason="To see who came",
        action="play",
    ),
    "/console/incidents/{incident_id}/team": share,
    "/console/incidents/{incident_id}/leaving": lambda world: post(
        world.supervisor, f"{world.incident}/team", "/leaving"
    ),
    "/console/enter": enter,
    "/console/unit": of_unit,
    "/console/requests/{request_id}/withdrawal": lambda world: post(
        world.officer, world.made["request"], "/withdrawal", reason="Found"
    ),
    "/console/incidents/{incident_id}/closing": lambda world: post(
        world.officer, f"{world.incident}/closing", "/closing", act="close", words="Thank you."
    ),
    "/console/incidents/{incident_id}/reopening": lambda world: post(
        world.supervisor, f"{world.incident}/closing", "/reopening", reason="A new witness"
    ),
    "/console/wordings/new": add_template,
    "/console/wordings/{wording_id}": of_template("", text="Please look again."),
    "/console/wordings/{wording_id}/removal": of_template("/removal"),
    "/console/wordings/{wording_id}/return": of_template("/return"),
    "/console/unit/use": note_use,
    "/console/unit/budgets": allow_more,
    "/console/addresses/{address_id}": accept_address,
    "/console/profile": change_profile,
    "/console/sign-out": sign_out,
    "/console/sessions/end": end_sessions("end"),
    "/console/sessions/end-all": end_sessions("end-all"),
    "/account/sites/{site_id}/remove": of_owner(f"{SITE}/remove"),
    "/account/remove": of_owner("/account/remove"),
}
"""How each form is sent as it should be, in an order in which each can be."""


def test_every_form_is_tried_or_changes_nothing() -> None:
    declared = {route.path for route in DECLARED if route.kind is RouteKind.FORM}
    assert declared == set(FORMS) | set(SHOWS_ONLY)


def who(world: World, path: str) -> Visitor:
    """Who follows the answer to a form."""
    if path.startswith(("/console/wordings", "/console/addresses")):
        return world.administrator
    if path.startswith("/console/unit") or path == "/console/enter":
        return world.supervisor
    return world.officer if path.startswith("/console") else world.owner.visitor


@pytest.mark.parametrize("path", FORMS)
def test_a_form_that_was_taken_leads_on(world: World, path: str) -> None:
    answer = FORMS[path](world)
    assert answer.status_code == 303, answer.text
    location = answer.headers["location"]
    for personal in (world.owner.email, world.made.get("email", "@"), "0121", "Sam"):
        assert personal not in location
    if path.endswith(("sign-out", "end-all")) or path in ("/register/confirm", "/sign-in/confirm"):
        return  # to Cognito, or to the account of somebody else's visitor
    visitor = who(world, path)
    shown = visitor.open_page(location)
    assert shown.answer.status_code == 200
    assert len(visitor.open_page(location).text) == pytest.approx(len(shown.text), rel=0.2)
