"""The one logger, and the id by which what belongs together is found in the logs.

Every line carries `correlation_id`. It is the id of the request for footage as soon as a function
knows which one it works on: from the officer's call through queue, workflow, e-mail and answers to
the officer's digest it is the same, without anything being handed on that could be lost. Whatever
belongs to no request carries the Lambda request id of the call that began it. Both are made by us
or by Lambda: a header, or API Gateway's own request id, can be set by whoever calls.
"""

from __future__ import annotations

from aws_lambda_powertools import Logger

SERVICE = "sightline"

logger = Logger(service=SERVICE)

_KEY = "correlation_id"


def begin_call(correlation_id: str) -> None:
    """A new call begins: forgets what the one before it left behind."""
    logger.thread_safe_clear_keys()
    follow_request(correlation_id)


def follow_request(correlation_id: str) -> None:
    """From here on, lines of this call (or of this thread of it) carry this id; "" leaves it as
    it is. Threads made with `telemetry.workers` carry on with the id of who gave them work."""
    if correlation_id:
        logger.thread_safe_append_keys(**{_KEY: correlation_id})


def followed_id() -> str:
    """The id that lines carry now, "" outside a function."""
    return str(logger.thread_safe_get_current_keys().get(_KEY, ""))


def id_to_hand_on(request_id: str = "") -> str:
    """What a message to another function carries: the request that it is about, or what is
    followed now."""
    return request_id or followed_id()
