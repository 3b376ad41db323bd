"""How each task of the send queue is handled, and which entries of the outbox are recovered.

`deliver` uses HANDLERS and `sweep` calls `recover`. A test compares the two with every task and
every kind of entry.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from chalicelib.container import Container
from chalicelib.dynamodb.outbox import EntryKind
from chalicelib.evidence.store import UPLOAD_NOTICES
from chalicelib.notifications.notices import NOTICES
from chalicelib.notifications.send_queue import SendTask
from chalicelib.requests.closing.closing_notices import FAREWELLS
from chalicelib.requests.closing.service import CLOSINGS
from chalicelib.requests.digest.officer_digest import NEWS
from chalicelib.requests.recipients.recipient_batches import PARTS
from chalicelib.requests.threads.model import Side
from chalicelib.requests.threads.store import THREADS

TimeLeft = Callable[[], float]
Handler = Callable[[Container, Any, TimeLeft], None]
"""Carries out a task within the seconds that are left. The second argument is the task, read by
its model in `inputs`."""

HANDLERS: Mapping[SendTask, Handler] = {
    SendTask.FAN_OUT: lambda own, it, left: own.requests.fan_out.write_and_send(
        it.request_id, it.part, left
    ),
    SendTask.ASK: lambda own, it, _: own.requests.send_tasks.send_requests(
        it.request_id, *it.site_ids
    ),
    SendTask.START_REMINDERS: lambda own, it, _: own.requests.send_tasks.start_reminders(
        it.request_id, *it.site_ids
    ),
    SendTask.WITHDRAW: lambda own, it, _: own.requests.send_tasks.send_withdrawals(
        it.request_id, *it.site_ids
    ),
    SendTask.TELL_OWNER: lambda own, it, _: own.requests.thread_notices.send_notice(
        Side.OWNER, it.request_id, it.site_id
    ),
    SendTask.TELL_OFFICER: lambda own, it, _: own.requests.thread_notices.send_notice(
        Side.OFFICER, it.request_id, it.site_id
    ),
    SendTask.OFFICER_DIGEST: lambda own, it, _: own.requests.officer_digest.send_digest(
        it.request_id
    ),
    SendTask.CLOSE: lambda own, it, _: own.requests.closings.carry_out(it.incident_id, it.closing),
    SendTask.THANK: lambda own, it, _: own.requests.closing_notices.send_notice(
        it.incident_id, it.closing, it.owner_id
    ),
    SendTask.UPLOAD_NOTICE: lambda own, it, _: own.evidence.upload_notices.send_notice(
        it.request_id, it.evidence_id
    ),
    SendTask.NOTICE: lambda own, it, _: own.notifications.notices.send_notice(it.notice_id),
}

KINDS: tuple[EntryKind, ...] = (
    PARTS,
    THREADS,
    NEWS,
    CLOSINGS,
    FAREWELLS,
    UPLOAD_NOTICES,
    NOTICES,
)

RECIPIENTS = "recipients"
"""The name under which recovered reminder timers are counted. Recipients are in the Due index by
the day of the timer's next wake-up, so their recovery has its own rules
(requests.sending.recovery)."""


def recover(own: Container) -> dict[str, int]:
    """Queue everything again that was lost; return how much there was of each kind.

    Raises ExceptionGroup of the kinds that could not be recovered, after trying all of them.
    """
    ways = {RECIPIENTS: own.requests.recovery.recover}
    ways |= {kind.name: partial(own.notifications.outbox.recover, kind) for kind in KINDS}
    found, errors = dict[str, int](), list[Exception]()
    for name, way in ways.items():
        try:
            found[name] = way()
        except Exception as error:  # noqa: BLE001 - whatever it was, it is raised below
            errors.append(error)
    if errors:
        raise ExceptionGroup("not everything was recovered", errors)
    return found
