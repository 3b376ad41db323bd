"""Asking again where the gateway did not wait for the answer, as happens on a busy machine.

A gateway gives a function 29 seconds, and the first call of one may take longer while everything
else on the machine starts too. Only what may be repeated is: readings, and what carries a key that
makes its repetition the same. A function that failed is no busy one: that answer stays.
"""

from __future__ import annotations

import logging
import time

import httpx

PAUSES = (1.0, 3.0, 9.0)
"""Seconds before the second, third and fourth time."""
logger = logging.getLogger(__name__)


def gave_up(answer: httpx.Response) -> bool:
    """Whether this says that somebody waited in vain, and not that something went wrong.

    The emulator says 502 of a function that took too long, as of one that broke; a read answer's
    text tells the two apart.
    """
    return answer.status_code in (503, 504) or (
        answer.status_code == 502 and "Task timed out" in answer.text
    )


def repeatable(request: httpx.Request) -> bool:
    """Whether asking twice is as asking once. An authorization code can be used only once."""
    if request.method in ("GET", "HEAD"):
        return "code" not in request.url.params
    return bool(request.headers.get("Idempotency-Key"))


class PatientTransport(httpx.HTTPTransport):
    """Asks again, and logs that it did so that nobody takes a slow service for a quick one."""

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
    """Notes a repetition; of the path only the beginning, as its end may be a secret."""
    logger.warning("%s %s: %d, asked again", method, "/".join(path.split("/")[:3]), status)
