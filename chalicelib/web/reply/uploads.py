"""Uploads from the reply page: JSON between the page's script (or any program) and us.

The secret link in the path is the key: it opens the uploads of one recipient and no others.
The files themselves go straight to S3.
"""

from __future__ import annotations

from typing import Annotated

from chalice import Response

from chalicelib.evidence.model import Evidence, Kind
from chalicelib.evidence.upload import Sender
from chalicelib.requests.recipients.recipient_context import Matter
from chalicelib.web.fields.plain_field_types import Known, OwnId
from chalicelib.web.http.request_context import Call
from chalicelib.web.http.routing import Audience, Routes, json_reply
from chalicelib.web.http.templating import page
from chalicelib.web.http.validation import FormInput, read_query
from chalicelib.web.models import upload_models
from chalicelib.web.reply import upload_json

routes = Routes("reply.uploads", "resident")


class UploadPath(FormInput):
    """Which upload, in the path."""

    upload_id: Annotated[str, OwnId("the upload's id")]


class SendQuery(FormInput):
    """What is to be sent with the form for browsers without JavaScript."""

    kind: Annotated[str, Known("the kind", tuple(Kind))]


class SentQuery(FormInput):
    """What S3 adds to the address that it sends a form's sender to. key: of what was sent."""

    key: str


@routes.json("POST", "/reply/{token}/uploads", Audience.LINK)
def begin(call: Call) -> Response:
    """Begin an upload: {filename, size, content_type} → {upload_id, part_size}.

    With `kind: "clock"` it is a picture of the recorder's clock, which answers nothing.
    """
    sender, body = _sender(call), call.json()
    new = upload_models.new_upload(body)
    begun = call.services.evidence.uploads.begin(
        sender, new.filename, new.size, new.content_type, new.kind, new.taken_at
    )
    return json_reply(upload_json.begun(begun), 201)


@routes.json("GET", "/reply/{token}/uploads", Audience.LINK)
def listing(call: Call) -> Response:
    """What was sent or begun with this link, so that another device can take it up."""
    found = call.services.evidence.uploads.of_sender(_sender(call))
    return json_reply({"uploads": [upload_json.status(evidence, []) for evidence in found]})


@routes.json("GET", "/reply/{token}/uploads/{upload_id}", Audience.LINK)
def status(call: Call) -> Response:
    """Which parts have arrived: {parts: [{number, size, sha256, etag}], state}."""
    return json_reply(upload_json.status(*call.services.evidence.uploads.look(_upload(call))))


@routes.json("POST", "/reply/{token}/uploads/{upload_id}/parts", Audience.LINK)
def parts(call: Call) -> Response:
    """Sign parts: {parts: [{number, sha256}]} → {parts: [{number, url, headers}]}."""
    upload = _upload(call)
    wanted = upload_models.wanted_parts(call.json())
    return json_reply(upload_json.signed(call.services.evidence.uploads.sign(upload, wanted)))


@routes.json("POST", "/reply/{token}/uploads/{upload_id}/complete", Audience.LINK)
def complete(call: Call) -> Response:
    """Complete: {parts: [{number, etag, sha256}], sha256} → 202 with a receipt."""
    upload = _upload(call)
    body = call.json()
    said, sha256 = upload_models.completed(body)
    done = call.services.evidence.uploads.complete(upload, said, sha256)
    return json_reply(upload_json.receipt(done, body.get("sha256")), 202)


@routes.page("/reply/{token}/send", Audience.LINK)
def plain_form(call: Call) -> Response:
    """A form that sends one file straight to S3, for browsers without JavaScript."""
    sender, own = _sender(call), call.services
    here = f"/reply/{call.token()}"
    clock = read_query(SendQuery, call.query).kind == Kind.CLOCK
    url, fields = own.evidence.form_uploads.form(
        sender,
        f"{own.settings.base_url}{here}/{'clock' if clock else 'sent'}",
        Kind.CLOCK if clock else Kind.FOOTAGE,
    )
    return page(call, "resident/send.html", address=here, form_url=url, fields=fields, clock=clock)


@routes.page("/reply/{token}/sent", Audience.LINK)
def sent(call: Call) -> Response:
    """What was sent with this link, and how it stands."""
    found = call.services.evidence.uploads.of_sender(_sender(call))
    footage = [evidence for evidence in found if evidence.kind is Kind.FOOTAGE]
    arrived = [evidence for evidence in footage if evidence.received_at]
    return page(
        call,
        "resident/sent.html",
        address=f"/reply/{call.token()}",
        files=[{**vars(one), "reference": upload_json.reference(one)} for one in arrived],
        just_sent=bool(read_query(SentQuery, call.query).key),
    )


def _sender(call: Call) -> Sender:
    """Whose link it is. Raises NotFound or Gone."""
    return sender_of(call.services.requests.reply_links.open(call.token()))


def sender_of(matter: Matter) -> Sender:
    """Who sends files for a matter."""
    recipient = matter.recipient
    return Sender(
        request_id=recipient.request_id,
        site_id=recipient.site_id,
        owner_id=recipient.owner_id,
        incident_id=matter.incident.id,
        open=matter.request.is_open,
        clock_offset_seconds=recipient.clock_offset_seconds,
        clock_checked_at=recipient.clock_checked_at,
    )


def _upload(call: Call) -> Evidence:
    """The upload in the path, if it is this link's own. Raises NotFound."""
    sender = _sender(call)
    path = read_query(UploadPath, {"upload_id": call.parameter("upload_id")})
    return call.services.evidence.uploads.get(sender, path.upload_id)
