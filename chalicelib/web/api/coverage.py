"""API views of what the answers to requests prove, and of the disclosure list."""

from __future__ import annotations

from chalice import Response

from chalicelib.access.permissions import Permission
from chalicelib.evidence.disclosure import DisclosureSchedule
from chalicelib.requests.coverage.coverage_cells import seen_cells
from chalicelib.web.api.paths import INCIDENT, REQUEST
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import Audience, Routes

routes = Routes("api.coverage", "api")

GEOJSON = "application/geo+json"


@routes.json("GET", f"{REQUEST}/coverage", Audience.API, Permission.VIEW_COVERAGE)
def show_coverage(call: RequestContext) -> Response:
    """Show what the answers prove: sites, cells in view, gaps by minute, as GeoJSON."""
    from chalicelib.web.coverage.geojson import request_coverage

    found = call.services.evidence.coverage_report.coverage(call.id("request_id"), call.officer)
    return request_coverage(found, seen_cells(found.coverage)).reply(content_type=GEOJSON)


@routes.json("GET", f"{INCIDENT}/coverage", Audience.API, Permission.VIEW_COVERAGE)
def show_incident_coverage(call: RequestContext) -> Response:
    """Show what the answers to all requests of an incident prove together, as GeoJSON."""
    from chalicelib.web.coverage.geojson import CELLS_OF_INCIDENT, incident_coverage

    found = call.services.evidence.coverage_report.of_incident(call.id("incident_id"), call.officer)
    cells = seen_cells(found.coverage, CELLS_OF_INCIDENT)
    return incident_coverage(found, cells).reply(content_type=GEOJSON)


@routes.json("GET", f"{REQUEST}/disclosure", Audience.API, Permission.VIEW_COVERAGE)
def take_disclosure(call: RequestContext) -> Response:
    """Take the disclosure list as CSV: who was asked, when, what they answered and sent."""
    return csv_reply(
        call.services.evidence.coverage_report.disclosure(call.id("request_id"), call.officer)
    )


@routes.json("GET", f"{INCIDENT}/disclosure", Audience.API, Permission.VIEW_COVERAGE)
def take_incident_disclosure(call: RequestContext) -> Response:
    """Take the disclosure lists of all requests of an incident as one CSV."""
    proofs = call.services.evidence.coverage_report
    return csv_reply(proofs.disclosure_of_incident(call.id("incident_id"), call.officer))


def csv_reply(made: DisclosureSchedule, mark: str = "") -> Response:
    """Answer with the disclosure list as a CSV file that a browser saves. mark: goes before it."""
    return Response(
        body=mark + made.csv(),
        headers={
            "Content-Type": "text/csv; charset=utf-8; header=present",
            "Content-Disposition": f'attachment; filename="{made.file_name}"',
        },
    )
