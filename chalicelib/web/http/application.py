"""The Chalice application, with our own answers for addresses and methods that do not exist."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import quote

from chalice import Chalice, Response

from chalicelib.core.deadline import answer_within
from chalicelib.core.errors import DomainError, MethodNotAllowed, NotFound
from chalicelib.core.settings import OPTIONAL
from chalicelib.telemetry.around import observed
from chalicelib.telemetry.traces import annotate
from chalicelib.web.compression.answers import compress_answer
from chalicelib.web.http import headers
from chalicelib.web.limits.edge_check import check_came_by_edge


class Sightline(Chalice):
    """Chalice, with a page for people and a problem for programs at an unknown path or method.

    API Gateway sends everything that no route declares here too: unknown paths through
    `/{proxy+}`, other methods of a known path through ANY (infra/templates/stage/api.yaml).
    HEAD is answered as GET without the body, as HTTP asks (RFC 9110 §9.3.2).
    """

    def __init__(self, app_name: str) -> None:
        super().__init__(app_name=app_name, configure_logs=False)
        # Which answers are bytes is said by each (web.compression); Chalice would take every
        # answer of these types for one.
        self.api.binary_types.clear()

    def __call__(self, event: Any, context: Any) -> dict[str, Any]:
        """Answer one HTTP request that API Gateway passes on as an event."""
        answer: dict[str, Any] = observed(self._in_time)(event, context)
        return answer

    def _in_time(self, event: Any, context: Any) -> dict[str, Any]:
        method = event.get("requestContext", {}).get("httpMethod")
        changes = method not in ("GET", "HEAD")
        seconds, patience = _seconds(event, context), _patience()
        with answer_within(seconds, changes=changes, patience=patience):
            answer = compress_answer(event, self._answered(event, context))
        # HEAD gets the fields of GET, that of the coding too, without what they are about.
        return {**answer, "body": "", "isBase64Encoded": False} if method == "HEAD" else answer

    def _answered(self, event: Any, context: Any) -> dict[str, Any]:
        request = event.get("requestContext", {})
        methods = self.routes.get(request.get("resourcePath"), {})
        method = request.get("httpMethod", "")
        try:
            check_came_by_edge(event)
        except DomainError as refused:
            annotate(Route="past the edge")
            return _answer(refused, str(event.get("path", ""))).to_dict()
        # The pattern, never the path: paths carry tokens and ids.
        annotate(Route=f"{method} {request['resourcePath']}" if method in methods else "unknown")
        if method in methods:
            return dict(super().__call__(event, context))
        if method == "HEAD" and "GET" in methods:
            as_get = {**event, "httpMethod": "GET", "requestContext": {**request}}
            as_get["requestContext"]["httpMethod"] = "GET"
            return dict(super().__call__(as_get, context))
        if methods and method in ("GET", "HEAD") and (above := self._page_above(event)):
            from chalicelib.web.http.routing import redirect

            return _secured(redirect(above)).to_dict()
        if methods:
            error: DomainError = MethodNotAllowed(f"This address does not take {method}.")
            answer = _answer(error, str(event.get("path", "")))
            answer.headers["Allow"] = ", ".join(sorted(methods))
        else:
            error = NotFound("If you typed the address, check that it is correct.")
            answer = _answer(error, str(event.get("path", "")))
        return answer.to_dict()

    def _page_above(self, event: dict[str, Any]) -> str:
        """Return the address of the nearest page above an address that only takes forms, else "".

        A form that was refused is shown again at the address it was sent to; a person who then
        reloads that address, or signs in again first, belongs on the page that has the form.
        """
        route = str(event["requestContext"]["resourcePath"]).split("/")
        path = str(event.get("path", "")).split("/")
        if len(route) != len(path) or path[1] == "api":
            return ""
        for end in range(len(route) - 1, 1, -1):
            if "GET" in self.routes.get("/".join(route[:end]), {}):
                # Threat: a line break in the address would add headers of somebody's own.
                return "/".join(quote(part, safe="%") for part in path[:end])
        return ""


_GATEWAY_WAITS = 29.0
"""Seconds after which API Gateway answers by itself."""
_SPARE = 2.0
"""Seconds of the function's own time that are kept for making the page that says so."""


def _seconds(event: Any, context: Any) -> float:
    """Return how many seconds there are to answer in. They count from when API Gateway took the
    request: a cold start is part of what the person waits for."""
    from chalicelib.container import services

    took = event.get("requestContext", {}).get("requestTimeEpoch")
    waited = time.time() - took / 1000 if took else 0.0
    if not 0 <= waited < _GATEWAY_WAITS:
        waited = 0.0  # The event did not just come from the gateway, or the clocks differ.
    of_function = float(context.get_remaining_time_in_millis()) / 1000 - _SPARE
    return min(float(services().settings.answer_seconds) - waited, of_function)


def _patience() -> float:
    """Return how many times longer than on AWS this stage lets one thing take. A local stack on a
    busy machine has more time for a page (AnswerSeconds), so also for each part of it."""
    from chalicelib.container import services

    return max(1.0, float(services().settings.answer_seconds) / float(OPTIONAL["answer_seconds"]))


def _answer(error: DomainError, path: str) -> Response:
    if path.startswith("/api/"):
        from chalicelib.web.http.routing import problem_json

        response = problem_json(error)
    else:
        from chalicelib.web.http.templating import error_page

        response = error_page(error, "console" if path.startswith("/console") else "resident", None)
    return _secured(response)


def _secured(response: Response) -> Response:
    from chalicelib.container import services

    for name, value in headers.security_headers(services().settings).items():
        response.headers.setdefault(name, value)
    return response
