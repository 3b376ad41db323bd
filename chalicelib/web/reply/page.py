"""The page that a reply link opens, and the page where a reference can be checked.

A GET changes nothing, because mail scanners follow links. That somebody has seen the page is
noted by a POST that the page's script sends at the first touch, key or scroll of a person; a
browser without JavaScript is noted by its answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from chalice import Response

from chalicelib.core.errors import Conflict, DomainError, Invalid
from chalicelib.limits.acts import Act
from chalicelib.requests.model import ANSWERS, CameraAnswer, RecipientState, read_reference
from chalicelib.requests.recipients.recipient_context import RecipientContext
from chalicelib.requests.replies.answers import RequestOver
from chalicelib.requests.replies.camera_answers import combine_answers, site_answer
from chalicelib.web.fields.plain_field_types import TypedField
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import Audience, Routes, json_reply, redirect
from chalicelib.web.http.templating import field_errors, page
from chalicelib.web.http.validation import FormInput, read_query, schema_error
from chalicelib.web.limits.act_limits import spend_act
from chalicelib.web.reply import thread
from chalicelib.web.reply.cameras import known_reason, names_cameras
from chalicelib.web.reply.form import UPLOAD, ReadAnswer, read_answer
from chalicelib.web.reply.uploads import sending_context, upload_sender
from chalicelib.web.reply.view import (
    cameras_page,
    confirm_page,
    over_page,
    reply_page,
    thanks_page,
)

routes = Routes("reply.page", "resident")

LONGEST_TYPED = 60


@dataclass(frozen=True)
class ReferenceField(TypedField):
    """A request's reference in any form in which people type it; "" for an empty box."""

    what: str = "the reference"

    def clean(self, typed: str) -> str:
        """The reference in the form `7K3M-9QXA`."""
        if not typed:
            return ""
        reference = read_reference(typed[:LONGEST_TYPED])
        if reference is None:
            raise schema_error("Enter the reference as the message shows it, like 7K3M-9QXA")
        return reference


class ReferenceQuery(FormInput):
    """The query of `/check`: the reference that is to be checked."""

    reference: Annotated[str, ReferenceField()]


@routes.page("/reply/{token}", Audience.LINK)
def show_reply(call: RequestContext) -> Response:
    """Shows what an owner is asked, with the answer form, or that the request has ended. With
    `?answer=…`, as the buttons of messages have it, shows that answer to be confirmed."""
    matter = _matter(call)
    if not matter.request.is_open:
        return over_page(call, matter, _address(call), _talk(call, matter))
    chosen = call.query.get("answer", "")
    if chosen in ANSWERS and matter.recipient.state is not RecipientState.UPLOADED:
        return confirm_page(call, matter, _address(call), RecipientState(chosen))
    return reply_page(call, matter, _address(call), talk=_talk(call, matter))


@routes.page("/reply/{token}/cameras", Audience.LINK)
def show_cameras(call: RequestContext) -> Response:
    """Shows the form that asks camera by camera, to owners of several cameras at the site."""
    matter = _matter(call)
    if not matter.request.is_open:
        return over_page(call, matter, _address(call))
    if len(matter.cameras) < 2 or matter.recipient.state is RecipientState.UPLOADED:
        return redirect(_address(call))
    return cameras_page(call, matter, _address(call))


@routes.form(
    "/reply/{token}",
    Audience.LINK,
    act=Act.REPLY,
    again=lambda call, error: _again(call, _matter(call), error),
)
def submit_answer(call: RequestContext) -> Response:
    """Takes an owner's answer, which can be changed as long as the request is open.

    The form answers for the site as a whole (`answer`), camera by camera (`answer_1` and so on), or
    both: then the site's answer holds for the cameras that were not named.
    """
    matter = _matter(call)
    if not matter.request.is_open:
        return over_page(call, matter, _address(call))
    try:
        sent = read_answer(call.form.fields, matter.site, matter.cameras)
        if sent.way:
            return _go_on(call, matter, sent)
        return _take(call, matter, sent)
    except RequestOver:
        return over_page(call, matter, _address(call))
    except (Invalid, Conflict) as error:
        return _again(call, matter, error)


