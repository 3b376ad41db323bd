"""A signed-in owner chooses text messages, or leaves them."""

from __future__ import annotations

from typing import Annotated

from chalice import Response

from chalicelib.core.errors import Conflict, DomainError, Gone, Invalid, TooMany, Unavailable
from chalicelib.notifications.channels import Undeliverable
from chalicelib.registry.model import Owner
from chalicelib.registry.text_message_opt_in import CODE_LIFE
from chalicelib.web.fields.contact_field_types import Mobile
from chalicelib.web.fields.field_types import Text
from chalicelib.web.http.request_context import Call
from chalicelib.web.http.routing import Audience, Routes, redirect
from chalicelib.web.http.templating import page
from chalicelib.web.http.validation import FormInput
from chalicelib.web.resident.account import owner_of

routes = Routes("resident.texts", "resident")


class NumberForm(FormInput):
    """Where text messages are to go."""

    phone: Annotated[str, Mobile()]


class CodeForm(FormInput):
    """The code, however it was spaced: it is compared by its digits."""

    code: Annotated[str, Text("the code", 40)]


@routes.page("/account/texts", Audience.OWNER)
def texts(call: Call) -> Response:
    """Where text messages go, and how to change that."""
    owner = owner_of(call)
    country = call.services.clients.country
    known = country.takes_texts(owner.phone) and not owner.texts_to
    values = {"phone": country.written_phone(owner.phone) if known else ""}
    return page(call, "resident/texts.html", owner=owner, values=values)


@routes.form("/account/texts", Audience.OWNER)
def ask(call: Call) -> Response:
    """Sends a code to the number."""
    owner = owner_of(call)
    try:
        _send_code(call, owner, call.read_form(NumberForm).phone)
    except (Invalid, TooMany, Unavailable) as error:
        return page(call, "resident/texts.html", error, owner=owner)
    return redirect("/account/texts/code")


def _send_code(call: Call, owner: Owner, phone: str) -> None:
    try:
        call.services.registry.text_message_opt_in.ask(owner, phone)
    except Undeliverable:
        said = "We cannot send text messages to this number. Check it"
        raise Invalid.field("phone", said) from None


@routes.page("/account/texts/code", Audience.OWNER)
def code(call: Call) -> Response:
    """Asks for the code."""
    return _code_page(call)


@routes.form("/account/texts/code", Audience.OWNER)
def confirm(call: Call) -> Response:
    """Turns text messages on."""
    owner, texts = owner_of(call), call.services.registry.text_message_opt_in
    try:
        texts.confirm(owner, call.form.read(CodeForm).code)
    except (Invalid, Gone, Conflict) as error:
        if isinstance(error, Gone) and owner.texts_to and not texts.waiting(owner.id):
            return redirect("/account?done=texts")  # the second of two clicks
        return _code_page(call, error)
    return redirect("/account?done=texts")


@routes.form("/account/texts/stop", Audience.OWNER)
def stop(call: Call) -> Response:
    """Turns text messages off; e-mails go on."""
    call.services.registry.text_message_opt_in.stop(owner_of(call))
    return redirect("/account?done=texts-off")


def _code_page(call: Call, error: DomainError | None = None) -> Response:
    owner = owner_of(call)
    phone = call.services.registry.text_message_opt_in.waiting(owner.id)
    if not phone and error is None:
        return redirect("/account/texts")
    return page(
        call,
        "resident/texts_code.html",
        error,
        phone=phone,
        minutes=CODE_LIFE.seconds // 60,
        values={},
    )
