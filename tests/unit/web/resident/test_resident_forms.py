"""Every form and query of residents' pages: nothing that is typed breaks one, and all that is
wrong is said at once."""

from __future__ import annotations

import importlib
import pkgutil
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.cameras.model import Camera, CameraKind
from chalicelib.core.countries import COUNTRIES
from chalicelib.core.errors import FieldErrors, Invalid
from chalicelib.web import reply, resident
from chalicelib.web.http.validation import FormInput, read_form
from chalicelib.web.resident.account import DetailsForm
from chalicelib.web.resident.camera_fields import CameraForm, stored_values
from chalicelib.web.resident.place import PlaceForm
from chalicelib.web.resident.register import RegistrationForm

for package in (resident, reply):
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")


def _all(base: type[FormInput]) -> set[type[FormInput]]:
    return {base}.union(*(_all(model) for model in base.__subclasses__()))


OF_RESIDENTS = ("chalicelib.web.resident.", "chalicelib.web.reply.", "chalicelib.web.fields.plain_")

MODELS = sorted(
    (model for model in _all(FormInput) if model.__module__.startswith(OF_RESIDENTS)),
    key=lambda model: f"{model.__module__}.{model.__name__}",
)


class Postcodes:
    """Knows none."""

    def find_postcode(self, postcode: str) -> None:
        return None


CONTEXT = {
    "camera": 1,
    "country": COUNTRIES["GB"],
    "now": datetime(2026, 11, 20, 10, tzinfo=UTC),
    "zone": "Europe/London",
    "key": b"k" * 32,
    "bounds": ((-3.7, 51.4, 0.1, 53.6),),
    "postcodes": Postcodes(),
}
"""What the types of some forms ask for."""

typed_texts = st.one_of(
    st.text(st.characters(), max_size=300),
    st.from_regex(r"[0-9+-]{0,40}(\.[0-9]{0,40})?([eE]-?[0-9]{1,6})?", fullmatch=True),
    st.sampled_from(["other", "ring/", "yes", "no", "days", "unavailable", "a@b.test", "B1 1AY"]),
)


def test_the_models_are_found() -> None:
    names = {model.__name__ for model in MODELS}
    assert {"RegistrationForm", "CameraForm", "SiteAnswerForm", "LinkForm", "CodeForm"} <= names


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
@given(st.data())
def test_nothing_that_is_typed_breaks_a_form(model: type[FormInput], data: st.DataObject) -> None:
    """It is read, or refused with a sentence for each field; halves of surrogate pairs, zeros
    and numbers without end are among what is typed."""
    names = st.sampled_from([*model.model_fields, "not a field"])
    fields = data.draw(st.dictionaries(names, st.lists(typed_texts, max_size=2)))
    with suppress(Invalid):
        read_form(model, fields, CONTEXT)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_thousands_of_values_break_no_form(model: type[FormInput]) -> None:
    fields = {name: ["x" * 1000] * 4000 for name in model.model_fields}
    with suppress(Invalid):
        read_form(model, fields, CONTEXT)


def wrong(model: type[FormInput], /, **typed: str) -> FieldErrors:
    with pytest.raises(Invalid) as caught:
        read_form(model, {name: [value] for name, value in typed.items()}, CONTEXT)
    return caught.value.fields


REGISTRATION = {
    "name": "Pat Jones",
    "email": "pat@example.test",
    "property_type": "home",
    "address_line_1": "12 Test Street",
    "town": "Birmingham",
    "postcode": "b1 1ay",
    "camera_count": "2",
    "consent": "yes",
}


def test_a_registration_is_read() -> None:
    typed = {name: [value] for name, value in REGISTRATION.items()}
    sent = read_form(RegistrationForm, typed, CONTEXT)
    assert (sent.name, sent.postcode, sent.camera_count) == ("Pat Jones", "B1 1AY", 2)
    assert (sent.phone, sent.address_line_2, sent.latitude, sent.longitude) == ("", "", None, None)


def test_an_empty_registration_is_told_everything_in_the_order_of_the_page() -> None:
    assert wrong(RegistrationForm) == [
        ("name", "Enter your name"),
        ("email", "Enter your email address"),
        ("property_type", "Select whether it is a home or a business"),
        ("address_line_1", "Enter the first line of the address"),
        ("town", "Enter the town or city"),
        ("postcode", "Enter your postcode"),
        ("camera_count", "Enter the number of cameras"),
        ("consent", "Tick the box to agree, or you cannot register"),
    ]


@pytest.mark.parametrize(
    ("pin", "field", "said"),
    [
        (("52.5", ""), "longitude", "Enter the longitude too, or leave both empty"),
        (("", "-1.9"), "latitude", "Enter the latitude too, or leave both empty"),
        (("x", "-1.9"), "latitude", "Latitude must be a number of degrees, like 52.48142"),
        (("52.5", "181"), "longitude", "Longitude must be between -180 and 180, like -1.89983"),
    ],
)
def test_a_pin_is_both_numbers_or_neither(pin: tuple[str, str], field: str, said: str) -> None:
    latitude, longitude = pin
    found = wrong(PlaceForm, postcode="B1 1AY", latitude=latitude, longitude=longitude)
    assert found == [(field, said)]


