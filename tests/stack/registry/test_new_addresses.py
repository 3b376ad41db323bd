"""An invented address gets no case's words: not in a mail, on the page, in a text or in a thread,
until an administrator has looked at it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.access.audit import SUBJECT_INDEX
from chalicelib.access.permissions import Permission
from chalicelib.core.errors import Refused
from chalicelib.core.typed.reasons import NOT_WORDS
from chalicelib.dynamodb.table import Table
from chalicelib.limits.acts import BUDGETS, Act
from chalicelib.registry.model import Doubt, Owner, Site
from chalicelib.registry.vetting.doubts import UNDOUBTED_SITES
from chalicelib.requests.model import FootageRequest
from chalicelib.requests.told_words import HAPPENED
from infra.localstack.visitor import PageRefused, Visitor
from tests.running import RunningStack
from tests.stack.asking import signed_in
from tests.stack.residents import Resident, audit_of, filled, send
from tests.support.busy_network import used_up
from tests.support.desk import OFFICER, Desk, add_site
from tests.support.proofs import proven

pytestmark = pytest.mark.usefixtures("area_data")

INCIDENT = "A house on Test Street was broken into."
LETTER = "Please look for a red coat."
FAR = {"latitude": "52.490000", "longitude": "-1.905387"}


@pytest.fixture
def administrator(stack: RunningStack) -> Iterator[Visitor]:
    with signed_in(stack, "administrator") as visitor:
        yield visitor


@pytest.fixture
def invented(pat: Resident) -> Site:
    """A second site of pat's, with a pin far from its postcode."""
    values = filled(pat.email, address_line_1="1 Nowhere Street", **FAR)
    box = send(pat.visitor, values, ok=False).soup.find("input", {"name": "far_pin"})
    assert box is not None
    send(pat.visitor, {**values, "far_pin": str(box["value"])})
    pat.visitor.press_button(pat.link("/register/confirm"))
    site: Site
    (site,) = [one for one in pat.sites() if one.address_line_1 == "1 Nowhere Street"]
    assert site.doubts == (Doubt.PIN,)
    return site


def reasons_of(stack: RunningStack, site: Site) -> list[str]:
    """The reasons on record for what officers did to a site, oldest first."""
    table = Table(stack.client("dynamodb"), stack.described["audit_table"])
    return [str(one["reason"]) for one in table.query(f"site.{site.id}", index=SUBJECT_INDEX)]


def as_seen(stack: RunningStack, pat: Resident, site: Site) -> str:
    """All that the owner reads of a new request to the site: the mail, its page, and a reminder of
    it in the account."""
    desk_now = datetime.now(UTC).replace(microsecond=0)
    with signed_in(stack, "investigator") as officer:
        token = officer.bearer()
        here = [site.longitude_e6 / 1e6, site.latitude_e6 / 1e6]
        incident = officer.json(
            "POST",
            "/api/v1/incidents",
            {
                "crime_reference": "20/765432/26",
                "offence": "Arson",
                "location": {"type": "Point", "coordinates": here},
                "occurred_from": (desk_now - timedelta(hours=3)).isoformat(),
                "occurred_to": desk_now.isoformat(),
                "public_description": INCIDENT,
            },
            token=token,
        )
        area = {"type": "circle", "centre": here, "radius_m": 5}
        found = officer.json(
            "POST",
            f"/api/v1/incidents/{incident['id']}/searches",
            {"area": area, "reason": "Cameras beside the scene"},
            token=token,
        )
        (marked,) = [one for one in found["sites"] if one["id"] == site.id]
        assert marked.get("address_checked", True) == (not site.doubts)
        window = {
            "from": (desk_now - timedelta(hours=2)).isoformat(),
            "to": desk_now.isoformat(),
        }
        made = officer.json(
            "POST",
            f"/api/v1/incidents/{incident['id']}/requests",
            {"site_ids": [site.id], "message": LETTER, **window},
            token=token,
        )
        stack.wait_for(lambda: "/reply/" in str(stack.mails_to(pat.email)[-1]), "the mail")
        if site.doubts:
            page = officer.open_page(f"/console/requests/{made['id']}/recipients/{site.id}")
            assert "has not been checked" in page.text
            with pytest.raises(PageRefused) as refused:
                officer.json(
                    "POST",
                    f"/api/v1/requests/{made['id']}/recipients/{site.id}/messages",
                    {"text": "It was the house with the red door."},
                    token=token,
                )
            assert refused.value.status == 422 and "has not been checked" in refused.value.text
    link = pat.link("/reply/")
    (mail,) = [one for one in stack.mails_to(pat.email) if link in one["BodyText"]]
    page = pat.visitor.open_page(link)
    account = pat.visitor.open_page("/account")
    return f"{mail['Subject']} {mail['BodyText']} {mail['BodyHtml']} {page.text} {account.text}"


