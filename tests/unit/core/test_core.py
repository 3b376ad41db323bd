"""The small promises that everything else stands on."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import fields
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core import errors, ids, times
from chalicelib.core.errors import Forbidden
from chalicelib.core.hash_chain import GENESIS, chain_entry, first_break
from chalicelib.core.settings import OPTIONAL, Settings
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


LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"


def test_an_id_is_its_eighty_bits_in_letters_that_cannot_be_misread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def written(number: int) -> str:
        return "".join(LETTERS[number // 32**place % 32] for place in range(15, -1, -1))

    number = 0x0123456789ABCDEF0F1E
    assert written(number) == "04hmasw9nf6yy3ry"

    def random_bits(bits: int) -> int:
        assert bits == 80
        return number

    monkeypatch.setattr("secrets.randbits", random_bits)
    assert ids.new_id() == written(number)
    digest = int.from_bytes(hashlib.sha256(b"one.other").digest()[:10], "big")
    assert ids.id_from("one.other") == written(digest)
    digest = int.from_bytes(hashlib.sha256(b"one\x1fother").digest()[:10], "big")
    assert ids.id_from("one", "other") == written(digest)
    assert len({ids.id_from(*parts) for parts in (("ab", "c"), ("a", "bc"), ("abc",))}) == 3


def test_a_token_is_kept_as_its_hash_and_each_purpose_has_a_key() -> None:
    assert ids.token_hash("abc") == hashlib.sha256(b"abc").hexdigest()
    one, other = (ids.keyed_hash(KEY, purpose, "text") for purpose in ("a", "b"))
    assert one != other and ids.keyed_hash(b"x" * 64, "a", "text") != one
    own = hmac.new(KEY, b"a", hashlib.sha256).digest()
    assert one == hmac.new(own, b"text", hashlib.sha256).hexdigest()


def test_what_is_no_id_or_token_is_told_by_one_letter() -> None:
    good = "0123456789abcdef"
    assert ids.is_id(good)
    for bad in (good[:-1], good + "0", good[:-1] + "i", good[:-1] + "L", good[:-1] + "\n", ""):
        assert not ids.is_id(bad)
    assert (
        ids.is_token("a" * 43) and not ids.is_token("a" * 44) and not ids.is_token("a" * 42 + "=")
    )


def test_fractions_are_cut_off_and_never_rounded_up() -> None:
    late = datetime(2026, 11, 20, 10, 0, 59, 999_999, tzinfo=UTC)
    assert times.iso_seconds(late) == "2026-11-20T10:00:59Z"
    assert times.iso_micros(late) == "2026-11-20T10:00:59.999999Z"
    assert times.iso_micros(NOW) == "2026-11-20T10:00:00.000000Z"
    assert times.epoch(late) == times.epoch(late.replace(microsecond=0)) == 1_795_168_859
    assert times.parse_iso("2026-11-20T12:00:00+02:00") == NOW
    assert times.parse_iso("2026-11-20T10:00:00Z").tzinfo is UTC
    assert abs(times.utc_now() - datetime.now(UTC)) < timedelta(minutes=1)


def test_no_field_may_take_a_name_that_the_chain_uses() -> None:
    for name in ("previous", "sequence", "hash"):
        with pytest.raises(ValueError, match=name):
            chain_entry(GENESIS, 1, {name: "forged", "what": "act"})
    assert GENESIS == "0" * 64


def test_a_chain_begins_with_its_first_entry_behind_nothing() -> None:
    entries = chain_of(3)
    assert entries[0]["previous"] == GENESIS and first_break(entries) is None
    broken = first_break([dict(entries[0], previous=entries[0]["hash"]), *entries[1:]])
    assert broken and broken.sequence == 1 and "does not follow" in broken.why
    missing = first_break(entries[1:])
    assert missing and (missing.sequence, missing.why) == (1, "entry 1 is missing")


def test_settings_are_those_of_the_environment_or_the_usual_ones() -> None:
    given_values = {
        field.name.upper(): field.name for field in fields(Settings) if field.name not in OPTIONAL
    }
    given_values |= {"EVIDENCE_BUCKET": "ev", "EVIDENCE_ORIGIN": "https://ev.s3.example"}
    read = Settings.from_environment(given_values)
    assert read.stage == "stage" and read.time_zone == "time_zone"
    assert (read.log_level, read.contact_budget, read.country, read.mail_rate) == (
        "INFO", "4", "GB", "0",
    )  # fmt: skip
    assert read.inbox_bucket == "ev-in" and read.inbox_origin == "https://ev-in.s3.example"
    assert Settings.from_environment(given_values | {"LOG_LEVEL": "DEBUG"}).log_level == "DEBUG"


def test_every_error_has_a_status_that_browsers_and_programs_know() -> None:
    known = {
        errors.Invalid: 422, errors.Refused: 422, errors.Malformed: 400, errors.SignInNeeded: 401,
        errors.Forbidden: 403, errors.NotFound: 404, errors.MethodNotAllowed: 405,
        errors.Conflict: 409, errors.Gone: 410, errors.TooLarge: 413, errors.WrongType: 415,
        errors.TooMany: 429, errors.Unavailable: 503,
    }  # fmt: skip
    assert {kind: kind("x").status for kind in known} == known
    assert errors.DomainError("x").status == 500
    assert errors.Invalid.field("to", "Enter a time").fields == [("to", "Enter a time")]
