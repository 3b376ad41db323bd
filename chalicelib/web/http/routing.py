"""Declarations of routes, which say who may use them, and what happens around every view.

Each feature's views declare themselves on a `Routes` object, which wraps a Chalice blueprint.
A declaration names its audience, so there is no route without one; `DECLARED` is what the
guard tests read. Around each view: identity and permission, CSRF, decoding, errors as a page
or as problem+json, security headers, and one log line without personal data.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any
from urllib.parse import urlencode

from chalice import Blueprint, CognitoUserPoolAuthorizer, Response

from chalicelib.access.audit import Action, Actor
from chalicelib.access.id_tokens import officer_from_claims
from chalicelib.access.permissions import Officer, Permission
from chalicelib.container import services
from chalicelib.core.errors import DomainError, Forbidden, SignInNeeded, Unavailable
from chalicelib.core.ids import is_id, is_token
from chalicelib.core.typed.typed_text import clean_text
from chalicelib.telemetry.logs import follow_request, logger
from chalicelib.telemetry.metrics import Metric, counts
from chalicelib.web.http import csrf, headers
from chalicelib.web.http.forms import SubmittedForm, parse_file_form, parse_form
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.validation import NoQuery

View = Callable[[RequestContext], Response]

# The real pool's ARN is put in by the merge template (infra/resources.yaml).
API_AUTHORIZER = CognitoUserPoolAuthorizer("officers", provider_arns=["arn:of:pool"])


class Audience(Enum):
    """Who a route is for."""

    PUBLIC = "anyone"
    LINK = "whoever holds the one-time link in the path"
    OWNER = "a signed-in owner"
    CONSOLE = "an officer with a console session"
    API = "an officer with a Bearer token"


class RouteKind(Enum):
    """What a route takes and answers: a page, a form, or JSON."""

    PAGE = "page"
    FORM = "form"
    JSON = "json"


@dataclass(frozen=True)
class Route:
    """The declaration of one route, as the guard tests read it."""

    method: str
    path: str
    audience: Audience
    kind: RouteKind
    permission: Permission | None
    view: str
    large: bool = False
    query: bool = False
    files: bool = False


DECLARED: list[Route] = []


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
    ) -> Callable[[View], View]:
        """Declare a POST of a form; the CSRF token is checked before the view runs. large: the
        form has a long list in it. files: the form may have a small file in it."""
        route = Route(
            "POST", path, audience, RouteKind.FORM, permission, "", large=large, files=files
        )
        return self._declare(route)

    def json(
        self,
        method: str,
        path: str,
        audience: Audience,
        permission: Permission | None = None,
        *,
        query: bool = False,
    ) -> Callable[[View], View]:
        """Declare a JSON call. It needs no CSRF token, because nothing that a browser sends by
        itself authorizes it: the proof is the Bearer token or the secret link in the path.

        query: the view reads the query of the address. A GET of the API that is declared without
        it refuses every parameter, so that a misspelt one is not passed over.
        """
        return self._declare(
            Route(method, path, audience, RouteKind.JSON, permission, "", query=query)
        )

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
        _identify(route, call, request)
        if route.kind is RouteKind.FORM:
            _read_form(call, route)
        if area == "api" and route.method == "GET" and not route.query:
            call.query_as(NoQuery)
        response = view(call)
        # The view found the footage request, so the log lines of this call carry its id.
        request_id = parameters.get("request_id", "")
        follow_request(request_id if is_id(request_id) else "")
    except DomainError as error:
        response = _problem(error, area, route, call)
    except Exception:
        logger.exception("unexpected", extra={"route": route.path, "method": route.method})
        sentence = "Something went wrong on our side. Nothing you sent was lost from this page: go "
        sentence += "back and try again in a minute."
        response = _problem(DomainError(sentence), area, route, call)
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


def _identify(route: Route, call: RequestContext, request: Any) -> None:
    """Identify the caller. Raises SignInNeeded or Forbidden when they may not use the route."""
    if route.audience is Audience.API:
        claims = (request.context.get("authorizer") or {}).get("claims") or {}
        _admit(call, _officer_from_claims(claims, call), route.permission)
    elif route.audience is Audience.CONSOLE:
        session = call.services.access.officers.session(
            _session_token(call, headers.OFFICER_COOKIE)
        )
        if session is None:
            raise SignInNeeded("Your session has ended. Sign in to go on.")
        call.session = session.hash
        _admit(call, session.officer, route.permission)
    elif route.audience is Audience.OWNER:
        owner = call.services.access.sessions.owner(_session_token(call, headers.OWNER_COOKIE))
        if owner is None:
            raise SignInNeeded("Sign in to see your registration.")
        call.session, call.owner_id = owner.hash, owner.owner_id


def _officer_from_claims(claims: Mapping[str, Any], call: RequestContext) -> Officer:
    # API Gateway's authorizer verified signature, issuer, audience and expiry. An access token
    # also passes that check where no scope is set, but has no groups in the form we use, so the
    # ID token is told by its own claim.
    # API Gateway does not compare the audience: a token that another application of the same
    # pool was given must not work here.
    ours = claims.get("aud") == call.services.settings.client_id
    if claims.get("token_use", "id") != "id" or not claims.get("sub") or not ours:
        raise SignInNeeded("Send the ID token as a Bearer token.")
    return officer_from_claims(claims)


def _admit(call: RequestContext, officer: Officer, permission: Permission | None) -> None:
    call.let_in(officer)
    if permission is None or not officer.may(permission):
        what = permission.value if permission else "do this"
        call.services.access.audit.record_act(
            Actor.officer(officer), Action.REFUSED, f"route.{call.method} {call.route}", what
        )
        raise Forbidden(officer.refusal(permission))


def _session_token(call: RequestContext, cookie: str) -> str:
    token = call.cookie(cookie)
    return token if is_token(token) else ""


def _read_form(call: RequestContext, route: Route) -> None:
    settings = call.services.settings
    csrf.check_origin(call.headers.get("origin"), settings.base_url)
    kind = call.headers.get("content-type", "")
    if route.files and kind.lower().startswith("multipart/"):
        call.form = SubmittedForm(*parse_file_form(call.body, kind))
    else:
        call.form = SubmittedForm(parse_form(call.body, kind, large=route.large))
    csrf.check_csrf_token(
        call.services.clients.key, call.session, call.form.typed(csrf.FIELD), call.now
    )


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
    return Response(body="", status_code=303, headers=fields)
