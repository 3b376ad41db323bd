"""Message templates: what an officer can begin a request with, one for each kind of offence.

Administrators keep the templates. A standard set (message_template_set.py) is there from the first
day; a template that is stored in the table replaces the standard one of the same id, so nothing has
to be written before the first use, and a later version of the set reaches every force that never
changed it. A removed template stays as an item that says so, and can be put back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated

from chalicelib.access.audit import Action, Actor, AuditLog
from chalicelib.access.permissions import Officer
from chalicelib.core.errors import Conflict, NotFound
from chalicelib.core.ids import id_from
from chalicelib.core.times import Clock
from chalicelib.dynamodb.field_marks import FieldMark, Personal, Seconds
from chalicelib.dynamodb.item_schema import DeclaredItem
from chalicelib.dynamodb.stored_record import StoredRecord
from chalicelib.dynamodb.table import NEW, ConditionFailed, Table, equals
from chalicelib.incidents.message_template_set import STANDARD

LONGEST_NAME = 60
LONGEST_TEXT = 900
"""Fewer characters than a message may have (requests.request_service.LONGEST_MESSAGE), so that
blanks can be filled in."""
MOST = 100
"""Templates of one force, removed ones included: a person reads through them in a list."""

PLACEHOLDERS: dict[str, str] = {
    "{force}": "the force’s name",
    "{day}": "the day the footage is of, like Thursday 19 November 2026",
    "{contact}": "who owners may ask, as the request says",
}
"""What is filled in by the program when a template is used. There are no others: what happened,
where and when stands in every message, and a placeholder for a person would name one."""

_IN_BRACES = re.compile(r"\{[^{}\n]*\}?|\}")
_BLANK = re.compile(r"\[[^\[\]\n]{1,80}\]")

PARTITION = "WORDING"


@dataclass(frozen=True)
class MessageTemplate:
    """The text that a request's message can begin with, for one kind of offence.

    name: the kind of offence. text: what owners read, with placeholders and blanks. version:
    counts the changes, 0 for a template of the standard set that nobody changed; a change names
    the version it was made on. changed_by: a user name.
    """

    id: str
    name: str
    text: str
    version: Annotated[int, FieldMark.KEPT] = 0
    changed_at: Seconds | None = None
    changed_by: Annotated[Personal, FieldMark.KEPT] = ""
    removed: Annotated[bool, FieldMark.KEPT] = False

    def filled(self, values: Mapping[str, str]) -> str:
        """Fill in the template's placeholders. values: `{force}` → words. Blanks stay."""
        return _IN_BRACES.sub(lambda found: values.get(found[0], found[0]), self.text)


WORDING = StoredRecord("wording", MessageTemplate, PARTITION, "WORDING#{id}")

ITEMS: tuple[DeclaredItem, ...] = (WORDING,)


def unknown_placeholders(text: str) -> list[str]:
    """List what stands in curly brackets in a template and is no placeholder, in order."""
    return [found for found in _IN_BRACES.findall(text) if found not in PLACEHOLDERS]


def find_blanks(text: str) -> list[str]:
    """List the blanks of a text that the officer has still to fill in, such as `[clothing]`."""
    return _BLANK.findall(text)


def standard_templates() -> dict[str, MessageTemplate]:
    """Make the set of templates that every force starts with, by id."""
    made = (MessageTemplate(id_from(f"wording {name}"), name, text) for name, text in STANDARD)
    return {wording.id: wording for wording in made}


def best_template(offence: str, wordings: tuple[MessageTemplate, ...]) -> MessageTemplate | None:
    """Find the template whose name shares most words with the offence; None when no name does."""
    said = set(_words(offence))
    ranked = [(len(said & set(_words(one.name))), one) for one in wordings]
    most = max((shared for shared, _ in ranked), default=0)
    return next(one for shared, one in ranked if shared == most) if most else None


def _words(text: str) -> list[str]:
    """List the words that tell offences apart, a final s cut, so that "thefts" is like "theft"."""
    small = {"any", "other", "offence", "crime", "the", "and", "from", "person", "with"}
    found = re.findall(r"[a-z]{3,}", text.casefold())
    return [word.removesuffix("s") for word in found if word not in small]


