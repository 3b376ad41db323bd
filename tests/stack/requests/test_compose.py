"""Writing a request at the console: the preview is what owners get, the checks are what happens,
and nothing typed is lost. As a browser without JavaScript would do it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from chalicelib.container import Container
from chalicelib.core.ids import new_id
from chalicelib.core.times import utc_now
from chalicelib.incidents.service import Incident
from chalicelib.registry.model import Owner, Site
from chalicelib.requests.overviews import preview_sample
from infra.localstack.visitor import VisitedPage, Visitor
from tests.running import RunningStack
from tests.stack.asking import signed_in
from tests.support.desk import OFFICER, Session, add_incident, add_site, settings_of

MESSAGE = "Please look for a red coat & a <blue> hat.\n\nKeep it even if you are not sure."


@dataclass
class Case:
    """An incident, three sites beside it, and an investigator who has searched."""

    stack: RunningStack
    services: Container
    officer: Visitor
    incident: Incident
    sites: list[tuple[Site, Owner]]

    @property
    def at(self) -> str:
        return f"/console/incidents/{self.incident.id}"

    def site(self, number: int) -> str:
        return self.sites[number][0].id

    def search(self) -> VisitedPage:
        """The incident's page with the sites found."""
        wanted = {"radius_m": "100", "reason": "Cameras beside the house"}
        return self.officer.submit(self.officer.open_page(self.at), wanted, action="/searches")

    def begin(self, *numbers: int) -> VisitedPage:
        """The compose page with these of the sites chosen."""
        target, fields = self.search().form("/compose")
        sent = {**fields, "site_id": [self.site(number) for number in numbers]}
        return VisitedPage(self.officer.send_request("POST", target, data=sent), target)

    def press(self, page: VisitedPage, act: str, **changes: object) -> VisitedPage:
        """A button of the compose page that sends nothing."""
        sent = {**whole(page), "act": act, **changes}
        answer = self.officer.send_request("POST", f"{self.at}/compose", data=sent)
        return VisitedPage(answer, f"{self.officer.base_url}{self.at}/compose")

    def send(self, page: VisitedPage, **changes: object) -> VisitedPage:
        """Sends the request, redirects followed."""
        target, _ = page.form("/requests")
        answer = self.officer.send_request("POST", target, data={**whole(page), **changes})
        if answer.status_code != 303:
            return VisitedPage(answer, target)
        return self.officer.open_page(answer.headers["location"])


def whole(page: VisitedPage) -> dict[str, object]:
    """Every field of the compose form; the boxes as a list."""
    _, fields = page.form("/requests")
    boxes = page.soup.select("input[name=site_id][checked]")
    return {**fields, "site_id": [str(box["value"]) for box in boxes]}


def ticked(page: VisitedPage) -> set[str]:
    return {str(box["value"]) for box in page.soup.select("input[name=site_id][checked]")}


def parts(page: VisitedPage) -> tuple[str, str, str]:
    """Subject, text and HTML of the mail that the page shows."""
    subject, text = (
        page.soup.select_one(name) for name in ("[data-preview-subject]", "[data-preview-text]")
    )
    frame = page.soup.select_one('[data-preview-frame="html"]')
    assert subject and text and frame
    return subject.get_text(), text.get_text(), str(frame["srcdoc"])


@pytest.fixture(scope="module")
def services(stack: RunningStack) -> Container:
    return Container(settings_of(stack), utc_now, Session(stack))


@pytest.fixture
def case(stack: RunningStack, services: Container, officer: Visitor) -> Case:
    sites = [add_site(services) for _ in range(3)]
    return Case(stack, services, officer, add_incident(services), sites)


def test_the_preview_is_the_mail_that_arrives(case: Case) -> None:
    """But for what differs from owner to owner, and the reference, which nobody knows before."""
    page = case.begin(0)
    page = case.press(
        page, "look", message=MESSAGE, contact_name="Sgt Ada Park", contact_phone="101"
    )
    assert page.answer.status_code == 200, page.text
    shown_subject, shown_text, shown_html = parts(page)
    for stands_for in (
        preview_sample.NAME,
        preview_sample.PHRASE,
        preview_sample.ADDRESS,
        preview_sample.REFERENCE,
    ):
        assert stands_for in shown_text
    assert MESSAGE in shown_text

    sent = case.send(page)
    site, owner = case.sites[0]
    link = case.stack.link_in_mail(owner.email, "/reply/")
    (mail,) = case.stack.mails_to(owner.email)
    found = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}", sent.text)
    assert found
    own = {
        link: f"{case.officer.base_url}/reply/{preview_sample.TOKEN}",
        owner.phrase: preview_sample.PHRASE,
        owner.name: preview_sample.NAME,
        site.address_line_1: preview_sample.ADDRESS,
        found[0]: preview_sample.REFERENCE,
    }

    def made_up(text: str) -> str:
        for real, words in own.items():
            text = text.replace(real, words)
        return text

    assert made_up(mail["Subject"]) == shown_subject
    assert made_up(mail["BodyText"]).split() == shown_text.split()
    html = BeautifulSoup(mail["BodyHtml"], "html.parser").get_text(" ", strip=True)
    shown = BeautifulSoup(shown_html, "html.parser").get_text(" ", strip=True)
    assert made_up(html) == shown


