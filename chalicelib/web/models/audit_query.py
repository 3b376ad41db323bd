"""The part of the audit record that somebody wants, for the API and the console alike."""

from __future__ import annotations

from datetime import datetime, timedelta

from chalicelib.access.audit import Audit
from chalicelib.dynamodb.table import Item
from chalicelib.web.http.page_tokens import sealed
from chalicelib.web.models.record_models import AuditQuery

_LOOK_BACK = 31  # days that the newest entries are looked for in


def fetch(audit: Audit, query: AuditQuery, now: datetime, key: bytes) -> tuple[list[Item], str]:
    """The entries, newest first, and the token of the next page ("" at the end).

    key: the stage's, with which page tokens are made.
    """
    found, place = _found(audit, query, now)
    shown = found[: query.limit]
    more = len(found) > query.limit
    return shown, sealed(key, query.pages, str(shown[-1][place])) if more else ""


def _found(audit: Audit, query: AuditQuery, now: datetime) -> tuple[list[Item], str]:
    """One entry more than is wanted, and the attribute at which a next page begins."""
    wanted = query.limit + 1
    if query.actor:
        return list(audit.of_actor(query.actor, query.month_or(now), wanted, query.page)), "SK"
    if query.subject:
        return list(audit.of_subject(query.subject, wanted, query.page)), "at"
    if query.day:
        return list(audit.of_day(query.day, wanted, query.page)), "at"
    found: list[Item] = []
    # A page token of this list is a time, so it says on which day to go on.
    start = datetime.fromisoformat(query.page) if query.page else now
    for back in range(_LOOK_BACK):
        day = f"{start - timedelta(days=back):%Y-%m-%d}"
        found += audit.of_day(day, wanted - len(found), "" if back else query.page)
        if len(found) >= wanted:
            break
    return found, "at"
