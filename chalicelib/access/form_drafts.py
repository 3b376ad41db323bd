"""Forms that people sent and that were not taken because their session had ended: kept for an hour.

A draft belongs to the person for whom the form's page was made. Only they can read it, once they
have signed in again, and it is never sent by itself.

Threat: the next person at a shared desk reads a letter that somebody else wrote. A draft is found
under its person's own key and under no other; nothing of it is in a cookie or in an address.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta

from chalicelib.core.errors import TooLarge
from chalicelib.core.ids import id_from
from chalicelib.core.times import Clock, epoch
from chalicelib.dynamodb.field_marks import JsonText, Personal, Seconds
from chalicelib.dynamodb.item_schema import DeclaredItem
from chalicelib.dynamodb.stored_record import Derived, StoredRecord
from chalicelib.dynamodb.table import Table

LIFE = timedelta(hours=1)

MOST = 20
"""How many drafts of one person are looked through for the newest."""

MOST_BYTES = 390 * 1024
"""Bytes of what was typed that a draft holds; an item of DynamoDB holds 400 KB. What a browser
sends of the longest form is fewer, as a letter that it writes as `%C3%A9` is two bytes here."""

TOO_LARGE = (
    "Your session has ended, and what you entered is too large to be kept. Nothing has been sent. "
    "Sign in, open the page again and enter less."
)


@dataclass(frozen=True)
class FormDraft:
    """A form that was not taken. person: whose it is, as the audit record names them
    (`officer.4f…`). route, parameters: the address that the form was sent to. body: what was typed,
    as JSON."""

    person: str
    id: str
    route: str
    parameters: JsonText
    body: Personal = field(repr=False)
    kept_at: Seconds
    ends_at: Seconds

    @property
    def fields(self) -> dict[str, list[str]]:
        """What was typed, by the names of the form's fields."""
        found: dict[str, list[str]] = json.loads(self.body)
        return found


DRAFT = StoredRecord(
    "form that was not taken",
    FormDraft,
    "DRAFTS#{person}",
    "DRAFT#{id}",
    patterns={"person": r"(?:officer\.[A-Za-z0-9-]+|owner\.[0-9a-z]{16})"},
    derived=[Derived("expires_at", ("ends_at",), lambda draft: epoch(draft.ends_at))],
)

ITEMS: tuple[DeclaredItem, ...] = (DRAFT,)


class FormDrafts:
    """Keeps and finds drafts. DynamoDB removes expired items late, so every read compares times."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    def keep_draft(
        self, person: str, route: str, parameters: dict[str, str], fields: dict[str, list[str]]
    ) -> FormDraft:
        """Keep a form for an hour. The same form sent again, by a reload, is the same draft. Raises
        TooLarge for one that no draft holds."""
        now, body = self._clock(), json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
        if len(body.encode()) > MOST_BYTES:
            raise TooLarge(TOO_LARGE)
        address = "\x1f".join(f"{name}={value}" for name, value in sorted(parameters.items()))
        draft = FormDraft(
            person=person,
            id=id_from(person, route, address, body),
            route=route,
            parameters=dict(parameters),
            body=body,
            kept_at=now,
            ends_at=now + LIFE,
        )
        self._table.put(DRAFT.item(draft))
        return draft

    def find_draft(self, person: str, draft_id: str) -> FormDraft | None:
        """Read one of this person's drafts, None when it is not there any more."""
        item = self._table.get(f"DRAFTS#{person}", f"DRAFT#{draft_id}", consistent=True)
        draft = DRAFT.read(item) if item else None
        return draft if draft and draft.ends_at > self._clock() else None

    def newest_draft(self, person: str) -> FormDraft | None:
        """Read the draft that this person's browser sent last, None when there is none."""
        items = self._table.query(f"DRAFTS#{person}", prefix="DRAFT#", limit=MOST, consistent=True)
        live = [one for one in map(DRAFT.read, items) if one.ends_at > self._clock()]
        return max(live, key=lambda one: one.kept_at, default=None)

    def remove_draft(self, person: str, draft_id: str) -> None:
        """Remove a draft, because it was sent. Removing it twice is no error."""
        self._table.delete(f"DRAFTS#{person}", f"DRAFT#{draft_id}")

    def remove_drafts(self, person: str) -> None:
        """Remove every draft of a person who leaves."""
        for item in self._table.query(f"DRAFTS#{person}", prefix="DRAFT#", consistent=True):
            self._table.delete(item["PK"], item["SK"])
