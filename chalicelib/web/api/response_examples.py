"""Examples of every body that the API takes or answers, for the OpenAPI description.

An example is made from the model that reads or writes the body: each field has the sample that
stands here under its name, else the first value that its type allows. Times are of the day before
the description is read, so that an example can be sent as it stands: an incident of last year would
be refused.
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import Enum
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel

INCIDENT, REQUEST, SITE, EVIDENCE = (
    "4f0c2m8k1n5p7q9r",
    "7k3m9qxa2b4c6d8e",
    "2a4c6e8g0j2m4p6r",
    "5t7v9x1z3b5d7f9h",
)
PATH = {"incident_id": INCIDENT, "request_id": REQUEST, "site_id": SITE, "evidence_id": EVIDENCE}
"""Sample ids of things that do not exist, by the name of the parameter in a path."""

PARAMETERS: dict[str, Any] = {
    "limit": 20,
    "bbox": "-1.95,52.45,-1.85,52.5",
    "zoom": 11,
    "subject": f"incident.{INCIDENT}",
    "reason": "Comparing it with the witness's account",
}
"""Samples of query parameters that can be sent without knowing any stored id or token."""

_PLACE = [-1.905387, 52.475939]
_WHY = "Looking for the way that somebody left"
_HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_SAID = "A shop was broken into. Please look for a person in a red coat."
_NO_MODEL: dict[str, Any] = {
    "object": {"openapi": "3.1.0", "info": {"title": "Sightline", "version": "1"}, "paths": {}},
    "text": "reference,site,asked_at,answer\r\n7K3M-9QXA,1,2026-11-20T22:50:05Z,saved\r\n",
}
"""Examples of answers that no model writes, by their name in `operations`."""

_SITE = {
    "id": SITE,
    "location": _PLACE,
    "kind": "home",
    "cameras": 2,
    "distance_m": 85,
    "minutes_left": 74,
    "state": "closing",
    "sees_scene": "yes",
    "views": [{"bearing": 90, "angle": 110, "range_m": 15, "usual": False}],
}

_SAMPLES: dict[str, Any] = {
    **PATH,
    "site_ids": [SITE],
    "search_id": "9r7q5p3n1m8k6j4h",
    "reference": "7K3M-9QXA",
    "crime_reference": "20/123456/26",
    "offence": "Burglary",
    "public_description": _SAID,
    "coordinates": _PLACE,
    "GeoJsonPoint.type": ...,
    "officer": "d.okafor",
    "created_by": "d.okafor",
    "officer_in_charge": "d.okafor",
    "officers": ["a.lane"],
    "unit": "Birmingham CID",
    "units": ["Coventry CID"],
    "restricted": False,
    "changes": 1,
    "area": {"type": "circle", "centre": _PLACE, "radius_m": 300},
    "filters": {"states": ["live", "closing"]},
    "number": 1,
    "sequence": 17,
    "previous": "0" * 64,
    "hash": _HASH,
    "message": _SAID,
    "contact_phone": "101 ext 204",
    "text": "Thank you. Does the second camera face the street?",
    "skipped": [],
    "owners": 1,
    "cell": "87195d2a5ffffff",
    "boundary": [
        [-1.918, 52.476],
        [-1.911, 52.472],
        [-1.902, 52.473],
        [-1.899, 52.479],
        [-1.906, 52.483],
        [-1.915, 52.481],
    ],
    "placeholders": {"{day}": "The day of the incident"},
    "resolution": 12,
    "minutes": 45,
    "gap_minutes": 45,
    "timeline": [],
    "gaps": [],
    "features": [],
    "Incident.id": INCIDENT,
    "NewIncident.location": {"type": "Point", "coordinates": _PLACE},
    "NewSearch.limit": 100,
    "NewTeam.changes": 0,
    "AuditEntry.units": ",Birmingham CID,",
    "NewSearch.reason": _WHY,
    "IncidentSearch.reason": _WHY,
    "IncidentSearch.total": 1,
    "SearchResult.total": 1,
    "NewAccess.reason": "The officer in charge is ill, and an owner has rung",
    "NewContact.reason": "The owner asked to be rung back",
    "Contact.name": "Alex Owner",
    "Contact.email": "alex.owner@example.com",
    "Contact.address": ["12 Example Road", "Anytown", "B1 1AY"],
    "CreatedRequest.id": REQUEST,
    "CreatedRequest.recipients": 1,
    "RequestCheck.recipients": 1,
    "Request.id": REQUEST,
    "Request.created_by": "Dana Okafor",
    "RequestOverview.counts": {"notified": 1, "answered": 0, "total": 1},
    "CoverageRequest.id": REQUEST,
    "CoverageIncident.id": INCIDENT,
    "Recipient.state": "notified",
    "Recipient.deadline_certain": True,
    "Recipient.cameras": [],
    "NewWithdrawal.reason": "Somebody was identified by other means",
    "NewClosing.words": "With your help somebody was charged.",
    "NewClosing.reason": "Charged",
    "NewReopening.reason": "A new witness came forward",
    "ThreadMessage.id": "3c5e7g9j1m3p5r7t",
    "ThreadMessage.by": "officer",
    "ThreadMessage.name": "Dana Okafor",
    "Evidence.id": EVIDENCE,
    "Evidence.reference": "7K3M-9QXA-5T7V",
    "Evidence.state": "accepted",
    "Evidence.filename": "front-door.mp4",
    "Evidence.size": 41_234_567,
    "Evidence.format": "mp4",
    "Evidence.structure": "whole",
    "Evidence.playable": True,
    "Evidence.sha256": _HASH,
    "Evidence.sha256_base64": "n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=",
    "Evidence.sender_sha256": _HASH,
    "Evidence.version_id": "1",
    "Evidence.clock_offset_seconds": 432,
    "Evidence.custody_entries": 3,
    "Custody.intact": True,
    "CustodyEntry.evidence": EVIDENCE,
    "CustodyEntry.actor": f"owner.{SITE}",
    "CustodyEntry.act": "began an upload",
    "CustodyEntry.state": "receiving",
    "CustodyEntry.sequence": 1,
    "MessageTemplate.id": "1b3d5f7h9k0m2p4r",
    "MessageTemplate.name": "Burglary",
    "MessageTemplate.text": "On {day} somebody broke into a shop. Please look for [who or what].",
    "SiteMap.total": 41,
    "SiteMap.cells": ...,
    "CountedCell.sites": 41,
    "AuditEntry.actor": f"officer.{SITE}",
    "AuditEntry.actor_name": "d.okafor",
    "AuditEntry.action": "recorded an incident",
    "AuditEntry.subject": f"incident.{INCIDENT}",
    "AuditEntry.details": {"crime_reference": "20/123456/26"},
}
"""Samples by the name of a field, or by `Model.field` where two models mean different things by
one name. `...` stands for the first value of the type, also of a field that may be left out."""

_CLOCK = {
    "occurred_from": "21:30:00",
    "occurred_to": "22:15:00",
    "from": "21:30:00",
    "to": "22:15:00",
    "created_at": "22:40:00",
    "at": "22:45:00",
    "Request.created_at": "22:50:00",
    "notified_at": "22:50:05",
    "ThreadMessage.at": "23:00:00",
    "Evidence.clock_checked_at": "23:05:00",
    "Evidence.created_at": "23:10:00",
    "received_at": "23:11:00",
    "decided_at": "23:12:00",
    "next_wake": "23:24:30",
    "made_at": "23:30:00",
    "deadline": "23:59:00",
}
"""Samples of times, as the time of day, by the same names."""


class ResponseExamples:
    """The examples for a description that is read on one day; their times are of the day before."""

    def __init__(self, today: date) -> None:
        self._day = (today - timedelta(days=1)).isoformat()
        self._samples = {
            **_SAMPLES,
            "day": self._day,
            "SearchResult.sites": [{**_SITE, "deadline": f"{self._day}T23:59:00Z"}],
            **{name: f"{self._day}T{clock}Z" for name, clock in _CLOCK.items()},
        }

    def of(self, model: type[BaseModel] | str) -> Any:
        """Return the example of a model, or of an answer that is only named by a string."""
        if isinstance(model, str):
            return _NO_MODEL.get(model)
        shown = {}
        for name, field in model.model_fields.items():
            said = field.alias or name
            sample = self._sample(model, said, ... if field.is_required() else None)
            if sample is not None or field.is_required():
                shown[said] = self._first(field.annotation) if sample is ... else sample
        return shown

    def _sample(self, model: type[BaseModel], name: str, otherwise: Any) -> Any:
        named = (f"{one.__name__.removesuffix('Model')}.{name}" for one in model.__mro__)
        return next(
            (self._samples[one] for one in (*named, name) if one in self._samples), otherwise
        )

    def _first(self, annotation: Any) -> Any:
        """Return the first value that a type allows, as JSON has it."""
        kind, inner = get_origin(annotation) or annotation, get_args(annotation)
        if type(None) in inner:
            return None
        if kind is Literal:
            return inner[0]
        if kind is list:
            return [self.of(inner[0])] if _is(inner[0], BaseModel) else []
        if _is(kind, BaseModel):
            return self.of(kind)
        return next(iter(kind)).value if _is(kind, Enum) else kind()


def _is(kind: Any, of: type) -> bool:
    return isinstance(kind, type) and issubclass(kind, of)
