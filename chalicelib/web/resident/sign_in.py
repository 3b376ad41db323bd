"""Pages on which owners sign in by a link in an e-mail."""

from __future__ import annotations

from chalice import Response

from chalicelib.core.errors import Invalid, Unavailable
from chalicelib.limits.acts import Act
from chalicelib.registry.owner_sign_in import MOST_A_DAY
from chalicelib.web.drafts.draft_view import newest_address
from chalicelib.web.http import headers
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import Audience, Routes, redirect
from chalicelib.web.http.templating import page
from chalicelib.web.limits.act_limits import asker_of, signed_in_cookies
from chalicelib.web.resident.links import (
    EmailForm,
    link_view,
    message_sent,
    send_link,
    told_of_message,
)

routes = Routes("resident.sign_in", "resident")


@routes.page("/sign-in", Audience.PUBLIC)
def sign_in_page(call: RequestContext) -> Response:
    """Asks for an owner's e-mail address; a signed-in owner is led to their account."""
    if call.services.access.sessions.owner(call.cookie(headers.OWNER_COOKIE)):
        return redirect("/account")
    return page(call, "resident/sign_in.html", kept=bool(call.query.get("kept")))


@routes.form(
    "/sign-in",
    Audience.PUBLIC,
    act=Act.SIGN_IN,
    again=lambda call, error: page(call, "resident/sign_in.html", error),
)
def send_owner_link(call: RequestContext) -> Response:
    """Sends a sign-in link. The answer is the same for every e-mail address, known or not."""
    try:
        email = call.form.read(EmailForm).email
        asker = asker_of(call)
        send_link(lambda: call.services.registry.owner_sign_in.send_link(email, asker))
    except (Invalid, Unavailable) as error:
        return page(call, "resident/sign_in.html", error)
    return message_sent(email, "/sign-in/sent")


@routes.page("/sign-in/sent", Audience.PUBLIC)
def sign_in_sent_page(call: RequestContext) -> Response:
    """Says that a sign-in link is on its way, and what to do when none comes."""
    return page(call, "resident/sign_in_sent.html", email=told_of_message(call)[0], most=MOST_A_DAY)


signing_in = link_view("Ask for a new link", "/sign-in")


@routes.page("/sign-in/confirm", Audience.PUBLIC)
@signing_in
def sign_in_link_page(call: RequestContext, token: str) -> Response:
    """Asks whether to sign in. Opening the link changes nothing: mail scanners follow links."""
    call.services.registry.owner_sign_in.check_link(token)
    return page(call, "resident/sign_in_confirm.html", token=token)


@routes.form("/sign-in/confirm", Audience.PUBLIC, act=Act.USE_LINK)
@signing_in
def submit_sign_in(call: RequestContext, token: str) -> Response:
    """Signs the owner in and uses the link up. Leads back to a form that came when the owner was no
    longer signed in."""
    owner_id, session = call.services.registry.owner_sign_in.sign_in(token)
    to = newest_address(call, f"owner.{owner_id}") or "/account"
    return redirect(to, signed_in_cookies(call, owner_id, session))