@routes.page("/reply/{token}/thanks", Audience.LINK)
def show_thanks(call: RequestContext) -> Response:
    """Shows what was answered and what happens next; without an answer, leads to the form."""
    matter = _matter(call)
    if not matter.request.is_open:
        return over_page(call, matter, _address(call))
    recipient = matter.recipient
    if recipient.answer is None and recipient.state is not RecipientState.UPLOADED:
        return redirect(_address(call))
    return thanks_page(call, matter, _address(call), _talk(call, matter))


@routes.json("POST", "/reply/{token}/seen", Audience.LINK, act=Act.UPLOAD)
def mark_seen(call: RequestContext) -> Response:
    """Notes that a person uses the reply page, as the page's script reports."""
    call.json()  # threat: another site posts here with a link; no form can send this content type
    matter = _matter(call)
    if matter.request.is_open:
        call.services.requests.answers.mark_viewed(
            matter.recipient.request_id, matter.recipient.site_id
        )
    return json_reply({})


@routes.page("/check", Audience.PUBLIC)
def check_reference(call: RequestContext) -> Response:
    """Shows whether a request with a reference exists, and nothing else about that request."""
    typed = call.query.get("reference", "")[:LONGEST_TYPED]
    values = {"reference": typed}
    try:
        reference = read_query(ReferenceQuery, call.query).reference
    except Invalid as error:
        return page(call, "resident/check.html", values=values, errors=field_errors(error))
    if reference:
        spend_act(call, Act.CHECK)
    exists = bool(reference) and call.services.requests.reply_links.reference_exists(reference)
    return page(call, "resident/check.html", values=values, reference=reference, exists=exists)


def _take(call: RequestContext, matter: RecipientContext, sent: ReadAnswer) -> Response:
    """Stores an answer. Raises RequestOver, or Conflict when it cannot be given any more."""
    said, reason = sent.said, sent.reason
    rest = CameraAnswer(0, said, known_reason(reason)) if said else None
    cameras = combine_answers(sent.cameras, [camera.number for camera in matter.cameras], rest)
    if cameras or said is None:
        said, reason = site_answer(cameras)
    recipient = matter.recipient
    call.services.requests.answers.take_answer(
        recipient.request_id, recipient.site_id, said, reason, sent.note, cameras
    )
    return redirect(f"{_address(call)}/thanks")


def _go_on(call: RequestContext, matter: RecipientContext, sent: ReadAnswer) -> Response:
    """Leads on to the upload or to the form camera by camera, which answers nothing; a note that
    was already written is kept. Raises RequestOver."""
    recipient = matter.recipient
    if sent.note:
        call.services.requests.answers.save_note(recipient.request_id, recipient.site_id, sent.note)
    return redirect(f"{_address(call)}{'#send' if sent.way == UPLOAD else '/cameras'}")


def _again(call: RequestContext, matter: RecipientContext, error: DomainError) -> Response:
    """The answer form once more, with what was typed and what was wrong."""
    address = _address(call)
    if names_cameras(call.form.fields) and len(matter.cameras) > 1:
        return cameras_page(call, matter, address, error)
    return reply_page(call, matter, address, error, talk=_talk(call, matter))


def _talk(call: RequestContext, matter: RecipientContext) -> dict[str, Any]:
    """The template variables of the parts about the recorder's clock, the messages and the files
    that were sent."""
    sent = call.services.evidence.uploads.of_sender(upload_sender(matter))
    return {**thread.thread_context(call, matter, sent), **sending_context(call, sent)}


def _address(call: RequestContext) -> str:
    return f"/reply/{call.token()}"


def _matter(call: RequestContext) -> RecipientContext:
    """What the link in the path is about. Raises NotFound or Gone."""
    return call.services.requests.reply_links.open_link(call.token())
