"""What surrounds every call of every function: Lambda's context in the log, the trace, and the
count of what went wrong.

Chalice's middleware would see only a part of it: no HTTP call that no route declares, and no job,
because Lambda calls a job without loading app.py, where middleware is registered.
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
    """Counts every line of level error: whatever a person should look at is logged as one, so that
    an alarm on the count misses nothing that the log knows."""

    def emit(self, record: logging.LogRecord) -> None:
        counts().add(Metric.UNEXPECTED_ERRORS)


logger.addHandler(_Faults(logging.ERROR))


def observed(handler: Handler) -> Handler:
    """A function that takes Lambda's event and context, with all of that around it."""

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
        begin_call(context.aws_request_id)
        if not is_traced():
            return invocation(event, context)
        # Threat: what a function answers and what an error says hold names and addresses.
        captured = tracer().capture_lambda_handler(
            invocation, capture_response=False, capture_error=False
        )
        return captured(event, context)

    within: Handler = wraps(handler)(logger.inject_lambda_context(clear_state=True)(call))
    return within


def observed_job(job: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """As `observed`, for a job that Chalice gives one object with event and context in it."""

    @wraps(job)
    def taken(event: Any) -> Any:
        return observed(lambda _, __: job(event))(event.to_dict(), event.context)

    return taken


def _outcome(answer: Any) -> str:
    status = answer.get("statusCode") if isinstance(answer, Mapping) else None
    return status_class(int(status)) if status else "done"