def test_the_preview_of_the_reply_page_is_the_reply_page(case: Case) -> None:
    page = case.press(case.begin(0), "look", message=MESSAGE)
    frame = page.soup.select_one('[data-preview-frame="reply"]')
    assert frame
    shown = BeautifulSoup(str(frame["srcdoc"]), "html.parser")
    assert not shown.find_all("script")
    assert not shown.select("a[href]")
    case.send(page)
    _, owner = case.sites[0]
    link = case.stack.link_in_mail(owner.email, "/reply/")
    with case.stack.visitor() as visitor:
        real = visitor.open_page(link).soup
    headings = [
        [h.get_text(" ", strip=True) for h in one.select("h1, h2")] for one in (shown, real)
    ]
    assert headings[0] == headings[1]
    for label in real.select("main label"):
        assert label.get_text(" ", strip=True) in shown.get_text(" ", strip=True)


def test_the_preview_part_follows_what_is_typed_and_forgives_what_is_missing(case: Case) -> None:
    token = str(whole(case.begin(0))["csrf_token"])
    target = f"{case.at}/compose/preview"
    sent = {"csrf_token": token, "message": "A red coat", "from": "", "to": "soon"}
    answer = case.officer.send_request("POST", target, data=sent)
    assert answer.status_code == 200
    assert "A red coat" in answer.text
    empty = case.officer.send_request("POST", target, data={"csrf_token": token})
    assert empty.status_code == 200
    assert "(what you write appears here)" in empty.text
    assert case.officer.send_request("POST", target, data={"message": "x"}).status_code == 403


def test_only_the_page_that_shows_a_mail_allows_its_styles(case: Case) -> None:
    policy = case.begin(0).answer.headers["content-security-policy"]
    assert "style-src-attr 'unsafe-inline'" in policy
    assert "script-src 'self';" in policy
    for address in (case.at, "/console", "/console/wordings"):
        other = case.officer.send_request("GET", address).headers["content-security-policy"]
        assert "unsafe" not in other


def test_sites_are_chosen_one_by_one_all_or_none(case: Case) -> None:
    everything = {case.site(number) for number in range(3)}
    page = case.begin(1)
    assert ticked(page) == {case.site(1)}
    page = case.press(page, "all", message="Kept as typed")
    assert everything <= ticked(page)
    page = case.press(page, "none")
    assert ticked(page) == set()
    assert whole(page)["message"] == "Kept as typed"
    page = case.press(page, "look", site_id=[case.site(0), case.site(2)])
    assert ticked(page) == {case.site(0), case.site(2)}


def test_all_that_may_still_hold_it_are_chosen_with_one_button(case: Case) -> None:
    target, fields = case.search().form("/compose")
    answer = case.officer.send_request("POST", target, data={**fields, "act": "all"})
    assert {case.site(number) for number in range(3)} <= ticked(VisitedPage(answer, target))


def test_a_search_made_before_is_written_from(case: Case) -> None:
    case.search()
    link = case.officer.open_page(case.at).soup.select_one('a[href*="/compose?search="]')
    assert link
    page = case.officer.open_page(str(link["href"]))
    assert ticked(page) == set()
    assert case.site(0) in str(whole(page)["listed"])
    missing = case.officer.send_request("GET", f"{case.at}/compose?search={new_id()}")
    assert missing.status_code == 404


def test_a_wording_is_used_and_its_blanks_must_be_filled(case: Case) -> None:
    page = case.begin(0)
    assert "walks up to a house" in str(whole(page)["message"]), "the one for a burglary"
    robbery = next(
        str(option["value"])
        for option in page.soup.select("select[name=wording] option")
        if option.get_text(strip=True) == "Robbery"
    )
    page = case.press(page, "wording", wording=robbery)
    assert "[clothing" in str(whole(page)["message"])
    refused = case.send(page)
    assert refused.answer.status_code == 422
    assert "Fill in [clothing" in refused.text
    assert ticked(refused) == {case.site(0)}
    sent = case.send(refused, message="We are interested in a red coat.")
    assert "We are interested in a red coat." in sent.text