def assert_silent(read: str) -> None:
    for word in (INCIDENT, LETTER, "Arson", "20/765432/26"):
        assert word not in read, word


def test_an_invented_address_is_told_nothing_until_somebody_has_looked(
    stack: RunningStack, pat: Resident, invented: Site, administrator: Visitor
) -> None:
    read = as_seen(stack, pat, invented)
    assert_silent(read)
    assert HAPPENED in read and "We are checking this address" in read

    listed = administrator.open_page("/console/addresses")
    assert "XQ1 1AA" in listed.text and "far from the postcode" in listed.text
    assert "Nowhere" not in listed.text and pat.email not in listed.text
    page = administrator.open_page(f"/console/addresses/{invented.id}")
    assert "1 Nowhere Street" in page.text and "Pat Jones" not in page.text
    undecided = administrator.submit(page, {}, action=invented.id, ok=False)
    assert undecided.answer.status_code == 422
    accepted = {"decision": "accept", "reason": "The street is new"}
    done = administrator.submit(page, accepted, action=invented.id)
    assert "was accepted" in done.text
    assert "accepted a new address" in audit_of(stack, f"site.{invented.id}")
    assert reasons_of(stack, invented)[-1] == "The street is new"

    page = pat.visitor.open_page(pat.link("/reply/"))
    assert INCIDENT in page.text and LETTER in page.text, "the same page says more now"
    (site,) = [one for one in pat.sites() if one.id == invented.id]
    assert site.doubts == ()
    again = administrator.open_page(f"/console/addresses/{invented.id}", ok=False)
    assert again.answer.status_code == 404, "nobody looks up addresses here"
    read = as_seen(stack, pat, site)
    assert INCIDENT in read and LETTER in read and "We are checking" not in read


def test_a_refused_address_leaves_the_register_and_its_owner_is_told(
    stack: RunningStack, pat: Resident, invented: Site, administrator: Visitor
) -> None:
    page = administrator.open_page(f"/console/addresses/{invented.id}")
    refused = administrator.submit(page, {"decision": "refuse"}, action=invented.id, ok=False)
    assert refused.answer.status_code == 422 and "Enter why" in refused.text
    nonsense = {"decision": "refuse", "reason": "xxxxxx"}
    refused = administrator.submit(page, nonsense, action=invented.id, ok=False)
    assert refused.answer.status_code == 422 and NOT_WORDS in refused.text
    why = {"decision": "refuse", "reason": "No such street in the gazetteer"}
    assert "was refused" in administrator.submit(page, why, action=invented.id).text
    assert invented.id not in [one.id for one in pat.sites()]
    said = pat.last_told("We could not check an address that you registered")
    assert "1 Nowhere Street" in said and "gazetteer" not in said
    assert "refused a new address" in audit_of(stack, f"site.{invented.id}")
    assert reasons_of(stack, invented)[-1] == why["reason"]
    twice = administrator.submit(page, why, action=invented.id, ok=False)
    assert twice.answer.status_code == 404


def test_an_address_that_changed_meanwhile_is_looked_at_anew(
    pat: Resident, invented: Site, administrator: Visitor
) -> None:
    page = administrator.open_page(f"/console/addresses/{invented.id}")
    moved = pat.visitor.open_page(f"/account/sites/{invented.id}/cameras")
    pat.visitor.submit(moved, {"camera_count": "3"}, action="/cameras")
    late = administrator.submit(page, {"decision": "accept"}, action=invented.id, ok=False)
    assert late.answer.status_code == 409
    assert [one.doubts for one in pat.sites() if one.id == invented.id] == [(Doubt.PIN,)]


@pytest.mark.parametrize("role", ["investigator", "supervisor", "analyst", "auditor"])
def test_only_administrators_see_new_addresses(
    stack: RunningStack, invented: Site, role: str
) -> None:
    with signed_in(stack, role) as officer:
        for path in ("/console/addresses", f"/console/addresses/{invented.id}"):
            answer = officer.open_page(path, ok=False).answer
            assert answer.status_code == 403
            assert Permission.CHECK_ADDRESSES.value in answer.text
        assert "New addresses" not in officer.open_page("/console", ok=False).text


