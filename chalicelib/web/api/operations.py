"""The models that each route of the API reads and writes.

Only `openapi` and tests import this module, because it loads every model of the API.
"""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.web.api.paths import EVIDENCE, INCIDENT, REQUEST, TEAM
from chalicelib.web.http.request_context import KEY_PATTERN
from chalicelib.web.http.validation import Input, NoQuery, QueryInput
from chalicelib.web.models import coverage_models as coverage
from chalicelib.web.models import evidence_models as evidence
from chalicelib.web.models import incident_models as incidents
from chalicelib.web.models import map_models as maps
from chalicelib.web.models import message_models as messages
from chalicelib.web.models import message_template_models as wordings
from chalicelib.web.models import record_models as records
from chalicelib.web.models import request_models as requests
from chalicelib.web.models import search_answers as found
from chalicelib.web.models import search_models as searches
from chalicelib.web.models.response_models import ResponseModel
from chalicelib.web.teams import team_models as teams


@dataclass(frozen=True)
class OperationHeader:
    """A header that a caller may send."""

    name: str
    description: str
    pattern: str = ""


@dataclass(frozen=True)
class Operation:
    """What a route takes and answers. answers: by status, the model that writes the body, or a
    string for a body that no model writes ("" for no body). headers: those that the caller may
    send. conflict: the call can come too late (409). content: the media type of the answer."""

    answers: dict[int, type[ResponseModel] | str]
    body: type[Input] | None = None
    query: type[QueryInput] = NoQuery
    headers: tuple[OperationHeader, ...] = ()
    conflict: bool = False
    content: str = "application/json"


ONCE = OperationHeader(
    "Idempotency-Key",
    "Sent again with the same content, it is the same act",
    f"^{KEY_PATTERN}$",
)
GEOJSON = "application/geo+json"
CSV = "text/csv"

OPERATIONS: dict[tuple[str, str], Operation] = {
    ("POST", "/api/v1/incidents"): Operation(
        {201: incidents.IncidentModel, 200: incidents.IncidentModel},
        incidents.NewIncidentModel,
        headers=(ONCE,),
        conflict=True,
    ),
    ("GET", "/api/v1/incidents"): Operation(
        {200: incidents.IncidentsModel}, query=incidents.IncidentQuery
    ),
    ("GET", INCIDENT): Operation({200: incidents.IncidentWithSearches}),
    ("POST", f"{INCIDENT}/searches"): Operation(
        {200: found.SearchResultModel}, searches.NewSearch, conflict=True
    ),
    ("POST", f"{INCIDENT}/contacts"): Operation(
        {200: searches.ContactModel}, searches.NewContact, conflict=True
    ),
    ("POST", f"{INCIDENT}/requests"): Operation(
        {201: requests.CreatedRequestModel, 200: requests.CreatedRequestModel},
        requests.NewRequest,
        headers=(ONCE,),
        conflict=True,
    ),
    ("POST", f"{INCIDENT}/closing"): Operation(
        {200: incidents.IncidentModel}, messages.NewClosing, conflict=True
    ),
    ("POST", f"{INCIDENT}/reopening"): Operation(
        {200: incidents.IncidentModel}, messages.NewReopening, conflict=True
    ),
    ("GET", TEAM): Operation({200: teams.TeamModel}),
    ("PUT", TEAM): Operation({200: teams.TeamModel}, teams.NewTeam, conflict=True),
    ("POST", f"{INCIDENT}/leaving"): Operation({200: teams.TeamModel}, conflict=True),
    ("POST", f"{INCIDENT}/access"): Operation({200: teams.AccessModel}, teams.NewAccess),
    ("POST", f"{INCIDENT}/requests/check"): Operation(
        {200: requests.RequestCheckModel}, requests.NewCheck
    ),
    ("GET", REQUEST): Operation({200: requests.RequestOverviewModel}),
    ("POST", f"{REQUEST}/withdrawal"): Operation(
        {200: requests.RequestModel}, requests.NewWithdrawal, conflict=True
    ),
    ("GET", f"{REQUEST}/coverage"): Operation(
        {200: coverage.CoverageModel}, conflict=True, content=GEOJSON
    ),
    ("GET", f"{REQUEST}/disclosure"): Operation({200: "text"}, conflict=True, content=CSV),
    ("GET", f"{INCIDENT}/coverage"): Operation(
        {200: coverage.IncidentCoverage}, conflict=True, content=GEOJSON
    ),
    ("GET", f"{INCIDENT}/disclosure"): Operation({200: "text"}, conflict=True, content=CSV),
    ("GET", f"{REQUEST}/recipients/{{site_id}}/messages"): Operation({200: messages.ThreadModel}),
    ("POST", f"{REQUEST}/recipients/{{site_id}}/messages"): Operation(
        {201: messages.ThreadMessageModel}, messages.NewMessage, headers=(ONCE,), conflict=True
    ),
    ("GET", f"{REQUEST}/evidence"): Operation({200: evidence.EvidenceList}),
    ("GET", EVIDENCE): Operation({200: evidence.EvidenceModel}),
    ("GET", f"{EVIDENCE}/custody"): Operation({200: evidence.Custody}),
    ("GET", f"{EVIDENCE}/record"): Operation({200: "object"}),
    ("GET", f"{EVIDENCE}/content"): Operation(
        {302: ""}, query=evidence.ContentQuery, conflict=True
    ),
    ("GET", "/api/v1/wordings"): Operation({200: wordings.MessageTemplatesModel}),
    ("GET", "/api/v1/map"): Operation(
        {200: maps.SiteMapModel, 304: ""},
        query=maps.MapQuery,
        headers=(OperationHeader("If-None-Match", "The ETag of the answer that the caller has"),),
    ),
    ("GET", "/api/v1/audit"): Operation({200: records.AuditPage}, query=records.AuditQuery),
    ("GET", "/api/v1/statistics"): Operation(
        {200: records.StatisticsModel}, query=records.StatisticsQuery
    ),
    ("GET", "/api/v1/openapi.json"): Operation({200: "object"}),
}
