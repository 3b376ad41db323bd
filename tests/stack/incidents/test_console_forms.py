"""The console's forms as a browser without JavaScript, or somebody less kind, would send them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from chalicelib.container import Container
from chalicelib.core.ids import is_id, new_id
from chalicelib.core.times import utc_now
from chalicelib.registry.model import Site
from infra.localstack.visitor import VisitedPage, Visitor
from tests.running import RunningStack
from tests.stack.asking import signed_in
from tests.support.desk import Session, add_site, settings_of

NEW = "/console/incidents/new"


@pytest.fixture(scope="module")
def site(stack: RunningStack) -> Site:
    return add_site(Container(settings_of(stack), utc_now, Session(stack)))[0]


def fields(officer: Visitor, **changes: str) -> dict[str, str]:
    _, hidden = officer.open_page(NEW).form(NEW)
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


def incident_page(officer: Visitor) -> VisitedPage:
    made = officer.send_request("POST", NEW, data=fields(officer))
    assert made.status_code == 303, made.text
    return officer.open_page(made.headers["location"])


def test_the_same_form_sent_twice_makes_one_incident(officer: Visitor) -> None:
    sent = fields(officer)
    one, two = (officer.send_request("POST", NEW, data=sent) for _ in range(2))
    assert one.status_code == two.status_code == 303
    assert one.headers["location"] == two.headers["location"]


def test_an_id_that_somebody_else_used_is_not_theirs_to_take(
    stack: RunningStack, officer: Visitor
) -> None:
    """Whether there is an incident with the id does not show either: each officer's form makes an
    incident of their own."""
    sent = fields(officer)
    first = officer.send_request("POST", NEW, data=sent)
    with signed_in(stack, "supervisor") as other:
        answer = other.send_request(
            "POST", NEW, data=fields(other, incident_id=sent["incident_id"], offence="Theft")
        )
    assert answer.status_code == 303
    assert answer.headers["location"] != first.headers["location"]
    heading = officer.open_page(first.headers["location"]).soup.find("h1")
    assert heading and heading.get_text() == sent["offence"]


@pytest.mark.usefixtures("area_data")
def test_a_corrected_postcode_is_shown_before_and_after(officer: Visitor) -> None:
    """Nothing is recorded at a place that nobody typed without saying so."""
    typed = {"latitude": "", "longitude": "", "postcode": "xqI IAA"}
    again = officer.send_request("POST", NEW, data=fields(officer, **typed, offence=""))
    assert again.status_code == 422 and "We changed what you typed to this" in again.text
    assert VisitedPage(again, officer.base_url + NEW).form(NEW)[1]["postcode"] == "XQ1 1AA"
    made = officer.send_request("POST", NEW, data=fields(officer, **typed))
    assert "We changed the postcode" in officer.open_page(made.headers["location"]).text
    right = officer.send_request(
        "POST", NEW, data=fields(officer, **{**typed, "postcode": "xq11aa"})
    )
    assert "We changed" not in officer.open_page(right.headers["location"]).text


@pytest.mark.parametrize("incident_id", ["", "x", "../../..", "<b>"])
def test_a_made_up_id_is_replaced(officer: Visitor, incident_id: str) -> None:
    answer = officer.send_request("POST", NEW, data=fields(officer, incident_id=incident_id))
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
    answer = officer.send_request("POST", NEW, data=fields(officer, **typed))
    assert answer.status_code == 422
    page = VisitedPage(answer, officer.base_url + NEW)
    assert "<script>" not in answer.text
    _, kept = page.form(NEW)
    assert {name: kept[name] for name in typed} == typed
    for words in (
        "like 20/123456/26",
        "The offence must be 100 characters or fewer",
        "The start must be a date and time",
        "Enter the end",
        "Character 2 of what owners are told cannot be used",
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
    answer = officer.send_request("POST", NEW, content=content, headers={"Content-Type": kind})
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert "<h1" in answer.text


def test_a_token_of_another_session_does_not_work(stack: RunningStack, officer: Visitor) -> None:
    with signed_in(stack, "supervisor") as other:
        _, hidden = other.open_page(NEW).form(NEW)
    stolen = {name: value for name, value in hidden.items() if name != "incident_id"}
    answer = officer.send_request("POST", NEW, data={**fields(officer), **stolen})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "searches", "requests", "compose", "compose/preview", "compose/checks",
        pytest.param(f"contacts/{new_id()}", id="contacts/somebody"),
    ],
)  # fmt: skip
def test_forms_of_an_incident_that_is_not_there_are_told(officer: Visitor, path: str) -> None:
    _, hidden = officer.open_page("/console").form("sign-out")
    answer = officer.send_request("POST", f"/console/incidents/{new_id()}/{path}", data=hidden)
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
    one, two = (officer.send_request("POST", target, data=sent) for _ in range(2))
    assert one.status_code == two.status_code == 303
    assert one.headers["location"] == two.headers["location"]
    overview = officer.open_page(one.headers["location"])
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
    answer = officer.send_request("POST", target, data=sent)
    if not said:
        assert answer.status_code == 303
        return
    assert answer.status_code == 422
    page = VisitedPage(answer, target)
    assert said in page.text
    assert "<script>" not in answer.text.replace('<script type="module"', "")
    if "message" not in changes:
        assert page.form("/requests")[1]["message"] == "Look for a red coat."


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [
        ("52.475939, -1.905387", ""),
        ("", "52.475939N 1.905387W"),
        ("N52 28.55634", "W001 54.32322"),
        ("-1.905387, 52.475939", ""),
        ("SP 06523 86450", ""),
    ],
)
def test_places_are_taken_as_people_hold_them(
    officer: Visitor, site: Site, latitude: str, longitude: str
) -> None:
    place = {"latitude": latitude, "longitude": longitude}
    made = officer.send_request("POST", NEW, data=fields(officer, **place))
    assert made.status_code == 303, made.text
    page = officer.open_page(made.headers["location"])
    found = officer.submit(
        page, {**place, "radius_m": "100", "reason": "Cameras"}, action="/searches"
    )
    assert "within 100 metres" in found.text
    _, shown = found.form("/searches")
    assert float(shown["latitude"]) == pytest.approx(52.4759, abs=1e-4)
    assert float(shown["longitude"]) == pytest.approx(-1.9054, abs=1e-4)
    typed = officer.send_request("POST", "/place", json=place)
    assert typed.json()["latitude"] == pytest.approx(52.4759, abs=1e-4)


def test_a_place_of_another_service_says_what_to_do(officer: Visitor) -> None:
    words = {"latitude": "///filled.count.soap", "longitude": ""}
    answer = officer.send_request("POST", NEW, data=fields(officer, **words))
    assert answer.status_code == 422
    assert "copy the latitude and longitude that it shows" in answer.text
    typed = officer.send_request("POST", "/place", json=words)
    assert typed.status_code == 422
    assert "what3words.com" in typed.json()["errors"][0]["message"]


WAY = "".join(
    f'<trkpt lat="{52.4750 + n / 100_000:.6f}" lon="{-1.905387 + n % 2 / 1e6:.6f}"/>'
    for n in range(265)
)
GPX = f"<gpx><trk><trkseg>{WAY}</trkseg></trk></gpx>".encode()
FAR_AWAY = b'{"type": "LineString", "coordinates": [[12.1, 41.8], [12.2, 41.9]]}'


def test_a_file_is_searched_without_scripts(officer: Visitor, site: Site) -> None:
    target, form = incident_page(officer).form("/searches")
    sent = {**form, "reason": "The way he ran", "width_m": "100"}
    answer = officer.send_request("POST", target, data=sent, files={"area_file": ("way.gpx", GPX)})
    assert answer.status_code == 303, answer.text
    page = officer.open_page(answer.headers["location"])
    assert "in the area" in page.text
    assert "100 m along a route of" in page.text
    officer.submit(page, {"site_id": site.id}, action="/compose")


@pytest.mark.parametrize(
    ("content", "width", "words"),
    [
        (b"PK\x03\x04", "80", "Unpack it"),
        (b"<!DOCTYPE gpx [<!ENTITY a 'b'>]><gpx>&a;</gpx>", "80", "document type"),
        (FAR_AWAY, "80", "far outside the area"),
        (GPX, "wide", "The width must be a whole number"),
    ],
)
def test_a_file_that_cannot_be_used_is_told(
    officer: Visitor, content: bytes, width: str, words: str
) -> None:
    target, form = incident_page(officer).form("/searches")
    sent = {**form, "reason": "The way he ran", "width_m": width}
    answer = officer.send_request(
        "POST", target, data=sent, files={"area_file": ("way.gpx", content)}
    )
    assert answer.status_code == 422
    assert words in answer.text


def test_a_file_in_utf_16_arrives_as_it_was_saved(officer: Visitor) -> None:
    target, form = incident_page(officer).form("/searches")
    reader = target.replace("/searches", "/area-file")
    csrf = {"csrf_token": form["csrf_token"]}
    read = officer.send_request(
        "POST", reader, data=csrf, files={"area_file": ("way.gpx", GPX.decode().encode("utf-16"))}
    )
    assert read.status_code == 200, read.text
    assert read.json()["type"] == "corridor"


def test_the_script_reads_files_and_lines_by_the_same_rule(officer: Visitor) -> None:
    target, form = incident_page(officer).form("/searches")
    reader = target.replace("/searches", "/area-file")
    csrf = {"csrf_token": form["csrf_token"]}
    read = officer.send_request(
        "POST", reader, data=csrf, files={"area_file": ("way.gpx", GPX)}
    ).json()
    assert read["type"] == "corridor"
    lines = "SP 06523 86450\n52 28.6N 1 54.3W\n"
    read = officer.send_request("POST", reader, data={**csrf, "points": lines}).json()
    assert len(read["path"]) == 2
    wrong = officer.send_request("POST", reader, data={**csrf, "points": "the corner"})
    assert wrong.status_code == 422
    assert wrong.json()["errors"][0]["field"] == "area_file"
    assert officer.send_request("POST", reader, data={"points": lines}).status_code == 403


def record_of(stack: RunningStack, incident_id: str) -> list[str]:
    """What is on record of an incident, the newest first."""
    with signed_in(stack, "auditor") as auditor:
        found = auditor.json(
            "GET", f"/api/v1/audit?subject=incident.{incident_id}", token=auditor.bearer()
        )
    return [str(entry["action"]) for entry in found["entries"]]


def test_a_search_by_form_is_on_record_once_and_again_when_it_is_opened_again(
    stack: RunningStack, officer: Visitor
) -> None:
    page = incident_page(officer)
    target, form = page.form("/searches")
    incident_id = target.split("/")[-2]
    sent = {**form, "radius_m": "100", "reason": "Cameras"}
    found = officer.send_request("POST", target, data=sent).headers["location"]
    officer.open_page(found)
    assert record_of(stack, incident_id).count("searched for cameras") == 1
    # Passed on or kept, the address says nothing of a look.
    with signed_in(stack, "supervisor") as other:
        other.open_page(found)
    officer.open_page(found.partition("&")[0])
    assert record_of(stack, incident_id).count("searched for cameras") == 3


def test_the_list_of_searches_is_read_with_its_page_or_is_a_look_of_its_own(
    stack: RunningStack, officer: Visitor
) -> None:
    page = incident_page(officer)
    part = str(page.soup.select("[data-searches]")[0]["data-url"])
    incident_id = part.split("/")[3]
    before = record_of(stack, incident_id)
    officer.open_page(part)
    assert record_of(stack, incident_id) == before
    officer.open_page(part.partition("?")[0])
    assert record_of(stack, incident_id) == ["looked at an incident", *before]


def test_a_form_that_is_too_long_is_shown_again(officer: Visitor) -> None:
    long = "A shop was broken into. " * 4000
    answer = officer.send_request("POST", NEW, data=fields(officer, public_description=long))
    assert answer.status_code == 413
    page = VisitedPage(answer, NEW)
    assert "What you entered is too long. Shorten it." in page.text
    assert page.form(NEW)[1]["public_description"].startswith("A shop was broken into.")
