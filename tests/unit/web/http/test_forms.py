"""Reading what people and programs send, and what they send wrongly."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from chalicelib.core.errors import DomainError, Invalid, Malformed, TooLarge, WrongType
from chalicelib.web.fields.field_types import TextField
from chalicelib.web.http.forms import (
    FILE_FORM_BYTES,
    FORM_BYTES,
    SubmittedForm,
    parse_file_form,
    parse_form,
    parse_json,
)

FORM = "application/x-www-form-urlencoded"


def test_a_form_keeps_repeated_and_empty_fields() -> None:
    fields = parse_form(b"site_id=a&site_id=b&note=&name=Zo%C3%AB", FORM + "; charset=utf-8")
    form = SubmittedForm(fields)
    assert form.all("site_id") == ["a", "b"]
    assert form.typed("name") == "Zoë"
    assert form.typed("note") == ""
    assert form.typed("never sent") == ""


@pytest.mark.parametrize(
    ("body", "kind", "error"),
    [
        (b"a=1", "application/json", WrongType),
        (b"a=1", "", WrongType),
        (b"a=" + b"x" * FORM_BYTES, FORM, TooLarge),
        (b"&".join(b"a=1" for _ in range(700)), FORM, Malformed),
        (b"a=%ff%fe", FORM, Malformed),
        (b"\xff\xfe", FORM, Malformed),
    ],
)
def test_a_bad_form_is_told_apart(body: bytes, kind: str, error: type[DomainError]) -> None:
    with pytest.raises(error):
        parse_form(body, kind)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[1]",
        b'"text"',
        b"null",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b"\xff",
        json.dumps({"a": json.loads("[" * 15 + "]" * 15)}).encode(),
        b'{"a":' + b"[" * 200_000 + b"]" * 200_000 + b"}",
    ],
    ids=lambda body: repr(body[:20]),
)
def test_broken_and_deep_json_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        parse_json(body, "application/json")


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (rb'{"site_ids": ["\ud800"], "b": "\ud83d\ude00"}', ["site_ids"]),
        (rb'{"\udfff": 1, "a": {"b": {"\ud800": 1}}}', ["\\udfff", "a"]),
    ],
)
def test_half_a_character_is_no_text(body: bytes, fields: list[str]) -> None:
    with pytest.raises(Invalid) as caught:
        parse_json(body, "application/json")
    assert [name for name, _ in caught.value.fields] == fields


def test_a_byte_order_mark_before_json_is_passed_over() -> None:
    assert parse_json(b'\xef\xbb\xbf{"a": 1}', "application/json") == {"a": 1}


@pytest.mark.parametrize("body", [b'{"a": 1, "a": 2}', b'{"a": [{"b": 1, "c": 2, "b": 1}]}'])
def test_a_member_that_is_there_twice_is_refused(body: bytes) -> None:
    """One of the two would be left out without a word."""
    with pytest.raises(Malformed, match="twice"):
        parse_json(body, "application/json")


def test_json_of_another_type_or_size_is_refused() -> None:
    assert parse_json(b'{"a": [1, {"b": 2}]}', "application/json; charset=utf-8")
    with pytest.raises(WrongType):
        parse_json(b"{}", "text/plain")
    with pytest.raises(TooLarge):
        parse_json(b'{"a":"' + b"x" * 600_000 + b'"}', "application/json")


NAME = TextField("your name", 40)


@given(st.text())
def test_text_is_either_clean_or_refused_with_a_sentence(typed: str) -> None:
    value, said = "", ""
    try:
        value = NAME.read(typed)
    except PydanticCustomError as error:
        said = error.message()
    if said:
        assert said.endswith(("your name", "fewer", "Delete it"))
    else:
        assert 0 < len(value) <= 40
        assert value == value.strip()
        assert not any(ord(letter) < 32 or ord(letter) == 127 for letter in value)
        assert NAME.read(value) == value


@pytest.mark.parametrize("name", ["Zoë O’Neill", "李小龙", "محمد علي", "Ann 🌻", "<b>Bob</b>"])
def test_peoples_names_are_kept_as_they_are(name: str) -> None:
    assert NAME.read(f" {name}\t") == name


@pytest.mark.parametrize("name", ["", "   ", "x" * 41, "a\x00b", "a\nb", "abc\u202edef", None, 5])
def test_what_cannot_be_a_name_is_refused(name: object) -> None:
    with pytest.raises(PydanticCustomError):
        NAME.read(name)


def test_a_note_may_have_lines_and_may_be_empty() -> None:
    note = TextField("your note", 100, needed=False, lines=True)
    assert note.read("one\r\ntwo") == "one\ntwo"
    assert note.read("") == note.read(None) == ""


def test_the_shorter_form_of_a_text_counts() -> None:
    assert len(TextField("it", 40).read("e\u0301" * 40)) == 40  # NFC makes one of two
    assert len(TextField("it", 40).read("\u0958" * 40)) == 80  # and here two of one


def test_a_list_that_somebody_emptied_has_no_value() -> None:
    form = SubmittedForm({"site_id": [], "message": ["a", "b"]})
    assert form.values() == {"message": "b"}
    assert form.all("site_id") == []


def with_file(name: str, filename: str, content: bytes) -> bytes:
    """As a browser sends a form with a field and a file."""
    return (
        b'--x\r\nContent-Disposition: form-data; name="reason"\r\n\r\nWay home \xc3\xab\r\n'
        b'--x\r\nContent-Disposition: form-data; name="' + name.encode() + b'"; filename="'
        + filename.encode() + b'"\r\nContent-Type: application/octet-stream\r\n\r\n'
        + content + b"\r\n--x--\r\n"
    )  # fmt: skip


FILE_FORM = "multipart/form-data; boundary=x"
NOT_TEXT = b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n\xff\r\n--x--\r\n"


@pytest.mark.parametrize(
    "content",
    [
        b"a--x",
        b"\r\n--",
        b"\n" * 4_000_000,
        b"<gpx/>",
        b"a\r\nb\n\nc\r",
        b"\xff\xfe<\x00g\x00",
        "Zoë".encode(),
    ],
)
def test_a_form_with_a_file(content: bytes) -> None:
    fields, files = parse_file_form(with_file("area_file", "way.gpx", content), FILE_FORM)
    assert fields == {"reason": ["Way home ë"]}
    assert files == {"area_file": content}


def test_a_file_that_was_not_chosen_is_none() -> None:
    fields, files = parse_file_form(with_file("area_file", "", b""), FILE_FORM)
    assert (list(fields), files) == (["reason"], {})


@pytest.mark.parametrize(
    ("body", "kind", "error"),
    [
        (b"", FILE_FORM, Malformed),
        (b"a=1", "application/x-www-form-urlencoded", WrongType),
        (b"a=1", FILE_FORM, Malformed),
        (b"a=1", "multipart/form-data", Malformed),
        (with_file("f", "f", b"1")[:-20], FILE_FORM, Malformed),
        (with_file("f", "f", b"x" * FILE_FORM_BYTES), FILE_FORM, TooLarge),
        (b"--x\r\n\r\nno name\r\n--x--\r\n", FILE_FORM, Malformed),
        (NOT_TEXT, FILE_FORM, Malformed),
        (NOT_TEXT[:-6], FILE_FORM, Malformed),
        (NOT_TEXT, FILE_FORM + "\r\nX: y", Malformed),
        # A parser of mail took minutes for these.
        (b"--x\r\n\r\n" * 500_000 + b"--x--", FILE_FORM, Malformed),
        (NOT_TEXT.replace(b"=a", b"=" + b"a;" * 2_000_000), FILE_FORM, Malformed),
        (b"--x\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n" * 3000, FILE_FORM, Malformed),
    ],
)  # fmt: skip
def test_a_bad_form_with_a_file_is_told_apart(
    body: bytes, kind: str, error: type[DomainError]
) -> None:
    with pytest.raises(error):
        parse_file_form(body, kind)
