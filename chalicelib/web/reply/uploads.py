"""Uploads from the reply page: JSON calls for the page's script (or any program), and a form for
browsers without JavaScript.

The secret link in the path is the key: it opens the uploads of one recipient and no others.
The files themselves go straight to S3.
"""

from __future__ import annotations

from typing import Annotated

from chalice import Response

from chalicelib.evidence.model import Evidence, EvidenceKind
from chalicelib.evidence.upload import UploadSender
from chalicelib.requests.recipients.recipient_context import RecipientContext
from chalicelib.web.fields.plain_field_types import KnownWordField, OwnIdField
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import Audience, Routes, json_reply
from chalicelib.web.http.templating import page
from chalicelib.web.http.validation import FormInput, read_query
from chalicelib.web.models import upload_models
from chalicelib.web.reply import upload_json

routes = Routes("reply.uploads", "resident")


class UploadPath(FormInput):
    """The part of a path that names an upload."""

    upload_id: Annotated[str, OwnIdField("the upload's id")]


class SendQuery(FormInput):
    """The query of the upload form without JavaScript. kind: of the file that is to be sent."""

    kind: Annotated[str, KnownWordField("the kind", tuple(EvidenceKind))]


class SentQuery(FormInput):
    """The query that S3 adds to the address to which it redirects after a form upload. key: of the
    object in S3."""

    key: str


@routes.json("POST", "/reply/{token}/uploads", Audience.LINK)
def begin_upload(call: RequestContext) -> Response:
    """Begins an upload: {filename, size, content_type} → {upload_id, part_size}.

    With `kind: "clock"` the file is a picture of the recorder's clock and no answer to the request.
    """
    sender, body = _sender(call), call.json()
    new = upload_models.read_new_upload(body)
    begun = call.services.evidence.uploads.begin_upload(
        sender, new.filename, new.size, new.content_type, new.kind, new.taken_at
    )
    return json_reply(upload_json.begun_json(begun), 201)


@routes.json("GET", "/reply/{token}/uploads", Audience.LINK)
def list_uploads(call: RequestContext) -> Response:
    """Lists the uploads that were sent or begun with this link, so that another device can go on
    with them."""
    found = call.services.evidence.uploads.of_sender(_sender(call))
    return json_reply(
        {"uploads": [upload_json.upload_status_json(evidence, []) for evidence in found]}
    )


@routes.json("GET", "/reply/{token}/uploads/{upload_id}", Audience.LINK)
def show_upload_status(call: RequestContext) -> Response:
    """Shows which parts of a file have arrived: {parts: [{number, size, sha256, etag}], state}."""
    return json_reply(
        upload_json.upload_status_json(*call.services.evidence.uploads.read_progress(_upload(call)))
    )


@routes.json("POST", "/reply/{token}/uploads/{upload_id}/parts", Audience.LINK)
def sign_parts(call: RequestContext) -> Response:
    """Signs parts of an upload: {parts: [{number, sha256}]} → {parts: [{number, url, headers}]}."""
    upload = _upload(call)
    wanted = upload_models.read_wanted_parts(call.json())
    return json_reply(
        upload_json.signed_parts_json(call.services.evidence.uploads.sign_parts(upload, wanted))
    )


@routes.json("POST", "/reply/{token}/uploads/{upload_id}/complete", Audience.LINK)
def complete_upload(call: RequestContext) -> Response:
    """Completes an upload: {parts: [{number, etag, sha256}], sha256} → 202 with a receipt."""
    upload = _upload(call)
    body = call.json()
    said, sha256 = upload_models.read_completion(body)
    done = call.services.evidence.uploads.complete_upload(upload, said, sha256)
    return json_reply(upload_json.upload_receipt(done, body.get("sha256")), 202)


@routes.page("/reply/{token}/send", Audience.LINK)
def upload_form_page(call: RequestContext) -> Response:
    """Shows a form that sends one file straight to S3, for browsers without JavaScript."""
    sender, own = _sender(call), call.services
    here = f"/reply/{call.token()}"
    clock = read_query(SendQuery, call.query).kind == EvidenceKind.CLOCK
    url, fields = own.evidence.form_uploads.upload_form(
        sender,
        f"{own.settings.base_url}{here}/{'clock' if clock else 'sent'}",
        EvidenceKind.CLOCK if clock else EvidenceKind.FOOTAGE,
    )
    return page(call, "resident/send.html", address=here, form_url=url, fields=fields, clock=clock)


@routes.page("/reply/{token}/sent", Audience.LINK)
def sent_files_page(call: RequestContext) -> Response:
    """Shows the footage that was sent with this link, and the state of each file."""
    found = call.services.evidence.uploads.of_sender(_sender(call))
    footage = [evidence for evidence in found if evidence.kind is EvidenceKind.FOOTAGE]
    arrived = [evidence for evidence in footage if evidence.received_at]
    return page(
        call,
        "resident/sent.html",
        address=f"/reply/{call.token()}",
        files=[{**vars(one), "reference": upload_json.upload_reference(one)} for one in arrived],
        just_sent=bool(read_query(SentQuery, call.query).key),
    )


def _sender(call: RequestContext) -> UploadSender:
    """Who sends files with the link in the path. Raises NotFound or Gone."""
    return upload_sender(call.services.requests.reply_links.open_link(call.token()))


def upload_sender(matter: RecipientContext) -> UploadSender:
    """Who sends files in a recipient context."""
    recipient = matter.recipient
    return UploadSender(
        request_id=recipient.request_id,
        site_id=recipient.site_id,
        owner_id=recipient.owner_id,
        incident_id=matter.incident.id,
        open=matter.request.is_open,
        clock_offset_seconds=recipient.clock_offset_seconds,
        clock_checked_at=recipient.clock_checked_at,
    )


def _upload(call: RequestContext) -> Evidence:
    """The upload in the path. Raises NotFound when there is none or it is another link's."""
    sender = _sender(call)
    path = read_query(UploadPath, {"upload_id": call.parameter("upload_id")})
    return call.services.evidence.uploads.get_upload(sender, path.upload_id)
