"""Wordings: the standard set, placeholders and blanks, and which one fits an offence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.access.audit import Action, Actor, AuditLog
from chalicelib.access.permissions import Officer, Permission, Role
from chalicelib.core.errors import Conflict, Invalid
from chalicelib.dynamodb.table import Condition, ConditionFailed, Item, Table, Value, equals
from chalicelib.incidents.message_templates import (
    LONGEST_NAME,
    LONGEST_TEXT,
    PLACEHOLDERS,
    WORDING,
    MessageTemplate,
    MessageTemplates,
    best_template,
    find_blanks,
    standard_templates,
    unknown_placeholders,
)
from chalicelib.requests.request_service import LONGEST_MESSAGE
from chalicelib.web.http.forms import SubmittedForm
from chalicelib.web.http.templating import environment
from chalicelib.web.models.message_template_models import MessageTemplateForm

SET = tuple(standard_templates().values())


@pytest.mark.parametrize("wording", SET, ids=lambda wording: wording.name)
def test_the_standard_set_is_fit_to_be_sent(wording: MessageTemplate) -> None:
    assert 0 < len(wording.name) <= LONGEST_NAME
    assert 40 < len(wording.text) <= LONGEST_TEXT < LONGEST_MESSAGE
    assert not unknown_placeholders(wording.text)
    assert wording.text.endswith(".")
    # Nothing that names or points at a person.
    assert not re.search(r"\b(victim|suspect|offender|witness)", wording.text, re.IGNORECASE)
    longest = max(len(sentence.split()) for sentence in re.split(r"[.:] ", wording.text))
    assert longest <= 32, "a sentence that nobody reads to its end"


def test_the_standard_set_keeps_its_ids() -> None:
    """What an administrator changed is found again after the next release."""
    assert standard_templates() == standard_templates()
    assert len(standard_templates()) == len(SET)


@pytest.mark.parametrize(
    ("offence", "name"),
    [
        ("Burglary", "Burglary"),
        ("Burglary (dwelling)", "Burglary"),
        ("Theft from a motor vehicle", "Vehicle crime"),
        ("Thefts", "Theft"),
        ("Assault with injury", "Assault"),
        ("High-risk missing person", "Missing person"),
        ("Anti-social behaviour", "Anti-social behaviour"),
        ("Fatal road collision", "Collision"),
        ("ROBBERY of personal property", "Robbery"),
        ("Fly-tipping", None),
        ("", None),
        ("Any other offence", None),
    ],
)
def test_an_offence_finds_its_wording(offence: str, name: str | None) -> None:
    ordered = tuple(sorted(SET, key=lambda one: one.name))
    found = best_template(offence, ordered)
    if name == "Vehicle crime":
        assert found and found.name in {"Vehicle crime", "Theft"}  # it is both
    else:
        assert (found.name if found else None) == name


def test_placeholders_are_filled_and_blanks_are_left_for_the_officer() -> None:
    wording = MessageTemplate(
        "w", "Theft", "{force} asks about {day}: [what was taken]. Ring {contact}."
    )
    filled = wording.filled({"{force}": "Anytown Police", "{day}": "today", "{contact}": "A. Lane"})
    assert filled == "Anytown Police asks about today: [what was taken]. Ring A. Lane."
    assert find_blanks(filled) == ["[what was taken]"]
    assert find_blanks("none [] here, [\n] nor here") == []


def test_what_fills_a_placeholder_is_not_read_again() -> None:
    """An officer called {force} stays that."""
    filled = MessageTemplate("w", "n", "Ask {contact}").filled(
        {"{contact}": "{force}", "{force}": "x"}
    )
    assert filled == "Ask {force}"


@pytest.mark.parametrize("text", ["{name}", "{", "a } b", "{force", "{Force}", "{{force}}", "{ }"])
def test_what_is_not_filled_in_is_told(text: str) -> None:
    assert unknown_placeholders(text)


@given(st.text(alphabet="{}[]ab \n", max_size=60))
def test_text_without_unknown_placeholders_comes_out_whole(text: str) -> None:
    words = dict.fromkeys(PLACEHOLDERS, "word")
    if not unknown_placeholders(text):
        assert MessageTemplate("w", "n", text).filled(words) == text


def test_the_form_refuses_them() -> None:
    sent = {"name": ["Burglary"], "text": ["Please look for {victim}."], "version": ["3"]}
    with pytest.raises(Invalid) as caught:
        SubmittedForm(sent).read(MessageTemplateForm)
    [(field, said)] = caught.value.fields
    assert field == "text" and said.startswith("{victim} is not filled in by itself. Use {")
    read = SubmittedForm({**sent, "text": ["On {day}."]}).read(MessageTemplateForm)
    assert (read.name, read.text, read.version) == ("Burglary", "On {day}.", 3)
    assert (
        SubmittedForm({**sent, "text": ["A"], "version": ["x"]}).read(MessageTemplateForm).version
        == -1
    )


def wordings_page(role: Role, **more: object) -> str:
    officer = Officer("sub", "d.okafor", frozenset({role}))
    made = environment("Europe/London", "GB").get_template("console/wordings.html")
    context = {"wordings": SET, "removed": (), "placeholders": PLACEHOLDERS, "officer": officer}
    manages = officer.may(Permission.MANAGE_WORDINGS)
    return str(made.render({**context, "settings": {}, "manages": manages, **more}))


def test_only_administrators_are_offered_to_change_them() -> None:
    assert "/console/wordings/new" in wordings_page(Role.ADMINISTRATOR)
    for role in (Role.SUPERVISOR, Role.INVESTIGATOR):
        page = wordings_page(role)
        assert "/console/wordings/" not in page
        assert "Burglary" in page


class OneTemplate(Table):
    """Keeps one template, as far as a change needs it."""

    def __init__(self) -> None:
        super().__init__(None, "Registry")
        self.item: Item | None = None

    def get(self, pk: str, sk: str, *, consistent: bool = False) -> Item | None:
        return self.item

    def query(self, pk: str, **_: object) -> Iterator[Item]:
        return iter([self.item] if self.item else [])

    def put(self, item: Mapping[str, Value], *, when: Condition | None = None) -> None:
        version = self.item["version"] if self.item else 0
        if when is None or when != equals("version", version):
            raise ConditionFailed
        self.item = dict(item)


class Acts:
    """Stands for the audit record."""

    def __init__(self) -> None:
        self.made: list[Action] = []

    def record_act(self, actor: Actor, action: Action, *_: object, **__: object) -> None:
        self.made.append(action)


def test_the_same_change_once_more_is_the_same_change() -> None:
    """The answer to the first was lost, and the form is sent again."""
    table, acts = OneTemplate(), Acts()
    own = MessageTemplates(
        table, cast("AuditLog", acts), lambda: datetime(2026, 11, 30, tzinfo=UTC)
    )
    lane = Officer("7c1e", "lane", frozenset({Role.ADMINISTRATOR}))
    mills = Officer("8d2f", "mills", frozenset({Role.ADMINISTRATOR}))
    table.item = WORDING.item(MessageTemplate("0" * 16, "Door bells", "Look.", version=1))
    changed = own.change("0" * 16, 1, "Door bells", "Please look.", lane)
    assert own.change("0" * 16, 1, "Door bells", "Please look.", lane) == changed
    assert changed.version == 2 and acts.made == [Action.CHANGED_WORDING]
    for officer, text in ((mills, "Please look."), (lane, "Look there.")):
        with pytest.raises(Conflict, match="Somebody else"):
            own.change("0" * 16, 1, "Door bells", text, officer)
