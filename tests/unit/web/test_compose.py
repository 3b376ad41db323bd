"""Writing a request: what the form means, what is checked, and what the page shows of it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from chalicelib.access.permissions import Officer, Role
from chalicelib.core.countries import COUNTRIES
from chalicelib.core.ids import new_id
from chalicelib.incidents.search_service import SearchOutcome
from chalicelib.incidents.site_labels import SiteLabel
from chalicelib.requests.model import Deadline, FootageWindow, SkippedSite, SkipReason
from chalicelib.requests.overviews.site_notes import SiteNotes
from chalicelib.requests.recipients.eligibility import SENTENCES, RequestCheck
from chalicelib.search.site_search import FoundSite, SearchResult
from chalicelib.web.compose import fields as compose_fields
from chalicelib.web.compose import sheet
from chalicelib.web.compose.checks import CheckedRequest, check_in_words, number_spans
from chalicelib.web.compose.previews import MessagePreview, inert_document
from chalicelib.web.fields.case_field_types import WorkPhoneField
from chalicelib.web.http.forms import SubmittedForm, field_errors, parse_form
from chalicelib.web.http.templating import environment

ZONE, GB = "Europe/London", COUNTRIES["GB"]
NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
A, B, C = "a" * 16, "b" * 16, "c" * 16


def form(**changes: str | list[str]) -> SubmittedForm:
    fields: dict[str, str | list[str]] = {
        "site_id": [A, B],
        "listed": f"{A} {B} {C}",
        "times": "one",
        "from": "2026-11-20T08:00",
        "to": "2026-11-20T08:30",
        "message": "Please look for a red coat.",
        "contact_name": "PC Lane",
        "contact_phone": "0121 496 0101 ext 7",
        "override_reason": "",
        **changes,
    }
    return SubmittedForm({name: v if isinstance(v, list) else [v] for name, v in fields.items()})


def test_a_form_is_read() -> None:
    sent = form()
    composed = compose_fields.read_compose_form(sent, ZONE, GB)
    assert composed.error is None
    assert composed.chosen == (A, B)
    assert composed.window == FootageWindow(NOW - timedelta(hours=2), NOW - timedelta(minutes=90))
    assert composed.windows == {}
    assert composed.contact_phone == "0121 496 0101 ext 7"
    assert compose_fields.listed_sites(sent) == (A, B, C)


def test_each_site_can_have_its_own_minutes() -> None:
    own = {f"from.{A}": "2026-11-20T08:00", f"to.{A}": "2026-11-20T08:10"}
    own |= {f"from.{B}": "2026-11-20T08:05", f"to.{B}": "2026-11-20T08:40"}
    own |= {f"from.{C}": "2026-11-19T00:00", f"to.{C}": "2026-11-19T01:00"}
    composed = compose_fields.read_compose_form(form(times="own", **own), ZONE, GB)
    assert set(composed.windows) == {A, B}, "only those that are chosen"
    assert composed.window == FootageWindow(composed.windows[A].start, composed.windows[B].end)
    everybody = compose_fields.read_compose_form(form(times="one", **own), ZONE, GB)
    assert everybody.windows == {}


def test_a_site_without_minutes_of_its_own_is_asked_for_the_whole_time() -> None:
    own = {f"from.{A}": "2026-11-20T08:00", f"to.{A}": "2026-11-20T08:10"}
    composed = compose_fields.read_compose_form(form(times="own", **own), ZONE, GB)
    assert set(composed.windows) == {A}
    assert composed.window == composed.windows[A]


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"site_id": []}, "site_id", "Choose at least one site"),
        ({"message": " "}, "message", "Enter what owners should look for"),
        ({"message": "x" * 1001}, "message", "1000 characters"),
        ({"message": "A [colour] van"}, "message", r"Fill in \[colour\], or take it out"),
        ({"from": "soon"}, "from", "must be a date and time"),
        ({"to": ""}, "to", "Enter the end of the footage"),
        ({"contact_phone": "me"}, "contact_phone", "Enter a phone number"),
        ({"contact_name": "<b>"}, "contact_name", "cannot contain"),
        ({"override_reason": "x" * 501}, "override_reason", "500 characters"),
        ({"times": "own", f"from.{A}": "", f"to.{A}": ""}, f"from.{A}", "Enter the start"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    changes: dict[str, str | list[str]], field: str, said: str
) -> None:
    error = compose_fields.read_compose_form(form(**changes), ZONE, GB).error
    assert error and re.search(said, field_errors(error)[field])


def test_everything_wrong_is_said_in_the_order_of_the_page() -> None:
    sent = form(message="", contact_phone="me", to="", site_id=[], **{"from": ""})
    error = compose_fields.read_compose_form(sent, ZONE, GB).error
    assert error and [name for name, _ in error.fields] == [
        "site_id", "from", "to", "message", "contact_phone",
    ]  # fmt: skip


def test_what_can_be_read_is_read_beside_what_cannot() -> None:
    composed = compose_fields.read_compose_form(
        form(message="[blank]", contact_phone="me"), ZONE, GB
    )
    assert (composed.message, composed.contact_phone) == ("", "")
    assert composed.contact_name == "PC Lane"
    assert composed.window == FootageWindow(NOW - timedelta(hours=2), NOW - timedelta(minutes=90))
    broken = compose_fields.read_compose_form(form(to="soon"), ZONE, GB)
    assert broken.window == FootageWindow(compose_fields.NEVER, compose_fields.NEVER)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("101", "101"),
        ("101x204", "101 ext 204"),
        ("0121 496 0101", "0121 496 0101"),
        ("+44 121 496 0101", "0121 496 0101"),
        ("0121 496 (0)101x2", "0121 496 0101 ext 2"),
        ("0121/496-0101 #2", "0121 496 0101 ext 2"),
        ("+1 (816) 555-0142", "+18165550142"),
    ],
)
def test_numbers_that_owners_can_ring(typed: str, written: str) -> None:
    assert WorkPhoneField().read_in(typed, {"country": GB}) == written


@pytest.mark.parametrize(
    "typed",
    [
        "1",
        "ring me",
        "0121 496 0101\n999",
        "0" * 40,
        "javascript:1",
        "07700 90012",
        "0207",
        "(816) 555-0142 ext 2",
    ],
)
def test_what_is_no_number(typed: str) -> None:
    if "\n" in typed:
        assert "\n" not in WorkPhoneField().read_in(typed.replace("999", ""), {"country": GB})
        return
    with pytest.raises(PydanticCustomError):
        WorkPhoneField().read_in(typed, {"country": GB})


@given(st.text(max_size=60))
def test_whatever_is_typed_as_a_list_gives_ids(typed: str) -> None:
    found = compose_fields.listed_sites(form(listed=typed, site_id=[typed]))
    assert all(re.fullmatch(r"[0-9a-hjkmnp-tv-z]{16}", one) for one in found)


def test_the_domains_names_become_the_forms() -> None:
    assert compose_fields.field_of("site_ids") == "site_id"
    assert compose_fields.field_of("message") == "message"
    assert compose_fields.field_of(f"windows.{A}.to") == f"to.{A}"
    assert compose_fields.field_of(f"windows.{A}") == f"from.{A}"


def test_a_request_to_every_site_of_a_long_list_fits_into_the_form() -> None:
    """A thousand sites listed, half of them chosen, each with its own minutes and a long message
    in letters of three bytes each."""
    ids = [new_id() for _ in range(1000)]
    parts = [f"site_id={one}" for one in ids[:500]] + ["listed=" + "+".join(ids)]
    for one in ids:
        parts += [f"from.{one}=2026-11-20T08%3A00", f"to.{one}=2026-11-20T08%3A10"]
    parts.append("message=" + "%E2%82%AC" * 1000)
    body = "&".join(parts).encode()
    kind = "application/x-www-form-urlencoded"
    fields = parse_form(body, kind, large=True)
    assert len(fields["site_id"]) == 500
    assert compose_fields.listed_sites(SubmittedForm(fields)) == (*ids,)


# what the search found


def numbered(*ids: str) -> dict[str, int]:
    return {site_id: number for number, site_id in enumerate(ids, start=1)}


def found_site(
    site_id: str, state: str = "live", window: Any = None, sees: str = "unknown"
) -> FoundSite:
    return FoundSite(
        id=site_id, latitude_e6=52_480_000, longitude_e6=-1_900_000, kind="home", cameras=1,
        distance_m=40, deadline=NOW + timedelta(days=1), minutes_left=1440, state=state,
        sees_scene=sees, window=window,
    )  # fmt: skip


def found(*sites: FoundSite) -> SearchOutcome:
    result = SearchResult(len(sites), 0, False, sites, 0.1)
    return SearchOutcome("q" * 16, len(sites), 0, False, sites, result)


def test_all_means_what_may_still_hold_it() -> None:
    result = found(found_site(A, "lost"), found_site(B, "closing"), found_site(C))
    assert sheet.all_ids(result) == (B, C)
    assert sheet.all_ids(None) == ()


def test_who_faces_away_is_listed_and_not_chosen() -> None:
    result = found(found_site(A, "lost", sees="yes"), found_site(B, sees="no"), found_site(C))
    assert sheet.likely_ids(result) == (C,)
    assert sheet.all_ids(result) == (B, C)


def test_rows_keep_their_numbers_and_what_was_typed() -> None:
    window = FootageWindow(NOW, NOW + timedelta(minutes=9))
    result = found(found_site(A, window=window), found_site(B, window=window))
    own = {f"from.{B}": "typed", f"to.{B}": "too"}
    notes = SiteNotes(
        asked={B: NOW}, labels={A: SiteLabel(7, "B1 1AY, 21 m N"), B: SiteLabel(2, "")}
    )
    sent = form(site_id=[B], **own)
    shown = sheet.sheet_rows(result, sent, ZONE, notes)
    assert [row.number for row in shown] == [7, 2, 3]
    assert [(row.where, row.asked_at) for row in shown[:2]] == [("B1 1AY, 21 m N", None), ("", NOW)]
    assert [row.ticked for row in shown] == [False, True, False]
    assert shown[0].times["from"] == "2026-11-20T10:00"
    assert shown[0].times["to"] == "2026-11-20T10:09"
    assert (shown[1].times["from"], shown[1].times["to"]) == ("typed", "too")
    assert shown[2].site is None and not shown[2].has_window


# the checks


def check(**changes: Any) -> RequestCheck:
    given: dict[str, Any] = {
        "asked": (A,), "skipped": (), "owners": 1, "too_long": (), "may_override": False,
        "deadlines": {A: Deadline(NOW + timedelta(hours=5), True)}, **changes,
    }  # fmt: skip
    return RequestCheck(**given)


def test_the_first_to_be_overwritten_and_what_is_gone_are_counted() -> None:
    ids = [new_id() for _ in range(5)]
    at = [timedelta(hours=30), timedelta(hours=24), timedelta(minutes=3), timedelta(0)]
    deadlines = {i: Deadline(NOW + t, True) for i, t in zip(ids[:4], at, strict=True)}
    seen = check_in_words(
        check(asked=tuple(ids), owners=4, deadlines=deadlines), numbered(*ids), NOW
    )
    assert (seen.asked, seen.owners, seen.closing, seen.lost, seen.silent) == (5, 4, 2, 1, 1)
    assert seen.soonest == NOW + timedelta(minutes=3)


def test_who_is_left_out_is_told_by_number_and_why() -> None:
    skipped = (
        SkippedSite(C, SkipReason.PAUSED),
        SkippedSite(B, SkipReason.PAUSED),
        SkippedSite("d" * 16, SkipReason.ASKED_OFTEN),
    )
    seen = check_in_words(check(skipped=skipped), numbered(A, B, C), NOW)
    paused, often = seen.left
    assert (paused.sentence, paused.numbers) == (SENTENCES[SkipReason.PAUSED], "2, 3")
    assert (often.numbers, often.site_ids) == ("", ("d" * 16,))
    assert seen.skipped == 3
    assert seen.over_budget == 1


@pytest.mark.parametrize(
    ("numbers", "said"),
    [([], ""), ([4], "4"), ([1, 2, 3, 5, 8, 9], "1 to 3, 5, 8, 9")],
)
def test_numbers_in_words(numbers: list[int], said: str) -> None:
    assert number_spans(numbers) == said


def checks_html(checked: CheckedRequest) -> str:
    template = environment(ZONE, "GB").get_template("console/compose_checks.html")
    return re.sub(r"\s+", " ", str(template.render(checked=checked)))


def test_an_investigator_is_told_to_ask_a_supervisor() -> None:
    limits = check(too_long=("to",), skipped=(SkippedSite(B, SkipReason.ASKED_OFTEN),))
    said = checks_html(check_in_words(limits, numbered(A, B), NOW))
    assert "ask a supervisor to send this request" in said
    assert "A supervisor can ask them again" in said
    assert 'data-needs-reason="yes"' in said


def test_a_supervisor_is_asked_for_a_reason() -> None:
    limits = check(
        too_long=("to",), skipped=(SkippedSite(B, SkipReason.ASKED_OFTEN),), may_override=True
    )
    said = checks_html(check_in_words(limits, numbered(A, B), NOW))
    assert "Give a reason below" in said
    assert "If you give a reason below, we ask them again" in said
    assert "supervisor to send" not in said


def test_nothing_is_claimed_before_there_is_something_to_check() -> None:
    assert "Choose sites and enter the times" in checks_html(CheckedRequest(ready=False))
    wrong = checks_html(CheckedRequest(problems=("Ask for at most 7 days",)))
    assert "Ask for at most 7 days" in wrong
    assert "will be asked" not in wrong


# the preview


def test_a_shown_document_can_do_nothing() -> None:
    page = (
        '<head><script type="module" src="/a.js"></script><link rel="stylesheet" href="/a.css">'
        '</head><a class="x" href="/b">B</a><a href="javascript:1">C</a>'
    )
    done = inert_document(page)
    assert "<script" not in done and "javascript:" not in done and 'href="/b"' not in done
    assert '<link rel="stylesheet" href="/a.css">' in done
    assert '<a class="x">B</a>' in done


def compose_html(role: Role = Role.INVESTIGATOR, **more: Any) -> str:
    result = found(found_site(A), found_site(B))
    sent = form()
    incident = SimpleNamespace(id="i" * 16, crime_reference="20/1/26", offence='<i>"Theft"</i>')
    context: dict[str, Any] = {
        "settings": SimpleNamespace(force_name="Anytown Police", force_phone="101"),
        "csrf_name": "csrf_token",
        "csrf": "t",
        "zone": ZONE,
        "officer": Officer("sub", "d.okafor", frozenset({role})),
        "incident": incident,
        "search_id": "q" * 16,
        "now": NOW,
        "sites": sheet.sheet_rows(result, sent, ZONE, SiteNotes()),
        "chosen": (A, B),
        "timed": False,
        "widened": False,
        "wordings": [],
        "values": sent.values(),
        "errors": {},
        "preview": MessagePreview(
            "Subject", "Text </pre>", '<p title="x">Mail</p>', "", "<p>Reply</p>"
        ),
        "checked": CheckedRequest(ready=False),
        "longest_contact": 80,
        **more,
    }
    return str(environment(ZONE, "GB").get_template("console/compose.html").render(context))


def test_who_was_asked_is_said_to_be_asked_and_not_to_be_left_out() -> None:
    """“Not asked” of a site that was asked already would be untrue."""
    result, sent = found(found_site(A), found_site(B)), form()
    notes = SiteNotes(asked={A: NOW - timedelta(hours=8, minutes=32)})
    page = compose_html(sites=sheet.sheet_rows(result, sent, ZONE, notes))
    rows = dict(re.findall(r'<tr data-id="(\w+)"(.*?)</tr>', page, re.DOTALL))
    assert "Already asked 01:28" in rows[A] and "Not asked" not in rows[A]
    assert "Not asked" in rows[B] and "Already" not in rows[B]
    skipped = (SkippedSite(A, SkipReason.ALREADY_ASKED), SkippedSite(B, SkipReason.PAUSED))
    said = checks_html(check_in_words(check(skipped=skipped), numbered(A, B), NOW))
    assert "Already asked: 1" in said and "Not asked: 1" in said


def test_a_search_that_listed_nobody_leads_to_no_letter() -> None:
    page = compose_html(sites=())
    assert "Nobody to write to" in page
    assert "Send the request" not in page and 'name="message"' not in page


def test_the_page_is_complete_without_scripts() -> None:
    page = compose_html()
    at = f"/console/incidents/{'i' * 16}"
    assert f'action="{at}/requests"' in page
    for act in ("all", "none", "look"):
        pattern = rf'formaction="{at}/compose" name="act" value="{act}"'
        assert re.search(pattern, page)
    first = re.search(r'<button type="submit"[^>]*>', page[page.index("data-compose") :])
    assert first and 'value="look"' in first[0], "Enter in a field must not send"
    assert page.count("checked>") >= 3


def test_frames_can_run_and_send_nothing() -> None:
    page = compose_html()
    frames = re.findall(r"<iframe[^>]*>", page)
    assert len(frames) == 2
    for frame in frames:
        assert 'sandbox="allow-same-origin"' in frame
        assert 'title="The ' in frame
    assert 'srcdoc="&lt;p title=&#34;x&#34;&gt;Mail' in page
    assert "Text &lt;/pre&gt;" in page


def test_only_who_may_go_beyond_the_limits_has_a_field_for_the_reason() -> None:
    assert 'name="override_reason"' not in compose_html()
    assert 'name="override_reason"' in compose_html(Role.SUPERVISOR)
