"""The wordings that requests begin with: kept by administrators, read by who asks, on record."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from chalicelib.core.ids import new_id
from infra.localstack.visitor import VisitedPage, Visitor
from tests.running import RunningStack
from tests.stack.asking import signed_in

LIST = "/console/wordings"
TEXT = "On {day}, please look for [what was taken]. Ask {contact} of {force}."


@pytest.fixture(scope="module")
def administrator(stack: RunningStack) -> Iterator[Visitor]:
    with signed_in(stack, "administrator") as visitor:
        yield visitor


def add(officer: Visitor, name: str, text: str = TEXT) -> str:
    """The id of a new wording."""
    page = officer.submit(
        officer.open_page(f"{LIST}/new"), {"name": name, "text": text}, action="/new"
    )
    assert f"“{name}” was added." in page.text
    return page.url.rpartition("=")[2]


def listed(officer: Visitor) -> dict[str, dict[str, object]]:
    """What the API lists, by id."""
    answer = officer.json("GET", "/api/v1/wordings", token=officer.bearer())
    assert "{force}" in answer["placeholders"]
    return {one["id"]: one for one in answer["wordings"]}


def some_name() -> str:
    return f"Offence {new_id()}"


def test_the_standard_set_is_there_from_the_start(officer: Visitor) -> None:
    found = {one["name"]: one for one in listed(officer).values()}
    assert "Burglary" in found
    assert {"Robbery", "Assault", "Missing person", "Collision"} <= set(found)
    assert found["Fire"]["version"] == 0
    assert "Burglary" in officer.open_page(LIST).text


def test_one_is_added_changed_removed_and_put_back(
    administrator: Visitor, officer: Visitor
) -> None:
    name = some_name()
    wording = add(administrator, name)
    assert listed(officer)[wording]["text"] == TEXT
    page = administrator.open_page(f"{LIST}/{wording}")
    page = administrator.submit(page, {"text": "Please look."}, action=f"/{wording}")
    assert f"“{name}” was changed." in page.text
    assert listed(officer)[wording]["version"] == 2

    page = administrator.submit(administrator.open_page(f"{LIST}/{wording}"), {}, action="/removal")
    assert f"“{name}” was removed." in page.text
    assert wording not in listed(officer)
    page = administrator.submit(page, {}, action=f"/{wording}/return")  # Undo
    assert f"“{name}” was restored." in page.text
    assert listed(officer)[wording]["text"] == "Please look."


def test_one_of_the_standard_set_can_be_changed_and_keeps_its_place(
    administrator: Visitor, officer: Visitor
) -> None:
    (wording,) = [i for i, one in listed(officer).items() if one["name"] == "Fire"]
    page = administrator.open_page(f"{LIST}/{wording}")
    assert "From the standard set" in page.text
    administrator.submit(page, {"text": "Please look for smoke."}, action=f"/{wording}")
    assert listed(officer)[wording]["text"] == "Please look for smoke."
    assert [one["name"] for one in listed(officer).values()].count("Fire") == 1


def test_two_who_change_the_same_one_are_told(administrator: Visitor) -> None:
    name = some_name()
    wording = add(administrator, name)
    target, fields = administrator.open_page(f"{LIST}/{wording}").form(f"/{wording}")
    first = administrator.send_request("POST", target, data={**fields, "text": "The first."})
    assert first.status_code == 303
    second = administrator.send_request("POST", target, data={**fields, "text": "The second."})
    page = VisitedPage(second, target)
    assert second.status_code == 409
    assert "Somebody else has changed this template" in page.text
    assert "The first." in page.text
    assert page.form(f"/{wording}")[1]["text"] == "The second."
    again = administrator.submit(page, {}, action=f"/{wording}")
    assert "was changed" in again.text
    gone = administrator.send_request("POST", f"{target}/removal", data=fields)
    assert gone.status_code == 409


def test_a_form_sent_twice_adds_one(administrator: Visitor) -> None:
    name = some_name()
    target, fields = administrator.open_page(f"{LIST}/new").form("/new")
    sent = {**fields, "name": name, "text": TEXT}
    one, two = (administrator.send_request("POST", target, data=sent) for _ in range(2))
    assert one.status_code == two.status_code == 303
    assert one.headers["location"] == two.headers["location"]
    other = administrator.send_request(
        "POST", target, data={**administrator.open_page(f"{LIST}/new").form("/new")[1], **sent,
                              "wording_id": new_id()}
    )  # fmt: skip
    assert other.status_code == 409
    assert "There is already a template called" in other.text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": ""}, "Enter the kind of offence"),
        ({"name": "x" * 61}, "60 characters"),
        ({"text": ""}, "Enter what owners read"),
        ({"text": "x" * 901}, "900 characters"),
        ({"text": "Look for {suspect}"}, "{suspect} is not filled in by itself"),
        ({"text": "a\x07b"}, "Character 2 of what owners read cannot be used"),
    ],
)
def test_what_cannot_be_used_is_told_and_kept(
    administrator: Visitor, changes: dict[str, str], said: str
) -> None:
    target, fields = administrator.open_page(f"{LIST}/new").form("/new")
    sent = {**fields, "name": some_name(), "text": TEXT, **changes}
    answer = administrator.send_request("POST", target, data=sent)
    page = VisitedPage(answer, target)
    assert answer.status_code == 422
    assert said in page.text
    kept = page.form("/new")[1]
    assert (kept["name"], kept["text"]) == (sent["name"], sent["text"])


def test_who_asks_reads_them_and_changes_none(stack: RunningStack, officer: Visitor) -> None:
    with signed_in(stack, "supervisor") as supervisor:
        for one in (officer, supervisor):
            assert one.open_page(LIST).soup.select(f'a[href^="{LIST}/"]') == []
            assert one.send_request("GET", f"{LIST}/new").status_code == 403
    with signed_in(stack, "analyst") as analyst:
        assert analyst.send_request("GET", LIST).status_code == 403


def test_each_change_is_on_record(stack: RunningStack, administrator: Visitor) -> None:
    wording = add(administrator, some_name())
    administrator.submit(administrator.open_page(f"{LIST}/{wording}"), {}, action="/removal")
    with signed_in(stack, "auditor") as auditor:
        entries = auditor.json(
            "GET", f"/api/v1/audit?subject=wording.{wording}", token=auditor.bearer()
        )["entries"]
    assert [entry["action"] for entry in entries] == ["removed a template", "added a template"]
    assert {entry["actor_name"] for entry in entries} == {"administrator"}
