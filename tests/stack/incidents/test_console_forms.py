"""The console's forms as a browser without JavaScript, or somebody less kind, would send them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from chalicelib.container import Container
from chalicelib.core.ids import is_id, new_id
from chalicelib.core.times import utc_now
from chalicelib.registry.model import Site
from infra.visitor import Page, Visitor
from tests.running import RunningStack
from tests.stack.asking import signed_in
from tests.support.desk import Session, add_site, settings_of

NEW = "/console/incidents/new"


@pytest.fixture(scope="module")
def site(stack: RunningStack) -> Site:
    return add_site(Container(settings_of(stack), utc_now, Session(stack)))[0]


def fields(officer: Visitor, **changes: str) -> dict[str, str]:
    _, hidden = officer.open(NEW).form(NEW)
    start = datetime.now(UTC).astimezone(ZoneInfo("Europe/London")) - timedelta(hours=3)
    return {
        **hidden,
        "crime_reference": "20/123456/26",
        "offence": "Burglary",
        "occurred_from": f"{start:%Y-%m-%dT%H:%M}",
        "occurred_to": f"{start + timedelta(minutes=30):%Y-%m-%dT%H:%M}",
        "public_description": "A shop was broken into.",
        "latitude": "52.475939",
        "longitude": "-1.905387",
        **changes,
    }


def incident_page(officer: Visitor) -> Page:
    made = officer.send("POST", NEW, data=fields(officer))
    assert made.status_code == 303, made.text
    return officer.open(made.headers["location"])


def test_the_same_form_sent_twice_makes_one_incident(officer: Visitor) -> None:
    sent = fields(officer)
    one, two = (officer.send("POST", NEW, data=sent) for _ in range(2))
    assert one.status_code == two.status_code == 303
    assert one.headers["location"] == two.headers["location"]


def test_an_id_that_somebody_else_used_is_not_theirs_to_take(
    stack: RunningStack, officer: Visitor
) -> None:
    sent = fields(officer)
    officer.send("POST", NEW, data=sent)
    with signed_in(stack, "supervisor") as other:
        answer = other.send(
            "POST", NEW, data=fields(other, incident_id=sent["incident_id"], offence="Theft")
        )
    assert answer.status_code == 409
    assert "already recorded" in answer.text


@pytest.mark.parametrize("incident_id", ["", "x", "../../..", "<b>"])
def test_a_made_up_id_is_replaced(officer: Visitor, incident_id: str) -> None:
    answer = officer.send("POST", NEW, data=fields(officer, incident_id=incident_id))
    assert answer.status_code == 303
    assert is_id(answer.headers["location"].rpartition("/")[2])


def test_everything_wrong_is_told_at_once_and_kept(officer: Visitor) -> None:
    typed = {
        "crime_reference": '"><script>alert(1)</script>',
        "offence": "x" * 101,
        "occurred_from": "soon",
        "occurred_to": "",
        "public_description": "a\x07b",
        "latitude": "-1.9",
        "longitude": "52.4",
    }
    answer = officer.send("POST", NEW, data=fields(officer, **typed))
    assert answer.status_code == 422
    page = Page(answer, officer.base_url + NEW)
    assert "<script>" not in answer.text
    _, kept = page.form(NEW)
    assert {name: kept[name] for name in typed} == typed
    for words in (
        "like 20/123456/26",
        "The offence must be 100 characters or fewer",
        "The start must be a date and time",
        "Enter the end",
        "characters that cannot be used",
        "the wrong way round: swap them",
    ):
        assert words in page.text


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"{}", "application/json", 415),
        (b"a=b", "multipart/form-data; boundary=x", 415),
        (b"a=%FF%FE", "application/x-www-form-urlencoded", 400),
        (b"&".join(b"a=b" for _ in range(700)), "application/x-www-form-urlencoded", 400),
        (b"a=" + b"x" * 70_000, "application/x-www-form-urlencoded", 413),
        (b"", "application/x-www-form-urlencoded", 403),
        (b"csrf_token=1.2", "application/x-www-form-urlencoded", 403),
        ("csrf_token=\u0661.2".encode(), "application/x-www-form-urlencoded", 403),
    ],
    ids=str,
)
def test_a_form_that_cannot_be_read_gets_a_page(
    officer: Visitor, content: bytes, kind: str, status: int
) -> None:
    answer = officer.send("POST", NEW, content=content, headers={"Content-Type": kind})
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert "<h1" in answer.text


def test_a_token_of_another_session_does_not_work(stack: RunningStack, officer: Visitor) -> None:
    with signed_in(stack, "supervisor") as other:
        _, hidden = other.open(NEW).form(NEW)
    stolen = {name: value for name, value in hidden.items() if name != "incident_id"}
    answer = officer.send("POST", NEW, data={**fields(officer), **stolen})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "searches", "requests", "compose", "compose/preview", "compose/checks",
        pytest.param(f"contacts/{new_id()}", id="contacts/somebody"),
    ],
)  # fmt: skip
def test_forms_of_an_incident_that_is_not_there_are_told(officer: Visitor, path: str) -> None:
    _, hidden = officer.open("/console").form("sign-out")
    answer = officer.send("POST", f"/console/incidents/{new_id()}/{path}", data=hidden)
    assert answer.status_code == 404


def compose_form(officer: Visitor, site: Site) -> tuple[str, dict[str, str]]:
    """From a new incident over a search to the page on which a request is written."""
    found = officer.submit(
        incident_page(officer), {"radius_m": "100", "reason": "Cameras"}, action="/searches"
    )
    written = officer.submit(found, {"site_id": site.id}, action="/compose")
    return written.form("/requests")


def test_a_search_by_form_and_a_request_sent_twice_is_one(officer: Visitor, site: Site) -> None:
    target, form = compose_form(officer, site)
    sent = {**form, "site_id": site.id, "message": "Please look for a red coat."}
    one, two = (officer.send("POST", target, data=sent) for _ in range(2))
    assert one.status_code == two.status_code == 303
    assert one.headers["location"] == two.headers["location"]
    overview = officer.open(one.headers["location"])
    assert "1 site asked" in overview.text
    assert "Please look for a red coat." in overview.text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"site_id": ""}, "not registered"),
        ({"site_id": "0" * 16}, "not registered"),
        ({"site_id": "<script>"}, "not registered"),
        ({"message": ""}, "Enter what owners should look for"),
        ({"message": "x" * 1001}, "1000 characters"),
        ({"message": "A [colour] car"}, "Fill in [colour], or take it out"),
        ({"from": "soon"}, "must be a date and time"),
        ({"to": ""}, "Enter the end of the footage"),
        ({"from": "2036-01-01T00:00"}, "must begin in the past"),
        ({"contact_phone": "ring me"}, "Enter a phone number"),
        ({"search_id": "x"}, ""),
        ({"contact_name": "", "contact_phone": ""}, ""),
        ({"search_id": "0" * 16, "message": ""}, "Enter what owners should look for"),
    ],
)
def test_a_request_that_cannot_be_meant_is_told_and_kept(
    officer: Visitor, site: Site, changes: dict[str, str], said: str
) -> None:
    target, form = compose_form(officer, site)
    sent = {**form, "site_id": site.id, "message": "Look for a red coat.", **changes}
    answer = officer.send("POST", target, data=sent)
    if not said:
        assert answer.status_code == 303
        return
    assert answer.status_code == 422
    page = Page(answer, target)
    assert said in page.text
    assert "<script>" not in answer.text.replace('<script type="module"', "")
    if "message" not in changes:
        assert page.form("/requests")[1]["message"] == "Look for a red coat."
