"""E-mail addresses as people paste them, and those that were probably meant."""

from __future__ import annotations

import time

import pytest

from chalicelib.core.typed.email_addresses import near_email, read_email


@pytest.mark.parametrize(
    "pasted",
    [
        "pat@example.com",
        "pat@example.com.",
        "pat@example.com, ",
        "(pat@example.com);",
        "“pat@example.com”",
        "'pat@example.com'",
        "<pat@example.com>",
        "Pat Jones <pat@example.com>",
        '"Jones, Pat" <pat@example.com>;',
        "mailto:pat@example.com",
        "MAILTO:pat@example.com?subject=Camera",
        "pat @example.com",
        "pat@ EXAMPLE.com",
        "pat＠example．com",
        "pat@example。com",
        "\u202apat@example.com\u202c",
    ],
)
def test_what_is_copied_with_an_address_is_left_out(pasted: str) -> None:
    assert read_email(pasted) == "pat@example.com"


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        ("o’brien@example.com", "o'brien@example.com"),
        ("pat‑jones@my–site.example", "pat-jones@my-site.example"),
        ("pat+cctv@example.com", "pat+cctv@example.com"),
        ("'pat'jones@example.com", "pat'jones@example.com"),
    ],
)
def test_signs_of_word_processors_are_those_of_addresses(pasted: str, kept: str) -> None:
    assert read_email(pasted) == kept


@pytest.mark.parametrize(
    "typed",
    [
        *("", "@", "pat", "pat@", "@example.com", "pat@example", ".pat@example.com"),
        *("pat@example.com, sam@example.com", "Pat <pat@example.com> <sam@example.com>"),
        *("pat@example.com sam@example.com", "I am pat@example.com", '"pat x"@example.com'),
        *("pät@example.com", "pat.@example.com", "pat..x@example.com", "pat@[127.0.0.1]"),
        *("pat@gmail,com", "pat@gmail. com", "pat@@gmail.com", "pat@gmail..com"),
    ],
)
def test_what_is_no_single_address_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the library has a message for each
        read_email(typed)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("pat@gmail,com", "pat@gmail.com"),
        ("pat@example,org", "pat@example.org"),
        ("pat@hotmail.co,uk", "pat@hotmail.co.uk"),
        ("pat@yahoo,co.uk", "pat@yahoo.co.uk"),
        ("pat@gmail. com", "pat@gmail.com"),
        ("pat@gmail..com", "pat@gmail.com"),
        ("pat@@gmail.com", "pat@gmail.com"),
        ("pat@gmailcom", "pat@gmail.com"),
        ("pat@hotmailcouk", "pat@hotmail.co.uk"),
        ("pat@gmail", "pat@gmail.com"),
        ("Pat@gmial,con", "Pat@gmail.com"),
        ("pat@gmail,con", "pat@gmail.com"),
    ],
)
def test_an_address_without_its_dots_is_recognised(typed: str, meant: str) -> None:
    assert near_email(typed) == meant


def test_a_long_text_is_no_address_and_is_told_at_once() -> None:
    begin = time.process_time()
    for typed in (
        " " * 60_000 + "x",
        "@" * 60_000,
        "a@" + " ." * 30_000,
        "<" * 60_000 + "a@b.com>",
    ):
        assert near_email(typed) == ""
        with pytest.raises(ValueError):  # noqa: PT011 - the library has a message for each
            read_email(typed)
    assert time.process_time() - begin < 2


@pytest.mark.parametrize(
    "typed", ["", "pat", "pat@", "@gmail,com", "pat@nowhere", "a@b@gmail,com", "pat x@gmail,com"]
)
def test_what_is_near_no_address_has_none(typed: str) -> None:
    assert near_email(typed) == ""
