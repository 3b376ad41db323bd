"""The console: the message templates that requests begin with. Administrators change them; officers
who send requests may read them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalice import Response

from chalicelib.access.permissions import Officer, Permission
from chalicelib.core.errors import Conflict, DomainError, Invalid
from chalicelib.core.ids import is_id, new_id
from chalicelib.incidents.message_templates import (
    LONGEST_NAME,
    LONGEST_TEXT,
    PLACEHOLDERS,
    MessageTemplate,
)
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import Audience, Routes, redirect
from chalicelib.web.http.templating import page

routes = Routes("console.message_templates", "console")

LIST = "/console/wordings"
ONE = "/console/wordings/{wording_id}"

DONE = {
    "added": "was added.",
    "changed": "was changed.",
    "removed": "was removed. Requests already sent do not change.",
    "restored": "was restored.",
}
"""What the list of templates says after a change, by the value of `done` in its address."""


@routes.page(LIST, Audience.CONSOLE, Permission.VIEW_WORDINGS)
def templates_page(call: RequestContext) -> Response:
    """Lists the message templates in use and, for administrators, the removed ones."""
    done, wording_id = call.query.get("done", ""), call.query.get("wording", "")
    about = (
        call.services.incidents.message_templates.get(wording_id)
        if done in DONE and is_id(wording_id)
        else None
    )
    return _list(call, about=about, done=done if about else "")


def _list(call: RequestContext, error: DomainError | None = None, **context: Any) -> Response:
    own = call.services.incidents.message_templates
    manages = call.officer.may(Permission.MANAGE_WORDINGS)
    return page(
        call,
        "console/wordings.html",
        error,
        nav="wordings",
        wordings=own.all(),
        removed=own.removed() if manages else (),
        manages=manages,
        placeholders=PLACEHOLDERS,
        said=DONE,
        **context,
    )


@routes.page(f"{LIST}/new", Audience.CONSOLE, Permission.MANAGE_WORDINGS)
def new_template_page(call: RequestContext) -> Response:
    """Shows the form for a new message template. The template's id is made here, so that a form
    sent twice adds one template."""
    return _form(call, None, {"wording_id": new_id()})


def _new_again(call: RequestContext, error: DomainError) -> Response:
    sent = call.form.typed("wording_id")
    own = {"wording_id": sent if is_id(sent) else new_id()}
    return _form(call, None, {**call.form.values(), **own}, error)


@routes.form(f"{LIST}/new", Audience.CONSOLE, Permission.MANAGE_WORDINGS, again=_new_again)
def submit_new_template(call: RequestContext) -> Response:
    """Adds a message template and goes back to the list."""
    from chalicelib.web.models.message_template_models import MessageTemplateForm

    sent = call.form.typed("wording_id")
    try:
        said = call.form.read(MessageTemplateForm)
        made = call.services.incidents.message_templates.add(
            sent if is_id(sent) else new_id(), said.name, said.text, call.officer
        )
    except (Invalid, Conflict) as error:
        return _new_again(call, error)
    return _back(made, "added")


@routes.page(ONE, Audience.CONSOLE, Permission.MANAGE_WORDINGS)
def template_page(call: RequestContext) -> Response:
    """Shows one message template, to be changed or removed."""
    one = call.services.incidents.message_templates.get(call.id("wording_id"))
    return _form(call, one, {"name": one.name, "text": one.text, "version": str(one.version)})


def _one_again(call: RequestContext, error: DomainError) -> Response:
    one = call.services.incidents.message_templates.get(call.id("wording_id"))
    return _form(call, one, call.form.values(), error)


@routes.form(ONE, Audience.CONSOLE, Permission.MANAGE_WORDINGS, again=_one_again)
def submit_template(call: RequestContext) -> Response:
    """Changes a message template, unless somebody else did since the form was opened."""
    from chalicelib.web.models.message_template_models import MessageTemplateForm

    own, form = call.services.incidents.message_templates, call.form
    one = own.get(call.id("wording_id"))
    try:
        said = form.read(MessageTemplateForm)
        changed = own.change(one.id, said.version, said.name, said.text, call.officer)
    except (Invalid, Conflict) as error:
        return _one_again(call, error)
    return _back(changed, "changed")


@routes.form(f"{ONE}/removal", Audience.CONSOLE, Permission.MANAGE_WORDINGS)
def remove_template(call: RequestContext) -> Response:
    """Takes a message template out of use; the list then offers to put it back."""
    return _put(call, call.services.incidents.message_templates.remove, "removed")


@routes.form(f"{ONE}/return", Audience.CONSOLE, Permission.MANAGE_WORDINGS)
def restore_template(call: RequestContext) -> Response:
    """Puts a removed message template back into use."""
    return _put(call, call.services.incidents.message_templates.put_back, "restored")


def _put(
    call: RequestContext, act: Callable[[str, int, Officer], MessageTemplate], done: str
) -> Response:
    """Removes or restores a message template by `act`, and goes back to the list."""
    from chalicelib.web.models.message_template_models import TemplateRemovalForm

    version = call.form.read(TemplateRemovalForm).version
    try:
        return _back(act(call.id("wording_id"), version, call.officer), done)
    except Conflict as error:
        return _list(call, error)


def _back(wording: MessageTemplate, done: str) -> Response:
    return redirect(f"{LIST}?done={done}&wording={wording.id}")


def _form(
    call: RequestContext,
    one: MessageTemplate | None,
    values: dict[str, str],
    error: DomainError | None = None,
) -> Response:
    if isinstance(error, Conflict) and one:
        # What was typed stays. Sent again, it replaces the version that the page now shows.
        values = {**values, "version": str(one.version)}
    return page(
        call,
        "console/wording.html",
        error,
        nav="wordings",
        wording=one,
        placeholders=PLACEHOLDERS,
        longest_name=LONGEST_NAME,
        longest_text=LONGEST_TEXT,
        values=values,
        changed_by_another=one if isinstance(error, Conflict) else None,
    )
