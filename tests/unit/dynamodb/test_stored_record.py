"""What a record's declaration means, on a record made up for it."""

from __future__ import annotations

import subprocess
import sys
import traceback
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any

import pytest

from chalicelib.dynamodb.attributes import decode_item, encode_item
from chalicelib.dynamodb.field_marks import (
    Epoch,
    Exact,
    FieldMark,
    Micros,
    Personal,
    Seconds,
    StoredName,
)
from chalicelib.dynamodb.item_schema import item_problems
from chalicelib.dynamodb.stored_record import Derived, RecordMismatch, StoredRecord

NOW = datetime(2026, 11, 30, 3, 15, 9, 500_000, UTC)
SECRET = "Pat of 1 High Street"


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True)
class Fruit:
    at: Seconds
    ripe: bool


@dataclass(frozen=True)
class Tree:
    id: str
    row: int
    grower: Annotated[Personal, StoredName("who")]
    colour: Annotated[Colour, FieldMark.KEPT] = Colour.RED
    height: int = 0
    planted: Seconds | None = None
    seen: Micros | None = None
    said: Exact | None = None
    ends: Epoch | None = None
    fruits: tuple[Fruit, ...] = ()
    names: tuple[str, ...] = ()


TREE = StoredRecord(
    "tree",
    Tree,
    "TREE#{id}",
    "ROW#{row:03d}",
    derived=[
        Derived(
            "day",
            ("planted",),
            lambda tree: f"{tree.planted:%Y-%m-%d}" if tree.planted else None,
            always=False,
        )
    ],
    also={"visits"},
)
BARE = Tree("t" * 16, 7, SECRET)
FULL = Tree(
    "t" * 16, 7, SECRET, Colour.BLUE, 3, NOW, NOW, NOW, NOW, (Fruit(NOW, True),), ("a", "b")
)  # fmt: skip
STORED = {
    "PK": "TREE#tttttttttttttttt",
    "SK": "ROW#007",
    "who": SECRET,
    "colour": "blue",
    "height": 3,
    "planted": "2026-11-30T03:15:09Z",
    "seen": "2026-11-30T03:15:09.500000Z",
    "said": "2026-11-30T03:15:09.500000Z",
    "ends": 1_796_008_509,
    "fruits": [{"at": "2026-11-30T03:15:09Z", "ripe": True}],
    "names": ["a", "b"],
    "day": "2026-11-30",
}


def test_an_item_is_what_the_declaration_says() -> None:
    assert TREE.item(FULL) == STORED
    assert decode_item(encode_item(TREE.item(FULL))) == STORED


def test_what_has_its_default_is_left_out_unless_it_is_kept() -> None:
    assert set(TREE.item(BARE)) == {"PK", "SK", "who", "colour"}


def test_the_kind_says_keys_attributes_and_what_is_personal() -> None:
    kind = TREE.kind
    assert (kind.name, kind.pk, kind.sk) == ("tree", "TREE#[0-9a-z]{16}", r"ROW#\d{3}")
    assert kind.needed == {"who", "colour"}
    assert kind.may == set(STORED) - {"PK", "SK", "who", "colour"} | {"visits"}
    assert kind.personal == {"who"}


def test_an_attribute_that_nobody_declared_is_found() -> None:
    assert item_problems([TREE], STORED) == []
    assert item_problems([TREE], {**STORED, "visits": 2}) == []
    assert item_problems([TREE], {**STORED, "extra": 2}) == ["tree: undeclared extra"]
    assert item_problems([TREE], {k: v for k, v in STORED.items() if k != "who"}) == [
        "tree: no who"
    ]


def test_times_are_read_in_utc() -> None:
    found = TREE.read(STORED)
    assert found.planted == found.ends == NOW.replace(microsecond=0)
    assert found.seen == found.said == NOW
    assert found.seen and found.seen.tzinfo is UTC
    assert found.ends and found.ends.tzinfo is UTC


@pytest.mark.parametrize(
    "name, value, said",
    [
        ("who", 5, "who"),
        ("who", None, "who"),
        ("height", "3", "height"),
        ("height", True, "height"),
        ("colour", SECRET, "colour"),
        ("planted", SECRET, "planted"),
        ("planted", "2026-11-30T03:15:09", "planted"),
        ("planted", 5, "planted"),
        ("ends", "2026", "ends"),
        ("ends", True, "ends"),
        ("names", SECRET, "names"),
        ("fruits", [{"at": "2026-11-30T03:15:09Z", "ripe": SECRET}], r"fruits\.0\.ripe"),
        ("fruits", [{"at": "2026-11-30T03:15:09Z"}], r"fruits\.0\.ripe"),
        ("PK", f"LEAF#{SECRET}", "PK"),
        ("SK", f"ROW#{SECRET}", "SK"),
    ],
)
def test_an_item_that_does_not_fit_is_told_without_its_value(
    name: str, value: object, said: str
) -> None:
    with pytest.raises(
        RecordMismatch, match=rf"^a stored tree does not fit its model: {said} \("
    ) as told:
        TREE.read({**STORED, name: value})
    assert SECRET not in "".join(traceback.format_exception(told.value))


def test_what_is_missing_is_told() -> None:
    item = {name: value for name, value in STORED.items() if name != "who"}
    with pytest.raises(RecordMismatch, match=r": who \(missing\)$"):
        TREE.read(item)


def test_a_change_encodes_its_fields_and_takes_away_what_has_its_default() -> None:
    assert TREE.changes(colour=Colour.RED, height=0, seen=NOW, grower="Jo", names=()) == {
        "colour": "red",
        "height": None,
        "seen": "2026-11-30T03:15:09.500000Z",
        "who": "Jo",
        "names": None,
    }


def test_what_follows_from_a_field_changes_with_it() -> None:
    later = NOW + timedelta(days=1)
    assert TREE.changes(planted=later)["day"] == "2026-12-01"
    assert TREE.changes(planted=None) == {"planted": None, "day": None}
    assert "day" not in TREE.changes(height=4)


def test_what_follows_from_two_fields_asks_for_both() -> None:
    both: Derived[Tree] = Derived(
        "sign", ("height", "colour"), lambda tree: f"{tree.colour} {tree.height}"
    )
    record: StoredRecord[Tree] = StoredRecord(
        "tree", Tree, "TREE#{id}", "ROW#{row:d}", derived=[both]
    )
    assert record.changes(height=2, colour=Colour.RED)["sign"] == "red 2"
    with pytest.raises(TypeError, match="sign"):
        record.changes(height=2)


@pytest.mark.parametrize("name", ["heigth", "id", "day", "visits"])
def test_a_change_of_what_is_no_field_is_refused(name: str) -> None:
    with pytest.raises(TypeError, match=name):
        TREE.changes(**{name: 1})


@pytest.mark.parametrize(
    "changed",
    [{"height": SECRET}, {"grower": 5}, {"planted": SECRET}, {"names": SECRET}, {"fruits": [1]}],
)
def test_a_value_of_another_type_is_not_written(changed: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match=rf"^{next(iter(changed))} of a .* another type") as told:
        TREE.changes(**changed)
    assert SECRET not in "".join(traceback.format_exception(told.value))


def test_declaring_a_record_does_not_load_pydantic() -> None:
    """Jobs that read little start quickly."""
    script = (
        "import sys; import chalicelib.registry.records, chalicelib.requests.records; "
        "import chalicelib.evidence.store; sys.exit('pydantic' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
