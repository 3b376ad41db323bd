"""Reading forms and JSON: caps first, then a model of `web.validation` says what they are.

`Typed` keeps what was typed, so that a page can show it again beside the messages.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from chalicelib.errors import DomainError, FieldErrors, Invalid, Malformed, TooLarge, WrongType
from chalicelib.web.validation import Read, read_form

FORM_BYTES = 64 * 1024
FORM_FIELDS = 600
LARGE_FORM_BYTES = 256 * 1024
LARGE_FORM_FIELDS = 4000
"""A search lists a thousand sites, and each can have its own beginning and end of footage."""
JSON_BYTES = 512 * 1024
JSON_DEPTH = 12

T = TypeVar("T")


def parse_form(body: bytes, content_type: str, *, large: bool = False) -> dict[str, list[str]]:
    """The fields of an `application/x-www-form-urlencoded` body, each with all its values.

    large: of a form with a long list in it. Raises WrongType, TooLarge or Malformed.
    """
    if content_type.split(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        raise WrongType("This page can only be sent as a form. Go back and try again.")
    if len(body) > (LARGE_FORM_BYTES if large else FORM_BYTES):
        raise TooLarge("What you sent is too large. Go back and shorten it.")
    try:
        pairs = parse_qsl(
            body.decode("utf-8"),
            keep_blank_values=True,
            max_num_fields=LARGE_FORM_FIELDS if large else FORM_FIELDS,
            errors="strict",
        )
    except ValueError as error:  # UnicodeDecodeError is one too
        raise Malformed("The form did not arrive whole. Go back and try again.") from error
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    return fields


def parse_json(body: bytes, content_type: str) -> dict[str, Any]:
    """A JSON object. Raises WrongType, TooLarge or Malformed, also for deep nesting."""
    kind = content_type.split(";")[0].strip().lower()
    if kind != "application/json":
        raise WrongType("Send this as application/json.")
    if len(body) > JSON_BYTES:
        raise TooLarge(f"The body is larger than {JSON_BYTES} bytes.")
    try:
        value = json.loads(body.decode("utf-8"), parse_constant=_no_constant)
        # Half of a surrogate pair is no character: it can be written as an escape and in no
        # encoding, so nothing behind this could keep it.
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise Malformed("The body is not JSON.") from error
    if not isinstance(value, dict):
        raise Malformed("The body must be a JSON object.")
    if _deeper_than(value, JSON_DEPTH):
        raise Malformed(f"The JSON is nested more than {JSON_DEPTH} deep.")
    return value


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _deeper_than(value: Any, depth: int) -> bool:
    if depth == 0:
        return isinstance(value, dict | list)
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(_deeper_than(item, depth - 1) for item in inner)


def field_errors(error: DomainError) -> dict[str, str]:
    """The first message for each field, for showing beside it."""
    found: dict[str, str] = {}
    for name, message in error.fields:
        found.setdefault(name, message)
    return found


class Typed:
    """What somebody typed into a form: read as a model, and shown again beside what was wrong.

    A view reads the form and acts in one `try`, and answers any DomainError of either with
    `page(…, status=error.status, **call.form.again(error))`.
    """

    def __init__(self, fields: Mapping[str, list[str]]) -> None:
        self.fields = fields

    def read(self, model: type[Read], context: Any = None) -> Read:
        """The form as its model. Raises Invalid with every field that is wrong."""
        return read_form(model, self.fields, context)

    def again(self, error: DomainError | None) -> dict[str, dict[str, str]]:
        """`values` and `errors` of a page that shows the form again: what was typed, and one
        sentence for each field. What is wrong with no field in particular stands under ""."""
        if error is None:
            return {"values": self.values(), "errors": {}}
        return {"values": self.values(), "errors": field_errors(error) or {"": error.sentence}}

    def typed(self, name: str) -> str:
        """The raw text of a field, empty when it was not sent."""
        return self.fields.get(name, [""])[-1]

    def all(self, name: str) -> list[str]:
        """Every value of a repeated field (check boxes)."""
        return list(self.fields.get(name, []))

    def values(self) -> dict[str, str]:
        """Everything as typed, for showing the form again."""
        return {name: values[-1] for name, values in self.fields.items() if values}


class FieldProblem(ValueError):
    """What is wrong with one field, as its message says it."""


class Form(Typed):
    """A form that is read field by field, for pages that have no model yet.

    `take` reads one field through a function that returns the clean value or raises
    FieldProblem; problems gather, so that a page shows all of them at once.
    """

    def __init__(self, fields: Mapping[str, list[str]]) -> None:
        super().__init__(fields)
        self.errors: FieldErrors = []

    def take(self, name: str, clean: Callable[[str], T], default: T) -> T:
        """The clean value of a field; on a problem notes it and returns `default`."""
        try:
            return clean(self.typed(name))
        except FieldProblem as problem:
            self.errors.append((name, str(problem)))
            return default

    def problem(self, name: str, message: str) -> None:
        """Notes a problem found outside a field's own function."""
        self.errors.append((name, message))

    def messages(self) -> dict[str, str]:
        """The first problem of each field, for showing beside it."""
        found: dict[str, str] = {}
        for name, message in self.errors:
            found.setdefault(name, message)
        return found

    def check(self) -> None:
        """Raises Invalid when there was any problem."""
        if self.errors:
            raise Invalid("There is a problem with what you entered.", self.errors)


def text(
    what: str, longest: int, *, needed: bool = True, lines: bool = False
) -> Callable[[str], str]:
    """A cleaner for text: trims, folds Unicode to NFC, refuses control and hidden characters.

    what: the field as a sentence names it ("your name"). longest: characters.
    lines: line breaks are allowed. Emoji and right-to-left scripts are people's names and words
    and are kept; only characters that reorder or hide text are refused.
    """

    def clean(typed: str) -> str:
        value = unicodedata.normalize("NFC", typed).replace("\r\n", "\n").strip()
        if not value:
            if needed:
                raise FieldProblem(f"Enter {what}")
            return ""
        if len(value) > longest:
            raise FieldProblem(f"{_sentence(what)} must be {longest} characters or fewer")
        if any(_unwanted(letter) and not (lines and letter == "\n") for letter in value):
            raise FieldProblem(f"{_sentence(what)} contains characters that cannot be used")
        return value

    return clean


# Threat: bidirectional overrides make text read as something else to an officer.
_REORDERING = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def _unwanted(letter: str) -> bool:
    return unicodedata.category(letter) in {"Cc", "Cs", "Co"} or letter in _REORDERING


def _sentence(what: str) -> str:
    return what[:1].upper() + what[1:]


def whole_number(what: str, least: int, most: int) -> Callable[[str], int]:
    """A cleaner for a whole number between `least` and `most`."""

    def clean(typed: str) -> int:
        value = typed.strip()
        if not value:
            raise FieldProblem(f"Enter {what}")
        if not (value.isascii() and value.isdecimal()) or len(value) > 9:
            raise FieldProblem(f"{_sentence(what)} must be a whole number, like {max(least, 2)}")
        if not least <= int(value) <= most:
            raise FieldProblem(f"{_sentence(what)} must be between {least} and {most}")
        return int(value)

    return clean


def choice(what: str, options: tuple[str, ...]) -> Callable[[str], str]:
    """A cleaner for one of a few options."""

    def clean(typed: str) -> str:
        if typed not in options:
            raise FieldProblem(f"Select {what}")
        return typed

    return clean
