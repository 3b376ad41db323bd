"""An example of everything that is sent to the API, for its description.

Times are of the day before the description is read, so that an example can be sent as it stands:
an incident of last year would be refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from pydantic import BaseModel

INCIDENT, REQUEST, SITE, SEARCH = (
    "4f0c2m8k1n5p7q9r",
    "7k3m9qxa2b4c6d8e",
    "2a4c6e8g0j2m4p6r",
    "9r7q5p3n1m8k6j4h",
)
EVIDENCE, WORDING, MESSAGE = "5t7v9x1z3b5d7f9h", "1b3d5f7h9k0m2p4r", "3c5e7g9j1m3p5r7t"
PATH = {"incident_id": INCIDENT, "request_id": REQUEST, "site_id": SITE, "evidence_id": EVIDENCE}
"""Ids of things that exist nowhere: each caller has ids of their own."""

PLACE = [-1.905387, 52.475939]
HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
WHY = "Looking for the way that somebody left"
SAID = "A shop was broken into. Please look for a person in a red coat."

PARAMETERS: dict[str, Any] = {
    "limit": 20,
    "bbox": "-1.95,52.45,-1.85,52.5",
    "zoom": 11,
    "subject": f"incident.{INCIDENT}",
    "reason": "Comparing it with the witness's account",
}
"""Of parameters in an address, where one can be sent without knowing anything."""


class Sent:
    """The examples of one day, by the model that reads them."""

    def __init__(self, today: date) -> None:
        self._day = today - timedelta(days=1)

    def of(self, model: type[BaseModel] | str) -> Any:
        """The example of a model, None when it has none."""
        name = model if isinstance(model, str) else model.__name__
        method = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()  # NewSearch → new_search
        make: Callable[[], Any] | None = getattr(self, f"_{method}", None)
        return make() if make else None

    def _at(self, clock: str) -> str:
        return f"{self._day.isoformat()}T{clock}Z"

    @property
    def _window(self) -> dict[str, str]:
        return {"from": self._at("21:30:00"), "to": self._at("22:15:00")}

    def _new_incident(self) -> dict[str, Any]:
        return {
            "crime_reference": "20/123456/26",
            "offence": "Burglary",
            "location": {"type": "Point", "coordinates": PLACE},
            "occurred_from": self._at("21:30:00"),
            "occurred_to": self._at("22:15:00"),
            "public_description": SAID,
        }

    def _new_search(self) -> dict[str, Any]:
        return {
            "area": {"type": "circle", "centre": PLACE, "radius_m": 300},
            "reason": WHY,
            "filters": {"states": ["live", "closing"]},
            "limit": 100,
        }

    def _new_contact(self) -> dict[str, Any]:
        return {"site_id": SITE, "reason": "The owner asked to be rung back"}

    def _new_check(self) -> dict[str, Any]:
        return {"site_ids": [SITE], **self._window}

    def _new_request(self) -> dict[str, Any]:
        return {**self._new_check(), "message": SAID, "contact_phone": "101 ext 204"}

    def _new_withdrawal(self) -> dict[str, Any]:
        return {"reason": "Somebody was identified by other means"}

    def _new_closing(self) -> dict[str, Any]:
        return {"words": "With your help somebody was charged.", "reason": "Charged"}

    def _new_reopening(self) -> dict[str, Any]:
        return {"reason": "A new witness came forward"}

    def _new_message(self) -> dict[str, Any]:
        return {"text": "Thank you. Does the second camera face the street?"}
