"""A form that came too late is kept as it was typed, or refused in words when no draft holds it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest

from chalicelib.access.form_drafts import DRAFT, FormDrafts
from chalicelib.core.errors import TooLarge
from chalicelib.web.http.forms import LARGE_FORM_BYTES, parse_form

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
WHO = "officer.4f7c"
FORM = "application/x-www-form-urlencoded"
ITEM_BYTES = 400 * 1024


class Kept:
    """Stands for the table: keeps the last item."""

    def put(self, item: dict[str, Any]) -> None:
        self.item = item


def keep(fields: dict[str, list[str]]) -> tuple[Kept, dict[str, list[str]]]:
    table: Any = Kept()
    draft = FormDrafts(table, lambda: NOW).keep_draft(WHO, "/x", {}, fields)
    return table, draft.fields


@pytest.mark.parametrize(
    "fields",
    [
        {
            "message": ["Zwei Männer mit Leiter 🪜\r\n«um zehn»"],
            "site_id": ["a", "b"],
            "empty": [""],
        },
        {"a=b&c": ["100% + 1"], "": ["no name"], 'say "so"': ["\\", '"']},
        {},
    ],
)
def test_it_comes_back_as_it_was_typed(fields: dict[str, list[str]]) -> None:
    assert keep(fields)[1] == fields


@pytest.mark.parametrize("letter", ["x", "*", "é", "№", "🪜", '"', "\\", "\n"])
def test_the_longest_form_of_a_browser_fits_into_an_item(letter: str) -> None:
    one = urlencode({"message": letter}, safe="*").removeprefix("message=")
    body = "message=" + one * ((LARGE_FORM_BYTES - 8) // len(one))
    table, _ = keep(parse_form(body.encode(), FORM, large=True))
    written = DRAFT.read(table.item).body
    assert len(written.encode()) + 1000 < ITEM_BYTES


def test_what_no_item_holds_is_refused_in_words() -> None:
    """Only a program sends quotation marks that are not escaped."""
    fields = parse_form(b"message=" + b'"' * (LARGE_FORM_BYTES - 8), FORM, large=True)
    with pytest.raises(TooLarge, match="Nothing has been sent"):
        keep(fields)
