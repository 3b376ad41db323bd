"""Contact details of found sites only, and the budgets of a day, over the API and on pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import httpx
import pytest

from chalicelib.access.permissions import Officer as Person
from chalicelib.access.permissions import Role
from chalicelib.container import Container
from chalicelib.core.errors import Conflict, NotFound
from chalicelib.core.ids import new_id
from chalicelib.core.times import utc_now
from chalicelib.geo.areas import Circle, Point
from chalicelib.incidents.search_service import SearchCriteria
from chalicelib.oversight.look_budgets import BudgetSpent, LookKind
from chalicelib.registry.model import Site
from tests.running import RunningStack
from tests.stack.asking import signed_in
from tests.stack.officer_program import Officer, new_incident
from tests.support.desk import OFFICER, Desk, Session, add_incident, add_site, settings_of

WHY = "Ringing the owner back"
BUDGETS = {"searches_a_day": "3", "sites_a_day": "5", "reveals_a_day": "2"}


@pytest.fixture(scope="module")
def officers(stack: RunningStack) -> Iterator[dict[str, Officer]]:
    with ExitStack() as signed:
        yield {
            name: Officer(signed.enter_context(signed_in(stack, name)))
            for name in ("investigator2", "supervisor")
        }


@pytest.fixture(scope="module")
def services(stack: RunningStack) -> Container:
    return Container(settings_of(stack), utc_now, Session(stack))


@pytest.fixture
def site(services: Container) -> Site:
    return add_site(services)[0]


def around(site: Site, radius: int = 2) -> dict[str, Any]:
    centre = [site.longitude_e6 / 1e6, site.latitude_e6 / 1e6]
    return {"type": "circle", "centre": centre, "radius_m": radius}


def search(officer: Officer, incident: str, site: Site, **more: Any) -> httpx.Response:
    answer = officer.search(incident, area=around(site), reason="Way home", **more)
    assert answer.status_code == 200
    return answer


def same_answer(*answers: httpx.Response) -> bool:
    return len({(one.status_code, one.text) for one in answers}) == 1


def test_a_site_that_was_not_found_looks_like_one_that_is_not_registered(
    officers: dict[str, Officer], site: Site
) -> None:
    officer = officers["investigator2"]
    incident, other = new_incident(officer)["id"], new_incident(officer)["id"]
    search(officer, other, site)
    answers = [
        officer.contact(incident, site_id=one, reason=WHY) for one in (site.id, new_id(), "0" * 16)
    ]
    assert same_answer(*answers) and answers[0].status_code == 404
    pages = [
        officer.visitor.send_request("GET", f"/console/incidents/{incident}/contacts/{one}")
        for one in (site.id, new_id())
    ]
    assert [one.status_code for one in pages] == [404, 404]
    assert "B1 1" not in pages[0].text and "phone" not in pages[0].text.lower()


def test_a_found_site_is_shown_in_its_own_incident_while_that_is_open(
    officers: dict[str, Officer], site: Site
) -> None:
    officer = officers["investigator2"]
    incident = new_incident(officer)["id"]
    search(officer, incident, site)
    assert officer.contact(incident, site_id=site.id, reason=WHY).status_code == 200
    at = f"/console/incidents/{incident}/contacts/{site.id}"
    target, hidden = officer.visitor.open_page(at).form("/contacts/")
    led_on = officer.visitor.send_request("POST", target, data={**hidden, "reason": WHY})
    shown_at = led_on.headers["location"]
    assert site.address_lines[0] in officer.visitor.open_page(shown_at).text
    closing = "/api/v1/incidents/{incident_id}/closing"
    done = officer.post(closing.replace("{incident_id}", incident), {"reason": "Charged"}, closing)
    assert done.status_code == 200
    late = officer.contact(incident, site_id=site.id, reason=WHY)
    assert late.status_code == 409 and "closed" in late.json()["detail"]
    again = officer.visitor.send_request("GET", shown_at)
    assert again.status_code == 409 and site.address_lines[0] not in again.text


def test_what_a_filter_or_a_limit_left_out_was_not_found(
    officers: dict[str, Officer], site: Site, services: Container
) -> None:
    officer, (second, _) = officers["investigator2"], add_site(services)
    incident = new_incident(officer)["id"]
    search(officer, incident, site, filters={"kinds": ["business"]})
    listed = {one["id"] for one in search(officer, incident, site, limit=1).json()["sites"]}
    for one in {site.id, second.id} - listed:
        assert officer.contact(incident, site_id=one, reason=WHY).status_code == 404


def test_a_site_that_was_asked_is_shown_and_one_of_a_withdrawn_request_is_not(
    stack: RunningStack,
) -> None:
    desk = Desk(stack)
    request, site, owner = desk.ask()
    reveals = desk.services.requests.contact_reveals
    found = reveals.reveal_contact(desk.incident, site.id, WHY, OFFICER)
    assert found.owner.email == owner.email
    other = add_incident(desk.services)
    with pytest.raises(NotFound):
        reveals.reveal_contact(other, site.id, WHY, OFFICER)
    desk.services.requests.withdrawals.withdraw(request.id, "Sent by mistake", OFFICER)
    with pytest.raises(NotFound):
        reveals.reveal_contact(desk.incident, site.id, WHY, OFFICER)


@pytest.mark.parametrize("reason", ["aaaaaaaaaa", "test test test", "1234567"])
def test_reasons_without_words_are_refused_beside_the_field(
    officers: dict[str, Officer], site: Site, reason: str
) -> None:
    officer = officers["investigator2"]
    incident = new_incident(officer)["id"]
    search(officer, incident, site)
    for answer in (
        officer.contact(incident, site_id=site.id, reason=reason),
        officer.search(incident, area=around(site), reason=reason),
    ):
        assert answer.status_code == 422
        assert [error["field"] for error in answer.json()["errors"]] == ["reason"]


# budgets


@pytest.fixture
def few(stack: RunningStack) -> Container:
    """Services of a force whose days allow little."""
    return Container(replace(settings_of(stack), **BUDGETS), utc_now, Session(stack))


def criteria(site: Site, limit: int = 10_000) -> SearchCriteria:
    centre = Point.from_microdegrees(site.latitude_e6, site.longitude_e6)
    return SearchCriteria(Circle(centre, 2.0), around(site), "Way home", {}, limit)


def somebody() -> Person:
    return Person(new_id(), "pc.lane", frozenset({Role.INVESTIGATOR}))


def test_repeats_that_show_the_same_are_counted_once(few: Container, site: Site) -> None:
    officer, incident = somebody(), add_incident(few)
    searches, budgets = few.incidents.searches, few.oversight.look_budgets
    found = searches.search_sites(incident, criteria(site, limit=1), officer)
    before = budgets.day_of(officer.id).used
    assert before == {LookKind.SEARCHES: 1, LookKind.SITES: 1, LookKind.REVEALS: 0}
    for _ in range(5):
        searches.repeat_search(incident, found.search_id, officer, limit=1)
    assert budgets.day_of(officer.id).used == before


def test_a_colleague_who_opens_a_search_is_counted_too(few: Container, site: Site) -> None:
    one, two, incident = somebody(), somebody(), add_incident(few)
    searches, budgets = few.incidents.searches, few.oversight.look_budgets
    found = searches.search_sites(incident, criteria(site, limit=1), one)
    for _ in range(2):
        searches.repeat_search(incident, found.search_id, two, limit=1)
    assert budgets.day_of(two.id).used[LookKind.SEARCHES] == 1
    entries = few.access.audit.of_actor(f"officer.{two.id}", f"{utc_now():%Y-%m}")
    assert ['"again"' in one["details"] for one in entries] == [True, False], "newest first"


def test_the_last_search_and_the_last_contact_are_the_last(few: Container, site: Site) -> None:
    officer, incident = somebody(), add_incident(few)
    searches, reveals = few.incidents.searches, few.requests.contact_reveals
    for _ in range(3):
        searches.search_sites(incident, criteria(site, limit=1), officer)
    with pytest.raises(BudgetSpent, match="3 searches"):
        searches.search_sites(incident, criteria(site, limit=1), officer)
    found = searches.repeat_search(
        incident, searches.made_for(incident.id)[0].id, officer, limit=1
    )[1]
    for _ in range(2):
        reveals.reveal_contact(incident, found.sites[0].id, WHY, officer)
    with pytest.raises(BudgetSpent, match="2 looks at contact details"):
        reveals.reveal_contact(incident, found.sites[0].id, WHY, officer)
    with pytest.raises(Conflict):
        reveals.find_site(replace(incident, state="closed"), found.sites[0].id)  # type: ignore[arg-type]  # As stored.


def test_beyond_the_budget_the_answer_is_429_in_words_until_midnight(
    officers: dict[str, Officer], services: Container, site: Site
) -> None:
    officer = officers["investigator2"]
    incident = new_incident(officer)["id"]
    search(officer, incident, site)
    me = next(
        one for one in services.access.officer_profiles.all() if one.username == "investigator2"
    )
    budgets, table = services.oversight.look_budgets, services.clients.registry_table
    day = budgets.day_of(me.id)
    table.delete(f"OFFICER#{me.id}", f"LOOKS#{day.day}")  # What other tests used, and granted.
    left = budgets.day_of(me.id).left(LookKind.REVEALS)
    person = Person(me.id, me.username, frozenset({Role.INVESTIGATOR}))
    budgets.spend(person, "incident.test", {LookKind.REVEALS: left - 1})
    last = officer.contact(incident, site_id=site.id, reason=WHY)
    assert last.json()["notes"] == ["0 of 60 looks at contact details left today."]
    refused = officer.contact(incident, site_id=site.id, reason=WHY)
    assert refused.status_code == 429 and "supervisor" in refused.json()["detail"]
    assert 0 < int(refused.headers["retry-after"]) <= 25 * 3600
    at = f"/console/incidents/{incident}/contacts/{site.id}"
    page = officer.visitor.submit(
        officer.visitor.open_page(at), {"reason": WHY}, action="/contacts/", ok=False
    )
    assert page.answer.status_code == 429 and "retry-after" in page.answer.headers
    assert WHY in page.text and "one day allows" in page.text
    table.delete(f"OFFICER#{me.id}", f"LOOKS#{day.day}")
    assert officer.contact(incident, site_id=site.id, reason=WHY).status_code == 200
