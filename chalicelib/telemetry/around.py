"""What surrounds every call of every function: Lambda's context in the log, the trace, and the
count of what went wrong. The application wraps it around HTTP calls; for jobs it is middleware."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.errors import DomainError
from chalicelib.telemetry.logs import begin, logger
from chalicelib.telemetry.metrics import Metric, counts
from chalicelib.telemetry.traces import annotate, status_class, traced, tracer

Handler = Callable[[Any, Any], Any]


class _Faults(logging.Handler):
    """Counts every line of level error: whatever a person should look at is logged as one, so that
    an alarm on the count misses nothing that the log knows."""

    def emit(self, record: logging.LogRecord) -> None:
        """Counts it."""
        counts().add(Metric.UNEXPECTED_ERRORS)


logger.addHandler(_Faults(logging.ERROR))


def observed(handler: Handler) -> Handler:
    """The handler, with all of that around it."""

    def invocation(event: Any, context: Any) -> Any:
        outcome = "failed"
        try:
            answer = handler(event, context)
            outcome = _outcome(answer)
        except DomainError:
            raise  # expected: whoever called tries again
        except Exception:
            logger.exception("failed")
            raise
        finally:
            annotate(Outcome=outcome)
        return answer

    def call(event: Any, context: Any) -> Any:
        begin(context.aws_request_id)
        if not traced():
            return invocation(event, context)
        # Threat: what a function answers and what an error says hold names and addresses.
        captured = tracer().capture_lambda_handler(
            invocation, capture_response=False, capture_error=False
        )
        return captured(event, context)

    within: Handler = logger.inject_lambda_context(clear_state=True)(call)
    return within


def _outcome(answer: Any) -> str:
    status = answer.get("statusCode") if isinstance(answer, Mapping) else None
    return status_class(int(status)) if status else "done"
