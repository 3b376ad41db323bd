"""Recovers what was lost: reminder timers that stopped, messages, and checks of uploads."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from chalice import Blueprint

from chalicelib.container import services
from chalicelib.jobs.outbox_users import recover
from chalicelib.telemetry.around import observed_job
from chalicelib.telemetry.logs import logger

job = Blueprint("chalicelib.jobs.sweep")

SPARE = 20
"""Seconds of the function's time that are kept for storing a decision."""


@job.schedule("rate(15 minutes)", name="sweep")
@observed_job
def sweep(event: Any) -> None:
    """Sweep once; locally, several times in the minute between two calls. Reminder timers come
    first: files can wait, and what goes wrong with them must not delay a reminder."""
    rounds = _rounds(event.detail_type == "Scheduled Event")
    next(rounds)
    _recover()
    _check_files(event.context)
    for _ in rounds:
        _recover()


def _recover() -> None:
    """Recover recipients without a reminder timer, and messages that the send queue lost."""
    for kind, count in recover(services()).items():
        if count:
            logger.warning("recovered", extra={"kind": kind, "messages": count})


def _rounds(scheduled: bool) -> Iterator[None]:
    """Yield once, and with SWEEP_SECONDS again after so many seconds until the minute is over.

    EventBridge calls at most once a minute, and nobody should wait that long for a local stack,
    whose reminder timers end whenever it stops. Calls by hand get one round.
    """
    yield
    seconds = int(services().settings.sweep_seconds or 0)
    if scheduled and seconds:
        for _ in range(60 // seconds - 1):
            time.sleep(seconds)
            yield


def _check_files(context: Any) -> None:
    """Check the files whose event was lost."""
    if late := services().evidence.form_uploads.recover(services().clock()):
        logger.warning("fetched late from the inbox", extra={"files": late})
    recovered = services().evidence.assembly.recover(
        services().clock(), lambda: context.get_remaining_time_in_millis() / 1000 - SPARE
    )
    if recovered.decided:
        logger.warning("uploads checked late", extra={"evidence": recovered.decided})
    if recovered.stuck:
        logger.error("uploads stay in quarantine", extra={"evidence": recovered.stuck})
