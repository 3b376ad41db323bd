"""How often something was done in a window of time, counted in an item of the table.

The write that counts is the one that compares, so that of two calls at once that would take the
last place only one does.
"""

from __future__ import annotations

from datetime import datetime

from chalicelib.core.times import epoch
from chalicelib.dynamodb.expressions import Changes
from chalicelib.dynamodb.table import below


def one_more(most: int, until: datetime) -> Changes:
    """Return the change of an item that counts once more; its condition fails when there are `most`
    already. until: when the item may go."""
    return {
        "add": {"times": 1},
        "assign": {"expires_at": epoch(until)},
        "when": below("times", most),
    }
