"""Pages and messages say things as people do: no word that was found odd or unclear comes back.

The list is short, because style is a matter of reading. It holds what readers stumbled over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.access.audit import Action
from chalicelib.access.permissions import Permission
from chalicelib.requests.recipient_states import STATES
from chalicelib.requests.replies.answers import REASONS
from chalicelib.requests.standings import CameraStatus

PACKAGE = Path(__file__).parents[2] / "chalicelib"
PAGES, MESSAGES = PACKAGE / "web/templates", PACKAGE / "notifications/templates"
FILES = sorted((*PAGES.rglob("*.html"), *MESSAGES.iterdir()))

ODD = re.compile(
    r"\b(rings?|ringing|telephones?|photographs?|whom|anew|overwr\w+|record\w* over|wordings?|"
    r"outlines?|by itself|three words|your words)\b",
    re.IGNORECASE,
)
"""“Call” and “phone”, “photo”, “who”, “again”, “deleted”, “template”, “area”, “automatically” and
“security words” are what we say."""


def said(source: str) -> str:
    """What a template says to a person: its text, and the sentences in its expressions."""
    text = re.sub(r"\{#.*?#\}|<!--.*?-->", " ", source, flags=re.DOTALL)
    codes = re.findall(r"\{[{%].*?[}%]\}", text, flags=re.DOTALL)
    quoted = (part for code in codes for part in code.split('"')[1::2] if " " in part)
    text = re.sub(r"\{[{%].*?[}%]\}", " ", text, flags=re.DOTALL)
    text = re.sub(r"<[^>]*>", " ", text)
    return " ".join([text, *quoted])


def sentences_in_code() -> Iterator[str]:
    """Words that pages take from declarations."""
    yield from [*Action, *Permission, *REASONS.values()]
    yield from (status.words for status in CameraStatus)
    for kind in STATES.values():
        yield from (kind.tag, kind.summary, kind.of_camera)
        if kind.words:
            yield from vars(kind.words).values()


def test_the_guard_reads_what_people_read() -> None:
    assert ODD.search(said('{{ paragraph("Please ring us.") }}'))
    assert ODD.search(said("<p>It is recorded over.</p>"))
    assert not ODD.search(said('{# ring #}<a href="tel:1">{{ phone | telephone }}</a>'))
    assert len(FILES) > 120


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_template_says_it_oddly(file: Path) -> None:
    assert not ODD.findall(said(file.read_text(encoding="utf-8")))


def test_no_declaration_says_it_oddly() -> None:
    assert [words for words in sentences_in_code() if ODD.search(words)] == []
