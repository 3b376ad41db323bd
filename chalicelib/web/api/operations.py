"""What each route of the API takes and gives, as the models that read and write it.

Imported only to write the API's description and by tests: it loads every model that there is.
"""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.web.api.paths import EVIDENCE, INCIDENT, REQUEST
from chalicelib.web.http.queries import KEY_PATTERN
from chalicelib.web.http.validation import Input, NoQuery, QueryInput
from chalicelib.web.models import coverage_models as coverage
from chalicelib.web.models import evidence_models as evidence
from chalicelib.web.models import incident_models as incidents
from chalicelib.web.models import map_models as maps
from chalicelib.web.models import message_models as messages
from chalicelib.web.models import record_models as records
from chalicelib.web.models import request_models as requests
from chalicelib.web.models import search_answers as found
from chalicelib.web.models import search_models as searches
from chalicelib.web.models import wording_models as wordings
from chalicelib.web.models.answers import Answer


@dataclass(frozen=True)
class Header:
    """A header that a caller may send."""

    name: str
    description: str
    pattern: str = ""


@dataclass(frozen=True)
class Operation:
    """What a route takes and gives. answers: by status, the model that writes it; a string for
    what no model writes, which is "" for an answer without a body. conflict: it can come too late.
    headers: that the caller may send; answered: that come with the answer. content: its type."""

    answers: dict[int, type[Answer] | str]
    body: type[Input] | None = None
    query: type[QueryInput] = NoQuery
    headers: tuple[Header, ...] = ()
    conflict: bool = False
    content: str = "application/json"


ONCE = Header(
    "Idempotency-Key",
    "Sent again with the same content, it is the same act",
    f"^{KEY_PATTERN}$",
)
GEOJSON = "application/geo+json"
CSV = "text/csv"

OPERATIONS: dict[tuple[str, str], Operation] = {
    ("POST", "/api/v1/incidents"): Operation(
        {201: incidents.Incident, 200: incidents.Incident},
        incidents.NewIncident,
        headers=(ONCE,),
        conflict=True,
    ),
    ("GET", "/api/v1/incidents"): Operation(
        {200: incidents.Incidents}, query=incidents.IncidentQuery
    ),
    ("GET", INCIDENT): Operation({200: incidents.IncidentWithSearches}),
    ("POST", f"{INCIDENT}/searches"): Operation(
        {200: found.SearchResult}, searches.NewSearch, conflict=True
    ),
    ("POST", f"{INCIDENT}/contacts"): Operation({200: searches.Contact}, searches.NewContact),
    ("POST", f"{INCIDENT}/requests"): Operation(
        {201: requests.MadeRequest, 200: requests.MadeRequest},
        requests.NewRequest,
        headers=(ONCE,),
        conflict=True,
    ),
    ("POST", f"{INCIDENT}/closing"): Operation(
        {200: incidents.Incident}, messages.NewClosing, conflict=True
    ),
    ("POST", f"{INCIDENT}/reopening"): Operation(
        {200: incidents.Incident}, messages.NewReopening, conflict=True
    ),
    ("POST", f"{INCIDENT}/requests/check"): Operation({200: requests.Check}, requests.NewCheck),
    ("GET", REQUEST): Operation({200: requests.RequestOverview}),
    ("POST", f"{REQUEST}/withdrawal"): Operation(
        {200: requests.Request}, requests.NewWithdrawal, conflict=True
    ),
    ("GET", f"{REQUEST}/coverage"): Operation(
        {200: coverage.Coverage}, conflict=True, content=GEOJSON
    ),
    ("GET", f"{REQUEST}/disclosure"): Operation({200: "text"}, conflict=True, content=CSV),
    ("GET", f"{INCIDENT}/coverage"): Operation(
        {200: coverage.IncidentCoverage}, conflict=True, content=GEOJSON
    ),
    ("GET", f"{INCIDENT}/disclosure"): Operation({200: "text"}, conflict=True, content=CSV),
    ("GET", f"{REQUEST}/recipients/{{site_id}}/messages"): Operation({200: messages.Thread}),
    ("POST", f"{REQUEST}/recipients/{{site_id}}/messages"): Operation(
        {201: messages.ThreadMessage}, messages.NewMessage, headers=(ONCE,), conflict=True
    ),
    ("GET", f"{REQUEST}/evidence"): Operation({200: evidence.EvidenceList}),
    ("GET", EVIDENCE): Operation({200: evidence.Evidence}),
    ("GET", f"{EVIDENCE}/custody"): Operation({200: evidence.Custody}),
    ("GET", f"{EVIDENCE}/content"): Operation(
        {302: ""}, query=evidence.ContentQuery, conflict=True
    ),
    ("GET", "/api/v1/wordings"): Operation({200: wordings.Wordings}),
    ("GET", "/api/v1/map"): Operation(
        {200: maps.SiteMap, 304: ""},
        query=maps.MapQuery,
        headers=(Header("If-None-Match", "The ETag of the answer that the caller has"),),
    ),
    ("GET", "/api/v1/audit"): Operation({200: records.AuditPage}, query=records.AuditQuery),
    ("GET", "/api/v1/statistics"): Operation(
        {200: records.Statistics}, query=records.StatisticsQuery
    ),
    ("GET", "/api/v1/openapi.json"): Operation({200: "object"}),
}
