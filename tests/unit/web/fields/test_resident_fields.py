"""What people type into residents' forms, right and wrong."""

from __future__ import annotations

import contextlib
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import create_model

from chalicelib.core.countries import COUNTRIES
from chalicelib.core.errors import Invalid
from chalicelib.web.fields.contact_field_types import (
    ConsentField,
    MobileField,
    PhoneField,
    WordsField,
)
from chalicelib.web.fields.email_field_types import EmailField
from chalicelib.web.fields.field_types import FieldType
from chalicelib.web.fields.place_field_types import LATITUDE, LONGITUDE, PostcodeField
from chalicelib.web.http.validation import FormInput, read_form

NAME = WordsField("your name", 100)


def read(kind: FieldType, typed: str, country: str = "GB") -> Any:
    """What a form's field of this type gives."""
    model = create_model("OneField", __base__=FormInput, field=Annotated[Any, kind])
    context = {"country": COUNTRIES[country]}
    return vars(read_form(model, {"field": [typed]}, context))["field"]


def refusal(kind: FieldType, typed: str, country: str = "GB") -> str:
    """The one sentence beside a field of this type."""
    with pytest.raises(Invalid) as caught:
        read(kind, typed, country)
    [(field, sentence)] = caught.value.fields
    assert field == "field"
    return sentence


@pytest.mark.parametrize(
    "typed",
    [
        *("Tel 07700 900123", "T: 07700 900123", "Mob.: 07700900123", "mobile 07700 900123"),
        *("07700 900123 (mobile)", "07700 900123, work", "07700 900 123 WhatsApp"),
        *(
            "07700‑900‑123",
            "07700−900−123",
            "٠٧٧٠٠٩٠٠١٢٣",
            "０７７００９００１２３",
            "+44 (0)7700 900123",
        ),
    ],
)
def test_what_stands_beside_a_number_in_a_list_of_contacts_is_left_out(typed: str) -> None:
    assert read(PhoneField(), typed) == "+447700900123"
    assert read(MobileField(), typed) == "+447700900123"


@pytest.mark.parametrize("typed", ["0906 123 4567", "+44 909 879 0123", "+1 900 234 5678"])
def test_a_number_that_earns_by_calls_is_refused(typed: str) -> None:
    """Threat: somebody registers such a number and has the police call it."""
    said = "Enter a phone number that is not a premium rate number"
    assert refusal(PhoneField(), typed) == said


@pytest.mark.parametrize("typed", ["0870 123 4567", "0300 123 4567", "0808 157 0192"])
def test_a_number_of_a_business_is_taken(typed: str) -> None:
    assert read(PhoneField(), typed) == "+44" + typed[1:].replace(" ", "")


@pytest.mark.parametrize(
    "typed", ["07700 900123 or 07700 900124", "mobile", "Pat 07700 900123", "07700 900123 ask Pat"]
)
def test_other_words_beside_a_number_are_refused(typed: str) -> None:
    assert refusal(PhoneField(), typed).startswith("Enter a phone number, like")


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("  Zoë   O’Neill-Patel ", "Zoë O’Neill-Patel"),
        ("محمد علي", "محمد علي"),
        ("नी\u200dल", "नी\u200dल"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("£1 Shop", "£1 Shop"),
        ("Ændrú & Søn™ № 3 €", "Ændrú & Søn™ № 3 €"),
        ("Café ☕", "Café ☕"),
        ("👩🏽\u200d🍳 Kitchen", "👩🏽\u200d🍳 Kitchen"),
        ("A+B=C ©", "A+B=C ©"),
        ("☕", "☕"),
        ("שלום בע״מ", "שלום בע״מ"),
        ("Pat\u200bJones", "PatJones"),
        ("\ufeffPat\u00a0Jo\u00adnes\u2060\u200e", "Pat Jones"),
        ("\u2068Pat\u2069 \u202aJones\u202c\t", "Pat Jones"),
        ("Zoe\u0308", "Zoë"),
        ("Marks & Sons (Tyres), No. 3", "Marks & Sons (Tyres), No. 3"),
        ("X", "X"),
    ],
)
def test_names_of_every_script_are_kept(typed: str, clean: str) -> None:
    assert read(NAME, typed) == clean


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Enter your name"),
        ("\u00a0", "Enter your name"),
        ("   ", "Enter your name"),
        ("---", "Enter your name"),
        ("x" * 101, "100 characters or fewer"),
        ("<script>alert(1)</script>", "cannot contain < >"),
        ("\u200b\u2060", "Enter your name"),
        ("Pat\x00Jones", "Character 4 of your name cannot be used. Delete it"),
        ("Pat\uf0b7Jones", "Character 4 of your name cannot be used. Delete it"),
        ("Pat\nJones", "Character 4 of your name cannot be used: it is a line break. Delete it"),
        (
            "\u200bPat \u202eJones",
            "Character 5 of your name cannot be used: it turns the text after it around. Delete it",
        ),
    ],
)
def test_what_is_no_name_is_told(typed: str, said: str) -> None:
    assert said in refusal(NAME, typed)


