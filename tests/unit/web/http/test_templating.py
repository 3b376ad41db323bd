"""Layouts and shared macros, rendered with the real environment and no services."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.access.permissions import Officer, Role
from chalicelib.core.errors import Invalid, NotFound
from chalicelib.web.http import templating as render

TEMPLATES = Path(render.__file__).parents[1] / "templates"
PAGES = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html"))
SHARED = {
    "settings": SimpleNamespace(
        force_name="Anytown Police", force_phone="101", basemap_url="", time_zone="Europe/London"
    ),
    "zone": "Europe/London",
    "now": datetime(2026, 11, 20, 10, tzinfo=UTC),
    "csrf_name": "csrf",
    "csrf": "token-of-this-page",
    "officer": None,
    "owner_id": "",
    "errors": {},
    "values": {},
}
INCIDENT = {
    "id": "a1b2c3d4e5f6g7h8",
    "crime_reference": "20/123456/26",
    "offence": "Burglary",
    "latitude": 52.48,
    "longitude": -1.89,
    "occurred_from": "2026-11-19T21:30:00Z",
    "occurred_to": "2026-11-20T01:15:00Z",
    "in_charge": {"id": "sub", "username": "d.okafor"},
    "public_description": 'A house "was" <b>broken</b> into',
}
SITE = {
    "id": "s1",
    "location": [-1.89, 52.48],
    "kind": "home",
    "cameras": 2,
    "distance_m": 120.4,
    "deadline": "2026-11-20T11:35:00Z",
    "minutes_left": 95,
    "state": "closing",
    "sees_scene": "unknown",
}


def officer(*roles: Role) -> Officer:
    return Officer("sub", "d.okafor", frozenset(roles))


def html(template: str, **context: Any) -> str:
    made = render.environment("Europe/London", "GB").get_template(template)
    return str(made.render({**SHARED, **context}))


def text(source: str, **context: Any) -> str:
    made = render.environment("Europe/London", "GB").from_string(source)
    return str(made.render({**SHARED, **context}))


def resident_page(**context: Any) -> str:
    return text(
        '{% extends "layout_resident.html" %}{% block title %}Register{% endblock %}'
        "{% block content %}<h1>Register</h1>{% endblock %}",
        **context,
    )


@pytest.mark.parametrize("name", PAGES)
def test_every_template_compiles(name: str) -> None:
    render.environment("Europe/London", "GB").get_template(name)


@pytest.mark.parametrize("name", PAGES)
def test_no_template_has_what_the_content_security_policy_forbids(name: str) -> None:
    source = (TEMPLATES / name).read_text()
    assert not re.search(r"<script(?![^>]*\bsrc=)", source), "inline script"
    assert not re.search(r"<style\b", source), "inline style sheet"
    assert not re.search(r"\sstyle\s*=", source), "inline style"
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", source), "inline event handler"
    assert "javascript:" not in source


@pytest.mark.parametrize("name", PAGES)
def test_pages_name_only_assets_that_are_built(name: str) -> None:
    config = (TEMPLATES.parents[2] / "frontend/vite.config.ts").read_text()
    entries = re.search(r"entries = \[(.*?)\]", config)
    assert entries is not None
    scripts = {f"{entry}.js" for entry in re.findall(r'"(\w+)"', entries[1])}
    known = scripts | {"resident.css", "console.css", "favicon.svg"}
    named = set(re.findall(r"asset\(['\"]([^'\"]+)['\"]\)", (TEMPLATES / name).read_text()))
    assert named <= known


def test_a_page_with_problems_says_so_in_its_title_and_links_to_each_field() -> None:
    page = resident_page(errors={"email": "Enter an email address", "": "Try again"})
    assert "<title>Error: Register · Sightline</title>" in page
    assert '<a href="#email">Enter an email address</a>' in page
    assert "Try again" in page
    assert page.index("There is a problem") < page.index("<h1>Register</h1>")


def test_a_page_without_problems_does_not() -> None:
    page = resident_page()
    assert "<title>Register · Sightline</title>" in page
    assert "There is a problem" not in page


def test_the_back_link_stands_in_a_landmark_only_when_there_is_one() -> None:
    assert 'aria-label="Back"' not in resident_page()
    page = text(
        '{% extends "layout_resident.html" %}'
        '{% block back_link %}<a href="/">Back</a>{% endblock %}'
    )
    assert 'aria-label="Back"' in page
    assert page.count('<a href="/">Back</a>') == 1


def test_signing_out_is_a_post_with_the_token() -> None:
    page = resident_page(owner_id="abc")
    assert '<form method="post" action="/account/sign-out">' in page
    assert 'name="csrf" value="token-of-this-page"' in page
    assert 'href="/sign-in"' not in page


def test_fields_show_what_was_typed_as_text_and_what_is_wrong_with_it() -> None:
    page = text(
        '{% from "parts/form.html" import text_input, text_area, radios, checkbox, select %}'
        '{{ text_input("name", "Full name", values, errors) }}'
        '{{ text_area("note", "Note", values, errors, maxlength=100) }}'
        '{{ radios("kind", "Kind", [{"value": "home", "text": "Home"}], values, errors) }}'
        '{{ select("make", "Make", [{"value": "a", "text": "A"}], values, errors) }}'
        '{{ checkbox("consent", "I agree", values, errors) }}',
        values={
            "name": '"><script>alert(1)</script>',
            "note": "</textarea><b>",
            "kind": "home",
            "make": "a",
            "consent": "yes",
        },
        errors={"name": "Name <em>must</em> be shorter"},
    )
    assert "<script>" not in page and "</textarea><b>" not in page and "<em>" not in page
    assert 'value="&#34;&gt;&lt;script&gt;' in page
    assert 'aria-describedby="name-error"' in page
    assert page.count("checked") == 2
    assert "selected" in page


def test_an_optional_field_says_so() -> None:
    page = text(
        '{% from "parts/form.html" import text_input %}'
        '{{ text_input("phone", "Phone", values, errors, optional=True) }}'
    )
    assert "Phone (optional)" in page


def test_the_map_of_the_registration_page_is_hidden_until_scripts_run() -> None:
    page = text(
        '{% from "parts/pin_map.html" import pin_map %}'
        '{{ pin_map(values, errors, "/base.pmtiles") }}',
        errors={"latitude": "Enter a latitude"},
    )
    assert re.search(r"data-pin-stage hidden", page)
    assert 'data-basemap="/base.pmtiles"' in page
    assert re.search(r"<details[^>]*\bopen\b", page), "a field with a problem must be seen"


def test_the_uploader_says_what_to_do_without_scripts() -> None:
    page = text(
        '{% from "parts/uploader.html" import uploader %}{{ uploader("/reply/t/uploads", "101") }}'
    )
    assert 'data-create-url="/reply/t/uploads"' in page
    assert 'href="/reply/t/send"' in page
    assert re.search(r"data-upload-with hidden", page)


@pytest.mark.parametrize(
    ("role", "shown", "not_shown"),
    [
        (Role.INVESTIGATOR, ["Incidents", "New incident"], ["Audit"]),
        (Role.AUDITOR, ["Incidents", "Audit"], ["New incident"]),
        (Role.ADMINISTRATOR, ["Templates"], ["New incident", "Audit"]),
    ],
)
def test_the_console_shows_each_role_its_own_places(
    role: Role, shown: list[str], not_shown: list[str]
) -> None:
    page = text(
        '{% extends "layout_console.html" %}{% block title %}x{% endblock %}', officer=officer(role)
    )
    nav = page[page.index("<nav") : page.index("</nav>")]
    assert "d.okafor" in page and role.value.capitalize() in page
    for name in shown:
        assert f">{name}</a>" in nav
    for name in not_shown:
        assert f">{name}</a>" not in nav


def test_the_error_page_for_a_resident_says_how_to_reach_the_force() -> None:
    page = html("error.html", error=NotFound("There is nothing here."), area="resident")
    assert "There is nothing here." in page and "Anytown Police on 101" in page
    assert "resident.css" in page or "resident-" in page


def test_the_error_page_for_an_officer_needs_no_officer() -> None:
    error = Invalid("Wrong.", [("reason", "Enter <a> reason")])
    page = html("error.html", error=error, area="console")
    assert "Wrong." in page and "Enter &lt;a&gt; reason" in page
    assert "Sign out" not in page


def incident_page(role: Role = Role.INVESTIGATOR, **context: Any) -> str:
    given: dict[str, Any] = {"incident": INCIDENT, "requests": [], "search": None}
    given["officer"] = officer(role)
    return html("console/incident.html", **{**given, **context})


def test_the_incident_page_is_complete_without_scripts() -> None:
    search = {
        "search_id": "q1", "latitude": 52.48, "longitude": -1.89, "radius_m": 500, "reason": "r",
        "total": 1, "truncated": False, "sites": [SITE],
    }  # fmt: skip
    page = incident_page(search=search, chosen=["s1"])
    assert f'action="/console/incidents/{INCIDENT["id"]}/searches"' in page
    assert f'action="/console/incidents/{INCIDENT["id"]}/compose"' in page
    assert 'name="search_id" value="q1"' in page
    assert page.count('name="csrf" value="token-of-this-page"') == 3  # sign out, search, request
    assert re.search(r'name="site_id" value="s1"[^>]*checked', page)
    assert "1 hour 35 minutes" in page and "Closing soon" in page and "120 m" in page


def test_what_officers_typed_about_an_incident_stays_text() -> None:
    page = incident_page()
    assert "<b>broken" not in page
    assert 'data-description="A house &#34;was&#34; &lt;b&gt;broken&lt;/b&gt; into"' in page


def test_a_site_cannot_break_out_of_its_data_attribute() -> None:
    hostile = {**SITE, "kind": "home'><script>alert(1)</script>"}
    search = {
        "search_id": "q1", "radius_m": 500, "total": 1, "truncated": False, "sites": [hostile],
    }  # fmt: skip
    page = incident_page(search=search)
    assert "<script>alert" not in page
    assert re.search(r"data-site='[^'<>]*'", page)


def test_an_auditor_sees_an_incident_but_cannot_search_or_ask() -> None:
    page = incident_page(role=Role.AUDITOR)
    assert "data-search-form" not in page
    assert 'data-can-request="no"' in page
    assert "data-compose" not in page
    assert 'data-contacts=""' in page


def test_assets_have_their_hashed_names_and_a_plain_one_before_the_build(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(render, "assets", lambda: {"resident.css": "/assets/resident-1a2b.css"})
    page = resident_page()
    assert 'href="/assets/resident-1a2b.css"' in page
    assert 'src="/assets/resident.js"' in page
