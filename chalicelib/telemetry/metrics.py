"""Metrics for alarms and dashboards, by stage and never by person.

A service counts a thing at the moment it is durably done, beside the conditional write that
succeeded, so that a repeat counts nothing. Each count is one line in CloudWatch's embedded metric
format, written at once: a function that is stopped half way loses no count of what was done.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from enum import Enum
from functools import lru_cache
from typing import Protocol

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from chalicelib.telemetry.logs import SERVICE, followed_id

NAMESPACE = "Sightline"


class Metric(Enum):
    """A metric of the service: its name, unit and meaning."""

    REGISTRATIONS_CONFIRMED = ("RegistrationsConfirmed", MetricUnit.Count, "sites put on the map")
    SEARCHES = ("Searches", MetricUnit.Count, "looks at the register for an incident")
    REQUESTS_SENT = ("RequestsSent", MetricUnit.Count, "requests for footage that stand")
    OWNERS_ASKED = ("OwnersAsked", MetricUnit.Count, "first messages that went out, one an owner")
    ANSWERS_SAVED = ("AnswersSaved", MetricUnit.Count, "an owner has saved it and not sent it yet")
    ANSWERS_NOTHING = ("AnswersNothing", MetricUnit.Count, "an owner looked and saw nothing")
    ANSWERS_UNAVAILABLE = ("AnswersUnavailable", MetricUnit.Count, "an owner cannot help")
    ANSWERS_DECLINED = ("AnswersDeclined", MetricUnit.Count, "an owner would rather not")
    ANSWERS_UPLOADED = ("AnswersUploaded", MetricUnit.Count, "the first footage of a site came")
    MINUTES_LEFT_AT_ANSWER = (
        "MinutesLeftAtAnswer",
        MetricUnit.NoUnit,
        "from a first answer to the moment the recorder overwrites; 0 when that has passed",
    )
    FOOTAGE_SAVED = ("FootageSaved", MetricUnit.Count, "sites whose owner saved it or sent it")
    FOOTAGE_LOST = ("FootageLost", MetricUnit.Count, "sites whose deadline passed in silence")
    UPLOAD_BYTES = ("UploadBytes", MetricUnit.Bytes, "of each file that arrived whole")
    RECORD_CHANGED = (
        "RecordChanged",
        MetricUnit.Count,
        "entries of the audit or a custody record that somebody changed or removed",
    )
    RECORD_COPIED_LATE = (
        "RecordCopiedLate",
        MetricUnit.Count,
        "entries whose locked copy the stream had not made",
    )
    RECORD_FINDINGS = (
        "RecordFindings",
        MetricUnit.Count,
        "records and files that the daily check found not to be as they were written",
    )
    RECORD_CHECKS = ("RecordChecks", MetricUnit.Count, "daily checks of the record that ended")
    ANSWERED_UNAVAILABLE = (
        "AnsweredUnavailable",
        MetricUnit.Count,
        "pages and API calls answered with 503: a part was busy, or the deadline passed",
    )
    MAIL_WAITS = (
        "MailWaits",
        MetricUnit.Count,
        "e-mails that SES did not take, and will not until something is done about the account",
    )
    TEXTS_REFUSED = (
        "TextsRefused",
        MetricUnit.Count,
        "text messages that SNS did not take for another reason than their number",
    )
    UNUSUAL_USE = (
        "UnusualUse",
        MetricUnit.Count,
        "findings that an officer's use of the register is unusual",
    )
    UNEXPECTED_ERRORS = (
        "UnexpectedErrors",
        MetricUnit.Count,
        "lines of level error",
    )

    def __init__(self, label: str, unit: MetricUnit, meaning: str) -> None:
        self.label = label
        self.unit = unit
        self.meaning = meaning


class Counts(Protocol):
    """The interface by which services count what they do."""

    def add(self, metric: Metric, value: float = 1) -> None:
        """Add `value`, in the metric's unit, to a metric."""


class Uncounted:
    """Counts nothing: for commands and tests, whose output is no log."""

    def add(self, metric: Metric, value: float = 1) -> None:
        """Ignore the metric."""


UNCOUNTED = Uncounted()


class Meter:
    """Writes metrics into the function's log. stage: the only dimension beside service."""

    def __init__(self, stage: str, write: Callable[[str], object] | None = None) -> None:
        self._stage = stage
        self._write = write or (lambda line: sys.stdout.write(line))

    def add(self, metric: Metric, value: float = 1) -> None:
        """Write one line, in one piece because several threads may write at once."""
        line = EphemeralMetrics(namespace=NAMESPACE, service=SERVICE)
        line.add_dimension("stage", self._stage)
        line.add_metadata("correlation_id", followed_id())
        line.add_metric(metric.label, metric.unit, value)
        self._write(json.dumps(line.serialize_metric_set()) + "\n")


@lru_cache(maxsize=1)
def counts() -> Counts:
    """Return the meter of this function; outside Lambda, one that counts nothing."""
    in_lambda = "AWS_LAMBDA_FUNCTION_NAME" in os.environ
    return Meter(os.environ.get("STAGE", "unknown")) if in_lambda else UNCOUNTED