def test_who_was_asked_already_is_told_before_and_after(case: Case) -> None:
    case.send(case.begin(0))
    page = case.begin(0, 1)
    assert "1 site will be asked" in page.text
    assert "Already asked for this incident" in page.text
    sent = case.send(page)
    # It was asked: to say that it was not would be untrue.
    assert "Chosen and left out: 1" in sent.text and "not asked" not in sent.text
    assert "Already asked for this incident" in sent.text
    # By the numbers that the letter had.
    left, asked = (
        page.soup.select_one(f"tr[data-id='{case.site(one)}'] .site-number") for one in (0, 1)
    )
    number = sent.soup.select_one(f"a.site-label[href$='{case.site(1)}'] .site-number")
    left_out = sent.soup.select_one(".left-out li")
    assert left and asked and number and left_out
    assert number.get_text(strip=True) == asked.get_text(strip=True)
    assert left_out.get_text(" ", strip=True).endswith(f"Site {left.get_text(strip=True)}")
    assert case.stack.link_in_mail(case.sites[1][1].email, "/reply/")
    assert len(case.stack.mails_to(case.sites[0][1].email)) == 1
    nobody = case.send(case.begin(0, 1))
    assert nobody.answer.status_code == 422
    assert "Nobody is left to ask" in nobody.text


def test_the_checks_part_says_the_same(case: Case) -> None:
    page = case.begin(0, 2)
    owner = case.sites[2][1]
    paused = replace(owner, paused_until=utc_now() + timedelta(days=3))
    case.services.registry.sites.change_owner(owner, paused)
    answer = case.officer.send_request("POST", f"{case.at}/compose/checks", data=whole(page))
    said = VisitedPage(answer, case.at)
    assert "1 site will be asked" in said.text
    part = said.soup.select_one("[data-checks-part]")
    assert part and str(part["data-skipped"]).split() == [case.site(2)]
    assert owner.name not in said.text and owner.email not in said.text


def test_a_long_window_is_for_a_supervisor_with_a_reason(case: Case) -> None:
    long = {"from": "2026-11-01T00:00", "to": "2026-11-01T13:00"}
    start = utc_now() - timedelta(days=2)
    long = {
        "from": f"{start:%Y-%m-%dT%H:%M}",
        "to": f"{start + timedelta(hours=13):%Y-%m-%dT%H:%M}",
    }
    page = case.press(case.begin(0), "look", **long)
    assert "ask a supervisor to send this request" in page.text
    assert case.send(page).answer.status_code == 422
    with signed_in(case.stack, "supervisor") as supervisor:
        theirs = replace_officer(case, supervisor)
        page = theirs.press(theirs.begin(0), "look", **long)
        assert "Give a reason below" in page.text
        assert theirs.send(page).answer.status_code == 422
        sent = theirs.send(page, override_reason="He hid nearby for half a day")
        assert "He hid nearby for half a day" in sent.text


def test_an_owner_asked_four_times_this_month_is_left_in_peace(case: Case) -> None:
    """Unless a supervisor says why not."""
    site, owner = case.sites[0]
    for number in range(1, 5):
        other = add_incident(case.services)
        case.services.requests.requests.create_request(
            other, [site.id], MESSAGE, other.occurred_from, other.occurred_to, OFFICER
        )
        _wait_for_mails(case, owner.email, number)
    page = case.begin(0, 1)
    assert "1 site will be asked" in page.text
    assert "A supervisor can ask them again, with a reason." in page.text
    assert "override_reason" not in whole(page)
    forged = case.send(page, override_reason="Because")
    assert forged.answer.status_code == 403
    with signed_in(case.stack, "supervisor") as supervisor:
        theirs = replace_officer(case, supervisor)
        page = theirs.begin(0, 1)
        assert "If you give a reason below, we ask them again." in page.text
        sent = theirs.send(page, message=MESSAGE, override_reason="A child is missing")
        assert "2 sites asked" in sent.text
        assert "A child is missing" in sent.text


def _wait_for_mails(case: Case, address: str, number: int) -> None:
    case.stack.wait_for(lambda: len(case.stack.mails_to(address)) == number, "the next mail")


def replace_officer(case: Case, officer: Visitor) -> Case:
    return Case(case.stack, case.services, officer, case.incident, case.sites)


