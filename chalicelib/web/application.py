"""The Chalice application with our own answer for addresses that do not exist."""

from __future__ import annotations

from typing import Any

from chalice import Chalice, Response

from chalicelib.errors import NotFound
from chalicelib.web import headers


class Sightline(Chalice):
    """Chalice, but an unknown path or method gives a page for people and a problem for programs.

    API Gateway sends every path that no route declares to the function through `/{proxy+}`,
    which the merge template adds.
    """

    def __init__(self, app_name: str) -> None:
        super().__init__(app_name=app_name, configure_logs=False)

    def _main_rest_api_handler(self, event: Any, context: Any) -> Response:
        request = event.get("requestContext", {})
        methods = self.routes.get(request.get("resourcePath"), {})
        if request.get("httpMethod") in methods:
            return super()._main_rest_api_handler(event, context)
        return _nothing_here(str(event.get("path", "")))


def _nothing_here(path: str) -> Response:
    from chalicelib.bootstrap import services
    from chalicelib.web.render import error_page
    from chalicelib.web.routing import problem_json

    error = NotFound("If you typed the address, check it is correct.")
    if path.startswith("/api/"):
        response = problem_json(error)
    else:
        response = error_page(error, "console" if path.startswith("/console") else "resident", None)
    for name, value in headers.security(services().settings).items():
        response.headers.setdefault(name, value)
    return response
