"""The small promises that everything else stands on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core import ids, times
from chalicelib.core.errors import Forbidden
from chalicelib.core.hash_chain import GENESIS, chain_entry, first_break
from chalicelib.core.settings import Settings
from chalicelib.dynamodb.attributes import decode_item, encode_item
from chalicelib.dynamodb.table import all_of, equals, one_of
from chalicelib.web.http import csrf

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
KEY = b"k" * 64

values = st.recursive(
    st.text() | st.integers() | st.booleans() | st.binary(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


@given(st.dictionaries(st.text(min_size=1), values, max_size=6))
def test_what_is_stored_is_read_back(item: dict[str, object]) -> None:
    assert decode_item(encode_item(item)) == item  # type: ignore[arg-type]  # recursive union


def test_a_float_is_refused_because_it_would_not_come_back_exactly() -> None:
    with pytest.raises(TypeError):
        encode_item({"a": 1.5})  # type: ignore[dict-item]  # that is the point


def test_conditions_combine_without_losing_a_value() -> None:
    when = all_of(equals("state", "open"), one_of("kind", ["a", "b"]))
    assert when.expression == "(#c_state = :c_state) AND (#c_kind IN (:c_kind0, :c_kind1))"
    assert set(when.values) == {":c_state", ":c_kind0", ":c_kind1"}


def test_ids_and_tokens_have_the_form_that_is_checked() -> None:
    made = {ids.new_id() for _ in range(1000)}
    assert len(made) == 1000
    assert all(ids.is_id(one) for one in made)
    assert ids.is_token(ids.new_token())
    assert not ids.is_id("../../etc/passwd")
    assert not ids.is_id("I" * 16)
    assert not ids.is_token("a" * 42)


@given(st.datetimes(timezones=st.just(UTC)), st.datetimes(timezones=st.just(UTC)))
def test_stored_times_sort_as_times(one: datetime, other: datetime) -> None:
    assert (times.iso_micros(one) < times.iso_micros(other)) == (one < other)
    assert times.parse_iso(times.iso(one)) == one


def test_a_time_in_another_zone_is_stored_in_utc() -> None:
    summer = timezone(timedelta(hours=1))
    assert times.iso(datetime(2026, 7, 1, 12, tzinfo=summer)) == "2026-07-01T11:00:00Z"
    with pytest.raises(ValueError, match="no time zone"):
        times.parse_iso("2026-07-01T12:00:00")


def chain_of(length: int) -> list[dict[str, str | int]]:
    entries: list[dict[str, str | int]] = []
    previous = GENESIS
    for number in range(1, length + 1):
        entry = chain_entry(previous, number, {"what": f"act {number}"})
        previous = str(entry["hash"])
        entries.append(entry)
    return entries


def test_an_untouched_chain_holds() -> None:
    assert first_break(chain_of(5)) is None
    assert first_break([]) is None


@given(st.integers(1, 6), st.data())
def test_any_change_to_a_chain_is_found_where_it_is(length: int, data: st.DataObject) -> None:
    entries = chain_of(length)
    place = data.draw(st.integers(0, length - 1))
    name = data.draw(st.sampled_from(["what", "previous", "hash", "sequence"]))
    entries[place][name] = "forged"
    found = first_break(entries)
    assert found is not None
    assert found.sequence == place + 1


def test_a_removed_entry_and_a_swap_are_found() -> None:
    entries = chain_of(4)
    assert first_break(entries[:1] + entries[2:]) is not None
    swapped = [entries[1], entries[0], *entries[2:]]
    assert first_break(swapped) is not None


def test_a_rewritten_entry_breaks_the_next_even_with_a_right_hash() -> None:
    entries = chain_of(3)
    entries[1] = chain_entry(str(entries[0]["hash"]), 2, {"what": "something else"})
    found = first_break(entries)
    assert found is not None
    assert found.sequence == 3


def test_all_missing_settings_are_named_at_once() -> None:
    with pytest.raises(RuntimeError) as caught:
        Settings.from_environment({"STAGE": "test"})
    assert "REGISTRY_TABLE" in str(caught.value)
    assert "MAIL_FROM" in str(caught.value)
    assert "BASEMAP_URL" not in str(caught.value)


def test_a_form_token_is_good_for_its_session_and_time_only() -> None:
    token = csrf.make_csrf_token(KEY, "session-a", NOW)
    csrf.check_csrf_token(KEY, "session-a", token, NOW + timedelta(hours=1))
    for session, given_token, moment in [
        ("session-b", token, NOW),
        ("session-a", token, NOW + timedelta(hours=25)),
        ("session-a", "", NOW),
        ("session-a", "garbage", NOW),
        ("session-a", token + "0", NOW),
        ("session-a", "9" * 12 + token[10:], NOW),
        ("session-a", "é.é", NOW),
    ]:
        with pytest.raises(Forbidden):
            csrf.check_csrf_token(KEY, session, given_token, moment)


def test_a_form_from_another_origin_is_refused() -> None:
    csrf.check_origin(None, "https://sightline.example")
    csrf.check_origin("https://sightline.example", "https://sightline.example")
    for origin in ("null", "https://evil.example", "https://sightline.example.evil"):
        with pytest.raises(Forbidden):
            csrf.check_origin(origin, "https://sightline.example")
