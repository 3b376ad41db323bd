"""The sites that a request asks, in batches that one job each writes out and sends.

A request stands from the moment that it and its batches are written, in one transaction; its
recipients follow within seconds. A batch that is not written out yet is an entry of the outbox.
Afterwards the batch stays as the record of who was asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Annotated

from chalicelib.dynamodb.field_marks import Seconds, StoredName
from chalicelib.dynamodb.item_schema import DeclaredItem
from chalicelib.dynamodb.outbox import EntryKind, filed_under
from chalicelib.dynamodb.stored_record import StoredRecord
from chalicelib.dynamodb.table import Table, Write
from chalicelib.notifications.send_queue import SendTask
from chalicelib.requests.model import FootageRequest, FootageWindow, Recipient
from chalicelib.requests.records import recipient_from, request_from

PART_SITES = 100
"""Sites in one batch: a task of a few seconds."""

MOST_OF_ONE_OWNER = 40
"""Sites in one message. Their items and links are written in one transaction (at most 100 items);
an owner of more is sent more than one message."""

TOGETHER = 25
"""Recipients in one message of the queue, or as many as one owner has."""

_PREFIX = "PART#"


@dataclass(frozen=True)
class RecipientBatch:
    """Some of a request's sites, those of one owner side by side.

    windows: of sites that are asked for a time of their own. due_at: since when it is to be
    written out, None once it is. written_at: since when its recipients stand in the table.
    """

    request_id: str
    number: int
    site_ids: Annotated[tuple[str, ...], StoredName("sites")]
    windows: Mapping[str, FootageWindow] = field(default_factory=dict)
    due_at: Seconds | None = None
    written_at: Seconds | None = None

    @property
    def written(self) -> bool:
        """True when the recipients of the batch stand in the table."""
        return self.written_at is not None

    def window(self, site_id: str, request: FootageRequest) -> FootageWindow:
        """The window that a site of the batch is asked for."""
        return self.windows.get(site_id, request.window)


PART = StoredRecord(
    "part of a request",
    RecipientBatch,
    "REQUEST#{request_id}",
    _PREFIX + "{number:02d}",
    derived=[filed_under("fan-out")],
)

ITEMS: tuple[DeclaredItem, ...] = (PART,)
PARTS = EntryKind("fan-out", lambda item: [(SendTask.FAN_OUT, part_ids(PART.read(item)))])


def part_ids(part: RecipientBatch) -> dict[str, str]:
    """The ids that name a batch in the send queue."""
    return {"request_id": part.request_id, "part": str(part.number)}


def recipient_ids(recipients: Iterable[Recipient]) -> list[dict[str, str]]:
    """The ids that name recipients in the send queue, those of an owner together: for each queue
    message the request and its sites."""
    lists: list[list[Recipient]] = []
    for one in sorted(recipients, key=lambda one: (one.request_id, one.owner_id)):
        last = lists[-1] if lists else []
        same = last and last[-1].request_id == one.request_id
        if not same or (len(last) >= TOGETHER and last[-1].owner_id != one.owner_id):
            lists.append([])
        lists[-1].append(one)
    return [
        {"request_id": some[0].request_id, "site_ids": " ".join(one.site_id for one in some)}
        for some in lists
    ]


@dataclass(frozen=True)
class RequestBatches:
    """A request with its batches and the recipients that are written, all read together."""

    request: FootageRequest
    parts: tuple[RecipientBatch, ...]
    recipients: tuple[Recipient, ...]


def message_groups(site_ids: Sequence[str], owners: Mapping[str, str]) -> list[list[str]]:
    """The sites of one message each, in their order. owners: by site."""
    found: list[list[str]] = []
    for _, run in groupby(site_ids, key=lambda one: owners.get(one, one)):
        own = list(run)
        found += [own[n : n + MOST_OF_ONE_OWNER] for n in range(0, len(own), MOST_OF_ONE_OWNER)]
    return found


def divide_batches(
    request_id: str,
    site_ids: Sequence[str],
    owners: Mapping[str, str],
    windows: Mapping[str, FootageWindow],
    due_at: datetime,
) -> list[RecipientBatch]:
    """Divide a new request's sites into batches; the sites of one message stay together."""
    lists: list[list[str]] = []
    for group in message_groups(site_ids, owners):
        if not lists or len(lists[-1]) + len(group) > PART_SITES:
            lists.append([])
        lists[-1] += group
    return [
        RecipientBatch(
            request_id,
            number,
            tuple(sites),
            {one: windows[one] for one in sites if one in windows},
            due_at=due_at,
        )
        for number, sites in enumerate(lists)
    ]


class RecipientBatches:
    """Reads and changes recipient batches."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def write_batch(self, part: RecipientBatch) -> Write:
        """The write that adds a recipient batch."""
        return self._table.put_write(PART.item(part))

    def read_batch(self, request_id: str, number: int) -> RecipientBatch | None:
        """Read a batch as it is at this moment, or None when there is none of this number."""
        item = self._table.get(*_key(request_id, number), consistent=True)
        return PART.read(item) if item else None

    def read_request(self, request_id: str, *, recipients: bool = True) -> RequestBatches | None:
        """Read a request with its batches; recipients: False to leave its recipients out.

        One query, in the order batches, request, recipients: a batch seen as written out has its
        recipients further on, so nobody is missing and nobody is there twice.
        """
        last = "SITE#~" if recipients else "REQUEST"
        items = self._table.query(f"REQUEST#{request_id}", between=(_PREFIX, last), consistent=True)
        parts: list[RecipientBatch] = []
        found: list[Recipient] = []
        request: FootageRequest | None = None
        for item in items:
            key = str(item["SK"])
            if key.startswith(_PREFIX):
                parts.append(PART.read(item))
            elif key == "REQUEST":
                request = request_from(item)
            elif key.startswith("SITE#"):
                found.append(recipient_from(item))
        return RequestBatches(request, tuple(parts), tuple(found)) if request else None

    def mark_written(self, part: RecipientBatch, now: datetime) -> None:
        """Note that every site of the batch is written out."""
        changes = PART.changes(written_at=now, due_at=None)
        self._table.update(*PART.key(part), assign=changes)


def _key(request_id: str, number: int) -> tuple[str, str]:
    return f"REQUEST#{request_id}", f"{_PREFIX}{number:02d}"
