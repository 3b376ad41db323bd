"""Uploads from the reply page: JSON calls for the page's script (or any program), and a form for
browsers without JavaScript.

The secret link in the path is the key: it opens the uploads of one recipient and no others.
The files themselves go straight to S3.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from chalice import Response

from chalicelib.evidence.files import FORM_BYTES
from chalicelib.evidence.model import Evidence, EvidenceKind
from chalicelib.evidence.receiving.form_upload import FormArrival
from chalicelib.evidence.receiving.senders import NewFile, UploadSender
from chalicelib.evidence.sender_words import UploadStage, upload_sentence, upload_stage
from chalicelib.limits.acts import Act
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


@routes.json("POST", "/reply/{token}/uploads", Audience.LINK, act=Act.UPLOAD)
def begin_upload(call: RequestContext) -> Response:
    """Begins an upload: {filename, size, content_type} → 201 {upload_id, part_size}.

    With `kind: "clock"` the file is a picture of the recorder's clock and no answer to the request.
    With `sha256`, a file that this link has begun or sent before is answered with 200 and how it
    stands, and no other upload is begun.
    """
    sender, body = _sender(call), call.json()
    new = upload_models.read_new_upload(body)
    file = NewFile(new.filename, new.size, new.content_type, new.kind, new.taken_at)
    sha256 = new.sha256.hex() if new.sha256 else ""
    begun, created = call.services.evidence.uploads.begin_upload(sender, file, sha256)
    return json_reply(upload_json.begun_json(begun), 201 if created else 200)


@routes.json("GET", "/reply/{token}/uploads", Audience.LINK)
def list_uploads(call: RequestContext) -> Response:
    """Lists the uploads that were sent or begun with this link, so that another device can go on
    with them; of those that broke off, with the parts that have arrived."""
    uploads = call.services.evidence.uploads
    found = uploads.of_sender(_sender(call))
    held = {one.id: parts for one, parts in uploads.broken_off(found)}
    listed = [upload_json.upload_status_json(one, held.get(one.id, [])) for one in found]
    return json_reply({"uploads": listed})


@routes.json("GET", "/reply/{token}/uploads/{upload_id}", Audience.LINK)
def show_upload_status(call: RequestContext) -> Response:
    """Shows which parts of a file have arrived: {parts: [{number, size, sha256, etag}], state}."""
    return json_reply(
        upload_json.upload_status_json(*call.services.evidence.uploads.read_progress(_upload(call)))
    )


@routes.json("POST", "/reply/{token}/uploads/{upload_id}/parts", Audience.LINK, act=Act.UPLOAD)
def sign_parts(call: RequestContext) -> Response:
    """Signs parts of an upload: {parts: [{number, sha256}]} → {parts: [{number, url, headers}]}."""
    upload = _upload(call)
    wanted = upload_models.read_wanted_parts(call.json())
    return json_reply(
        upload_json.signed_parts_json(call.services.evidence.uploads.sign_parts(upload, wanted))
    )


@routes.json("POST", "/reply/{token}/uploads/{upload_id}/complete", Audience.LINK, act=Act.UPLOAD)
def complete_upload(call: RequestContext) -> Response:
    """Notes that all parts are there: {parts: [{number, etag, sha256}], sha256} → 202 with a
    receipt. A job puts the file together and checks it; the upload's status says when it has."""
    upload = _upload(call)
    body = call.json()
    said, sha256 = upload_models.read_completion(body)
    done = call.services.evidence.uploads.complete_upload(upload, said, sha256)
    return json_reply(upload_json.upload_receipt(done, body.get("sha256")), 202)


@routes.page("/reply/{token}/send", Audience.LINK)
def upload_form_page(call: RequestContext) -> Response:
    """Shows a form that sends one file straight to S3, for browsers without JavaScript."""
    clock = read_query(SendQuery, call.query).kind == EvidenceKind.CLOCK
    return _form_page(call, _sender(call), clock)


@routes.page("/reply/{token}/sent", Audience.LINK)
def sent_files_page(call: RequestContext) -> Response:
    """Shows the footage that was sent with this link, and the state of each file. S3 leads here
    from the form; a file that is no footage leads back to it, with what is wrong."""
    sender = _sender(call)
    just_sent = look_at_sent(call, sender)
    if just_sent and just_sent.problem:
        return _form_page(call, sender, clock=False, problem=just_sent.problem)
    sent = call.services.evidence.uploads.of_sender(sender)
    sending = sending_context(call, sent)["sending"]
    stages = {file["id"]: file["stage"] for file in sending["files"]}
    stage = stages.get(just_sent.evidence_id) if just_sent else None
    if stage not in (None, UploadStage.CHECKING):
        just_sent = None  # the page was opened again later: the file is checked, and listed
    return page(
        call,
        "resident/sent.html",
        address=f"/reply/{call.token()}",
        sending=sending,
        just_sent=just_sent,
        waiting=just_sent if stage is None else None,
    )


def look_at_sent(call: RequestContext, sender: UploadSender) -> FormArrival | None:
    """The file that a form just sent and S3 names in the query; None when it names none, or none
    that is there."""
    key = read_query(SentQuery, call.query).key
    return call.services.evidence.form_uploads.look_at(sender, key) if key else None


def sending_context(call: RequestContext, sent: Sequence[Evidence]) -> dict[str, Any]:
    """The template variables about a sender's footage: the files that arrived, how many of them
    count as sent, and those that broke off. sent: all that came by the reply link."""
    own = [one for one in sent if one.kind is EvidenceKind.FOOTAGE]
    files = [_shown(one) for one in own if one.received_at]
    broken = [
        {**_shown(one), "percent": 100 * sum(part.size for part in parts) // one.size}
        for one, parts in call.services.evidence.uploads.broken_off(own)
    ]
    taken = [file for file in files if file["stage"] != UploadStage.REFUSED]
    return {"sending": {"files": files, "sent": taken, "broken_off": broken}}


def _shown(evidence: Evidence) -> dict[str, Any]:
    """A file as the templates show it."""
    return {
        **vars(evidence),
        "stage": upload_stage(evidence),
        "message": upload_sentence(evidence),
        "cut": evidence.seems_cut,
        "reference": upload_json.upload_reference(evidence),
    }


def _form_page(
    call: RequestContext, sender: UploadSender, clock: bool, problem: str = ""
) -> Response:
    own, here = call.services, f"/reply/{call.token()}"
    kind = EvidenceKind.CLOCK if clock else EvidenceKind.FOOTAGE
    then = f"{own.settings.base_url}{here}/{'clock' if clock else 'sent'}"
    url, fields = own.evidence.form_uploads.upload_form(sender, then, kind)
    return page(
        call,
        "resident/send.html",
        address=here,
        form_url=url,
        fields=fields,
        clock=clock,
        problem=problem,
        most=FORM_BYTES,
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
