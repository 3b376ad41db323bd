"""End one recipient, because its request was withdrawn or its incident closed."""

from __future__ import annotations

from datetime import datetime

from chalicelib.dynamodb.table import ConditionFailed
from chalicelib.requests.model import (
    UNANSWERED,
    FootageRequest,
    Recipient,
    RecipientState,
    RequestState,
    states_before,
)
from chalicelib.requests.store import RequestStore

ENDABLE = states_before(RecipientState.WITHDRAWN)

CLOSED_REASON = "the incident was closed"
"""The reason of a recipient that was withdrawn by the closing, as officers read it."""


def end_one(
    store: RequestStore, recipient: Recipient, request: FootageRequest, now: datetime
) -> None:
    """End a recipient that still goes on although its request has ended."""
    if request.state is RequestState.CLOSED:
        close_one(store, recipient, now, tell=True)
    elif not request.is_open:
        withdraw_one(store, recipient, now)


def close_one(
    store: RequestStore, recipient: Recipient, now: datetime, *, tell: bool = False
) -> Recipient:
    """End a recipient whose incident was closed, and return it. Its owner gets a closing notice
    (closing_notices.py), not a message of this request. What was saved stays saved, and its
    reminder timer stops.

    tell: leave a wake-up, so that an owner who was asked is told even when the closing itself
    did not see this recipient, as with one that was asked in the same moment.
    """
    found: Recipient | None = recipient
    last = recipient
    while found:
        last = found
        stopped: dict[str, object] = {"planned": (), "claimed_until": None, "next_wake": None}
        if found.state in UNANSWERED:
            asked = tell and found.notified_at is not None
            stopped |= {
                "next_wake": now if asked else None,
                "state": RecipientState.WITHDRAWN,
                "reason": CLOSED_REASON,
                "ended_at": now,
            }
        elif found.next_wake is None or found.state is RecipientState.WITHDRAWN:
            break  # no reminder timer runs, or the owner is about to be told that it is over
        try:
            return store.change_recipient(found, stopped, states=[found.state])
        except ConditionFailed:
            found = store.recipient(found.request_id, found.site_id)
    return last


def withdraw_one(store: RequestStore, recipient: Recipient, now: datetime) -> Recipient | None:
    """Withdraw a recipient and return it, or None when its owner answered first.

    The recipient keeps a wake-up when its owner was asked and must be told; then recovery finds
    it should the message in the queue be lost.
    """
    found: Recipient | None = recipient
    while found and found.state in ENDABLE:
        asked = found.notified_at is not None and found.state is not RecipientState.UNDELIVERABLE
        changes: dict[str, object] = {
            "state": RecipientState.WITHDRAWN,
            "ended_at": now,
            "planned": (),
            # A job that is sending to this owner just now finds its claim gone.
            "claimed_until": None,
            "next_wake": now if asked else None,
        }
        try:
            return store.change_recipient(found, changes, states=[found.state])
        except ConditionFailed:
            found = store.recipient(found.request_id, found.site_id)
    return None
