"""Incidents are recorded once, and are on record once, however often they are sent."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.access.audit import AuditLog
from chalicelib.access.permissions import Officer, Role
from chalicelib.core.errors import NoAnswer
from chalicelib.dynamodb.table import Table
from chalicelib.incidents.service import IncidentService, NewIncident
from tests.support.memory_client import MemoryClient

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
OFFICER = Officer("2" * 16, "pc.lane", frozenset({Role.INVESTIGATOR}))
NEW = NewIncident("20/1/26", "Burglary", 52_476_001, -1_905_302, NOW, NOW, "A house.")
ID = "1" * 16


class LostAudit(AuditLog):
    """An audit record that cannot be written while it is `lost`."""

    lost = True

    def record_act(self, *said: Any, **details: Any) -> None:
        if self.lost:
            raise NoAnswer("The record does not answer.")
        super().record_act(*said, **details)


def test_an_incident_that_could_not_be_put_on_record_is_when_it_is_sent_again() -> None:
    record = Table(MemoryClient(), "Audit")
    audit = LostAudit(record, lambda: NOW)
    incidents = IncidentService(Table(MemoryClient(), "Registry"), audit, lambda: NOW)
    with pytest.raises(NoAnswer):
        incidents.create_incident(NEW, OFFICER, ID)
    audit.lost = False
    made = [incidents.create_incident(NEW, OFFICER, ID) for _ in range(3)]
    assert {incident.id for incident in made} == {ID}
    (entry,) = audit.of_subject(f"incident.{ID}")
    assert entry["action"] == "recorded an incident"
