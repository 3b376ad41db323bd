"""The console: where an officer is signed in, ending one of these sessions, and all of them."""

from __future__ import annotations

from datetime import timedelta

from chalice import Response

from chalicelib.access.permissions import Permission
from chalicelib.access.sessions import OFFICER_IDLE, OFFICER_LIFE
from chalicelib.core.errors import NotFound
from chalicelib.web.http.headers import OFFICER_COOKIE, clear_cookie
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import Audience, Routes, redirect
from chalicelib.web.http.templating import page

MINUTE = timedelta(minutes=1)

routes = Routes("presence.sessions", "console")


@routes.page("/console/sessions", Audience.CONSOLE, Permission.USE_CONSOLE)
def sessions_page(call: RequestContext) -> Response:
    """Lists the officer's own sessions: with what each began, when, and when it was last used."""
    return page(
        call,
        "console/sessions.html",
        nav="profile",
        sessions=call.services.access.presence.list_sessions(call.officer),
        idle_minutes=OFFICER_IDLE / MINUTE,
        life_minutes=OFFICER_LIFE / MINUTE,
        notice="That session has ended." if call.query.get("done") else "",
    )


@routes.form("/console/sessions/end", Audience.CONSOLE, Permission.USE_CONSOLE)
def end_one_session(call: RequestContext) -> Response:
    """Ends one of the officer's sessions, with the Bearer tokens that it gave out, on record.
    Raises NotFound for one that is not theirs or has ended."""
    presence, wanted = call.services.access.presence, call.form.typed("session")
    for one in presence.list_sessions(call.officer):
        if one.sign_in == wanted:
            presence.end_one(call.officer, one)
            return redirect("/console/sessions?done=1")
    raise NotFound("That session has ended already.")


@routes.form("/console/sessions/end-all", Audience.CONSOLE, Permission.USE_CONSOLE)
def sign_out_everywhere(call: RequestContext) -> Response:
    """Ends every session of the officer, this one too, with all Bearer tokens, on record."""
    own = call.services.access
    own.presence.end_all(call.officer)
    own.officers.revoke_tokens(call.console_session, call.cookie(OFFICER_COOKIE))
    return redirect(own.officers.leave_url, [clear_cookie(OFFICER_COOKIE)])
