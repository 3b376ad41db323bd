"""What officers say of incidents, from JSON and from the form."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from chalicelib.core.countries import COUNTRIES
from chalicelib.core.errors import FieldErrors, Invalid, Refused
from chalicelib.geo.plausible import widened
from chalicelib.incidents.service import NewIncident
from chalicelib.registry.postcodes import LocatedPostcode
from chalicelib.web.fields.case_field_types import CrimeReferenceField
from chalicelib.web.http.forms import SubmittedForm
from chalicelib.web.http.validation import read_json
from chalicelib.web.models import incident_models
from chalicelib.web.models.incident_models import IncidentForm

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
# About the West Midlands; with the margin some 100 km more on every side.
BOUNDS = widened((-2.21, 52.33, -1.42, 52.67))
CONTEXT: dict[str, Any] = {
    "now": NOW,
    "zone": "Europe/London",
    "bounds": (BOUNDS,),
    "country": COUNTRIES["GB"],
}
FIELDS = [
    name
    for name, field in incident_models.NewIncidentModel.model_fields.items()
    if field.is_required()
]
GOOD: dict[str, Any] = {
    "crime_reference": " 20/123456/26 ",
    "offence": "Burglary",
    "location": {"type": "Point", "coordinates": [-1.905387, 52.475939]},
    "occurred_from": "2026-11-20T08:00:00Z",
    "occurred_to": "2026-11-20T09:00:00+00:00",
    "public_description": "A shop was broken into.\nLook for a red coat 🧥 / معطف",
}


def from_json(body: dict[str, Any]) -> NewIncident:
    return read_json(incident_models.NewIncidentModel, body, CONTEXT).clean()


def problems(**changes: Any) -> dict[str, str]:
    body = {name: value for name, value in {**GOOD, **changes}.items() if value is not ...}
    with pytest.raises(Invalid) as caught:
        from_json(body)
    return dict(caught.value.fields)


def problems_of(read: Callable[[], object]) -> FieldErrors:
    try:
        read()
    except Invalid as error:
        return error.fields
    return []


def test_a_good_incident_is_taken_as_it_is() -> None:
    new = from_json(GOOD)
    assert new.crime_reference == "20/123456/26"
    assert (new.latitude_e6, new.longitude_e6) == (52475939, -1905387)
    assert new.occurred_to - new.occurred_from == timedelta(hours=1)
    assert new.public_description == GOOD["public_description"]


def test_coordinates_alone_and_other_zones_mean_the_same() -> None:
    other = {**GOOD, "location": [-1.905387, 52.475939, 120.5]}
    other["occurred_from"] = "2026-11-20T09:00:00+01:00"
    assert from_json(other) == from_json(GOOD)


def test_everything_that_is_missing_is_told_at_once() -> None:
    with pytest.raises(Invalid) as caught:
        from_json({})
    assert [name for name, _ in caught.value.fields] == FIELDS


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("20/123456/26", "20/123456/26"),
        ("  20 / 123456 / 26\t", "20/123456/26"),
        ("wm-2026.0001", "WM-2026.0001"),
        ("crn42", "CRN42"),
        ("２０／１２３４５６／２６", "20/123456/26"),
        ("٢٠/١٢٣٤٥٦/٢٦", "20/123456/26"),
        ("20\u2011123456\u221226", "20-123456-26"),
        ("“20/123456/26”.", "20/123456/26"),
        ("(CRN42),", "CRN42"),
    ],
)
def test_crime_references_have_one_form(typed: str, kept: str) -> None:
    assert CrimeReferenceField().read(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "A",
        "ABC",
        "1" * 31,
        "<b>1</b>",
        "12;34",
        "20\u202e/1",
        "1\x00/2",
        "a#1",
        "🚓1",
    ],
)
def test_what_cannot_be_a_crime_reference_is_refused(typed: str) -> None:
    with pytest.raises(PydanticCustomError):
        CrimeReferenceField().read(typed)


@pytest.mark.parametrize(
    ("location", "said"),
    [
        (..., "where it happened"),
        ([52.475939, -1.905387], "swapped"),
        ({"type": "Point", "coordinates": [52.475939, -1.905387]}, "swapped"),
        ([-122.4, 37.8], "far outside the area that this force serves"),
        ([0, 0], "far outside the area that this force serves"),
        ([52, 181], "not a position"),
        ([-1.9, 999], "not a position"),
        ([-1.9], "[longitude, latitude]"),
        ([-1.9, 52.4, "up"], "two numbers"),
        ([-1.9, 52.4, 1, 2], "[longitude, latitude]"),
        (["-1.9", "52.4"], "two numbers"),
        ([True, False], "two numbers"),
        ([None, None], "two numbers"),
        ([float("nan"), 52.4], "two numbers"),
        ([float("inf"), 52.4], "two numbers"),
        ([10**400, 52.4], "two numbers"),
        ({"type": "Polygon", "coordinates": []}, "GeoJSON Point"),
        ({"type": "Point"}, "[longitude, latitude]"),
        ({}, "GeoJSON Point"),
        ("52.4,-1.9", "[longitude, latitude]"),
        (7, "[longitude, latitude]"),
        ([[-1.9, 52.4]], "[longitude, latitude]"),
    ],
)
def test_places_that_cannot_be_meant_are_told(location: Any, said: str) -> None:
    assert said in problems(location=location)["location"]


@pytest.mark.parametrize(
    ("start", "end", "field", "said"),
    [
        ("2026-11-20T08:00:00", "2026-11-20T09:00:00Z", "occurred_from", "with its zone"),
        ("yesterday", "2026-11-20T09:00:00Z", "occurred_from", "with its zone"),
        (1763625600, "2026-11-20T09:00:00Z", "occurred_from", "must be a time"),
        (..., "2026-11-20T09:00:00Z", "occurred_from", "Enter the start"),
        ("0001-01-01T00:00:00+14:00", "2026-11-20T09:00:00Z", "occurred_from", "400 days"),
        ("0000-01-01T00:00:00Z", "2026-11-20T09:00:00Z", "occurred_from", "400 days"),
        ("9999-12-31T23:59:60-23:59", "2026-11-20T09:00:00Z", "occurred_from", "future"),
        ("2026-11-31T08:00:00Z", "2026-11-20T09:00:00Z", "occurred_from", "not a real date"),
        ("2026-11-20 08:00:00Z", "2026-11-20T09:00:00Z", "occurred_from", "with its zone"),
        ("2026-11-20T08:00Z", "2026-11-20T09:00:00Z", "occurred_from", "with its zone"),
        ("2026-11-20T10:06:00Z", "2026-11-20T10:07:00Z", "occurred_from", "future"),
        ("2025-01-01T00:00:00Z", "2025-01-01T01:00:00Z", "occurred_from", "400 days"),
        ("2026-11-20T09:00:00Z", "2026-11-20T08:59:59Z", "occurred_to", "before the start"),
        ("2026-11-20T09:00:00Z", "2026-11-20T11:01:00Z", "occurred_to", "an hour in the future"),
        ("2026-11-12T00:00:00Z", "2026-11-19T00:00:01Z", "occurred_to", "7 days"),
    ],
)
def test_times_that_cannot_be_meant_are_told(start: Any, end: Any, field: str, said: str) -> None:
    assert said in problems(occurred_from=start, occurred_to=end)[field]


def test_a_moment_and_an_incident_under_way_are_fine() -> None:
    moment = {
        **GOOD,
        "occurred_from": "2026-11-20T10:04:00Z",
        "occurred_to": "2026-11-20T10:04:00Z",
    }
    assert not problems_of(lambda: from_json(moment))
    oldest = NOW - timedelta(days=400)
    old = {**GOOD, "occurred_from": oldest.isoformat(), "occurred_to": oldest.isoformat()}
    assert not problems_of(lambda: from_json(old))


def test_one_problem_hides_no_other() -> None:
    told = problems(
        location=[52.48, -1.9], occurred_from="2026-11-21T00:00:00Z", occurred_to="soon", offence=5
    )
    assert list(told) == ["offence", "location", "occurred_from", "occurred_to"]
    ends = problems(occurred_from="x", occurred_to="2026-12-01T00:00:00Z", offence="")
    assert list(ends) == ["offence", "occurred_from", "occurred_to"]


def test_what_a_rule_refuses_is_told_from_what_the_schema_does() -> None:
    with pytest.raises(Refused):
        from_json({**GOOD, "location": [0, 0], "occurred_to": "2026-12-01T00:00:00Z"})
    with pytest.raises(Invalid) as caught:
        from_json({**GOOD, "location": [0, 0], "offence": 5})
    assert not isinstance(caught.value, Refused)


def test_without_an_area_a_place_is_anywhere_on_earth() -> None:
    body = {**GOOD, "location": [-94.58, 39.1]}
    new = read_json(incident_models.NewIncidentModel, body, {**CONTEXT, "bounds": None}).clean()
    assert new.latitude_e6 == 39_100_000


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("offence", "x" * 101),
        ("offence", "two\nlines"),
        ("offence", "a\u202eb"),
        ("offence", "a\x00b"),
        ("offence", ["Burglary"]),
        ("offence", {"a": 1}),
        ("offence", None),
        ("public_description", "x" * 1001),
        ("public_description", ""),
        ("public_description", 5),
        ("crime_reference", 20),
    ],
)
def test_texts_that_cannot_be_used_are_told(field: str, value: Any) -> None:
    assert list(problems(**{field: value})) == [field]


def test_a_misspelt_field_is_told() -> None:
    assert "no field of this name" in problems(offense="Burglary")["offense"]


def test_html_is_text_like_any_other() -> None:
    new = from_json({**GOOD, "offence": "<script>1</script>"})
    assert new.offence == "<script>1</script>"


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from([*FIELDS, "x"]), anything, max_size=7))
def test_any_json_is_taken_or_refused_with_sentences(changes: dict[str, Any]) -> None:
    made: list[NewIncident] = []
    told = problems_of(lambda: made.append(from_json({**GOOD, **changes})))
    json.dumps(told)
    assert bool(made) != bool(told)
    assert all(name and sentence for name, sentence in told)
    for new in made:
        assert BOUNDS[1] * 1e6 <= new.latitude_e6 <= BOUNDS[3] * 1e6
        assert new.occurred_from <= new.occurred_to


# the form


class Postcodes:
    """Knows one postcode."""

    def find_postcode(self, postcode: str) -> LocatedPostcode | None:
        return LocatedPostcode(postcode, (52475939, -1905387), 10) if postcode == "B1 1AY" else None


FORM = {
    "crime_reference": "20/123456/26",
    "offence": "Burglary",
    "postcode": "b11ay",
    "latitude": "",
    "longitude": "",
    "occurred_from": "2026-11-20T08:00",
    "occurred_to": "2026-11-20T09:00",
    "public_description": "A shop was broken into.",
}


def from_form(**changes: str) -> NewIncident:
    form = SubmittedForm({name: [value] for name, value in {**FORM, **changes}.items()})
    return form.read(IncidentForm, {**CONTEXT, "postcodes": Postcodes()}).clean()


def form_problems(**changes: str) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        from_form(**changes)
    return dict(caught.value.fields)


def test_a_form_gives_the_same_incident() -> None:
    new = from_form()
    assert (new.latitude_e6, new.longitude_e6) == (52475939, -1905387)
    assert new.occurred_from == datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


def test_an_exact_position_wins_over_the_postcode() -> None:
    assert from_form(latitude="52.5°", longitude="\u22121.9").latitude_e6 == 52_500_000


@pytest.mark.parametrize(
    "typed", ["2026-11-20", "20261120", "2026-W47-5", "2026-11-20T08", "20/11/2026 08:00", "08:00"]
)
def test_a_day_without_a_time_is_not_taken_for_its_midnight(typed: str) -> None:
    told = form_problems(occurred_from=typed)
    assert "must be a date and time, like 2026-11-20T21:30" in told["occurred_from"]


TWICE = "2026-10-25T01:30"
FIRST, SECOND = f"{TWICE}:00+01:00", f"{TWICE}:00+00:00"


def test_a_time_that_came_twice_is_asked_about_and_never_guessed() -> None:
    told = form_problems(occurred_from=TWICE, occurred_to="2026-10-25T03:00")
    assert told == {
        "occurred_from": "1:30am came twice on Sunday 25 October 2026, because the clocks went "
        "back. Select which one you mean"
    }
    assert set(form_problems(occurred_from=TWICE, occurred_to=TWICE)) == {
        "occurred_from",
        "occurred_to",
    }


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [(FIRST, FIRST, 0), (FIRST, SECOND, 60), (SECOND, SECOND, 0)],
)
def test_the_choice_says_which_of_the_two_is_meant(start: str, end: str, minutes: int) -> None:
    sent = {"occurred_from.which": start, "occurred_to.which": end}
    new = from_form(occurred_from=TWICE, occurred_to=TWICE, **sent)
    assert new.occurred_to - new.occurred_from == timedelta(minutes=minutes)
    assert new.occurred_from == datetime(2026, 10, 25, 0 if start == FIRST else 1, 30, tzinfo=UTC)


def test_the_second_before_the_first_is_a_mistake_that_is_said() -> None:
    sent = {"occurred_from.which": SECOND, "occurred_to.which": FIRST}
    told = form_problems(occurred_from=TWICE, occurred_to=TWICE, **sent)
    assert "must not be before the start" in told["occurred_to"]


@pytest.mark.parametrize(
    "chosen", ["", "first", f"{TWICE}:00+02:00", "2026-10-25T01:45:00+01:00", f"{TWICE}:00"]
)
def test_a_choice_for_another_time_is_no_choice(chosen: str) -> None:
    sent = {"occurred_from.which": chosen}
    told = form_problems(occurred_from=TWICE, occurred_to="2026-10-25T03:00", **sent)
    assert "came twice" in told["occurred_from"]
    # Beside a time that came once, a choice that was left over says nothing.
    later = from_form(occurred_from="2026-10-25T02:30", occurred_to="2026-10-25T03:00", **sent)
    assert later.occurred_from == datetime(2026, 10, 25, 2, 30, tzinfo=UTC)
    assert "Enter the start" in form_problems(occurred_from="", **sent)["occurred_from"]


def test_a_time_that_the_clocks_skipped_is_refused_with_those_around_it() -> None:
    told = form_problems(occurred_from="2026-03-29T00:30", occurred_to="2026-03-29T01:30")
    assert told == {
        "occurred_to": "There was no 1:30am on Sunday 29 March 2026: the clocks went forward from "
        "1am to 2am. Enter 12:59am or earlier, or 2am or later"
    }
    told = form_problems(occurred_from="2026-03-29T01:30", occurred_to="2026-03-29T02:15")
    assert list(told) == ["occurred_from"], "and not that the end comes before the start"


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"postcode": ""}, "postcode", "postcode, or the exact position"),
        ({"postcode": "B1 1A"}, "postcode", "full UK postcode"),
        ({"postcode": "ZZ9 9ZZ"}, "postcode", "do not know where ZZ9 9ZZ is"),
        ({"latitude": "52.4"}, "longitude", "Enter the longitude too"),
        ({"longitude": "-1.9"}, "latitude", "Enter the latitude too"),
        ({"latitude": "-1.9", "longitude": "52.4"}, "latitude", "wrong way round: swap them"),
        ({"latitude": "north", "longitude": "-1.9"}, "latitude", "number of degrees"),
        ({"latitude": "95", "longitude": "-1.9"}, "latitude", "between"),
        ({"latitude": "37.8", "longitude": "-122.4"}, "latitude", "far outside the area"),
        ({"occurred_from": ""}, "occurred_from", "Enter the start"),
        ({"occurred_from": "2026-11-31T08:00"}, "occurred_from", "date and time"),
        ({"occurred_from": "2026-11-20T08:00Z"}, "occurred_from", "date and time"),
        ({"occurred_to": "9999-12-31T23:59"}, "occurred_to", "future"),
        ({"occurred_from": "0001-01-01T00:00"}, "occurred_from", ""),
    ],
)
def test_problems_of_the_form_stand_beside_their_field(
    changes: dict[str, str], field: str, said: str
) -> None:
    assert said in form_problems(**changes)[field]


@given(st.dictionaries(st.sampled_from(sorted(FORM)), st.text(max_size=40), max_size=4))
def test_any_form_is_taken_or_refused_with_sentences(changes: dict[str, str]) -> None:
    told = problems_of(lambda: from_form(**changes))
    assert all(name and sentence for name, sentence in told)
