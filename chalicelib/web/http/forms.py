"""Reading forms and JSON: limits of size first, then a model of `web.http.validation`.

`SubmittedForm` keeps what was typed, so that a page can show it again beside the messages.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from chalicelib.core.errors import DomainError, Invalid, Malformed, TooLarge, WrongType
from chalicelib.core.typed.typed_text import clean_text
from chalicelib.web.http.validation import Read, read_form

FORM_BYTES = 64 * 1024
FORM_FIELDS = 600
LARGE_FORM_BYTES = 384 * 1024
LARGE_FORM_FIELDS = 6000
"""Enough for a list of a thousand sites, each with its own beginning and end of footage, and in the
night that the clocks go back with the choice of one of two moments for each."""
SHOWN_AGAIN_BYTES = 1024 * 1024
"""Up to here a form that is too large is still read, so that its page can show it again."""
FILE_FORM_BYTES = 4 * 1024 * 1024 + FORM_BYTES
"""Limit of a form with a file: as base64 it must fit into the 6 MB of a Lambda request."""
HEAD_BYTES = 2048
"""Limit of the headers of one part of such a form."""
JSON_BYTES = 512 * 1024
JSON_DEPTH = 12


def parse_form(
    body: bytes, content_type: str, *, large: bool = False, most: int = 0
) -> dict[str, list[str]]:
    """Read the fields of an `application/x-www-form-urlencoded` body, each with all its values.

    large: the form has a long list in it. most: bytes that are read, when not the usual limit.
    Raises WrongType, TooLarge or Malformed.
    """
    if content_type.split(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        raise WrongType("This page can only be sent as a form. Go back and try again.")
    if len(body) > (most or (LARGE_FORM_BYTES if large else FORM_BYTES)):
        raise TooLarge("What you sent is too large. Go back and shorten it.")
    try:
        pairs = parse_qsl(
            body.decode("utf-8"),
            keep_blank_values=True,
            max_num_fields=LARGE_FORM_FIELDS if large else FORM_FIELDS,
            errors="strict",
        )
    except ValueError as error:  # UnicodeDecodeError is a ValueError too
        raise Malformed("The form did not arrive whole. Go back and try again.") from error
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    return fields


def parse_file_form(
    body: bytes, content_type: str
) -> tuple[dict[str, list[str]], dict[str, bytes]]:
    """Read the fields and files of a `multipart/form-data` body. An empty file, which a browser
    sends when none was chosen, is left out. Raises WrongType, TooLarge or Malformed.

    Threat: a body of half a million parts, or one long header, keeps a parser busy for minutes. So
    the body is divided here, and only the few short headers of each part are read by a library.
    """
    from email.parser import BytesParser
    from email.policy import HTTP

    if content_type.split(";")[0].strip().lower() != "multipart/form-data":
        raise WrongType("This page can only be sent as a form. Go back and try again.")
    if len(body) > FILE_FORM_BYTES:
        raise TooLarge("The file is too large: at most 4 MB. Go back and choose a smaller one.")
    fields: dict[str, list[str]] = {}
    files: dict[str, bytes] = {}
    try:
        for head, content in _parts(body, content_type):
            part = BytesParser(policy=HTTP).parsebytes(head + b"\r\n\r\n", headersonly=True)
            name = part.get_param("name", header="content-disposition")
            if not isinstance(name, str):
                raise ValueError("a part without a name")
            if part.get_filename() is None:
                fields.setdefault(name, []).append(content.decode("utf-8"))
            elif content:
                files[name] = content
    except ValueError as error:
        raise Malformed("The form did not arrive whole. Go back and try again.") from error
    return fields, files


def _parts(body: bytes, content_type: str) -> list[tuple[bytes, bytes]]:
    """The headers and the content of each part of a `multipart/form-data` body (RFC 7578). Raises
    ValueError when it did not arrive whole, or when no browser sends such a body."""
    from email.message import Message

    outer = Message()
    outer["Content-Type"] = content_type
    boundary = outer.get_boundary()
    if not boundary or not boundary.isascii():
        raise ValueError("no boundary")
    _, *parts, end = (b"\r\n" + body).split(b"\r\n--" + boundary.encode())
    if not 0 < len(parts) <= FORM_FIELDS or not end.startswith(b"--"):
        raise ValueError("no end, or too many parts")
    divided = [part.removeprefix(b"\r\n").partition(b"\r\n\r\n") for part in parts]
    if not all(blank and len(head) <= HEAD_BYTES for head, blank, _ in divided):
        raise ValueError("a part without headers, or with long ones")
    return [(head, content) for head, _, content in divided]


def parse_json(body: bytes, content_type: str) -> dict[str, Any]:
    """Read a JSON object. Raises WrongType, TooLarge, Malformed (also for deep nesting), or Invalid
    when a text holds half of a surrogate pair."""
    kind = content_type.split(";")[0].strip().lower()
    if kind != "application/json":
        raise WrongType("Send this as application/json.")
    if len(body) > JSON_BYTES:
        raise TooLarge(f"The body is larger than {JSON_BYTES} bytes.")
    try:
        # Programs on Windows begin a text with a byte order mark; RFC 8259 lets us pass over it.
        text = body.decode("utf-8-sig")
        value = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_each_once)
    except (ValueError, RecursionError) as error:
        raise Malformed("The body is not JSON.") from error
    if not isinstance(value, dict):
        raise Malformed("The body must be a JSON object.")
    if _deeper_than(value, JSON_DEPTH):
        raise Malformed(f"The JSON is nested more than {JSON_DEPTH} deep.")
    halves = [name for name, part in value.items() if _has_halves(name) or _has_halves(part)]
    if halves:
        said = "Contains half of a character, which is no text"
        shown = [name[:60].encode("utf-8", "backslashreplace").decode() for name in halves]
        raise Invalid(said, [(name, said) for name in shown])
    return value


def _has_halves(value: Any) -> bool:
    """Tell whether half of a surrogate pair stands alone in a value. JSON can write such a half as
    an escape, but no encoding can, so that it could be neither stored nor shown."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False