def test_each_site_can_be_asked_for_minutes_of_its_own(case: Case) -> None:
    token = case.officer.bearer()
    start = case.incident.occurred_from
    path = [[-1.9053, 52.4752], [-1.9053, 52.4768]]
    body = {
        "area": {"type": "corridor", "path": path, "width_m": 80},
        "reason": "The way he ran",
        "started_at": start.isoformat(),
        "speed": {"preset": "walking"},
    }
    found = case.officer.json(
        "POST", f"/api/v1/incidents/{case.incident.id}/searches", body, token=token
    )
    page = case.officer.open_page(f"{case.at}/compose?search={found['search_id']}")
    fields = whole(page)
    assert fields["times"] == "own"
    one, two = case.site(0), case.site(1)
    changed = {f"from.{two}": f"{start:%Y-%m-%dT%H:%M}", f"to.{two}": fields[f"to.{two}"]}
    sent = case.send(page, site_id=[one, two], message=MESSAGE, **changed)
    request_id = sent.url.rpartition("/")[2]
    overview = case.officer.json("GET", f"/api/v1/requests/{request_id}", token=token)
    windows = {r["site_id"]: r["window"] for r in overview["recipients"]}
    assert set(windows) == {one, two}
    assert windows[one] != windows[two]
    refused = case.send(page, site_id=[one], message=MESSAGE, **{f"to.{one}": "2020-01-01T00:00"})
    assert refused.answer.status_code == 422
    assert "must be after its beginning" in refused.text


def test_two_tabs_of_one_search_send_once(case: Case) -> None:
    target, fields = case.search().form("/compose")
    sent = {**fields, "site_id": case.site(0)}
    tabs = [
        VisitedPage(case.officer.send_request("POST", target, data=sent), target) for _ in range(2)
    ]
    addresses = {case.send(page, message=MESSAGE).url for page in tabs}
    assert len(addresses) == 1
    case.stack.link_in_mail(case.sites[0][1].email, "/reply/")
    assert len(case.stack.mails_to(case.sites[0][1].email)) == 1


def test_a_moment_gets_a_window_around_it(stack: RunningStack, case: Case) -> None:
    moment = case.incident.occurred_from
    with stack.visitor() as _:
        made = case.officer.json(
            "POST",
            "/api/v1/incidents",
            {
                "crime_reference": "20/123456/26",
                "offence": "Theft",
                "location": [case.incident.longitude, case.incident.latitude],
                "occurred_from": moment.isoformat(),
                "occurred_to": moment.isoformat(),
                "public_description": "A bicycle was taken.",
            },
            token=case.officer.bearer(),
        )
    other = Case(
        stack,
        case.services,
        case.officer,
        case.services.incidents.incidents.get_incident(made["id"]),
        case.sites,
    )
    page = other.begin(0)
    assert "15 minutes before and after it" in page.text
    sent = other.send(page, message=MESSAGE)
    assert sent.answer.status_code == 200
    assert "MESSAGE" not in sent.text


def test_progress_is_two_numbers_and_no_more(case: Case) -> None:
    sent = case.send(case.begin(0, 1), message=MESSAGE)
    case.stack.link_in_mail(case.sites[0][1].email, "/reply/")
    case.stack.link_in_mail(case.sites[1][1].email, "/reply/")
    page = case.stack.wait_for(
        lambda: _done(case.officer.open_page(f"{sent.url}/progress")), "both to be written to"
    )
    assert page.text == "All 2 contacted"
    assert MESSAGE[:20] in case.officer.open_page(sent.url).text


def _done(page: VisitedPage) -> VisitedPage | None:
    part = page.soup.select_one("[data-progress-part]")
    return page if part and part["data-done"] == "yes" else None


def test_nobody_is_asked_for_a_closed_incident_and_what_was_typed_stays(case: Case) -> None:
    page = case.begin(0)
    link = f"{case.at}/compose?search={whole(page)['search_id']}"
    path = f"/api/v1/incidents/{case.incident.id}/closing"
    case.officer.json(
        "POST",
        path,
        {"words": "Thank you.", "reason": "Somebody was arrested"},
        token=case.officer.bearer(),
    )
    refused = case.send(page, message=MESSAGE)
    assert refused.answer.status_code == 409
    assert "closed" in refused.text
    assert whole(refused)["message"] == MESSAGE
    assert case.officer.send_request("GET", link).status_code == 409


def test_an_incident_without_a_search_is_told_kindly(case: Case) -> None:
    assert case.officer.send_request("GET", f"{case.at}/compose").status_code == 404
    _, fields = case.search().form("/compose")
    lost = {**fields, "search_id": "x", "site_id": case.site(0)}
    page = VisitedPage(case.officer.send_request("POST", f"{case.at}/compose", data=lost), case.at)
    assert page.answer.status_code == 200
    assert "No longer found by the search" in page.text
    assert OFFICER.username not in page.text
