"""Every stored record, as it is declared: it comes back from the table as it went in, its item has
the attributes that are declared and no others, and what is personal is marked."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from chalicelib.dynamodb.attributes import Item, decode_item, encode_item
from chalicelib.dynamodb.stored_record import StoredRecord
from tests.support.declared import apart, declared, records, values

RECORDS = {one.name: one for one in records()}
APART = {name: set(apart(one)) for name, one in RECORDS.items()}
some = settings(max_examples=40)  # each of them draws up to thirty fields
every_record = pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS.keys())

PERSONAL = {
    "audit entry": {"actor_name"},
    "closing of an incident": {"closed_by"},
    "code for text messages": {"phone"},
    "e-mail address to be confirmed": {"email"},
    "entry into an incident": {"username"},
    "evidence": {"file_name"},
    "form that was not taken": {"body"},
    "incident": {"closed_by", "created_by", "in_charge", "team"},
    "message in a thread": {"by_name", "text"},
    "notice": {"html", "subject", "text", "to"},
    "an officer's looks of a day": {"granted_by"},
    "an officer's use of a day": {"username"},
    "unusual use": {"note", "seen_by", "username"},
    "permission that a unit gave": {"by_name"},
    "officer who has signed in": {"listed_at", "username"},
    "officer's profile": {
        *("directory_email", "directory_name", "directory_phone", "email", "name", "phone"),
    },
    "owner": {"email", "name", "phone", "texts_to"},
    "recipient": {"note"},
    "request": {"closing_words_by", "contact_name", "contact_phone", "officer_name"},
    "search": {"officer"},
    "officer's account as last checked": {"account", "username"},
    "session": {"sealed", "username"},
    "site": {"address_line_1", "address_line_2", "postcode", "town"},
    "unconfirmed registration": {
        *("address_line_1", "address_line_2", "email", "name", "phone", "postcode", "town"),
    },
    "wording": {"changed_by"},
}
"""Written down here a second time on purpose: a mark that is lost in a declaration shows."""


def stored(item: Item) -> Item:
    """As it comes back from the table."""
    return decode_item(encode_item(item))


def test_what_is_personal_is_marked() -> None:
    marked = {name: set(one.kind.personal) for name, one in declared().items()}
    assert {name: names for name, names in marked.items() if names} == PERSONAL


def test_what_is_personal_is_an_attribute_and_never_of_a_count() -> None:
    kinds = [one.kind for one in declared().values()]
    assert len(kinds) >= 15
    for kind in kinds:
        assert kind.personal <= kind.needed | kind.may, kind.name
        if kind.pk.startswith("COUNT#"):
            assert not kind.personal, f"{kind.name} is read for the map"


@every_record
@some
@given(data=st.data())
def test_a_record_comes_back_as_it_went_in(record: StoredRecord[Any], data: st.DataObject) -> None:
    value, parts = data.draw(values(record))
    item = stored(record.item(value, **parts))
    beside = {name: getattr(value, name) for name in APART[record.name]}
    assert record.read(item, **beside) == value
    assert record.key(value, **parts) == (item["PK"], item["SK"])
    assert record.kind.describes(item)
    assert record.kind.problems(item) == []


@every_record
@some
@given(data=st.data())
def test_an_item_that_is_changed_is_the_item_of_the_changed_record(
    record: StoredRecord[Any], data: st.DataObject
) -> None:
    before, parts = data.draw(values(record))
    other, _ = data.draw(values(record))
    changed = {name: getattr(other, name) for name in changeable(record)}
    item = {**record.item(before, **parts), **record.changes(**changed)}
    assert stored(item) == stored(record.item(replace(before, **changed), **parts))


def changeable(record: StoredRecord[Any]) -> set[str]:
    """The fields that can change: neither part of a key nor kept apart, and nothing follows from
    them together with such a field."""
    fixed = record.key_patterns.keys() | APART[record.name]
    for one in record.derived:
        fixed |= set(one.of) if fixed & set(one.of) else set()
    return {one.name for one in fields(record.model)} - fixed


@every_record
def test_items_have_the_attributes_that_are_declared_and_no_others(
    record: StoredRecord[Any],
) -> None:
    found: set[str] = set()

    @settings(derandomize=True, phases=[Phase.generate])
    @given(values(record))
    def see(made: tuple[Any, dict[str, Any]]) -> None:
        value, parts = made
        found.update(stored(record.item(value, **parts)))

    see()
    assert found == {"PK", "SK"} | (record.kind.needed | record.kind.may) - record.also