def test_a_pin_that_does_not_fit_together_hides_no_other_problem() -> None:
    typed = {**REGISTRATION, "latitude": "52.5", "postcode": "x", "camera_count": "0"}
    assert [name for name, _ in wrong(RegistrationForm, **typed)] == [
        "postcode",
        "longitude",
        "camera_count",
    ]


def test_details_are_a_name_and_perhaps_a_number() -> None:
    assert wrong(DetailsForm, name="<b>", phone="abc") == [
        ("name", "Your name cannot contain < >"),
        ("phone", "Enter a phone number, like 07700 900 982 or +44 808 157 0192"),
    ]


def described(**typed: Any) -> Camera:
    fields = {"kind": "fixed", "records": "yes", "keeps_unit": "days", **typed}
    read = read_form(CameraForm, {name: [value] for name, value in fields.items()})
    return read.described(Camera(3, range_m=20))


def test_a_camera_is_described_as_the_form_says() -> None:
    made = described(model="ring/30-days", keeps="2", keeps_unit="weeks", bearing="0", angle="360")
    assert made == Camera(3, CameraKind.FIXED, "ring", "30-days", 14 * 1440, True, 0, 360, 20)


@pytest.mark.parametrize(
    "camera",
    [
        Camera(1),
        Camera(1, CameraKind.PTZ, "ring", "30-days", bearing=44, angle=90),
        Camera(1, CameraKind.FIXED, "Acme", retention_minutes=36 * 60),
        Camera(1, CameraKind.DASHCAM, records=False, retention_minutes=7 * 1440),
    ],
)
def test_what_the_form_shows_of_a_camera_means_that_camera(camera: Camera) -> None:
    sent = read_form(CameraForm, {name: [value] for name, value in stored_values(camera).items()})
    assert sent.described(camera) == camera


@pytest.mark.parametrize(
    ("before", "view", "angle", "means"),
    [
        (None, "narrow", "", 70),
        (None, "wide", "", 120),
        (None, "round", "", 360),
        (None, "unsure", "", None),
        (None, "", "", None),
        (None, "", "95", 95),
        (95, "", "95", 95),
        # The form came with the stored degrees in it: a picture chosen beside them replaces them.
        (95, "wide", "95", 120),
        (95, "unsure", "95", None),
        (95, "", "", None),
        # Degrees that somebody typed are meant, whatever picture stands beside them.
        (120, "wide", "95", 95),
        (None, "narrow", "95", 95),
    ],
)
def test_how_wide_a_view_is_comes_from_a_picture_or_from_degrees(
    before: int | None, view: str, angle: str, means: int | None
) -> None:
    fields = {"kind": "fixed", "records": "yes", "keeps_unit": "days", "view": view, "angle": angle}
    read = read_form(CameraForm, {name: [value] for name, value in fields.items()})
    assert read.described(Camera(1, angle=before)).angle == means


@pytest.mark.parametrize("angle, view", [(None, ""), (70, "narrow"), (360, "round"), (95, "")])
def test_the_picture_of_a_stored_angle_is_chosen(angle: int | None, view: str) -> None:
    assert stored_values(Camera(1, angle=angle))["view"] == view


def test_a_make_of_ones_own_counts_only_beside_another_make() -> None:
    assert described(model="other", make="  Acme ").make == "Acme"
    assert described(model="", make="<Acme>").make == ""
    assert described(model="ring/", make="Acme").make == "ring"


def test_a_unit_counts_only_beside_a_number() -> None:
    assert described(keeps="", keeps_unit="moons").retention_minutes is None
    assert described(keeps="36", keeps_unit="hours").retention_minutes == 36 * 60


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"kind": "owl"}, "kind", "Select what kind of camera it is"),
        ({"model": "ring/forever"}, "model", "Select the make and plan from the list"),
        ({"model": "acme/"}, "model", "Select the make and plan from the list"),
        ({"model": "other", "make": "<b>"}, "make", "The make cannot contain < >"),
        ({"records": "perhaps"}, "records", "Select whether it records"),
        (
            {"keeps": "1.5"},
            "keeps",
            "How long footage is kept must be a whole number, like 2",
        ),
        ({"keeps": "2", "keeps_unit": "moons"}, "keeps_unit", "Select hours, days or weeks"),
        (
            {"keeps": "261", "keeps_unit": "weeks"},
            "keeps",
            "How long footage is kept must be 5 years or less",
        ),
        ({"bearing": "360"}, "bearing", "The direction must be between 0 and 359"),
        ({"view": "sideways"}, "view", "Select how wide its view is"),
        ({"angle": "0"}, "angle", "The angle of view must be between 1 and 360"),
    ],
)
def test_what_no_camera_is_like_is_said(typed: dict[str, str], field: str, said: str) -> None:
    fields = {"kind": "fixed", "records": "yes", "keeps_unit": "days", **typed}
    assert wrong(CameraForm, **fields) == [(field, said)]


def test_all_problems_of_a_camera_are_said_at_once() -> None:
    typed = {"keeps": "9999", "keeps_unit": "weeks", "bearing": "north", "model": "?"}
    assert [name for name, _ in wrong(CameraForm, **typed)] == [
        "kind",
        "model",
        "records",
        "keeps",
        "bearing",
    ]
