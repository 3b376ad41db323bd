"""Executions of the reminder state machine. A wake-up may come twice, so `Reminders.wake` checks
in the table whether anything is due."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from chalicelib.core.times import iso_seconds
from chalicelib.requests.model import Recipient
from chalicelib.requests.reminder_schedule import timer_spread
from chalicelib.telemetry.logs import id_to_hand_on


class ReminderWorkflow:
    """Starts executions, one per run of a recipient's reminder timer."""

    def __init__(self, client: Any, arn: str) -> None:
        self._client = client
        self._arn = arn

    def start_timer(self, recipient: Recipient, wake_at: datetime) -> None:
        """Starts the reminder timer, which rings a little after `wake_at` (timer_spread).
        Starting the same run twice does nothing more.

        The name of an execution can be used once in 90 days, so it holds the number of the run.
        """
        try:
            self._client.start_execution(
                stateMachineArn=self._arn,
                name=_name(recipient),
                input=json.dumps(
                    {
                        "request_id": recipient.request_id,
                        "site_id": recipient.site_id,
                        "run": recipient.run,
                        "correlation_id": id_to_hand_on(recipient.request_id),
                        "wake_at": iso_seconds(wake_at + timer_spread(recipient, wake_at)),
                    }
                ),
            )
        except self._client.exceptions.ExecutionAlreadyExists:
            return

    def is_running(self, recipient: Recipient) -> bool:
        """True while the reminder timer of the recipient's present run is alive."""
        machine = self._arn.replace(":stateMachine:", ":execution:")
        try:
            found = self._client.describe_execution(executionArn=f"{machine}:{_name(recipient)}")
        except self._client.exceptions.ExecutionDoesNotExist:
            return False
        return bool(found["status"] == "RUNNING")


def _name(recipient: Recipient) -> str:
    return f"{recipient.request_id}-{recipient.site_id}-{recipient.run}"
