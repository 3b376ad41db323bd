"""An officer's program, for tests: speaks to the API and holds every answer against what the API
says of itself."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from chalicelib.core.ids import new_id
from chalicelib.web.api.operations import OPERATIONS
from chalicelib.web.models.response_models import Problem
from infra.localstack.visitor import Visitor

# Less than 100 km from the force's area, where no other test (nor this one, before) registered
# anybody.
SCENE = (
    round(53 + secrets.randbelow(5 * 10**5) / 1e6, 6),
    round(-3.4 + secrets.randbelow(10**6) / 1e6, 6),
)


class Officer:
    """An officer's program. Holds every answer against what the API says of itself."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.token = visitor.bearer()

    def send(self, method: str, path: str, route: str = "", **arguments: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}", **arguments.pop("headers", {})}
        answer = self.visitor.send_request(method, path, headers=headers, **arguments)
        described = OPERATIONS[method, route or path.partition("?")[0]].answers
        if answer.status_code < 400:
            model = described[answer.status_code]
            assert isinstance(model, type)
            model.model_validate_json(answer.content)
        else:
            Problem.model_validate_json(answer.content)
        return answer

    def post(self, path: str, body: Any, route: str = "") -> httpx.Response:
        return self.send("POST", path, route, json=body)

    def search(self, incident: str, **body: Any) -> httpx.Response:
        route = "/api/v1/incidents/{incident_id}/searches"
        return self.post(route.replace("{incident_id}", incident), body, route)

    def contact(self, incident: str, **body: Any) -> httpx.Response:
        route = "/api/v1/incidents/{incident_id}/contacts"
        return self.post(route.replace("{incident_id}", incident), body, route)

    def records(self, **query: str) -> list[dict[str, Any]]:
        answer = self.send("GET", f"/api/v1/audit?{httpx.QueryParams(query)}")
        entries: list[dict[str, Any]] = answer.json()["entries"]
        return entries


def incident_body(**changes: Any) -> dict[str, Any]:
    now = datetime.now(UTC)
    body = {
        "crime_reference": f"20/{new_id()[:6]}/26",
        "offence": "Burglary",
        "location": {"type": "Point", "coordinates": [SCENE[1], SCENE[0]]},
        "occurred_from": (now - timedelta(hours=2)).isoformat(),
        "occurred_to": (now - timedelta(hours=1)).isoformat(),
        "public_description": "A shop was broken into.",
    }
    return {name: value for name, value in {**body, **changes}.items() if value is not ...}


def new_incident(officer: Officer, **changes: Any) -> dict[str, Any]:
    answer = officer.post("/api/v1/incidents", incident_body(**changes))
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def circle(radius: float, centre: tuple[float, float] = SCENE) -> dict[str, Any]:
    return {"type": "circle", "centre": [centre[1], centre[0]], "radius_m": radius}
