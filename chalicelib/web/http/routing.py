"""Declarations of routes, which say who may use them, and what happens around every view.

Each feature's views declare themselves on a `Routes` object, which wraps a Chalice blueprint.
A declaration names its audience, so there is no route without one; `DECLARED` is what the
guard tests read. Around each view: identity and permission, CSRF, decoding, errors as a page
or as problem+json, security headers, and one log line without personal data.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from chalice import Blueprint, CognitoUserPoolAuthorizer, Response

from chalicelib.access.permissions import Permission
from chalicelib.container import services
from chalicelib.core.deadline import MAY_BE_SAVED
from chalicelib.core.errors import DomainError, SignInNeeded, TooLarge, TooMany, Unavailable
from chalicelib.core.ids import is_id
from chalicelib.core.typed.typed_text import clean_text
from chalicelib.limits.acts import Act
from chalicelib.telemetry.logs import follow_request, logger
from chalicelib.telemetry.metrics import Metric, counts
from chalicelib.web.drafts.unsent_forms import keep_form
from chalicelib.web.http import csrf, headers
from chalicelib.web.http.declarations import Again
from chalicelib.web.http.declarations import Audience as Audience
from chalicelib.web.http.declarations import Route as Route
from chalicelib.web.http.declarations import RouteKind as RouteKind
from chalicelib.web.http.forms import SHOWN_AGAIN_BYTES, SubmittedForm, parse_file_form, parse_form
from chalicelib.web.http.identity import admit_to_case, identify
from chalicelib.web.http.request_context import DRAFT_FIELD, RequestContext
from chalicelib.web.http.validation import NoQuery
from chalicelib.web.limits.act_limits import proof_page, spend_act

View = Callable[[RequestContext], Response]

# The real pool's ARN is put in by the merge template (infra/templates/stage/api.yaml).
API_AUTHORIZER = CognitoUserPoolAuthorizer("officers", provider_arns=["arn:of:pool"])


DECLARED: list[Route] = []

REDIRECTED = 303
_WRONG, _LATER = "Something went wrong on our side.", "Try again in a minute."


class Routes:
    """The routes of one module of views.

    area: "resident" or "console" chooses the layout of error pages; "api" gives problem+json.
    """

    def __init__(self, name: str, area: str) -> None:
        self.blueprint = Blueprint(f"chalicelib.web.{name}")
        self.area = area

    def page(
        self, path: str, audience: Audience, permission: Permission | None = None
    ) -> Callable[[View], View]:
        """Declare a GET of a page. It must change nothing, because mail scanners follow links."""
        return self._declare(Route("GET", path, audience, RouteKind.PAGE, permission, ""))

    def form(
        self,
        path: str,
        audience: Audience,
        permission: Permission | None = None,
        *,
        large: bool = False,
        files: bool = False,
        again: Again | None = None,
        background: bool = False,
        act: Act | None = None,
    ) -> Callable[[View], View]:
        """Declare a POST of a form; the CSRF token is checked before the view runs. A view that
        changes something answers with a redirect, so that a reload does not do it again.

        large: the form has a long list in it. files: the form may have a small file in it. again:
        for a form with something to type, which is not lost when the session has ended, the page
        is too old or the service fails. background: pages send it by themselves (`identify`). act:
        what is counted by client before the view runs.
        """
        route = Route("POST", path, audience, RouteKind.FORM, permission, "", large)
        route = replace(route, files=files, again=again, background=background)
        return self._declare(replace(route, act=act))

    def json(
        self,
        method: str,
        path: str,
        audience: Audience,
        permission: Permission | None = None,
        *,
        query: bool = False,
        entrance: bool = False,
        act: Act | None = None,
    ) -> Callable[[View], View]:
        """Declare a JSON call. It needs no CSRF token, because nothing that a browser sends by
        itself authorizes it: the proof is the Bearer token or the secret link in the path.

        query: the view reads the query of the address. A GET of the API that is declared without
        it refuses every parameter, so that a misspelt one is not passed over. entrance: the way
        into an incident that the officer does not see yet.
        """
        route = Route(method, path, audience, RouteKind.JSON, permission, "", query=query)
        return self._declare(replace(route, entrance=entrance, act=act))

    def _declare(self, route: Route) -> Callable[[View], View]:
        if route.audience in (Audience.CONSOLE, Audience.API) and route.permission is None:
            raise TypeError(f"{route.method} {route.path} must name a permission")

        def register(view: View) -> View:
            name = f"{view.__module__}.{view.__qualname__}"
            DECLARED.append(replace(route, view=name))
            authorizer = API_AUTHORIZER if route.audience is Audience.API else None
            blueprint = self.blueprint

            def handler(**parameters: str) -> Response:
                return _answer(route, self.area, view, blueprint.current_request, parameters)

            handler.__name__ = view.__name__
            blueprint.route(
                route.path, methods=[route.method], authorizer=authorizer, content_types=[]
            )(handler)
            return view

        return register


def _answer(
    route: Route, area: str, view: View, request: Any, parameters: Mapping[str, str]
) -> Response:
    call: RequestContext | None = None
    try:
        call = _make_call(route, request, parameters)
        identify(route.audience, route.permission, call, request, background=route.background)
        if route.leads_from_case:
            admit_to_case(call)
        if route.kind is RouteKind.FORM:
            call.form = _parsed_form(call, route)
            _check_form(call)
        spend_act(call, route.act)
        if area == "api" and route.method == "GET" and not route.query:
            call.query_as(NoQuery)
        response = view(call)
        # The view found the footage request, so the log lines of this call carry its id.
        request_id = parameters.get("request_id", "")
        follow_request(request_id if is_id(request_id) else "")
        if call.draft and call.person and response.status_code == REDIRECTED:
            call.services.access.form_drafts.remove_draft(call.person, call.draft)
    except DomainError as error:
        response = _refused(error, area, route, call)
    except Exception:
        logger.exception("unexpected", extra={"route": route.path, "method": route.method})
        here = DomainError(f"{_WRONG} What you entered is still here. {_LATER}")
        failed = DomainError(f"{_WRONG} {_LATER}{'' if route.method == 'GET' else MAY_BE_SAVED}")
        response = _again(here, area, route, call) or _problem(failed, area, route, call)
    if call and route.kind is RouteKind.FORM:
        response = _told_in_json(call, response)
    for name, value in headers.security_headers(services().settings).items():
        response.headers.setdefault(name, value)
    if response.status_code == Unavailable.status:
        response.headers.setdefault("Retry-After", str(Unavailable.retry_after))
        counts().add(Metric.ANSWERED_UNAVAILABLE)
    # The route's pattern, never the path: paths carry tokens and ids.
    logger.info(
        "answered",
        extra={"route": route.path, "method": route.method, "status": response.status_code},
    )
    return response


def _refused(error: DomainError, area: str, route: Route, call: RequestContext | None) -> Response:
    """The answer to what could not be done: the form once more where that helps, else in words."""
    response = proof_page(call, route.act, error) or _again(error, area, route, call)
    response = response or _problem(error, area, route, call)
    if isinstance(error, TooMany) and error.retry_after:
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _make_call(route: Route, request: Any, parameters: Mapping[str, str]) -> RequestContext:
    own = services()
    query: Any = request.query_params or {}  # Chalice's MultiDict, None when empty
    return RequestContext(
        services=own,
        method=route.method,
        path=request.context.get("path", route.path),
        route=route.path,
        parameters=parameters,
        query={name: clean_text(query.getlist(name)[-1]) for name in query},
        headers=request.headers,
        body=request.raw_body or b"",
        now=own.clock(),
    )


def _check_form(call: RequestContext) -> None:
    """Raise FormRefused unless the form came from our page, and note whose draft it was."""
    draft = call.form.typed(DRAFT_FIELD)
    call.draft = draft if is_id(draft) else ""
    key, token = call.services.clients.key, call.form.typed(csrf.FIELD)
    csrf.check_csrf_token(key, call.session, token, call.now)


def _parsed_form(call: RequestContext, route: Route, most: int = 0) -> SubmittedForm:
    csrf.check_origin(call.headers.get("origin"), call.services.settings.base_url)
    kind = call.headers.get("content-type", "")
    if route.files and kind.lower().startswith("multipart/"):
        return SubmittedForm(*parse_file_form(call.body, kind))
    return SubmittedForm(parse_form(call.body, kind, large=route.large, most=most))


def _told_in_json(call: RequestContext, response: Response) -> Response:
    """The answer to a form, for the script that sent it where one did: no script can see where a
    redirect leads."""
    if response.status_code != REDIRECTED or call.headers.get("accept") != "application/json":
        return response
    told = json_reply({"location": response.headers.pop("Location")})
    return Response(body=told.body, status_code=200, headers={**response.headers, **told.headers})


def _again(
    error: DomainError, area: str, route: Route, call: RequestContext | None
) -> Response | None:
    """The form once more, or the way to it after signing in, when it was too long, or was refused
    for no fault of what was typed; None for other errors, and when the form cannot be shown."""
    if call is None or route.again is None:
        return None
    try:
        if isinstance(error, SignInNeeded | csrf.FormRefused):
            call.form = call.form if call.form.fields else _parsed_form(call, route)
            if isinstance(error, csrf.FormRefused) and error.ours:
                return route.again(call, error)
            return redirect(kept) if (kept := keep_form(call)) else None
        if isinstance(error, TooLarge) and not call.form.fields:
            call.form = _parsed_form(call, route, SHOWN_AGAIN_BYTES)
            with suppress(csrf.FormRefused):
                _check_form(call)
                return route.again(call, TooLarge("What you entered is too long. Shorten it."))
            return None
        if (error.status >= 500 or isinstance(error, TooMany)) and call.form.fields:
            return route.again(call, error)
    except DomainError as other:
        return _problem(other, area, route, call)
    except Exception:
        logger.exception("not shown again", extra={"route": route.path})
    return None


def _problem(error: DomainError, area: str, route: Route, call: RequestContext | None) -> Response:
    if route.kind is RouteKind.JSON:
        return problem_json(error)
    if isinstance(error, SignInNeeded):
        if area != "console":
            return redirect("/sign-in")
        # Signing in leads back to a page, but a form cannot be sent again after signing in.
        wanted = f"?{urlencode({'to': call.here()})}" if call and route.method == "GET" else ""
        return redirect(f"/console/sign-in{wanted}")
    from chalicelib.web.http.templating import error_page

    return error_page(error, area, call)


def problem_json(error: DomainError) -> Response:
    """Answer with an error as `application/problem+json` (RFC 9457)."""
    body: dict[str, Any] = {
        "type": f"/problems/{error.code}",
        "title": error.title,
        "status": error.status,
        "detail": error.sentence,
    }
    if error.fields:
        body["errors"] = [{"field": name, "message": message} for name, message in error.fields]
    return Response(
        body=body, status_code=error.status, headers={"Content-Type": "application/problem+json"}
    )


def json_reply(body: Any, status: int = 200) -> Response:
    """Answer with a body that Chalice writes as JSON."""
    return Response(body=body, status_code=status, headers={"Content-Type": "application/json"})


def redirect(location: str, cookies: list[str] | None = None) -> Response:
    """Answer with 303, which the browser follows with a GET, so that a reload posts nothing."""
    fields: dict[str, Any] = {"Location": location, "Content-Type": "text/plain"}
    if cookies:
        fields["Set-Cookie"] = cookies
    return Response(body="", status_code=REDIRECTED, headers=fields)
