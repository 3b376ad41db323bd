"""Unusual use, from the record to a unit's page, and who reads which part of the record."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from chalicelib.access.audit import Action, Actor
from chalicelib.access.permissions import Officer as Person
from chalicelib.container import Container
from chalicelib.core.ids import new_id
from chalicelib.core.times import utc_now
from chalicelib.oversight.day_use import DayUse
from chalicelib.oversight.unusual_use import UseFinding
from tests.running import RunningStack
from tests.stack.asking import signed_in
from tests.stack.calling import run_scheduled
from tests.stack.officer_program import Officer, new_incident
from tests.support.desk import Session, settings_of

USE = "/console/unit/use"
NAMES = ("investigator", "investigator2", "investigator3", "supervisor", "auditor", "analyst")


@pytest.fixture(scope="module")
def officers(stack: RunningStack) -> Iterator[dict[str, Officer]]:
    with ExitStack() as signed:
        yield {name: Officer(signed.enter_context(signed_in(stack, name))) for name in NAMES}


@pytest.fixture(scope="module")
def services(stack: RunningStack) -> Container:
    return Container(settings_of(stack), utc_now, Session(stack))


def person(services: Container, username: str) -> Person:
    known = services.access.officer_profiles.all()
    return next(one.officer for one in known if one.username == username)


def review(stack: RunningStack) -> dict[str, Any]:
    """Runs the hourly job, in its own function with its own role."""
    done: dict[str, Any] = run_scheduled(stack, "ReviewUse")
    return done


def harvest(services: Container, username: str, count: int = 25) -> Person:
    """So many looks at contact details as the record has them."""
    who, case = person(services, username), new_id()
    for _ in range(count):
        services.access.audit.record_act(
            Actor.officer(who), Action.REVEALED_CONTACT, f"site.{new_id()}", "x", incident=case
        )
    return who


def test_a_harvest_stands_on_the_units_page_until_somebody_looked_into_it(
    stack: RunningStack, officers: dict[str, Officer], services: Container
) -> None:
    who, stranger = harvest(services, "investigator2"), harvest(services, "investigator3")
    assert review(stack)["findings"] >= 2
    chief, seer = officers["supervisor"].visitor, officers["auditor"].visitor
    page, all_units = chief.open_page(USE), seer.open_page(USE)
    assert "Saw the contact details of owners" in page.text
    assert "in which nobody was asked for footage" in page.text
    assert who.id in page.answer.text and stranger.id not in page.answer.text
    assert who.id in all_units.answer.text and stranger.id in all_units.answer.text
    assert "Coventry CID" in all_units.text
    links = [str(one["href"]) for one in page.soup.find_all("a")]
    link = next(one for one in links if f"officer={who.id}" in one and "day=" in one)
    form = chief.open_page(link)
    empty = chief.submit(form, {"note": "zzzzzzzz"}, action=USE, ok=False)
    assert empty.answer.status_code == 422 and "in words" in empty.text
    done = chief.submit(form, {"note": "Door to door after the bank robbery"}, action=USE)
    assert "What you found is noted." in done.text
    after = chief.open_page(USE)
    assert "Looked into" in after.text and "Door to door after" in after.text
    acts = officers["auditor"].records(subject=f"officer.{who.id}")
    assert ("looked into unusual use", "Door to door after the bank robbery") in [
        (act["action"], act["reason"]) for act in acts
    ]
    review(stack)
    assert "Door to door after" in chief.open_page(USE).text


def test_nobody_sees_or_notes_their_own_line_or_another_units(
    stack: RunningStack, officers: dict[str, Officer], services: Container
) -> None:
    own, stranger = harvest(services, "supervisor"), harvest(services, "investigator3")
    review(stack)
    chief = officers["supervisor"].visitor
    _, hidden = chief.open_page(USE).form("/console/sign-out")
    today = services.oversight.look_budgets.day_of(own.id).day.isoformat()
    assert f"officer={own.id}" not in chief.open_page(USE).answer.text
    assert f"officer={own.id}" in officers["auditor"].visitor.open_page(USE).answer.text
    for unit, who in (("Birmingham CID", own.id), ("Coventry CID", stranger.id)):
        sent = {**hidden, "unit": unit, "day": today, "officer": who, "note": "All was well"}
        assert chief.send_request("POST", USE, data=sent).status_code == 404


def test_an_address_that_names_nothing_shows_the_page_alone(officers: dict[str, Officer]) -> None:
    chief = officers["supervisor"].visitor
    for day, who in (("2026-11-02", "9" * 1100), ("1" * 1100, "x"), ("", ""), ("2026-11-02", "Ŵ#")):
        query = urlencode({"unit": "Birmingham CID", "day": day, "officer": who})
        page = chief.open_page(f"{USE}?{query}")
        assert page.answer.status_code == 200 and "What did you find?" not in page.text


@pytest.mark.parametrize("name", ["investigator", "analyst"])
def test_only_supervisors_and_auditors_see_it(officers: dict[str, Officer], name: str) -> None:
    assert officers[name].visitor.send_request("GET", USE).status_code == 403


def test_a_supervisor_allows_an_officer_of_the_unit_more_today(
    officers: dict[str, Officer], services: Container
) -> None:
    chief, who = officers["supervisor"].visitor, person(services, "investigator2")
    form = chief.open_page(f"{USE}?allow={who.id}")
    for changes, said in (
        ({"reveals": "5"}, "Enter why more are needed"),
        ({"reason": "A large case"}, "Enter how many more"),
        ({"reveals": "61", "reason": "A large case"}, "at most 60 more"),
    ):
        refused = chief.submit(form, changes, action="/console/unit/budgets", ok=False)
        assert refused.answer.status_code == 422 and said in refused.text
    for _ in range(2):  # a double click
        sent = {"reveals": "5", "reason": "A large case"}
        done = chief.submit(form, sent, action="/budgets")
        assert "The officer may have more today" in done.text
    incident = new_incident(officers["investigator2"])["id"]
    page = officers["investigator2"].visitor.open_page(f"/console/incidents/{incident}")
    assert "supervisor allowed you 5 more looks at contact details today." in page.text
    (act, *_) = officers["auditor"].records(subject=f"officer.{who.id}")
    assert (act["action"], act["details"]) == ("allowed more looks for a day", {"reveals": 5})
    _, hidden = form.form("/console/unit/budgets")
    for other in ("investigator3", "supervisor"):
        target = {**hidden, "officer": person(services, other).id, **sent}
        assert chief.send_request("POST", "/console/unit/budgets", data=target).status_code in (
            404, 422,
        )  # fmt: skip


# who reads which part of the record


def test_supervisors_read_their_own_units_record(
    officers: dict[str, Officer], services: Container
) -> None:
    chief, seer = officers["supervisor"], officers["auditor"]
    theirs = new_incident(officers["investigator2"])["id"]
    foreign = new_incident(officers["investigator3"])["id"]
    stranger = person(services, "investigator3")
    seer.records(actor=f"officer.{person(services, 'supervisor').id}")
    newest = chief.records(limit="100")
    assert any(one["subject"] == f"incident.{theirs}" for one in newest)
    assert all(",Birmingham CID," in one["units"] for one in newest)
    assert all(one["actor"] != f"officer.{stranger.id}" for one in newest)
    assert all(one["actor"] != f"officer.{person(services, 'auditor').id}" for one in newest)
    assert chief.records(subject=f"incident.{foreign}") == []
    assert chief.records(actor=f"officer.{stranger.id}") == []
    day = f"{utc_now():%Y-%m-%d}"
    assert all(",Birmingham CID," in one["units"] for one in chief.records(day=day))
    assert len(seer.records(subject=f"incident.{foreign}")) == 1
    page = chief.visitor.open_page(f"/console/audit?subject=incident.{foreign}")
    assert "No entries" in page.text and "investigator3" not in page.text


def test_pages_of_a_units_record_are_full_and_complete(officers: dict[str, Officer]) -> None:
    chief, seen, place = officers["supervisor"], list[str](), ""
    for _ in range(5):
        answer = chief.send("GET", f"/api/v1/audit?limit=7&page={place}").json()
        assert len(answer["entries"]) == 7
        seen += [one["hash"] for one in answer["entries"]]
        place = answer["next_page"]
    assert len(set(seen)) == 35


def test_nobody_reads_who_looked_at_them(officers: dict[str, Officer], services: Container) -> None:
    chief, seer = person(services, "supervisor"), person(services, "auditor")
    officers["supervisor"].records(actor=f"officer.{seer.id}")
    officers["auditor"].records(actor=f"officer.{seer.id}")
    looks = officers["auditor"].records(subject="audit", limit="500")
    about = [one["actor"] for one in looks if seer.id in str(one["details"])]
    assert set(about) == {f"officer.{seer.id}"}
    officers["auditor"].records(actor=f"officer.{chief.id}")
    told = officers["supervisor"].records(subject="audit", limit="500")
    assert all(one["actor"] != f"officer.{seer.id}" for one in told)


def test_supervisors_of_the_unit_are_told_once_and_nobody_is_named(
    stack: RunningStack, officers: dict[str, Officer], services: Container
) -> None:
    who = harvest(services, "investigator2")
    review(stack)
    # A day that is over is told of: here, one that no other test speaks of.
    store, mails = services.oversight.use_store, services.oversight.use_mails
    today = services.oversight.look_budgets.day_of(who.id).day
    (line,) = [one for one in store.of_unit("Birmingham CID", today) if one.officer_id == who.id]
    day = today - timedelta(days=400)
    use = DayUse(who.id, who.username, ("Birmingham CID",))
    findings = [UseFinding(kind, words) for kind, words in zip(line.kinds, line.words, strict=True)]
    store.keep_unusual(day, use, findings)
    mails.tell_supervisors(day)
    mails.tell_supervisors(day)

    def told() -> list[dict[str, Any]]:
        sent = stack.mails_to("supervisor@example.test")
        return [mail for mail in sent if "look into in your unit" in mail["Subject"]]

    stack.wait_for(told, "a mail to the supervisor")
    (mail,) = told()
    text = str(mail)
    assert f"{len(findings)} thing" in mail["Subject"] and "/console/unit/use" in text
    assert who.username not in text and who.id not in text
    assert not [
        mail
        for mail in stack.mails_to("investigator2@example.test")
        if "your unit" in mail["Subject"]
    ]