@pytest.mark.parametrize("typed", ["", "   ", "\u00a0"])
def test_a_line_that_is_not_needed_may_be_empty(typed: str) -> None:
    assert read(WordsField("the second line of the address", 100, needed=False), typed) == ""


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        (" pat@example.test ", "pat@example.test"),
        ("Pat.O'Neill+cctv@Mail.Example.CO.UK", "Pat.O'Neill+cctv@mail.example.co.uk"),
        ("pat@exämple.com", "pat@xn--exmple-cua.com"),
        ("pat@straße.de", "pat@xn--strae-oqa.de"),
        ("\ufeffpat\u200b@ex\u00adample.test\u202c", "pat@example.test"),
        ("ｐａｔ＠ｅｘａｍｐｌｅ．ｔｅｓｔ", "pat@example.test"),
    ],
)
def test_email_addresses(typed: str, clean: str) -> None:
    assert read(EmailField(), typed) == clean


@pytest.mark.parametrize(
    "typed",
    [
        *("", "pat", "pat@", "@example.test", "pat@example", "pat@@example.test"),
        *("a b@example.test", "pat@example..test", ".pat@example.test", "pat@-example.test"),
        *("pat@example.1", "😀@x.test", "pat@example.test,x@y.test", "<pat@x.test> <a@x.test>"),
        *("pat@example.test\r\nBcc: all@example.test", "\u202epat@example.test"),
        *("a" * 65 + "@example.test", "a@" + "b" * 64 + ".test", "pat@" + "a." * 130 + "test"),
        *("pät@example.test", "pat@[127.0.0.1]", "pat@1.2.3.4", "pat@example.c"),
    ],
)
def test_what_is_no_email_address(typed: str) -> None:
    assert "email address" in refusal(EmailField(), typed)


def test_an_email_address_that_is_too_long_is_told_the_limit() -> None:
    said = refusal(EmailField(), "pat@" + "a." * 130 + "test")
    assert said == "Your email address must be 254 characters or fewer"
    assert refusal(EmailField(), " ") == "Enter your email address"
    assert read(EmailField(needed=False), " ") == ""


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
        ("447700900123", "+447700900123"),
        ("7700900123", "+447700900123"),
        ("07700/900123", "+447700900123"),
        ("+44 (0)7700 900123", "+447700900123"),
        ("\u202d+44\u00a07700\u2011900123\u202c", "+447700900123"),
        ("tel:07700900123", "+447700900123"),
        ("0121 496 0101 ext 12", "+441214960101;ext=12"),
        ("0121 496 0101 x12", "+441214960101;ext=12"),
        ("0121 496 0101 #12", "+441214960101;ext=12"),
        ("01632 960001 extension 12", "+441632960001;ext=12"),
        ("07700 900123 ext 12", "+447700900123"),
    ],
)
def test_phone_numbers(typed: str, clean: str) -> None:
    assert read(PhoneField(), typed) == clean


@pytest.mark.parametrize(
    "typed",
    [
        *("abc", "1", "0", "07700", "9" * 40, "07700 900 982 x", "😀", "07700 90012", "101"),
        *("077009001234", "0121 496 0101 or 07700 900982", "0800 CALLME"),
    ],
)
def test_what_is_no_phone_number(typed: str) -> None:
    assert "like 07700" in refusal(PhoneField(), typed)


