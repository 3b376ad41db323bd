"""Wordings for requests: what an officer can begin a message with, one for each kind of offence.

Administrators keep them. A standard set (wording_set.py) is there from the first day; what is
stored in the table stands in its place, so that nothing has to be written before the first use
and a later version of the set reaches whoever never touched it. What is removed stays as an item
that says so, and can be put back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated

from chalicelib.access.audit import Action, Actor, AuditLog
from chalicelib.access.permissions import Officer
from chalicelib.core.errors import Conflict, NotFound
from chalicelib.core.ids import derived_id
from chalicelib.core.times import Clock
from chalicelib.dynamodb.field_marks import FieldMark, Personal, Seconds
from chalicelib.dynamodb.item_schema import DeclaredItem
from chalicelib.dynamodb.stored_record import StoredRecord
from chalicelib.dynamodb.table import NEW, ConditionFailed, Table, equals
from chalicelib.incidents.message_template_set import STANDARD

LONGEST_NAME = 60
LONGEST_TEXT = 900
"""Less than a message may have (send.LONGEST_MESSAGE), so that blanks can be filled in."""
MOST = 100
"""A person reads through them in a list."""

PLACEHOLDERS: dict[str, str] = {
    "{force}": "the force’s name",
    "{day}": "the day the footage is of, like Thursday 19 November 2026",
    "{contact}": "who owners may ask, as the request says",
}
"""What is filled in by itself when a wording is used. No more than these: what happened, where
and when stands in every message anyway, and a placeholder for a person would put one in."""

_IN_BRACES = re.compile(r"\{[^{}\n]*\}?|\}")
_BLANK = re.compile(r"\[[^\[\]\n]{1,80}\]")

PARTITION = "WORDING"


@dataclass(frozen=True)
class MessageTemplate:
    """One wording.

    name: the kind of offence that it is for. text: what owners read, with placeholders and
    blanks. version: counts the changes, 0 for one of the standard set that nobody touched; a
    change names the version it was made on. changed_by: a user name.
    """

    id: str
    name: str
    text: str
    version: Annotated[int, FieldMark.KEPT] = 0
    changed_at: Seconds | None = None
    changed_by: Annotated[Personal, FieldMark.KEPT] = ""
    removed: Annotated[bool, FieldMark.KEPT] = False

    def filled(self, values: Mapping[str, str]) -> str:
        """The text with its placeholders filled in. values: `{force}` → words. Blanks stay."""
        return _IN_BRACES.sub(lambda found: values.get(found[0], found[0]), self.text)


WORDING = StoredRecord("wording", MessageTemplate, PARTITION, "WORDING#{id}")

ITEMS: tuple[DeclaredItem, ...] = (WORDING,)


def unknown_placeholders(text: str) -> list[str]:
    """What stands in curly brackets and is no placeholder, in order."""
    return [found for found in _IN_BRACES.findall(text) if found not in PLACEHOLDERS]


def find_blanks(text: str) -> list[str]:
    """What an officer has still to fill in: `[clothing]`."""
    return _BLANK.findall(text)


def standard_templates() -> dict[str, MessageTemplate]:
    """The set that every force starts with, by id."""
    made = (MessageTemplate(derived_id(f"wording {name}"), name, text) for name, text in STANDARD)
    return {wording.id: wording for wording in made}


def best_template(offence: str, wordings: tuple[MessageTemplate, ...]) -> MessageTemplate | None:
    """The wording whose name shares most words with the offence; None when none shares any."""
    said = set(_words(offence))
    ranked = [(len(said & set(_words(one.name))), one) for one in wordings]
    most = max((shared for shared, _ in ranked), default=0)
    return next(one for shared, one in ranked if shared == most) if most else None


def _words(text: str) -> list[str]:
    """Words that tell offences apart, their endings cut, so that "thefts" is like "theft"."""
    small = {"any", "other", "offence", "crime", "the", "and", "from", "person", "with"}
    found = re.findall(r"[a-z]{3,}", text.casefold())
    return [word.removesuffix("s") for word in found if word not in small]


class MessageTemplates:
    """Reads and changes them. Who may is the view's to say; each change is on record."""

    def __init__(self, table: Table, audit: AuditLog, clock: Clock) -> None:
        self._table = table
        self._audit = audit
        self._clock = clock

    def all(self) -> tuple[MessageTemplate, ...]:
        """Those in use, by name."""
        return tuple(one for one in self._everything() if not one.removed)

    def removed(self) -> tuple[MessageTemplate, ...]:
        """Those that were taken out of use, by name."""
        return tuple(one for one in self._everything() if one.removed)

    def get(self, wording_id: str) -> MessageTemplate:
        """One of them, also a removed one. Raises NotFound."""
        item = self._table.get(PARTITION, f"WORDING#{wording_id}", consistent=True)
        found = WORDING.read(item) if item else standard_templates().get(wording_id)
        if found is None:
            raise NotFound("There is no wording at this address.")
        return found

    def add(self, wording_id: str, name: str, text: str, officer: Officer) -> MessageTemplate:
        """A new one. wording_id: made with the form, so that a form sent twice adds one.

        Raises Conflict when there are too many, when the name is taken, or when the form was
        sent before with something else.
        """
        there = {one.id: one for one in self._everything()}
        before = there.get(wording_id)
        if before and (before.name, before.text, before.removed) == (name, text, False):
            return before
        if len(there) >= MOST:
            raise Conflict(f"There are {MOST} wordings already, with those that were removed.")
        self._refuse_twins(name, wording_id)
        return self._write(
            MessageTemplate(wording_id, name, text), 0, officer, Action.ADDED_WORDING
        )

    def change(
        self, wording_id: str, version: int, name: str, text: str, officer: Officer
    ) -> MessageTemplate:
        """Another name or text. version: the one that the officer saw.

        Raises NotFound; Conflict when somebody changed it meanwhile or the name is taken.
        """
        self._refuse_twins(name, wording_id)
        changed = replace(self.get(wording_id), name=name, text=text, removed=False)
        return self._write(changed, version, officer, Action.CHANGED_WORDING)

    def remove(self, wording_id: str, version: int, officer: Officer) -> MessageTemplate:
        """Takes it out of use; it can be put back. Raises NotFound or Conflict."""
        gone = replace(self.get(wording_id), removed=True)
        return self._write(gone, version, officer, Action.REMOVED_WORDING)

    def put_back(self, wording_id: str, version: int, officer: Officer) -> MessageTemplate:
        """Takes a removed one into use again. Raises NotFound or Conflict."""
        back = replace(self.get(wording_id), removed=False)
        self._refuse_twins(back.name, wording_id)
        return self._write(back, version, officer, Action.RESTORED_WORDING)

    def _refuse_twins(self, name: str, wording_id: str) -> None:
        # Two that are written at the same moment can both pass: a list with two of one name is
        # a nuisance that its readers see, not a wrong request.
        for one in self.all():
            if one.id != wording_id and one.name.casefold() == name.casefold():
                raise Conflict(f"There is a wording called “{one.name}” already.")

    def _write(
        self, new: MessageTemplate, version: int, officer: Officer, action: Action
    ) -> MessageTemplate:
        """Writes the next version; the record first, as for every act."""
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
            raise Conflict(
                "Somebody else changed this wording meanwhile. Look at it again."
            ) from None
        return written

    def _everything(self) -> list[MessageTemplate]:
        found = standard_templates()
        items = self._table.query(PARTITION, prefix="WORDING#", consistent=True)
        found.update((one.id, one) for one in map(WORDING.read, items))
        return sorted(found.values(), key=lambda one: (one.name.casefold(), one.id))
