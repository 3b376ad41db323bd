"""Pages on which a signed-in owner turns text messages on or off."""

from __future__ import annotations

from typing import Annotated

from chalice import Response

from chalicelib.core.errors import Conflict, DomainError, Gone, Invalid, TooMany, Unavailable
from chalicelib.limits.acts import Act
from chalicelib.notifications.channels import Undeliverable
from chalicelib.registry.model import Owner
from chalicelib.registry.text_message_opt_in import CODE_LIFE
from chalicelib.web.fields.contact_field_types import MobileField
from chalicelib.web.fields.field_types import TextField
from chalicelib.web.fields.plain_field_types import OwnIdField
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import Audience, Routes, redirect
from chalicelib.web.http.templating import page
from chalicelib.web.http.validation import FormInput, read_query
from chalicelib.web.resident.account import signed_in_owner
from chalicelib.web.resident.sites import describing_address

routes = Routes("resident.text_messages", "resident")


class NumberForm(FormInput):
    """The form that asks for the mobile number to which text messages go."""

    phone: Annotated[str, MobileField()]


class CodeForm(FormInput):
    """The form for the code that was texted; its spacing is free, as only digits are compared."""

    code: Annotated[str, TextField("the code", 40)]


class NewSiteQuery(FormInput):
    """The query of the page that asks for the code, and a field of its form. site: the id of a site
    that was registered a moment ago and is described next."""

    site: Annotated[str, OwnIdField("the site")]


@routes.page("/account/texts", Audience.OWNER)
def text_messages_page(call: RequestContext) -> Response:
    """Shows the number to which an owner's text messages go, and how to change or stop them."""
    owner = signed_in_owner(call)
    country = call.services.clients.country
    known = country.takes_texts(owner.phone) and not owner.texts_to
    values = {"phone": country.written_phone(owner.phone) if known else ""}
    return page(call, "resident/texts.html", owner=owner, values=values)


def _number_again(call: RequestContext, error: DomainError) -> Response:
    return page(call, "resident/texts.html", error, owner=signed_in_owner(call))


@routes.form("/account/texts", Audience.OWNER, again=_number_again, act=Act.TEXT_CODE)
def send_text_code(call: RequestContext) -> Response:
    """Texts a code to the number that an owner typed."""
    owner = signed_in_owner(call)
    try:
        _send_code(call, owner, call.read_form(NumberForm).phone)
    except (Invalid, TooMany, Unavailable) as error:
        return _number_again(call, error)
    return redirect("/account/texts/code")


def _send_code(call: RequestContext, owner: Owner, phone: str) -> None:
    try:
        call.services.registry.text_message_opt_in.send_code(owner, phone)
    except Undeliverable:
        said = "We cannot send text messages to this number. Check it"
        raise Invalid.field("phone", said) from None


@routes.page("/account/texts/code", Audience.OWNER)
def code_page(call: RequestContext) -> Response:
    """Asks for the code that was texted; leads back when no code is waiting."""
    return _code_page(call)


@routes.form("/account/texts/code", Audience.OWNER)
def confirm_text_code(call: RequestContext) -> Response:
    """Turns text messages on when the code is right."""
    owner, texts = signed_in_owner(call), call.services.registry.text_message_opt_in
    site_id = call.form.read(NewSiteQuery).site
    done = describing_address(site_id, "texts") if site_id else "/account?done=texts"
    try:
        texts.confirm_code(owner, call.form.read(CodeForm).code)
    except (Invalid, Gone, Conflict) as error:
        if isinstance(error, Gone) and owner.texts_to and not texts.waiting_number(owner.id):
            return redirect(done)  # the second of two clicks
        return _code_page(call, error)
    return redirect(done)


@routes.form("/account/texts/stop", Audience.OWNER)
def stop_text_messages(call: RequestContext) -> Response:
    """Turns an owner's text messages off; e-mails go on."""
    call.services.registry.text_message_opt_in.stop_messages(signed_in_owner(call))
    return redirect("/account?done=texts-off")


def _code_page(call: RequestContext, error: DomainError | None = None) -> Response:
    owner = signed_in_owner(call)
    phone = call.services.registry.text_message_opt_in.waiting_number(owner.id)
    site_id = call.form.read(NewSiteQuery).site or read_query(NewSiteQuery, call.query).site
    if not phone and error is None:
        return redirect("/account/texts")
    return page(
        call,
        "resident/texts_code.html",
        error,
        phone=phone,
        minutes=CODE_LIFE.seconds // 60,
        skip=describing_address(site_id, "registered") if site_id else "",
        site_id=site_id,
        values={},
    )
