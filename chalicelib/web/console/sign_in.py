"""The console: signing in and out, and the Bearer token for the console's script."""

from __future__ import annotations

from chalice import Response

from chalicelib.access.audit import Action, Actor
from chalicelib.access.officers import SignInRefused
from chalicelib.access.permissions import Permission, Role
from chalicelib.access.sign_in import HOME
from chalicelib.access.sign_in import LIFE as SIGN_IN_LIFE
from chalicelib.core.errors import SignInNeeded
from chalicelib.core.times import iso_seconds
from chalicelib.limits.acts import Act
from chalicelib.web.drafts.draft_view import newest_address
from chalicelib.web.http.headers import OFFICER_COOKIE, SIGN_IN_COOKIE, clear_cookie, set_cookie
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import Audience, Routes, json_reply, redirect
from chalicelib.web.http.templating import page
from chalicelib.web.limits.act_limits import spend_act
from chalicelib.web.presence.browser_words import browser_words

routes = Routes("console.sign_in", "console")

AWAY = "The page was left alone."
"""Why somebody was signed out who did not press the button."""


@routes.page("/console/sign-in", Audience.PUBLIC)
def redirect_to_sign_in(call: RequestContext) -> Response:
    """Redirects an officer to Cognito's hosted page. `to` is the page that they wanted to open."""
    wanted = call.query.get("to", call.query.get("next", ""))
    location, cookie = call.services.access.officers.begin_sign_in(
        call.cookie(SIGN_IN_COOKIE), wanted
    )
    return redirect(
        location, [set_cookie(SIGN_IN_COOKIE, cookie, int(SIGN_IN_LIFE.total_seconds()))]
    )


@routes.page("/console/callback", Audience.PUBLIC)
def finish_sign_in(call: RequestContext) -> Response:
    """Signs an officer in whom Cognito sends back. This is the one GET that changes something: the
    code in its address works once, and only in the browser that holds the sign-in cookie."""
    own = call.services
    spend_act(call, Act.OFFICER_SIGN_IN)
    if error := call.query.get("error", ""):
        # Anybody can write this part of the address: only OAuth's own words go on record.
        word = error if error.replace("_", "").isalpha() and len(error) < 40 else "an error"
        return _refused(call, f"the sign-in page answered {word}")
    try:
        signed_in = own.access.officers.finish_sign_in(
            call.cookie(SIGN_IN_COOKIE), call.query.get("state", ""), call.query.get("code", "")
        )
    except SignInRefused as refusal:
        return _refused(call, str(refusal))
    officer = signed_in.officer
    actor, subject = Actor.officer(officer), f"officer.{officer.id}"
    # Who signs in because their role was just changed must not wait until that is asked again.
    account = own.access.accounts.check_now(officer.id, officer.account_name)
    if not officer.roles or not account.let_in:
        own.access.audit.record_act(actor, Action.REFUSED, subject, "has no role")
        return page(
            call,
            "console/no_role.html",
            status=403,
            username=officer.username,
            roles=[role.value for role in Role],
            of_directory=signed_in.identity.of_directory,
            leave_url=own.access.officers.leave_url,
        )
    own.access.audit.record_act(
        actor, Action.SIGNED_IN, subject, roles=",".join(sorted(officer.roles))
    )
    own.access.officer_profiles.record_sign_in(signed_in.identity)
    life = own.access.officers.session_life(signed_in.identity)
    # Always a new session: one that somebody planted before the sign-in is worth nothing.
    token = own.access.sessions.create_officer(
        officer,
        signed_in.tokens,
        signed_in.identity.sign_in,
        browser_words(call.headers.get("user-agent", "")),
        life,
    )
    to = signed_in.to
    if to == HOME:  # who wanted nothing in particular may have left a form
        to = newest_address(call, f"officer.{officer.id}", officer) or to
    return redirect(
        to,
        [
            set_cookie(OFFICER_COOKIE, token, int(life.total_seconds())),
            clear_cookie(SIGN_IN_COOKIE),
        ],
    )


def _refused(call: RequestContext, why: str) -> Response:
    """Refuses a sign-in, which goes on record under the system's name because nobody is known yet.
    There is one audit chain for each of 256 groups of browsers: strangers who try in a loop must
    not hold up everybody's sign-in."""
    from chalicelib.core.ids import token_hash

    part = token_hash(call.cookie(SIGN_IN_COOKIE))[:2]
    call.services.access.audit.record_act(
        Actor.system(f"sign-in-{part}"), Action.REFUSED, "sign-in", why
    )
    return page(call, "console/sign_in_refused.html", status=400)


@routes.json("GET", "/console/token", Audience.CONSOLE, Permission.USE_CONSOLE)
def show_token(call: RequestContext) -> Response:
    """Answers with the ID token for `/api/v1`, good for ten minutes at least, and when it expires.
    Raises SignInNeeded when the session has ended.

    Another site can make the browser ask for this but cannot read the answer: there is no CORS
    header, and the policy of every answer is same-origin.
    """
    session = call.console_session
    tokens = call.services.access.officers.bearer_tokens(session, call.cookie(OFFICER_COOKIE))
    if tokens is None:
        raise SignInNeeded("Your session has ended. Sign in to go on.")
    return json_reply({"token": tokens.id_token, "expires_at": iso_seconds(tokens.expires_at)})


@routes.form("/console/sign-out", Audience.CONSOLE, Permission.USE_CONSOLE)
def officer_sign_out(call: RequestContext) -> Response:
    """Ends the session here, with the Bearer tokens that it gave out, and at Cognito, so that a
    shared desk asks for a password again. A page that is left alone signs its officer out too."""
    officer, away = call.officer, call.form.typed("away") == "yes"
    call.services.access.audit.record_act(
        Actor.officer(officer), Action.SIGNED_OUT, f"officer.{officer.id}", AWAY if away else ""
    )
    call.services.access.officers.end_session(call.console_session, call.cookie(OFFICER_COOKIE))
    return redirect(call.services.access.officers.leave_url, [clear_cookie(OFFICER_COOKIE)])


@routes.page("/console/signed-out", Audience.PUBLIC)
def signed_out_page(call: RequestContext) -> Response:
    """Shows that the session has ended, and nothing that a shared screen should not show."""
    return page(call, "console/signed_out.html")
