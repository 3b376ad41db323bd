"""The one logger, and the correlation id by which lines that belong together are found in the logs.

Every line carries `correlation_id`. It is the id of the request for footage as soon as a function
knows which request it works on: it is the same from the officer's call through queue, workflow,
e-mail and answers to the officer digest, and needs no handing on that could fail. Work for no
request carries the Lambda request id of the call that began it. Both ids are made by the
application or by Lambda, because a caller can set a header or API Gateway's own request id.
"""

from __future__ import annotations

from aws_lambda_powertools import Logger

SERVICE = "sightline"

logger = Logger(service=SERVICE)

_KEY = "correlation_id"


def begin_call(correlation_id: str) -> None:
    """Begin a new call: drop the log keys of the call before, and follow the given id."""
    logger.thread_safe_clear_keys()
    follow_request(correlation_id)


def follow_request(correlation_id: str) -> None:
    """Put this id on all further log lines of this thread; "" leaves the id as it is. Threads of
    `telemetry.workers` continue with the id of the thread that gave them work."""
    if correlation_id:
        logger.thread_safe_append_keys(**{_KEY: correlation_id})


def followed_id() -> str:
    """Return the correlation id that log lines carry now, "" outside a function."""
    return str(logger.thread_safe_get_current_keys().get(_KEY, ""))


def id_to_hand_on(request_id: str = "") -> str:
    """Return the correlation id for a message to another function: the id of the request that it is
    about, or the one followed now."""
    return request_id or followed_id()
