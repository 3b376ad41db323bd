"""Pages on which owners change their e-mail address; the confirming link works signed out too."""

from __future__ import annotations

from chalice import Response

from chalicelib.core.errors import DomainError, Invalid, Unavailable
from chalicelib.limits.acts import Act
from chalicelib.registry.email_change import MOST_A_DAY
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import Audience, Routes, redirect
from chalicelib.web.http.templating import page
from chalicelib.web.limits.act_limits import asker_of
from chalicelib.web.resident.account import signed_in_owner
from chalicelib.web.resident.links import (
    EmailForm,
    link_view,
    message_sent,
    send_link,
    told_of_message,
)

routes = Routes("resident.email", "resident")


@routes.page("/account/email", Audience.OWNER)
def email_page(call: RequestContext) -> Response:
    """Asks a signed-in owner for their new e-mail address."""
    return page(call, "resident/email.html", owner=signed_in_owner(call))


def _again(call: RequestContext, error: DomainError) -> Response:
    return page(call, "resident/email.html", error, owner=signed_in_owner(call))


@routes.form("/account/email", Audience.OWNER, again=_again, act=Act.NEW_EMAIL)
def send_email_link(call: RequestContext) -> Response:
    """Sends a confirming link to the new address. The page is the same for every address."""
    owner = signed_in_owner(call)
    try:
        email = call.form.read(EmailForm).email
        if email.casefold() == owner.email.casefold():
            raise Invalid.field("email", "This is the address that you use already")
        asker = asker_of(call)
        send_link(lambda: call.services.registry.email_changes.request_change(owner, email, asker))
    except (Invalid, Unavailable) as error:
        return _again(call, error)
    return message_sent(email, "/account/email/sent")


@routes.page("/account/email/sent", Audience.OWNER)
def email_sent_page(call: RequestContext) -> Response:
    """Says that a confirming link is on its way to the new address."""
    owner, email = signed_in_owner(call), told_of_message(call)[0]
    return page(call, "resident/email_sent.html", email=email, owner=owner, most=MOST_A_DAY)


changing = link_view("Sign in and ask for a new link", "/sign-in")


@routes.page("/email/confirm", Audience.PUBLIC)
@changing
def email_link_page(call: RequestContext, token: str) -> Response:
    """Asks for confirmation of the new address that a link was sent to. Opening the link changes
    nothing, because mail scanners follow links."""
    email = call.services.registry.email_changes.preview_change(token)
    if not email:
        return page(call, "resident/email_changed.html")
    return page(call, "resident/email_confirm.html", token=token, email=email)


@routes.form("/email/confirm", Audience.PUBLIC, act=Act.USE_LINK)
@changing
def confirm_new_email(call: RequestContext, token: str) -> Response:
    """Changes the owner's address and ends their sessions. A second click finds the change done."""
    call.services.registry.email_changes.confirm_change(token)
    return redirect(f"/email/confirm?token={token}")
