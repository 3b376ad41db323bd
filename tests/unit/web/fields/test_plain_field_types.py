"""What a page sends besides words: choices, whole numbers, links and ids."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import pytest

from chalicelib.core.errors import Conflict, Invalid, Malformed
from chalicelib.core.ids import new_id, new_token
from chalicelib.web.fields.field_types import TextField
from chalicelib.web.fields.plain_field_types import (
    ChoiceField,
    KnownWordField,
    OwnIdField,
    TokenField,
    VersionForm,
    WholeNumberField,
)
from chalicelib.web.http.forms import SubmittedForm
from chalicelib.web.http.validation import FormInput


class Place(StrEnum):
    HOME = "home"
    BUSINESS = "business"


class Example(FormInput):
    """A form with one field of each kind. `colour` may be left open, and so may `angle`."""

    name: Annotated[str, TextField("your name", 40)]
    count: Annotated[int, WholeNumberField("the number of cameras", 1, 50)]
    kind: Annotated[Place, ChoiceField("whether it is a home or a business", tuple(Place))]
    colour: Annotated[str, ChoiceField("a colour", ("red", "blue"), empty=True)]
    angle: Annotated[int | None, WholeNumberField("the angle", 0, 360, needed=False)]
    link: Annotated[str, TokenField()]
    form: Annotated[str, OwnIdField()]
    done: Annotated[str, KnownWordField("what was done", ("camera", "site"))]


RIGHT = {"name": ["Pat"], "count": [" 3 "], "kind": ["business"]}


def wrong(**typed: str) -> list[tuple[str, str]]:
    fields = {**RIGHT, **{name: [value] for name, value in typed.items()}}
    with pytest.raises(Invalid) as caught:
        SubmittedForm(fields).read(Example)
    return caught.value.fields


def test_what_is_right_is_read() -> None:
    token, own = new_token(), new_id()
    read = SubmittedForm({**RIGHT, "link": [token], "form": [own], "angle": ["0"]}).read(Example)
    assert (read.name, read.count, read.kind) == ("Pat", 3, Place.BUSINESS)
    assert isinstance(read.kind, Place)
    assert (read.colour, read.angle, read.link, read.form) == ("", 0, token, own)


def test_what_may_be_empty_may_be_left_out_and_what_cannot_be_a_link_is_none() -> None:
    read = SubmittedForm({**RIGHT, "link": ["x" * 42], "form": ["../../etc"]}).read(Example)
    assert (read.colour, read.angle, read.link, read.form) == ("", None, "", "")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Enter the number of cameras"),
        ("0", "The number of cameras must be between 1 and 50"),
        ("51", "The number of cameras must be between 1 and 50"),
        *(
            (typed, "The number of cameras must be a whole number, like 2")
            for typed in ("-1", "1.5", "two", "٣½", "1e3", "9" * 30)
        ),
    ],
)
def test_a_number_out_of_range_is_refused(typed: str, said: str) -> None:
    assert wrong(count=typed) == [("count", said)]


@pytest.mark.parametrize("typed", ["٣", "３", "३", "\u202a3\u202c"])
def test_a_number_is_read_in_the_digits_of_every_script(typed: str) -> None:
    sent = {**RIGHT, "count": [typed]}
    assert SubmittedForm(sent).read(Example).count == 3


@pytest.mark.parametrize("typed", ["", "castle", "HOME", " home"])
def test_a_choice_is_one_of_those_that_there_are(typed: str) -> None:
    assert wrong(kind=typed) == [("kind", "Select whether it is a home or a business")]


def test_a_choice_that_may_be_left_open_is_still_one_of_those() -> None:
    assert wrong(colour="green") == [("colour", "Select a colour")]


def test_problems_come_all_at_once_in_the_order_of_the_page() -> None:
    found = wrong(colour="green", kind="castle", angle="x", count="none", name=" ")
    assert [name for name, _ in found] == ["name", "count", "kind", "colour", "angle"]


def test_of_a_repeated_field_the_last_counts() -> None:
    assert SubmittedForm({**RIGHT, "count": ["x", "4"]}).read(Example).count == 4


def test_a_form_is_shown_again_with_what_was_typed_and_what_was_wrong() -> None:
    form = SubmittedForm({"name": ["a", ""], "count": ["none"], "csrf": ["t"]})
    with pytest.raises(Invalid) as caught:
        form.read(Example)
    again = form.redisplay_context(caught.value)
    assert again["values"] == {"name": "", "count": "none", "csrf": "t"}
    assert list(again["errors"]) == ["name", "count", "kind"]
    assert again["errors"]["name"] == "Enter your name"


def test_what_is_wrong_with_no_field_stands_above_the_form() -> None:
    form = SubmittedForm({"name": ["Pat"]})
    assert form.redisplay_context(Conflict("It has changed."))["errors"] == {"": "It has changed."}
    assert form.redisplay_context(None) == {"values": {"name": "Pat"}, "errors": {}}


def test_of_two_problems_of_a_field_the_first_is_shown() -> None:
    both = Malformed("No.", [("name", "First"), ("name", "Second")])
    assert SubmittedForm({}).redisplay_context(both)["errors"] == {"name": "First"}


@pytest.mark.parametrize("typed", ["", "x", "-1", "\u0663", "9" * 400])
def test_any_text_may_be_a_version(typed: str) -> None:
    assert SubmittedForm({"version": [typed]}).read(VersionForm).version == typed


@pytest.mark.parametrize(("typed", "read"), [("site", "site"), ("", ""), ("<b>", ""), ("SITE", "")])
def test_a_word_that_is_not_known_says_nothing(typed: str, read: str) -> None:
    assert SubmittedForm({**RIGHT, "done": [typed]}).read(Example).done == read