def _each_once(members: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object of its members. One that is there twice would silently count once."""
    made = dict(members)
    if len(made) != len(members):
        raise Malformed("The JSON names a member of an object twice.")
    return made


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _deeper_than(value: Any, depth: int) -> bool:
    if depth == 0:
        return isinstance(value, dict | list)
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(_deeper_than(item, depth - 1) for item in inner)


def field_errors(error: DomainError) -> dict[str, str]:
    """Return the first message for each field, for showing beside the field."""
    found: dict[str, str] = {}
    for name, message in error.fields:
        found.setdefault(name, message)
    return found


class SubmittedForm:
    """What was typed into a form, to be read as a model and shown again beside what was wrong. What
    nobody can see in it is taken out, so that a sentence counts as people do.

    A view reads the form and acts in one `try`, and answers any DomainError of either with
    `page(call, template, error, …)`.
    """

    def __init__(
        self, fields: Mapping[str, list[str]], files: Mapping[str, bytes] | None = None
    ) -> None:
        self.fields = {name: [clean_text(one) for one in said] for name, said in fields.items()}
        self.files = files or {}

    def read(self, model: type[Read], context: Any = None) -> Read:
        """Read the form as a model. Raises Invalid with every field that is wrong."""
        return read_form(model, self.fields, context)

    def redisplay_context(self, error: DomainError | None) -> dict[str, dict[str, str]]:
        """Return `values` and `errors` of a page that shows the form again: what was typed, and a
        sentence for each field. An error that belongs to no field stands under ""."""
        if error is None:
            return {"values": self.values(), "errors": {}}
        said = {"": error.sentence} if error.sentence else {}
        return {"values": self.values(), "errors": field_errors(error) or said}

    def typed(self, name: str) -> str:
        """Return the text of a field, "" when the field was not sent."""
        return (self.fields.get(name) or [""])[-1]

    def all(self, name: str) -> list[str]:
        """Return every value of a repeated field, as check boxes send it."""
        return list(self.fields.get(name, []))

    def values(self) -> dict[str, str]:
        """Return the last value of each field as typed, for showing the form again."""
        return {name: values[-1] for name, values in self.fields.items() if values}
