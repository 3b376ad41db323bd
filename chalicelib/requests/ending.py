"""A request ends for one recipient."""

from __future__ import annotations

from datetime import datetime

from chalicelib.requests.model import Recipient, State, before
from chalicelib.requests.records import wake_fields
from chalicelib.requests.store import RequestStore
from chalicelib.table import ConditionFailed, Value
from chalicelib.times import iso_seconds

ENDABLE = before(State.WITHDRAWN)


def withdraw_one(store: RequestStore, recipient: Recipient, now: datetime) -> Recipient | None:
    """The recipient as withdrawn, or None when it answered first.

    It keeps a wake-up when its owner was asked and must be told; then the sweep sees to it
    should the message in the queue be lost.
    """
    found: Recipient | None = recipient
    while found and found.state in ENDABLE:
        asked = found.notified_at is not None and found.state is not State.UNDELIVERABLE
        changes: dict[str, Value] = {
            "state": State.WITHDRAWN.value,
            "ended_at": iso_seconds(now),
            "planned": None,
            # Whoever is sending to this owner just now finds its claim gone.
            "claimed_until": None,
            **wake_fields(now if asked else None),
        }
        try:
            return store.change(found, changes, states=[found.state])
        except ConditionFailed:
            found = store.recipient(found.request_id, found.site_id)
    return None