class MessageTemplates:
    """Reads and changes the force's message templates, and records each change in the audit.

    The views check who may do so.
    """

    def __init__(self, table: Table, audit: AuditLog, clock: Clock) -> None:
        self._table = table
        self._audit = audit
        self._clock = clock

    def all(self) -> tuple[MessageTemplate, ...]:
        """List the templates in use, by name."""
        return tuple(one for one in self._everything() if not one.removed)

    def removed(self) -> tuple[MessageTemplate, ...]:
        """List the templates that were taken out of use, by name."""
        return tuple(one for one in self._everything() if one.removed)

    def get(self, wording_id: str) -> MessageTemplate:
        """Read one template, also a removed one. Raises NotFound."""
        item = self._table.get(PARTITION, f"WORDING#{wording_id}", consistent=True)
        found = WORDING.read(item) if item else standard_templates().get(wording_id)
        if found is None:
            raise NotFound("There is no template at this address.")
        return found

    def add(self, wording_id: str, name: str, text: str, officer: Officer) -> MessageTemplate:
        """Add a template. wording_id: made with the form, so that a form sent twice adds one.

        Raises Conflict when there are MOST templates, when the name is taken, or when the form
        was sent before with another name or text.
        """
        there = {one.id: one for one in self._everything()}
        before = there.get(wording_id)
        if before and (before.name, before.text, before.removed) == (name, text, False):
            return before
        if len(there) >= MOST:
            raise Conflict(f"There are already {MOST} templates, with those that were removed.")
        self._refuse_twins(name, wording_id)
        return self._write(
            MessageTemplate(wording_id, name, text), 0, officer, Action.ADDED_WORDING
        )

    def change(
        self, wording_id: str, version: int, name: str, text: str, officer: Officer
    ) -> MessageTemplate:
        """Give a template another name or text. version: the one that the officer saw. The same
        change once more, because no answer came, is no error.

        Raises NotFound; Conflict when somebody changed the template meanwhile or the name is taken.
        """
        known = self.get(wording_id)
        made = (known.version, known.name, known.text, known.removed, known.changed_by)
        if made == (version + 1, name, text, False, officer.username):
            return known
        self._refuse_twins(name, wording_id)
        changed = replace(known, name=name, text=text, removed=False)
        return self._write(changed, version, officer, Action.CHANGED_WORDING)

    def remove(self, wording_id: str, version: int, officer: Officer) -> MessageTemplate:
        """Take a template out of use; it can be put back. Raises NotFound or Conflict."""
        gone = replace(self.get(wording_id), removed=True)
        return self._write(gone, version, officer, Action.REMOVED_WORDING)

    def put_back(self, wording_id: str, version: int, officer: Officer) -> MessageTemplate:
        """Take a removed template into use again. Raises NotFound or Conflict."""
        back = replace(self.get(wording_id), removed=False)
        self._refuse_twins(back.name, wording_id)
        return self._write(back, version, officer, Action.RESTORED_WORDING)

    def _refuse_twins(self, name: str, wording_id: str) -> None:
        # Two templates that are written at the same moment can both pass: a list with two of one
        # name is a nuisance that its readers see, not a wrong request.
        for one in self.all():
            if one.id != wording_id and one.name.casefold() == name.casefold():
                raise Conflict(f"There is already a template called “{one.name}”.")

    def _write(
        self, new: MessageTemplate, version: int, officer: Officer, action: Action
    ) -> MessageTemplate:
        """Write the template's next version, after the audit record of the change."""
        written = replace(
            new,
            version=version + 1,
            changed_at=self._clock().replace(microsecond=0),
            changed_by=officer.username,
        )
        self._audit.record_act(
            Actor.officer(officer), action, f"wording.{new.id}", name=new.name, version=version + 1
        )
        try:
            self._table.put(
                WORDING.item(written), when=equals("version", version) if version else NEW
            )
        except ConditionFailed:
            raise Conflict("Somebody else has changed this template. Look at it again.") from None
        return written

    def _everything(self) -> list[MessageTemplate]:
        found = standard_templates()
        items = self._table.query(PARTITION, prefix="WORDING#", consistent=True)
        found.update((one.id, one) for one in map(WORDING.read, items))
        return sorted(found.values(), key=lambda one: (one.name.casefold(), one.id))
