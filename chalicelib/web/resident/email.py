"""A signed-in owner moves to another e-mail address; the link to it works without a session."""

from __future__ import annotations

from chalice import Response

from chalicelib.core.errors import Invalid, Unavailable
from chalicelib.registry.email_change import MOST_A_DAY
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import Audience, Routes, redirect
from chalicelib.web.http.templating import page
from chalicelib.web.resident.account import signed_in_owner
from chalicelib.web.resident.links import EmailForm, link_view, send_link

routes = Routes("resident.email", "resident")


@routes.page("/account/email", Audience.OWNER)
def email_page(call: RequestContext) -> Response:
    """Asks for the new address."""
    return page(call, "resident/email.html", owner=signed_in_owner(call))


@routes.form("/account/email", Audience.OWNER)
def send_email_link(call: RequestContext) -> Response:
    """Sends a link to the new address. The page is the same for every address."""
    owner = signed_in_owner(call)
    try:
        email = call.form.read(EmailForm).email
        if email.casefold() == owner.email.casefold():
            raise Invalid.field("email", "This is the address that you use already")
        send_link(lambda: call.services.registry.email_changes.request_change(owner, email))
    except (Invalid, Unavailable) as error:
        return page(call, "resident/email.html", error, owner=owner)
    return page(call, "resident/email_sent.html", email=email, owner=owner, most=MOST_A_DAY)


changing = link_view("Sign in and ask for a new link", "/sign-in")


@routes.page("/email/confirm", Audience.PUBLIC)
@changing
def email_link_page(call: RequestContext, token: str) -> Response:
    """Where the link leads. Changes nothing: mail scanners follow links."""
    email = call.services.registry.email_changes.preview_change(token)
    if not email:
        return page(call, "resident/email_changed.html")
    return page(call, "resident/email_confirm.html", token=token, email=email)


@routes.form("/email/confirm", Audience.PUBLIC)
@changing
def confirm_new_email(call: RequestContext, token: str) -> Response:
    """Makes it the owner's address and signs them out everywhere. A second click finds it done."""
    call.services.registry.email_changes.confirm_change(token)
    return redirect(f"/email/confirm?token={token}")
