"""Beginnings of paths that several views of the API share."""

from __future__ import annotations

PREFIX = "/api/v1/"
INCIDENT = f"{PREFIX}incidents/{{incident_id}}"
REQUEST = f"{PREFIX}requests/{{request_id}}"
EVIDENCE = f"{PREFIX}evidence/{{evidence_id}}"
TEAM = f"{INCIDENT}/team"
