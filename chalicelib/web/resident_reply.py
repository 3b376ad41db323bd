"""The page that a reply link opens, and the page where a reference can be checked.

A GET changes nothing, because mail scanners follow links. That somebody has seen the page is
noted by a POST that the page's script sends at the first touch, key or scroll of a person; a
browser without JavaScript is noted by its answer.
"""

from __future__ import annotations

from typing import Any

from chalice import Response

from chalicelib.errors import Conflict, Invalid
from chalicelib.requests.answer import REASONS, RequestOver
from chalicelib.requests.matters import Matter
from chalicelib.requests.model import ANSWERS, State, read_reference
from chalicelib.web.call import Call
from chalicelib.web.forms import choice, text
from chalicelib.web.render import field_errors, page
from chalicelib.web.routing import Audience, Routes, json_reply, redirect

routes = Routes("resident_reply", "resident")

LONGEST_NOTE = 1000
LONGEST_REASON = 200

_answer = choice("your answer", tuple(state.value for state in ANSWERS))
_reason = text("the reason", LONGEST_REASON, needed=False)
_note = text("your note", LONGEST_NOTE, needed=False, lines=True)


@routes.page("/reply/{token}", Audience.LINK)
def show(call: Call) -> Response:
    """What is asked, and the answer form."""
    matter = call.services.replies.open(call.token())
    if not matter.request.is_open:
        return _over(call, matter)
    recipient = matter.recipient
    values = {
        "answer": recipient.answer.value if recipient.answer else "",
        "reason": recipient.reason,
        "note": recipient.note,
    }
    return _reply_page(call, matter, values)


@routes.form("/reply/{token}", Audience.LINK)
def answer(call: Call) -> Response:
    """Takes the answer; it can be changed as long as the request is open."""
    matter = call.services.replies.open(call.token())
    if not matter.request.is_open:
        return _over(call, matter)
    form = call.form
    said = form.take("answer", _answer, "")
    reason = form.take("reason", _reason, "") if said == State.UNAVAILABLE.value else ""
    note = form.take("note", _note, "")
    if form.errors:
        wrong = field_errors(Invalid("", form.errors))
        return _reply_page(call, matter, form.values(), wrong, 422)
    recipient = matter.recipient
    try:
        call.services.answers.answer(
            recipient.request_id, recipient.site_id, State(said), reason, note
        )
    except RequestOver:
        return _over(call, matter)
    except Conflict as refused:
        return _reply_page(call, matter, form.values(), {"": refused.sentence}, refused.status)
    return redirect(f"/reply/{call.token()}/thanks")


@routes.page("/reply/{token}/thanks", Audience.LINK)
def thanks(call: Call) -> Response:
    """What was answered and what happens next."""
    matter = call.services.replies.open(call.token())
    if not matter.request.is_open:
        return _over(call, matter)
    recipient = matter.recipient
    if recipient.answer is None and recipient.state is not State.UPLOADED:
        return redirect(_address(call))
    return page(call, "resident/reply_thanks.html", **_context(call, matter))


@routes.json("POST", "/reply/{token}/seen", Audience.LINK)
def seen(call: Call) -> Response:
    """Notes that a person uses the page; sent by its script."""
    call.json()  # a type that no form can send: threat: another site posts here with a link
    matter = call.services.replies.open(call.token())
    if matter.request.is_open:
        call.services.answers.viewed(matter.recipient.request_id, matter.recipient.site_id)
    return json_reply({})


@routes.page("/check", Audience.PUBLIC)
def check(call: Call) -> Response:
    """Whether a request with a reference exists, and nothing else about it."""
    typed = call.query.get("reference", "")[:60]
    context: dict[str, Any] = {"values": {"reference": typed}, "reference": "", "exists": False}
    if typed:
        context["reference"] = read_reference(typed)
        if context["reference"] is None:
            context["errors"] = {
                "reference": "Enter the reference as the message shows it, like 7K3M-9QXA"
            }
        else:
            context["exists"] = call.services.replies.reference_exists(typed)
    return page(call, "resident/check.html", **context)


def _reply_page(
    call: Call,
    matter: Matter,
    values: dict[str, str],
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    context = _context(call, matter)
    return page(
        call,
        "resident/reply.html",
        status=status,
        values=values,
        errors=errors or {},
        reasons=REASONS,
        note_length=LONGEST_NOTE,
        **context,
    )


def _context(call: Call, matter: Matter) -> dict[str, Any]:
    deadline = matter.recipient.deadline
    left = (deadline - call.now).total_seconds() / 60 if deadline else None
    return {
        "matter": matter,
        "address": _address(call),
        "minutes_left": left,
        "late": left is not None and left <= 0,
    }


def _over(call: Call, matter: Matter) -> Response:
    """The request has ended: said kindly, with nothing left to do."""
    return page(call, "resident/reply_over.html", status=410, matter=matter)


def _address(call: Call) -> str:
    return f"/reply/{call.token()}"