@pytest.mark.parametrize("typed", ["07700 900 982", "+44 (0)7700 900982"])
def test_mobile_numbers(typed: str) -> None:
    assert read(MobileField(), typed) == "+447700900982"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Enter your mobile phone number"),
        ("abc", "Enter a UK mobile phone number, like 07700 900 982"),
        ("0121 496 0000", "Enter a UK mobile phone number, like 07700 900 982"),
        ("07700 90012", "Enter a UK mobile phone number, like 07700 900 982"),
        ("07600 900 982", "Enter a UK mobile phone number, like 07700 900 982"),
    ],
)
def test_what_is_no_mobile_number(typed: str, said: str) -> None:
    assert refusal(MobileField(), typed) == said


def test_a_postcode_is_written_as_on_a_letter() -> None:
    assert read(PostcodeField(), " b11ay ") == "B1 1AY"
    assert read(PostcodeField(), "\u200bBI\u00a0IAY\ufeff") == "B1 1AY"
    assert refusal(PostcodeField(), " ") == "Enter your postcode"
    assert refusal(PostcodeField(), "B1") == "Enter a full UK postcode, like B1 1AY"


def test_a_force_elsewhere_has_its_own_postcodes_and_numbers() -> None:
    assert read(PostcodeField(), " 64106-1234 ", "US") == "64106"
    assert refusal(PostcodeField(), " ", "US") == "Enter your ZIP code"
    said = "Enter a ZIP code of five digits, like 64106"
    assert refusal(PostcodeField(), "B1 1AY", "US") == said
    assert read(PhoneField(), "(816) 555-0142", "US") == "+18165550142"
    said = "Enter a phone number, like 816 555 0142 or +1 816 555 0142"
    assert refusal(PhoneField(), "555 0142", "US") == said
    assert read(MobileField(), "816 555 0142", "US") == "+18165550142"
    said = "Enter a US mobile phone number, like 816 555 0142"
    assert refusal(MobileField(), "+44 7700 900 982", "US") == said
    assert "like -94.57857" in refusal(LONGITUDE, "west", "US")


def test_only_a_ticked_box_agrees() -> None:
    assert read(ConsentField(), "yes") is True
    assert refusal(ConsentField(), "") == "Tick the box to agree, or you cannot register"
    assert refusal(ConsentField(), "no") == "Tick the box to agree, or you cannot register"


@pytest.mark.parametrize(
    ("typed", "microdegrees"),
    [
        ("", None),
        ("52.475939", 52_475_939),
        (" -1.9° ", -1_900_000),
        ("\u22121.5", -1_500_000),
        ("-1.9051234567890123", -1_905_123),
        ("1.5e-05", 15),
        ("52,4", 52_400_000),
        ("52.475939N", 52_475_939),
        ("52°28′33.4″ S", -52_475_944),
        ("52 28.5", 52_475_000),
        ("\u200b52.5\ufeff", 52_500_000),
    ],
)
def test_degrees(typed: str, microdegrees: int | None) -> None:
    assert read(LATITUDE, typed) == microdegrees


@pytest.mark.parametrize(
    "typed",
    [
        "north",
        "nan",
        "inf",
        "1e5",
        "1.9W",
        "52 61 N",
        "-5 N",
        "90.000001",
        "0x10",
        "5 2",
        "--1",
        "1" * 400,
    ],
)
def test_what_are_no_degrees(typed: str) -> None:
    assert refusal(LATITUDE, typed).startswith("Latitude must be ")


@given(st.floats(-90, 90))
def test_every_position_that_a_program_writes_is_taken(degrees: float) -> None:
    """As Python and JavaScript write a number, with as many digits as it needs."""
    if degrees and abs(degrees) < 1e-99:
        return  # no pin is meant so exactly
    assert read(LATITUDE, repr(degrees)) == round(degrees * 1_000_000)


@given(st.text(max_size=300))
def test_no_text_breaks_a_field(typed: str) -> None:
    """Each takes it or says what is wrong, and nothing else is raised."""
    for kind in (
        NAME,
        EmailField(),
        PhoneField(),
        MobileField(),
        PostcodeField(),
        ConsentField(),
        LONGITUDE,
    ):
        for country in COUNTRIES:
            with contextlib.suppress(Invalid):
                read(kind, typed, country)
