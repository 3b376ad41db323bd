"""The wrapper around every call of every function: it puts Lambda's context into the log, traces
the call and counts errors.

Chalice's middleware would miss HTTP calls that no route declares, and all jobs, because Lambda
calls a job without loading app.py, where middleware is registered.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from chalicelib.core.errors import DomainError
from chalicelib.telemetry.logs import begin_call, logger
from chalicelib.telemetry.metrics import Metric, counts
from chalicelib.telemetry.traces import annotate, is_traced, status_class, tracer

Handler = Callable[[Any, Any], Any]


class _Faults(logging.Handler):
    """Counts every log line of level error. All that a person should look at is logged at that
    level, so an alarm on the count misses nothing that is in the log."""

    def emit(self, record: logging.LogRecord) -> None:
        counts().add(Metric.UNEXPECTED_ERRORS)


logger.addHandler(_Faults(logging.ERROR))


def observed(handler: Handler) -> Handler:
    """Wrap a handler of Lambda's event and context in logging, tracing and the count of errors."""

    def invocation(event: Any, context: Any) -> Any:
        outcome = "failed"
        try:
            answer = handler(event, context)
            outcome = _outcome(answer)
        except DomainError:
            raise  # A domain error is expected, and the caller tries again.
        except Exception:
            logger.exception("The call failed.")
            raise
        finally:
            annotate(Outcome=outcome)
        return answer

    def call(event: Any, context: Any) -> Any:
        begin_call(context.aws_request_id)
        if not is_traced():
            return invocation(event, context)
        # Threat: answers of functions and texts of errors hold names and addresses.
        captured = tracer().capture_lambda_handler(
            invocation, capture_response=False, capture_error=False
        )
        return captured(event, context)

    within: Handler = wraps(handler)(logger.inject_lambda_context(clear_state=True)(call))
    return within


def observed_job(job: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Wrap a job as `observed` does; Chalice gives it one object with event and context in it."""

    @wraps(job)
    def taken(event: Any) -> Any:
        return observed(lambda _, __: job(event))(event.to_dict(), event.context)

    return taken


def _outcome(answer: Any) -> str:
    status = answer.get("statusCode") if isinstance(answer, Mapping) else None
    return status_class(int(status)) if status else "done"
