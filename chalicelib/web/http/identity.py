"""Who sends a request, and whether they may: by session, by Bearer token, or by the one-time link
in the path; and for officers, whether they need to know of the incident the path leads from.

Officers come through `access.presence` on every route, so that who has left is out of all of them.

A path leads from an incident when it names the incident, one of its requests, or a piece of its
evidence. Such a path is looked up here, before the view runs, so that no view can forget to ask.

Threat: an officer tries ids of another unit's cases, requests or footage. What the officer does not
need to know of looks the same as what is not there, and the attempt goes on record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from chalicelib.access.audit import Action, Actor
from chalicelib.access.id_tokens import sign_in_of
from chalicelib.access.permissions import GRANTED, Officer, Permission
from chalicelib.access.presence.officer_presence import OfficerSession
from chalicelib.core.errors import Forbidden, NotFound, SignInNeeded
from chalicelib.core.ids import is_token
from chalicelib.web.http import headers
from chalicelib.web.http.declarations import LEADS_FROM_CASE, Audience
from chalicelib.web.http.request_context import RequestContext

SIGN_IN_AGAIN = "Your session has ended. Sign in to go on."


def identify(
    audience: Audience,
    permission: Permission | None,
    call: RequestContext,
    request: Any,
    *,
    background: bool = False,
) -> None:
    """Identify the caller of a route for `audience` that needs `permission`. Raises SignInNeeded or
    Forbidden when they may not use the route. request: Chalice's own. background: the route is
    one that pages call by themselves."""
    if audience in (Audience.API, Audience.CONSOLE):
        used = not background and _is_use(call)
        session = (
            _bearer_session(call, request, used)
            if audience is Audience.API
            else call.services.access.presence.by_cookie(
                _session_token(call, headers.OFFICER_COOKIE), used=used
            )
        )
        if session is None:
            raise SignInNeeded(SIGN_IN_AGAIN)
        if audience is Audience.CONSOLE:
            call.use_session(session)
        admit(call, session.officer, permission)
    elif audience is Audience.OWNER:
        owner = call.services.access.sessions.owner(_session_token(call, headers.OWNER_COOKIE))
        if owner is None:
            raise SignInNeeded("Sign in to see your registration.")
        call.session, call.owner_id = owner.hash, owner.owner_id


def _is_use(call: RequestContext) -> bool:
    """Return whether a person did something, which keeps their session alive.

    Threat: a map or a list of news that a page fetches again and again holds the session of an
    unlocked desk open. Browsers say of every call whether a script makes it or the page itself is
    opened, and no script can say otherwise; what a script only reads is no use. Programs do not
    send this header: each of their calls is use.
    """
    by_script = call.headers.get("sec-fetch-mode", "navigate") != "navigate"
    return not (by_script and call.method == "GET")


def _bearer_session(call: RequestContext, request: Any, used: bool) -> OfficerSession | None:
    # API Gateway's authorizer verified signature, issuer, audience and expiry. An access token
    # also passes that check where no scope is set, but has no groups in the form we use, so the
    # ID token is told by its own claim.
    # API Gateway does not compare the audience: a token that another application of the same
    # pool was given must not work here.
    claims: Mapping[str, Any] = (request.context.get("authorizer") or {}).get("claims") or {}
    officer_id, ours = claims.get("sub"), claims.get("aud") == call.services.settings.client_id
    if claims.get("token_use", "id") != "id" or not officer_id or not ours:
        raise SignInNeeded("Send the ID token as a Bearer token.")
    # What else the token says was true when it was made, up to an hour ago: the session that gave
    # it out and the directory say what is true now.
    presence = call.services.access.presence
    return presence.by_bearer(str(officer_id), sign_in_of(claims), used=used)


def admit(call: RequestContext, officer: Officer, permission: Permission | None) -> None:
    """Let the officer in who sent this call. Raises Forbidden, which goes on record, when their
    roles do not have the permission, or their unit did not give it."""
    call.let_in(officer)
    if permission is None or not _may(call, officer, permission):
        what = permission.value if permission else "do this"
        call.services.access.audit.record_act(
            Actor.officer(officer),
            Action.REFUSED,
            f"route.{call.method} {call.route}",
            what,
            **_case_of(call),
        )
        raise Forbidden(officer.refusal(permission))


def _may(call: RequestContext, officer: Officer, permission: Permission) -> bool:
    if permission in GRANTED:
        return call.services.access.unit_grants.may(officer, permission)
    return officer.may(permission)


def _case_of(call: RequestContext) -> dict[str, str]:
    """The case from which the path of a refused call leads, for the record; {} where there is
    none."""
    for name in LEADS_FROM_CASE:
        if name in call.parameters:
            with suppress(NotFound):
                return {"incident": _CASE_OF[name](call)}
    return {}


def _session_token(call: RequestContext, cookie: str) -> str:
    token = call.cookie(cookie)
    return token if is_token(token) else ""


def _of_request(call: RequestContext) -> str:
    request = call.services.requests.store.request(call.id("request_id"))
    if request is None:
        raise NotFound("There is no request with this id.")
    return request.incident_id


def _of_evidence(call: RequestContext) -> str:
    return call.services.evidence.store.find(call.id("evidence_id")).incident_id


_CASE_OF: Mapping[str, Callable[[RequestContext], str]] = {
    "incident_id": lambda call: call.id("incident_id"),
    "request_id": _of_request,
    "evidence_id": _of_evidence,
}
"""The way to an incident's id from each parameter of a path that leads from one."""


def admit_to_case(call: RequestContext) -> None:
    """Let the officer of this call to the incident that its path leads from, and keep the incident
    as `call.incident`. Raises NotFound when the officer does not need to know of it."""
    for name in call.parameters:
        if name in LEADS_FROM_CASE:
            case_id = _CASE_OF[name](call)
            call.open_case(call.services.incidents.access.find_for(call.officer, case_id))
