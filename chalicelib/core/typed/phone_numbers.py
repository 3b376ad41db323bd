"""Phone numbers as people type them, by Google's data of all numbering plans.

The library `phonenumbers` is loaded when a number is first read or written: no start of a function
pays for it. Kept is E.164 with, for a landline, the extension behind it as RFC 3966 writes it:
`+441214960101;ext=12`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

_KEPT = r"\+[0-9]{7,15}(;ext=[0-9]+)?"
_LONGEST = 250
_LETTER = r"[^\W\d_]"
_BEFORE = r"^\s*(?:tel(?:ephone)?|phone|mob(?:ile)?|cell|home|work|office|[tm])(?:\s*[.:]+\s*|\s+)"
_BEHIND = r"[\s,(]*\b(?:mob(?:ile)?|cell|home|work|office|landline|whatsapp)[\s.)]*$"
"""What stands beside a number in a list of contacts or under a letter."""


def read_phone(typed: str, region: str, mobiles: str, landlines: str) -> str:
    """Return a phone number as kept. Raises ValueError when it cannot be one.

    region: whose number it is when it has no country code (`7700900123`, `07700/900123`).
    mobiles, landlines: expressions for the numbers in E.164 that are kept for drama, which no plan
    calls valid and with which examples and tests are made.
    """
    from phonenumbers import PhoneNumberType, is_valid_number, number_type

    if len(typed) > _LONGEST:
        raise ValueError("too long to be a phone number")
    for words in (_BEFORE, _BEHIND):
        typed = re.sub(words, "", typed, flags=re.IGNORECASE)
    number = _parsed(typed, region)
    if number is None:
        raise ValueError("not a phone number")
    # Letters are no digits here: a word behind a number would be read as more of the number.
    if re.search(_LETTER, typed.removeprefix("tel:")) and not number.extension:
        raise ValueError("letters in a phone number")
    plain = f"+{number.country_code}{_national(number)}"
    if not is_valid_number(number) and not re.fullmatch(f"{mobiles}|{landlines}", plain):
        raise ValueError("not a phone number")
    mobile = number_type(number) == PhoneNumberType.MOBILE or re.fullmatch(mobiles, plain)
    # There is nothing behind a mobile that could put a call through.
    return f"{plain};ext={number.extension}" if number.extension and not mobile else plain


def write_phone(kept: str, region: str) -> str:
    """Return a kept number as people in a region write it: `0121 496 0101 ext 12`. Numbers of other
    countries, and what is no kept number (`101`), stay as they are."""
    if not re.fullmatch(_KEPT, kept):
        return kept
    from phonenumbers import PhoneNumberFormat, country_code_for_region, format_number

    number = _parsed(kept, region)
    if number is None or number.country_code != country_code_for_region(region):
        return kept
    extension, number.extension = number.extension, None
    written = str(format_number(number, PhoneNumberFormat.NATIONAL))
    return f"{written} ext {extension}" if extension else written


def is_mobile(kept: str, regions: frozenset[str]) -> bool:
    """Tell whether a kept number is a mobile of one of the regions, or may be one where mobiles
    have no numbers of their own. Pagers and personal numbers, dear to write to, are none."""
    if ";" in kept or not re.fullmatch(_KEPT, kept):
        return False
    from phonenumbers import PhoneNumberType, number_type, region_code_for_number

    number = _parsed(kept, "")
    mobiles = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
    return (
        number is not None
        and number_type(number) in mobiles
        and region_code_for_number(number) in regions
    )


def _parsed(typed: str, region: str) -> PhoneNumber | None:
    from phonenumbers import NumberParseException, parse

    try:
        # 00 is dialled abroad in most of the world, and typed by people from there everywhere.
        return parse(re.sub(r"^\s*00", "+", typed), region or None)
    except NumberParseException:
        return None


def _national(number: PhoneNumber) -> str:
    from phonenumbers import national_significant_number

    return str(national_significant_number(number))
