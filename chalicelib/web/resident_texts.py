"""A signed-in owner chooses text messages, or leaves them."""

from __future__ import annotations

from chalice import Response

from chalicelib.errors import Conflict, Gone, Invalid, TooMany, Unavailable
from chalicelib.notify.sender import Undeliverable
from chalicelib.registry.texts import CODE_LIFE, is_uk_mobile
from chalicelib.web import resident_fields as fields
from chalicelib.web.call import Call
from chalicelib.web.filters import telephone
from chalicelib.web.forms import FieldProblem
from chalicelib.web.render import page
from chalicelib.web.resident_account import owner_of
from chalicelib.web.routing import Audience, Routes, redirect

routes = Routes("resident_texts", "resident")


def mobile(typed: str) -> str:
    """A UK mobile number as `+447700900982`."""
    try:
        number = fields.phone(typed)
    except FieldProblem:
        number = "no number"
    if not number:
        raise FieldProblem("Enter your mobile phone number")
    if not is_uk_mobile(number):
        raise FieldProblem("Enter a UK mobile phone number, like 07700 900 982")
    return number


@routes.page("/account/texts", Audience.OWNER)
def texts(call: Call) -> Response:
    """Where text messages go, and how to change that."""
    owner = owner_of(call)
    known = is_uk_mobile(owner.phone) and not owner.texts_to
    values = {"phone": telephone(owner.phone) if known else ""}
    return page(call, "resident/texts.html", owner=owner, values=values)


@routes.form("/account/texts", Audience.OWNER)
def ask(call: Call) -> Response:
    """Sends a code to the number."""
    owner, form = owner_of(call), call.form
    phone = form.take("phone", mobile, "")
    status = 422
    if not form.errors:
        try:
            call.services.text_messages.ask(owner, phone)
            return redirect("/account/texts/code")
        except Undeliverable:
            form.problem("phone", "We cannot send text messages to this number. Check it")
        except (TooMany, Unavailable) as error:
            form.problem("", error.sentence)
            status = error.status
    return page(
        call,
        "resident/texts.html",
        status=status,
        owner=owner,
        values=form.values(),
        errors=form.messages(),
    )


@routes.page("/account/texts/code", Audience.OWNER)
def code(call: Call) -> Response:
    """Asks for the code."""
    return _code_page(call)


@routes.form("/account/texts/code", Audience.OWNER)
def confirm(call: Call) -> Response:
    """Turns text messages on."""
    owner, form = owner_of(call), call.form
    try:
        if not form.typed("code").strip():
            raise Invalid.field("code", "Enter the code")
        call.services.text_messages.confirm(owner, form.typed("code"))
    except Invalid as error:
        form.errors += error.fields
        return _code_page(call, 422)
    except Gone as error:
        if owner.texts_to and not call.services.text_messages.waiting(owner.id):
            return redirect("/account?done=texts")  # the second of two clicks
        form.problem("", error.sentence)
        return _code_page(call, error.status)
    except Conflict as error:
        form.problem("", error.sentence)
        return _code_page(call, error.status)
    return redirect("/account?done=texts")


@routes.form("/account/texts/stop", Audience.OWNER)
def stop(call: Call) -> Response:
    """Turns text messages off; e-mails go on."""
    call.services.text_messages.stop(owner_of(call))
    return redirect("/account?done=texts-off")


def _code_page(call: Call, status: int = 200) -> Response:
    owner = owner_of(call)
    phone = call.services.text_messages.waiting(owner.id)
    if not phone and status == 200:
        return redirect("/account/texts")
    return page(
        call,
        "resident/texts_code.html",
        status=status,
        phone=phone,
        minutes=CODE_LIFE.seconds // 60,
        errors=call.form.messages() if status != 200 else {},
    )
