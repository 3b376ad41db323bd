"""The page that a reply link opens, and the page where a reference can be checked.

A GET changes nothing, because mail scanners follow links. That somebody has seen the page is
noted by a POST that the page's script sends at the first touch, key or scroll of a person; a
browser without JavaScript is noted by its answer.
"""

from __future__ import annotations

from typing import Any

from chalice import Response

from chalicelib.errors import Conflict, Invalid
from chalicelib.requests.answer import RequestOver
from chalicelib.requests.camera_answers import combined, site_answer
from chalicelib.requests.matters import Matter
from chalicelib.requests.model import ANSWERS, CameraAnswer, State, read_reference
from chalicelib.web import resident_talk
from chalicelib.web.call import Call
from chalicelib.web.forms import choice, text
from chalicelib.web.render import field_errors, page
from chalicelib.web.resident_reply_cameras import known_reason, names_cameras, read_cameras
from chalicelib.web.resident_reply_page import (
    LONGEST_NOTE,
    cameras_page,
    over_page,
    reply_page,
    thanks_page,
)
from chalicelib.web.routing import Audience, Routes, json_reply, redirect

routes = Routes("resident_reply", "resident")

LONGEST_REASON = 200

UPLOAD, CAMERAS = WAYS = ("upload", "cameras")
"""Chosen beside the answers: ways on, which answer nothing by themselves."""

_answer = choice("your answer", tuple(state.value for state in ANSWERS))
_reason = text("the reason", LONGEST_REASON, needed=False)
_note = text("your note", LONGEST_NOTE, needed=False, lines=True)


@routes.page("/reply/{token}", Audience.LINK)
def show(call: Call) -> Response:
    """What is asked, and the answer form."""
    matter = call.services.replies.open(call.token())
    if not matter.request.is_open:
        return over_page(call, matter, _address(call), _talk(call, matter))
    return reply_page(call, matter, _address(call), talk=_talk(call, matter))


@routes.page("/reply/{token}/cameras", Audience.LINK)
def by_camera(call: Call) -> Response:
    """The same question camera by camera, for owners of several."""
    matter = call.services.replies.open(call.token())
    if not matter.request.is_open:
        return over_page(call, matter, _address(call))
    if len(matter.site.cameras) < 2 or matter.recipient.state is State.UPLOADED:
        return redirect(_address(call))
    return cameras_page(call, matter, _address(call))


@routes.form("/reply/{token}", Audience.LINK)
def answer(call: Call) -> Response:
    """Takes the answer; it can be changed as long as the request is open.

    For the site as a whole (`answer`), camera by camera (`answer_1` …), or both: then the site's
    holds for the cameras that were not named.
    """
    matter = call.services.replies.open(call.token())
    if not matter.request.is_open:
        return over_page(call, matter, _address(call))
    form = call.form
    chosen = form.typed("answer")
    each = names_cameras(form.fields)
    note = form.take("note", _note, "")
    if chosen in WAYS and not each and not form.errors:
        return _go_on(call, matter, chosen, note)
    named = read_cameras(form, matter.site)
    said, reason = "", ""
    if chosen not in ("", *WAYS) or not (each or chosen):
        said = form.take("answer", _answer, "")
        reason = form.take("reason", _reason, "") if said == State.UNAVAILABLE.value else ""
    elif each and not named and not form.errors:
        form.problem(_first(matter), "Select your answer for at least one camera")
    if form.errors:
        return _again(call, matter, field_errors(Invalid("", form.errors)), 422)
    return _take(call, matter, State(said) if said else None, reason, note, named)


@routes.page("/reply/{token}/thanks", Audience.LINK)
def thanks(call: Call) -> Response:
    """What was answered and what happens next."""
    matter = call.services.replies.open(call.token())
    if not matter.request.is_open:
        return over_page(call, matter, _address(call))
    recipient = matter.recipient
    if recipient.answer is None and recipient.state is not State.UPLOADED:
        return redirect(_address(call))
    return thanks_page(call, matter, _address(call), _talk(call, matter))


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


def _take(
    call: Call,
    matter: Matter,
    said: State | None,
    reason: str,
    note: str,
    named: tuple[CameraAnswer, ...],
) -> Response:
    """Hands the answer on. said: of the site as a whole, None when only cameras were named."""
    rest = CameraAnswer(0, said, known_reason(reason)) if said else None
    cameras = combined(named, [camera.number for camera in matter.site.cameras], rest)
    if cameras or said is None:
        said, reason = site_answer(cameras)
    recipient = matter.recipient
    try:
        call.services.answers.answer(
            recipient.request_id, recipient.site_id, said, reason, note, cameras
        )
    except RequestOver:
        return over_page(call, matter, _address(call))
    except Conflict as refused:
        return _again(call, matter, {"": refused.sentence}, refused.status)
    return redirect(f"{_address(call)}/thanks")


def _go_on(call: Call, matter: Matter, chosen: str, note: str) -> Response:
    """Leads on to the upload or to the cameras. Nothing is answered by that; a note that was
    already written is kept."""
    recipient = matter.recipient
    if note:
        try:
            call.services.answers.note(recipient.request_id, recipient.site_id, note)
        except RequestOver:
            return over_page(call, matter, _address(call))
    return redirect(f"{_address(call)}{'#send' if chosen == UPLOAD else '/cameras'}")


def _again(call: Call, matter: Matter, errors: dict[str, str], status: int) -> Response:
    """The form that was sent, with what was typed and what was wrong."""
    address, values = _address(call), call.form.values()
    if names_cameras(call.form.fields) and len(matter.site.cameras) > 1:
        return cameras_page(call, matter, address, values=values, errors=errors, status=status)
    return reply_page(
        call,
        matter,
        address,
        values=values,
        errors=errors,
        status=status,
        talk=_talk(call, matter),
    )


def _first(matter: Matter) -> str:
    """The field of the site's first camera."""
    return f"answer_{min((camera.number for camera in matter.site.cameras), default=1)}"


def _talk(call: Call, matter: Matter) -> dict[str, Any]:
    """What the parts about the recorder's clock and the messages need."""
    return resident_talk.context(call, matter)


def _address(call: Call) -> str:
    return f"/reply/{call.token()}"
