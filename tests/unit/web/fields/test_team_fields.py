"""Names of officers and units, as programs send them and as people type them into a box."""

from __future__ import annotations

import pytest
from pydantic_core import PydanticCustomError

from chalicelib.web.fields.team_field_types import (
    MOST_NAMES,
    TypedUsernamesField,
    UnitsField,
    UsernamesField,
)

TYPED = TypedUsernamesField("the officers")
MANY = [f"pc.{n}" for n in range(MOST_NAMES + 1)]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("lane\n  byrne \n\nlane,shah,,", ("lane", "byrne", "shah")),
        ("", ()),
        (" , \n,", ()),
        ("\n" * 200 + "lane", ("lane",)),
    ],
)
def test_a_box_has_names_on_lines_or_between_commas(typed: str, read: tuple[str, ...]) -> None:
    assert TYPED.read([typed]) == read


@pytest.mark.parametrize("between", ["\n", ",", ", "])
def test_names_in_a_box_are_counted_one_by_one(between: str) -> None:
    """Each name that is read is looked up, some of them in the directory."""
    assert len(TYPED.read([between.join(MANY[1:])])) == MOST_NAMES
    with pytest.raises(PydanticCustomError, match="at most 50 names"):
        TYPED.read([between.join(MANY)])


@pytest.mark.parametrize("field", [UsernamesField("the officers"), UnitsField("the units")])
def test_programs_send_as_many_names(field: UsernamesField | UnitsField) -> None:
    assert len(field.read(MANY[1:])) == MOST_NAMES
    with pytest.raises(PydanticCustomError, match="at most 50 names"):
        field.read(MANY)
    with pytest.raises(PydanticCustomError, match="texts in quotes"):
        field.read([1])
