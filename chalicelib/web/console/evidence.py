"""The console: uploaded evidence, its custody record, and playing and downloading its file."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from chalice import Response

from chalicelib.access.look_proofs import FIELD
from chalicelib.access.permissions import Permission
from chalicelib.core.errors import DomainError, Invalid
from chalicelib.evidence.custody import entry_details
from chalicelib.evidence.formats.file_types import playable_type
from chalicelib.evidence.formats.structure import Structure
from chalicelib.evidence.model import Evidence, EvidenceState
from chalicelib.web.api.evidence import record_reply
from chalicelib.web.console.audit import details_in_words
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import Audience, Routes, redirect
from chalicelib.web.http.templating import page
from chalicelib.web.reply.upload_json import upload_reference

routes = Routes("console.evidence", "console")

PLAYED_FOR = timedelta(hours=1)
"""How long the page with the player can be loaded again without another reason, by the player too,
whose address lives for minutes. The proof is the session's: it ends with it."""


@routes.page("/console/requests/{request_id}/evidence", Audience.CONSOLE, Permission.VIEW_EVIDENCE)
def evidence_list_page(call: RequestContext) -> Response:
    """Lists the evidence that was uploaded for a request. The look goes on record. Raises
    NotFound."""
    own, request_id = call.services, call.id("request_id")
    request = own.requests.requests.get_request(request_id)
    incident = call.incident
    found = own.evidence.officer_access.of_request(call.officer, request_id, incident.id)
    numbers = own.incidents.site_numbers.number_sites(incident.id, [one.site_id for one in found])
    return page(
        call,
        "console/evidence_list.html",
        nav="incidents",
        request=request,
        incident=incident,
        evidence=[{**_shown(one), "number": numbers.get(one.site_id)} for one in found],
    )


@routes.page("/console/evidence/{evidence_id}", Audience.CONSOLE, Permission.VIEW_EVIDENCE)
def evidence_page(call: RequestContext) -> Response:
    """Shows one piece of evidence and its custody record, which includes this look. After "Play" it
    shows the player too; the playing is then the look on record."""
    own, evidence_id = call.services.evidence, call.id("evidence_id")
    if call.officer.may(Permission.OPEN_EVIDENCE) and call.has_looked(f"playing.{evidence_id}"):
        evidence = own.store.find(evidence_id)
        return _page(call, evidence, player=own.officer_access.play_address(evidence))
    return _page(call, own.officer_access.view_evidence(call.officer, evidence_id))


def _refused(call: RequestContext, error: DomainError) -> Response:
    """The page with what was typed, after the look at it went on record."""
    officer_access = call.services.evidence.officer_access
    return _page(call, officer_access.view_evidence(call.officer, call.id("evidence_id")), error)


@routes.form(
    "/console/evidence/{evidence_id}",
    Audience.CONSOLE,
    Permission.OPEN_EVIDENCE,
    again=_refused,
)
def open_file(call: RequestContext) -> Response:
    """Leads to a piece of evidence in the page's player or to its download, for a stated reason."""
    from chalicelib.web.models.evidence_models import OpeningForm

    own, evidence_id = call.services, call.id("evidence_id")
    play = call.form.typed("action") == "play"
    try:
        reason = call.form.read(OpeningForm).reason
    except Invalid as error:
        return _refused(call, error)
    address = own.evidence.officer_access.open_evidence(
        call.officer, evidence_id, reason, play=play
    )
    if not play:
        return redirect(address)
    proof = call.prove_look(f"playing.{evidence_id}", PLAYED_FOR)
    return redirect(f"/console/evidence/{evidence_id}?{urlencode({FIELD: proof})}")


@routes.page("/console/evidence/{evidence_id}/record", Audience.CONSOLE, Permission.VIEW_EVIDENCE)
def download_record(call: RequestContext) -> Response:
    """Downloads what an auditor or a court needs to check a piece of evidence without Sightline.
    The download goes on record."""
    return record_reply(call)


def _page(
    call: RequestContext, evidence: Evidence, error: DomainError | None = None, **context: Any
) -> Response:
    from chalicelib.web.models.evidence_models import LONGEST_REASON

    own, zone = call.services, call.services.settings.time_zone
    report = own.evidence.custody_check.check(evidence.id, evidence.request_id)
    earlier = own.integrity.check_results.of_piece(evidence.id, 1)
    return page(
        call,
        "console/evidence.html",
        error,
        nav="incidents",
        one=_shown(evidence),
        number=own.incidents.site_numbers.number_sites(
            evidence.incident_id, [evidence.site_id]
        ).get(evidence.site_id),
        incident=call.incident,
        entries=[
            {**entry, "details": details_in_words(entry_details(entry), zone)}
            for entry in reversed(report.entries)
        ],
        report=report,
        last_check=earlier[0] if earlier else None,
        reason_length=LONGEST_REASON,
        **context,
    )


def _shown(evidence: Evidence) -> dict[str, Any]:
    """A piece of evidence as the templates show it."""
    accepted = evidence.state is EvidenceState.ACCEPTED
    plays = accepted and evidence.structure is not Structure.BROKEN
    kind = playable_type(evidence.format) if plays else ""
    return {
        **vars(evidence),
        "state": evidence.state.value,
        "reference": upload_reference(evidence),
        "can_open": accepted,
        "player": kind.partition("/")[0],
    }
