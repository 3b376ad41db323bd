"""The Chalice application with our own answers for addresses and methods that do not exist."""

from __future__ import annotations

from typing import Any

from chalice import Chalice, Response

from chalicelib.errors import DomainError, MethodNotAllowed, NotFound
from chalicelib.web import headers


class Sightline(Chalice):
    """Chalice, but an unknown path or method gives a page for people and a problem for programs.

    API Gateway sends everything that no route declares here too: unknown paths through
    `/{proxy+}`, other methods of a known path through ANY (infra/resources.yaml adds both).
    HEAD is answered as GET without the body, as HTTP asks (RFC 9110 §9.3.2).
    """

    def __init__(self, app_name: str) -> None:
        super().__init__(app_name=app_name, configure_logs=False)

    def __call__(self, event: Any, context: Any) -> dict[str, Any]:
        """One HTTP request from API Gateway."""
        request = event.get("requestContext", {})
        methods = self.routes.get(request.get("resourcePath"), {})
        method = request.get("httpMethod", "")
        if method in methods:
            return dict(super().__call__(event, context))
        if method == "HEAD" and "GET" in methods:
            as_get = {**event, "httpMethod": "GET", "requestContext": {**request}}
            as_get["requestContext"]["httpMethod"] = "GET"
            return {**super().__call__(as_get, context), "body": ""}
        if methods:
            error: DomainError = MethodNotAllowed(f"This address does not take {method}.")
            answer = _answer(error, str(event.get("path", "")))
            answer.headers["Allow"] = ", ".join(sorted(methods))
        else:
            error = NotFound("If you typed the address, check that it is correct.")
            answer = _answer(error, str(event.get("path", "")))
        return dict(answer.to_dict(self.api.binary_types))


def _answer(error: DomainError, path: str) -> Response:
    from chalicelib.bootstrap import services

    if path.startswith("/api/"):
        from chalicelib.web.routing import problem_json

        response = problem_json(error)
    else:
        from chalicelib.web.render import error_page

        response = error_page(error, "console" if path.startswith("/console") else "resident", None)
    for name, value in headers.security(services().settings).items():
        response.headers.setdefault(name, value)
    return response
