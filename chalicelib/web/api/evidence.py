"""API views of evidence: what was uploaded, its custody record, and the file itself."""

from __future__ import annotations

from chalice import Response

from chalicelib.access.permissions import Permission
from chalicelib.web.api.paths import EVIDENCE, REQUEST
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import Audience, Routes

routes = Routes("api.evidence", "api")


@routes.json("GET", f"{REQUEST}/evidence", Audience.API, Permission.VIEW_EVIDENCE)
def list_evidence(call: RequestContext) -> Response:
    """List what was uploaded for a request, newest first."""
    from chalicelib.web.models.evidence_models import EvidenceList, EvidenceModel

    request_id = call.id("request_id")
    access = call.services.evidence.officer_access
    found = access.of_request(call.officer, request_id, call.incident.id)
    return EvidenceList(evidence=[EvidenceModel.from_domain(one) for one in found]).reply()


@routes.json("GET", EVIDENCE, Audience.API, Permission.VIEW_EVIDENCE)
def show_evidence(call: RequestContext) -> Response:
    """Show one piece of evidence. The look is entered in its custody record."""
    from chalicelib.web.models.evidence_models import EvidenceModel

    return EvidenceModel.from_domain(
        call.services.evidence.officer_access.view_evidence(call.officer, call.id("evidence_id"))
    ).reply()


@routes.json("GET", f"{EVIDENCE}/custody", Audience.API, Permission.VIEW_EVIDENCE)
def show_custody(call: RequestContext) -> Response:
    """Show the custody record of a piece of evidence, this look included, and check its chain."""
    from chalicelib.web.models.evidence_models import Custody

    found = call.services.evidence.officer_access.view_custody(call.officer, call.id("evidence_id"))
    return Custody.from_domain(*found).reply()


@routes.json("GET", f"{EVIDENCE}/record", Audience.API, Permission.VIEW_EVIDENCE)
def export_record(call: RequestContext) -> Response:
    """Take all that is needed to check a piece of evidence without this service: its row, its
    custody record, the locked copies of its entries, and what checks found."""
    return record_reply(call)


def record_reply(call: RequestContext) -> Response:
    """Answer with the record of a piece of evidence as a JSON file that a browser saves."""
    evidence_id = call.id("evidence_id")
    return Response(
        call.services.evidence.record_export.export(call.officer, evidence_id),
        headers={
            "Content-Type": "application/json",
            "Content-Disposition": f'attachment; filename="custody-{evidence_id}.json"',
        },
    )


@routes.json("GET", f"{EVIDENCE}/content", Audience.API, Permission.OPEN_EVIDENCE, query=True)
def open_content(call: RequestContext) -> Response:
    """Redirect to the file, at an address that is valid for five minutes. `reason` says why,
    and without it the file is not opened."""
    from chalicelib.web.models.evidence_models import ContentQuery

    reason = call.query_as(ContentQuery).reason
    address = call.services.evidence.officer_access.open_evidence(
        call.officer, call.id("evidence_id"), reason
    )
    return Response(body="", status_code=302, headers={"Location": address})
