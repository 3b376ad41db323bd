"""How the fields of residents' forms are read: each function takes what was typed and gives the
clean value, or raises FieldProblem with the sentence that stands beside the field."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from chalicelib.registry.postcodes import normalise
from chalicelib.web.forms import FieldProblem, text

LONGEST_EMAIL = 254  # RFC 5321's path, less its angle brackets
LONGEST_LOCAL_PART = 64

# Letters of every script, their marks, digits, punctuation and spaces; of the rest only what
# names and addresses hold ("Flat 3+4"), and the joiners that Persian and Indic words need.
_KINDS = {"L", "M", "N", "P"}
_ALSO = set(" +`´^¨°\u200c\u200d")


def words(what: str, longest: int, *, needed: bool = True) -> Callable[[str], str]:
    """A cleaner for a name or a line of an address: `forms.text`, and neither emoji nor the
    angle brackets of HTML, which are part of no name.

    what: the field as a sentence names it ("your name"). longest: characters.
    """
    tidy = text(what, longest, needed=needed)

    def clean(typed: str) -> str:
        value = " ".join(tidy(typed).split())
        wrong = [letter for letter in value if not _belongs(letter)]
        if wrong:
            shown = " ".join(dict.fromkeys(_shown(letter) for letter in wrong))
            raise FieldProblem(f"{what[:1].upper()}{what[1:]} cannot contain {shown}")
        if value and not any(unicodedata.category(letter)[0] in "LN" for letter in value):
            raise FieldProblem(f"Enter {what}")
        return value

    return clean


def _belongs(letter: str) -> bool:
    return unicodedata.category(letter)[0] in _KINDS or letter in _ALSO


def _shown(letter: str) -> str:
    """The character itself when it can be seen, else what it is."""
    if unicodedata.category(letter) in ("So", "Sm", "Sc", "Sk"):
        return "emoji or symbols" if unicodedata.category(letter) == "So" else letter
    return "hidden characters"


_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.IGNORECASE)
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.IGNORECASE)
_EMAIL_FORM = "Enter an email address in the correct format, like name@example.com"


def email(typed: str) -> str:
    """An address that SES can send to: ASCII before the @, a domain with a dot after it.

    The domain is folded to lower case, and to its ASCII form when it is written in another
    script. Whether anybody reads it, only the link that we send can tell.
    """
    value = unicodedata.normalize("NFKC", typed).strip()
    if not value:
        raise FieldProblem("Enter your email address")
    if len(value) > LONGEST_EMAIL:
        raise FieldProblem(f"Your email address must be {LONGEST_EMAIL} characters or fewer")
    local, at, domain = value.rpartition("@")
    if not at or len(local) > LONGEST_LOCAL_PART or not _LOCAL.fullmatch(local):
        raise FieldProblem(_EMAIL_FORM)
    try:
        ascii_domain = domain.encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise FieldProblem(_EMAIL_FORM) from error
    labels = ascii_domain.split(".")
    if len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels):
        raise FieldProblem(_EMAIL_FORM)
    if len(labels[-1]) < 2 or labels[-1].isdigit() or len(local) + 1 + len(ascii_domain) > 254:
        raise FieldProblem(_EMAIL_FORM)
    return f"{local}@{ascii_domain}"


_PHONE_FORM = "Enter a phone number, like 07700 900 982 or +44 808 157 0192"


def phone(typed: str) -> str:
    """A phone number as `+447700900982`; "" when none was given."""
    value = unicodedata.normalize("NFKC", typed).strip()
    if not value:
        return ""
    plain = re.sub(r"[\s().\u2010-\u2015-]", "", value)
    plain = re.sub(r"^(\+44|0044)0?", "0", plain)
    if re.fullmatch(r"0[1-9][0-9]{8,9}", plain):
        return f"+44{plain[1:]}"
    if plain.startswith("00"):
        plain = f"+{plain[2:]}"
    if re.fullmatch(r"\+[1-9][0-9]{7,14}", plain):
        return plain
    raise FieldProblem(_PHONE_FORM)


def postcode(typed: str) -> str:
    """A full postcode as it is written on a letter; whether it exists is another question."""
    if not typed.strip():
        raise FieldProblem("Enter your postcode")
    try:
        return normalise(typed)
    except ValueError as error:
        raise FieldProblem("Enter a full UK postcode, like B1 1AY") from error


# As programs write numbers, too: up to 17 digits, and small ones with an exponent (1e-05).
_DEGREES = re.compile(r"[+-]?[0-9]{1,3}(\.[0-9]{0,25})?([eE]-[0-9]{1,2})?")


def degrees(what: str, most: int, like: str) -> Callable[[str], int | None]:
    """A cleaner for a latitude or longitude, giving microdegrees; None when it was left empty.

    what: "Latitude". most: 90 or 180. like: an example.
    """

    def clean(typed: str) -> int | None:
        value = unicodedata.normalize("NFKC", typed).strip().rstrip("°").strip()
        value = value.replace("\u2212", "-")
        if not value:
            return None
        if not _DEGREES.fullmatch(value) or not value.isascii():
            raise FieldProblem(f"{what} must be a number of degrees, like {like}")
        if abs(float(value)) > most:
            raise FieldProblem(f"{what} must be between -{most} and {most}, like {like}")
        return round(float(value) * 1_000_000)

    return clean


latitude = degrees("Latitude", 90, "52.48142")
longitude = degrees("Longitude", 180, "-1.89983")


def agreed(typed: str) -> bool:
    """The consent box is ticked."""
    if typed not in ("yes", "on", "true", "1"):
        raise FieldProblem("Tick the box to agree, or you cannot register")
    return True
