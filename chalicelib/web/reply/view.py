"""The pages behind a reply link, made from a recipient context.

Nothing here reads what is stored or needs a token, so that officers can be shown, with a made-up
recipient context, exactly what an owner would see.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalice import Response

from chalicelib.cameras.retention import saving_ways
from chalicelib.core.errors import DomainError
from chalicelib.requests.model import RecipientState
from chalicelib.requests.recipient_states import ANSWER_WORDS, EACH_CAMERA, offered_answers
from chalicelib.requests.recipients.recipient_context import RecipientContext
from chalicelib.requests.reminder_schedule import SAVED_MARKS
from chalicelib.requests.replies.answers import REASONS
from chalicelib.requests.replies.approximate_location import approximate_location
from chalicelib.requests.replies.camera_answers import unanswered_cameras
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.templating import page
from chalicelib.web.reply.cameras import LATER, camera_name, camera_values
from chalicelib.web.reply.map import draw_reply_map
from chalicelib.web.reply.times import FootageHold, camera_holds, clocks_note, time_phases

LONGEST_NOTE = 1000

CAMERA_ANSWERS = {
    LATER: "Not looked yet",
    **{answer.value: words.of_camera for answer, words in ANSWER_WORDS.items()},
}
"""The answers that the form offers for one camera, in words, by the value that the form sends."""


def reply_page(
    call: RequestContext,
    matter: RecipientContext,
    address: str,
    error: DomainError | None = None,
    *,
    talk: Mapping[str, Any] | None = None,
) -> Response:
    """The page with the question and the answer form. address: of the page, which its forms post
    to. error: why the form that was sent could not be taken. talk: the template variables of the
    parts about the recorder's clock and the messages."""
    return _page(call, "resident/reply.html", matter, address, site_values(matter), error, talk)


def confirm_page(
    call: RequestContext, matter: RecipientContext, address: str, said: RecipientState
) -> Response:
    """The page on which an answer that was chosen in a message is confirmed. address: as in
    `reply_page`."""
    context = {**_context(call, matter), "values": site_values(matter), "address": address}
    return page(call, "resident/reply_confirm.html", said=said, **context)


def cameras_page(
    call: RequestContext, matter: RecipientContext, address: str, error: DomainError | None = None
) -> Response:
    """The page with the form that asks camera by camera. address, error: as in `reply_page`."""
    recipient = matter.recipient
    said = {**camera_values(recipient, matter.asked_site), "note": recipient.note}
    return _page(call, "resident/reply_cameras.html", matter, address, said, error)


def thanks_page(
    call: RequestContext,
    matter: RecipientContext,
    address: str,
    talk: Mapping[str, Any] | None = None,
) -> Response:
    """The page that says what was answered and what happens next. talk: as in `reply_page`."""
    return _page(call, "resident/reply_thanks.html", matter, address, {}, talk=talk)


def over_page(
    call: RequestContext,
    matter: RecipientContext,
    address: str,
    talk: Mapping[str, Any] | None = None,
) -> Response:
    """The page that says that the request has ended and nothing is left to do; its status is 410.
    talk: as in `reply_page`, because the thread can still be read."""
    template = "resident/reply_over.html"
    return page(call, template, status=410, matter=matter, address=address, **(talk or {}))


def site_values(matter: RecipientContext) -> dict[str, str]:
    """Values that show an earlier answer in the answer form.

    After an answer camera by camera, no answer is chosen for the site as a whole: an owner who only
    changes the note and sends the form again must not answer for cameras that were left out.
    """
    recipient = matter.recipient
    if recipient.by_camera and len(matter.cameras) > 1:
        return {"answer": "cameras", "note": recipient.note}
    return {
        "answer": recipient.answer.value if recipient.answer else "",
        "reason": recipient.reason,
        "note": recipient.note,
    }


def _page(
    call: RequestContext,
    template: str,
    matter: RecipientContext,
    address: str,
    values: Mapping[str, str],
    error: DomainError | None = None,
    talk: Mapping[str, Any] | None = None,
) -> Response:
    form = call.form.redisplay_context(error) if error else {"values": values, "errors": {}}
    context = {**_context(call, matter), **(talk or {}), **form, "address": address}
    return page(call, template, status=error.status if error else 200, **context)


def _context(call: RequestContext, matter: RecipientContext) -> dict[str, Any]:
    """The template variables that all pages behind a reply link share."""
    now, zone = call.now, call.services.settings.time_zone
    incident, recipient, site = matter.incident, matter.recipient, matter.site
    phases = time_phases(recipient, site, matter.window, now)
    left = phases[0].left
    place = approximate_location(incident.latitude_e6, incident.longitude_e6)
    return {
        "matter": matter,
        "now": now,
        "phases": phases,
        "gone_at": phases[-1].begins,
        "late": left.hold is FootageHold.GONE or recipient.state is RecipientState.EXPIRED,
        "clocks": clocks_note(matter.window, now, zone, call.services.clients.country),
        "recorder": matter.recorder_words(zone),
        "map": draw_reply_map(matter.asked_site, place),
        "ways": saving_ways(matter.cameras),
        "several": len(matter.cameras) > 1,
        "cameras": _cameras(matter, now),
        "waiting_cameras": unanswered_cameras(
            recipient, [camera.number for camera in matter.cameras]
        ),
        "answers": ANSWER_WORDS,
        "offered": dict(offered_answers(len(matter.cameras) > 1)),
        "each_camera": EACH_CAMERA,
        "camera_answers": CAMERA_ANSWERS,
        "reasons": REASONS,
        "note_length": LONGEST_NOTE,
        "upload_reminders": len(SAVED_MARKS),
    }


def _cameras(matter: RecipientContext, now: datetime) -> list[dict[str, Any]]:
    """Each camera of the site: number, name, how long its footage is there, and its answer."""
    said = {one.number: one for one in matter.recipient.by_camera}
    return [
        {
            "number": hold.camera.number,
            "name": camera_name(hold.camera),
            "records": hold.camera.records,
            "left": hold.left,
            "said": said.get(hold.camera.number),
        }
        for hold in camera_holds(matter.recipient, matter.site, matter.window, now)
    ]
