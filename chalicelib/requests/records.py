"""How requests and recipients become items of the Registry table, and are read back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from chalicelib.core.times import iso_seconds
from chalicelib.dynamodb.item_schema import DeclaredItem, ItemKind
from chalicelib.dynamodb.stored_record import Derived, StoredRecord
from chalicelib.dynamodb.table import Item
from chalicelib.requests.model import FootageRequest, Recipient

Changes = Mapping[str, object]
"""Fields of a recipient, by name, with their new values."""

_ID = "[0-9a-z]{16}"


def _day(moment: datetime | None) -> str | None:
    """The day (UTC) under which the Due index files what is to be done at a moment."""
    return iso_seconds(moment)[:10] if moment else None


REQUEST = StoredRecord("request", FootageRequest, "REQUEST#{id}", "REQUEST")
RECIPIENT = StoredRecord(
    "recipient",
    Recipient,
    "REQUEST#{request_id}",
    "SITE#{site_id}",
    derived=[Derived("due_day", ("next_wake",), lambda one: _day(one.next_wake), always=False)],
    # How often the recipient was changed since it was written.
    also={"edits"},
)

ITEMS: tuple[DeclaredItem, ...] = (
    REQUEST,
    ItemKind(
        "request of an incident",
        pk=f"INCIDENT#{_ID}",
        sk=f"REQUEST#{_ID}",
        needed=frozenset({"sites"}),
    ),
    # Says that a reference exists; the page that asks learns nothing more.
    ItemKind(
        "reference",
        pk="REFERENCE#[0-9A-Z]{4}-[0-9A-Z]{4}",
        sk="REQUEST",
        needed=frozenset({"request_id"}),
    ),
    RECIPIENT,
    ItemKind("place of the sweep", pk="SWEEP", sk="PLACE", needed=frozenset({"day"})),
)


def request_item(request: FootageRequest) -> Item:
    """The item of a request, as the Registry table holds it."""
    return REQUEST.item(request)


def request_from(item: Item) -> FootageRequest:
    """The request that an item of the Registry table holds."""
    return REQUEST.read(item)


def recipient_item(recipient: Recipient) -> Item:
    """The item of a recipient, as the Registry table holds it."""
    return RECIPIENT.item(recipient)


def recipient_from(item: Item) -> Recipient:
    """The recipient that an item of the Registry table holds."""
    return RECIPIENT.read(item)


def deadline_fields(recipient: Recipient) -> Changes:
    """The fields that say when a recipient's footage is overwritten, for a change of it."""
    return {
        "deadline": recipient.deadline,
        "deadline_certain": recipient.deadline_certain,
        "later": recipient.later,
    }
