"""What people type into residents' forms, right and wrong."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.web import resident_fields as fields
from chalicelib.web.forms import FieldProblem

name = fields.words("your name", 100)


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("  Zoë   O’Neill-Patel ", "Zoë O’Neill-Patel"),
        ("محمد علي", "محمد علي"),
        ("नी\u200dल", "नी\u200dल"),
        ("Marks & Sons (Tyres), No. 3", "Marks & Sons (Tyres), No. 3"),
        ("X", "X"),
    ],
)
def test_names_of_every_script_are_kept(typed: str, clean: str) -> None:
    assert name(typed) == clean


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Enter your name"),
        ("   ", "Enter your name"),
        ("---", "Enter your name"),
        ("x" * 101, "100 characters or fewer"),
        ("<script>alert(1)</script>", "cannot contain < >"),
        ("Pat 😀", "emoji"),
        ("Pat\x00Jones", "cannot be used"),
        ("Pat\nJones", "cannot be used"),
        ("Pat \u202eJones", "cannot be used"),
        ("Pat\u200bJones", "hidden characters"),
    ],
)
def test_what_is_no_name_is_told(typed: str, said: str) -> None:
    with pytest.raises(FieldProblem, match=said):
        name(typed)


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        (" pat@example.test ", "pat@example.test"),
        ("Pat.O'Neill+cctv@Mail.Example.CO.UK", "Pat.O'Neill+cctv@mail.example.co.uk"),
        ("pat@exämple.com", "pat@xn--exmple-cua.com"),
    ],
)
def test_email_addresses(typed: str, clean: str) -> None:
    assert fields.email(typed) == clean


@pytest.mark.parametrize(
    "typed",
    [
        *("", "pat", "pat@", "@example.test", "pat@example", "pat@@example.test"),
        *("a b@example.test", "pat@example..test", ".pat@example.test", "pat@-example.test"),
        *("pat@example.1", "😀@x.test", "pat@example.test,x@y.test", "<pat@x.test>"),
        *("pat@example.test\r\nBcc: all@example.test", "\u202epat@example.test"),
        *("a" * 65 + "@example.test", "a@" + "b" * 64 + ".test", "pat@" + "a." * 130 + "test"),
        *("pät@example.test", "pat@[127.0.0.1]", "pat@1.2.3.4"),
    ],
)
def test_what_is_no_email_address(typed: str) -> None:
    with pytest.raises(FieldProblem):
        fields.email(typed)


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("", ""),
        ("07700 900 982", "+447700900982"),
        ("+44 (0)121 496 0000", "+441214960000"),
        ("0044 121 496 0000", "+441214960000"),
        ("0121-496-0000", "+441214960000"),
        ("+1 212 555 0100", "+12125550100"),
        ("00 33 1 99 00 12 34", "+33199001234"),
    ],
)
def test_phone_numbers(typed: str, clean: str) -> None:
    assert fields.phone(typed) == clean


@pytest.mark.parametrize("typed", ["abc", "1", "0", "07700", "9" * 40, "07700 900 982 x", "😀"])
def test_what_is_no_phone_number(typed: str) -> None:
    with pytest.raises(FieldProblem, match="like 07700"):
        fields.phone(typed)


@pytest.mark.parametrize(
    ("typed", "microdegrees"),
    [
        ("", None),
        ("52.475939", 52_475_939),
        (" -1.9° ", -1_900_000),
        ("\u22121.5", -1_500_000),
        ("-1.9051234567890123", -1_905_123),
        ("1.5e-05", 15),
    ],
)
def test_degrees(typed: str, microdegrees: int | None) -> None:
    assert fields.latitude(typed) == microdegrees


@pytest.mark.parametrize(
    "typed", ["north", "nan", "inf", "1e5", "52,4", "90.000001", "0x10", "5 2", "--1", "1" * 400]
)
def test_what_are_no_degrees(typed: str) -> None:
    with pytest.raises(FieldProblem, match="Latitude"):
        fields.latitude(typed)


@given(st.floats(-90, 90))
def test_every_position_that_a_program_writes_is_taken(degrees: float) -> None:
    """As Python and JavaScript write a number, with as many digits as it needs."""
    if degrees and abs(degrees) < 1e-99:
        return  # no pin is meant so exactly
    assert fields.latitude(repr(degrees)) == round(degrees * 1_000_000)


@given(st.text(max_size=300))
def test_no_text_breaks_a_field(typed: str) -> None:
    """Each takes it or says what is wrong, and nothing else is raised."""
    for clean in (name, fields.email, fields.phone, fields.postcode, fields.longitude):
        with contextlib.suppress(FieldProblem):
            clean(typed)