def test_a_pin_that_is_moved_far_away_later_is_doubted_as_well(pat: Resident) -> None:
    (site,) = pat.sites()
    assert site.doubts == ()
    page = pat.visitor.open_page(f"/account/sites/{site.id}/position")
    asked = pat.visitor.submit(page, FAR, action="/position", ok=False)
    box = asked.soup.find("input", {"name": "far_pin"})
    assert box is not None
    pat.visitor.submit(asked, {**FAR, "far_pin": str(box["value"])}, action="/position")
    assert [one.doubts for one in pat.sites()] == [(Doubt.PIN,)]
    page = pat.visitor.open_page(f"/account/sites/{site.id}/position")
    pat.visitor.submit(page, {"latitude": "", "longitude": ""}, action="/position")
    assert [one.doubts for one in pat.sites()] == [()]


def test_many_addresses_at_one_mailbox_are_doubted(pat: Resident) -> None:
    for number in range(2, UNDOUBTED_SITES + 2):
        pat.register(address_line_1=f"{number} High Street")
    doubts = [one.doubts for one in pat.sites()]
    assert doubts.count(()) == UNDOUBTED_SITES
    assert doubts[-1] == (Doubt.MANY_SITES,) or (Doubt.MANY_SITES,) in doubts


def test_where_the_postcode_is_not_known_the_address_is_doubted(pat: Resident) -> None:
    pat.register(
        postcode="XQ1 1XX", latitude="52.476", longitude="-1.9", address_line_1="2 Far Lane"
    )
    assert (Doubt.POSTCODE,) in [one.doubts for one in pat.sites()]


@pytest.mark.parametrize(("still", "doubts"), [(True, (Doubt.BUSY_NETWORK,)), (False, ())])
def test_a_proof_is_a_reason_to_doubt_only_in_a_network_near_its_limit(
    stack: RunningStack, still: bool, doubts: tuple[Doubt, ...]
) -> None:
    """While many people want mails, a proof is asked of everybody."""
    with stack.visitor() as visitor, ExitStack() as busy:
        new = Resident(stack, visitor)
        busy.enter_context(used_up(stack, {Act.REGISTER: BUDGETS[Act.REGISTER].free}))
        asked = send(visitor, filled(new.email), ok=False)
        proof = {"altcha": proven(asked)}
        if not still:
            busy.close()
        visitor.submit(asked, proof)
        visitor.press_button(new.link("/register/confirm"))
        assert [site.doubts for site in new.sites()] == [doubts]


# all that a request sends through its life


@pytest.fixture
def desk(stack: RunningStack) -> Desk:
    return Desk(stack)


def doubted(desk: Desk) -> tuple[FootageRequest, Site, Owner]:
    """A request to an owner with text messages, at an address that is doubted."""
    site, owner = add_site(desk.services)
    sites = desk.services.registry.sites
    site = sites.change_site(site, replace(site, doubts=(Doubt.PIN,)))
    owner = sites.change_owner(owner, replace(owner, texts_to="+447700900982"))
    start = desk.now - timedelta(days=3)
    made = desk.services.requests.requests.create_request(
        desk.incident, [site.id], LETTER, start, start + timedelta(minutes=30), OFFICER
    )
    desk.fan_out(made.request)
    return made.request, site, owner


def test_reminders_texts_and_the_last_word_are_as_silent(desk: Desk) -> None:
    request, site, owner = doubted(desk)
    for _ in range(12):
        desk.now += timedelta(hours=12)
        desk.wake(request, site)
    closings = desk.services.requests.closings
    closings.close_incident(desk.incident.id, "", "An arrest was made in Test Street.", OFFICER)
    closings.carry_out(desk.incident.id, 1)
    desk.services.requests.closing_notices.send_notice(desk.incident.id, 1, owner.id)
    mails = desk.stack.mails_to(owner.email)
    assert len(mails) >= 3
    read = " ".join([str(mails), *desk.stack.texts_to(owner.texts_to)])
    for word in (INCIDENT, LETTER, "Burglary", "arrest"):
        assert word not in read, word


def test_an_officer_cannot_write_to_such_an_owner(desk: Desk) -> None:
    request, site, _ = doubted(desk)
    threads = desk.services.requests.threads
    with pytest.raises(Refused, match="has not been checked"):
        threads.from_officer(request.id, site.id, "It was the red door.", OFFICER)
    threads.from_owner(desk.recipient(request, site), "What happened?")
