"""Repeats requests for which the gateway did not wait long enough, as happens on a busy machine.

A gateway gives a function so many seconds, and a function's first call may take longer while
everything else on the machine starts too. Only requests that may be repeated are: reads, and
requests with an idempotency key. An answer that says that the function failed is returned as it is.
"""

from __future__ import annotations

import logging
import ssl
import time
from functools import cache

import httpx

PAUSES = (1.0, 3.0, 9.0)
"""Seconds of waiting before the second, third and fourth try."""
logger = logging.getLogger(__name__)


def gave_up(answer: httpx.Response) -> bool:
    """Tell whether an answer, whose body was read, means a time-out and not a failure.

    The emulator answers 502 both for a function that took too long and for one that failed; the
    text tells the two apart.
    """
    return answer.status_code in (503, 504) or (
        answer.status_code == 502 and "Task timed out" in answer.text
    )


def repeatable(request: httpx.Request) -> bool:
    """Tell whether a request may be sent twice. An authorization code can be used only once."""
    if request.method in ("GET", "HEAD"):
        return "code" not in request.url.params
    return bool(request.headers.get("Idempotency-Key"))


@cache
def certificates() -> ssl.SSLContext:
    """Load the authorities that are trusted, once: it takes longer than a request."""
    return httpx.create_ssl_context()


class PatientTransport(httpx.HTTPTransport):
    """Repeats requests that timed out, and logs each, so that a slow service is noticed."""

    def __init__(self) -> None:
        super().__init__(verify=certificates())

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        for pause in PAUSES if repeatable(request) else ():
            answer = super().handle_request(request)
            if answer.status_code not in (502, 503, 504):
                return answer
            answer.read()
            if not gave_up(answer):
                return answer
            log_again(request.method, request.url.path, answer.status_code)
            time.sleep(pause)
        return super().handle_request(request)


def log_again(method: str, path: str, status: int) -> None:
    """Log that a request is repeated, with the path's beginning, as its end may be a secret."""
    logger.warning("%s %s: %d, asked again", method, "/".join(path.split("/")[:3]), status)
