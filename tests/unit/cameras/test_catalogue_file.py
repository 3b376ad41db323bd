"""The data file of makes: one that is wrong is refused in words that name the make."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from chalicelib.cameras.catalogue import CatalogueSource
from chalicelib.cameras.catalogue_file import FILE, WrongCatalogue, read_catalogue

File = dict[str, Any]


def text_with(change: Callable[[File], object]) -> str:
    """The file with a change."""
    known: File = json.loads(FILE.read_text())
    change(known)
    return json.dumps(known)


def make(known: File, key: str) -> File:
    (found,) = (one for one in known["makes"] if one["key"] == key)
    return dict_of(found)


def plan(known: File, key: str, chosen: str) -> File:
    (found,) = (one for one in make(known, key)["plans"] if one["key"] == chosen)
    return dict_of(found)


def dict_of(value: Any) -> File:
    assert isinstance(value, dict)
    return value


def refused(text: str) -> list[str]:
    with pytest.raises(WrongCatalogue) as caught:
        read_catalogue(text)
    return str(caught.value).splitlines()


WRONG: list[tuple[Callable[[File], object], str]] = [
    # fields
    (lambda f: make(f, "ring").update(colour="red"), "make ring, colour: Unexpected keyword arg"),
    (lambda f: plan(f, "ring", "free").update(keep=3), "make ring, plan free, keep: Unexpected"),
    (lambda f: f.update(extra=[]), "extra: Unexpected keyword argument"),
    (
        lambda f: make(f, "nest")["sources"]["quoted"].update(page=3),
        "make nest, sources, quoted, page: Unexpected keyword argument",
    ),
    (lambda f: make(f, "ring").pop("name"), "make ring, name: Field required"),
    (lambda f: make(f, "ring").pop("key"), "make number 1, key: Field required"),
    (lambda f: plan(f, "ring", "free").pop("why"), "make ring, plan free, why: Field required"),
    # minutes
    (
        lambda f: plan(f, "blink", "paid").update(minutes=-1),
        "make blink, plan paid: the minutes of a plan cannot be fewer than none",
    ),
    (
        lambda f: make(f, "blink").update(unknown_plan=-1),
        "make blink: the minutes of an unknown plan cannot be fewer than none",
    ),
    (
        lambda f: plan(f, "blink", "paid").update(minutes="43200"),
        "make blink, plan paid, minutes: Input should be a valid integer",
    ),
    (
        lambda f: f["assumptions"]["doorbell"].update(minutes=0),
        "assumptions, doorbell: what is assumed is some minutes",
    ),
    # keys
    (
        lambda f: plan(f, "ring", "3-days").update(key="free"),
        "make ring: the plan “free” stands twice",
    ),
    (lambda f: make(f, "nest").update(key="ring"), "the make “ring” stands twice"),
    (lambda f: make(f, "nest").update(models=["Ring"]), "name of a make “ring” stands twice"),
    # words
    (lambda f: plan(f, "ring", "free").update(why=""), "make ring, plan free: a plan says why"),
    (lambda f: plan(f, "ring", "free").update(name=""), "make ring, plan free: a plan needs a key"),
    (lambda f: make(f, "ring").update(name=""), "make ring: a make needs a key and a name"),
    (lambda f: make(f, "ring").update(unknown_why=""), "make ring: a make says why it has this"),
    (lambda f: make(f, "ring").update(steps=[]), "make ring: a make says how a clip is saved"),
    (
        lambda f: make(f, "ring")["steps"].__setitem__(1, 7),
        "make ring, step number 2: Input should be a valid string",
    ),
    (
        lambda f: f["assumptions"]["places"]["home"].update(why=""),
        "assumptions, places, home: an assumption says what it is and why",
    ),
    # sources
    (
        lambda f: make(f, "ring")["sources"]["times"].pop("address"),
        "make ring, sources, times, address: Field required",
    ),
    (
        lambda f: make(f, "ring")["sources"]["times"].update(address="http://ring.com"),
        "make ring, sources, times: the address of a source starts with https://",
    ),
    (
        lambda f: make(f, "ring")["sources"]["times"].update(address="https://ring.com/a b"),
        "make ring, sources, times: the address of a source starts with https:// and has no spaces",
    ),
    (
        lambda f: make(f, "ring")["sources"]["times"].update(title=""),
        "make ring, sources, times: a source needs a title",
    ),
    (
        lambda f: make(f, "ring")["sources"]["times"].update(looked="last week"),
        "make ring, sources, times, looked: Input should be a valid date",
    ),
    (
        lambda f: plan(f, "ring", "free").update(source="hearsay"),
        "make ring, plan free, source: no source is called “hearsay”",
    ),
    (
        lambda f: make(f, "ring").update(steps_source="nest/quoted"),
        "make ring, steps_source: no source is called “nest/quoted”",
    ),
    (
        lambda f: f["assumptions"]["doorbell"].update(source="nest/unheard-of"),
        "assumptions, doorbell, source: no source is called “nest/unheard-of”",
    ),
    (
        lambda f: make(f, "arlo")["sources"].update(more=make(f, "ring")["sources"]["times"]),
        "make arlo, sources, more: nothing refers to this source",
    ),
    (lambda f: make(f, "arlo").update(sources=[]), "make arlo, sources: Input should be an object"),
    # what the fields say together
    (
        lambda f: plan(f, "ring", "free").pop("source"),
        "make ring, plan free: a certain figure has a source and is fixed",
    ),
    (
        lambda f: plan(f, "ring", "1-days").update(fixed=False),
        "make ring, plan 1-days: a certain figure has a source and is fixed",
    ),
    (
        lambda f: plan(f, "ring", "free").update(steps_source="times"),
        "make ring, plan free: steps_source is for a plan with its own steps",
    ),
    (
        lambda f: f["assumptions"]["places"].pop("home"),
        "assumptions: each kind of place has an assumption",
    ),
    (lambda f: make(f, "dashcam").update(key="dash cam"), "dashcams are a make too"),
    (lambda f: f.pop("makes"), "makes: Field required"),
]


@pytest.mark.parametrize("change, words", WRONG, ids=[words for _, words in WRONG])
def test_a_wrong_file_is_refused_in_words(change: Callable[[File], object], words: str) -> None:
    assert any(words in line for line in refused(text_with(change)))


def test_all_that_is_wrong_is_said_at_once_and_once() -> None:
    def change(known: File) -> None:
        plan(known, "ring", "free").pop("why")
        make(known, "nest")["colour"] = "red"
        make(known, "ring")["sources"]["times"].pop("address")  # ten plans have it from there

    assert refused(text_with(change)) == [
        "make ring, sources, times, address: Field required",
        "make ring, plan free, why: Field required",
        "make nest, colour: Unexpected keyword argument",
    ]


def test_a_make_may_keep_nothing_and_what_is_assumed_may_be_a_minute() -> None:
    def change(known: File) -> None:
        make(known, "blink").update(unknown_plan=0)
        plan(known, "blink", "paid").update(minutes=0)
        known["assumptions"]["doorbell"].update(minutes=1)

    known = read_catalogue(text_with(change))
    blink = known.by_key["blink"]
    paid = blink.plan("paid")
    assert paid and (blink.unknown_plan, paid.minutes) == (0, 0)
    assert known.assumptions.doorbell.minutes == 1


@pytest.mark.parametrize("text", ["", "[]", "null", "{", '{"makes": 3, "assumptions": [1]}'])
def test_what_is_no_catalogue_at_all_is_refused(text: str) -> None:
    assert all(": " in line for line in refused(text))


def test_a_field_that_stands_twice_is_refused_naming_whose() -> None:
    text = FILE.read_text().replace('"key": "blink",', '"key": "blink", "name": "Blinkers",', 1)
    assert refused(text) == ["catalogue.json: the field “name” stands twice in “blink”"]


def test_sources_stand_where_their_names_stood() -> None:
    known = read_catalogue(FILE.read_text())
    ring, nest = known.by_key["ring"], known.by_key["nest"]
    assert {one.source for one in ring.plans[1:]} == {ring.plans[1].source}
    assert isinstance(ring.steps_source, CatalogueSource) and ring.steps_source.looked == date(
        2026, 11, 20
    )
    assert known.assumptions.doorbell.source == nest.plans[0].source
    assert known.assumptions.dashcam.source == known.by_key["dashcam"].unknown_source
