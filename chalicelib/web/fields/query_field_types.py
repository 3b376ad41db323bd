"""Types for the parameters of an address, whose values are text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from pydantic import ValidationInfo

from chalicelib.web.fields.field_types import FieldType
from chalicelib.web.http import page_tokens
from chalicelib.web.http.validation import rule_error, schema_error


@dataclass(frozen=True)
class LimitField(FieldType):
    """The largest number of things to list, from 1 to `most`."""

    what: str = "the limit"
    most: int = 50

    def read(self, sent: Any) -> int:
        typed = str(sent)
        if not re.fullmatch(r"[0-9]{1,6}", typed) or not 1 <= int(typed) <= self.most:
            raise schema_error(f"The limit must be a whole number from 1 to {self.most}")
        return int(typed)

    def describe(self) -> dict[str, Any]:
        return {
            "type": "integer",
            "minimum": 1,
            "maximum": self.most,
            "description": "How many at most",
        }


_NOT_OURS = "This page token is not one of ours. Start from the first page."


@dataclass(frozen=True)
class PageTokenField(FieldType):
    """The page token that the page before gave as `next_page`; "" is the first page."""

    what: str = "the page"
    schema: ClassVar = {
        "type": "string",
        "pattern": f"^(?:{page_tokens.FORM})?$",
        "description": "`next_page` of the part before; empty for the first",
    }
    """The form of a page token. `page_start` refuses tokens that were never given out."""

    def read(self, sent: Any) -> str:
        """Return the token, whose place `page_start` reads."""
        if sent and not page_tokens.is_page_token(str(sent)):
            raise schema_error(_NOT_OURS)
        return str(sent)


def page_start(token: str, of: str, info: ValidationInfo) -> str:
    """Return the place in a list at which a page begins. of: the list and its filters; the token of
    any other list is refused. The context has the `key` of web.http.page_tokens."""
    if not token:
        return ""
    place = page_tokens.open_page_token((info.context or {})["key"], of, token)
    if not place:
        raise rule_error(_NOT_OURS)
    return place


@dataclass(frozen=True)
class MatchingField(FieldType):
    """Text that matches a pattern. what: how the sentence for other text goes on after "Enter "."""

    pattern: str

    def read(self, sent: Any) -> str:
        if not re.fullmatch(self.pattern, str(sent)):
            raise schema_error(f"Enter {self.what}")
        return str(sent)

    def describe(self) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^(?:{self.pattern})$"}


@dataclass(frozen=True)
class DayField(FieldType):
    """A day of the calendar in ISO 8601."""

    what: str = "a day, like 2026-11-20"
    schema: ClassVar = {"type": "string", "format": "date"}

    def read(self, sent: Any) -> str:
        try:
            day = date.fromisoformat(str(sent))
        except ValueError:
            raise schema_error(f"Enter {self.what}") from None
        if day.isoformat() != sent:
            raise schema_error(f"Enter {self.what}")
        return str(sent)
