"""Which officers are told what happens in an incident: those whom it concerns and who see it.

Threat: an officer who left a team, or whose day in an incident is over, goes on to read in their
mailbox how the case stands. So whoever is to be told is looked up when the mail is made, never when
the request was made.
"""

from __future__ import annotations

from collections.abc import Iterable

from chalicelib.access.officer_profiles import OfficerProfiles, Profile
from chalicelib.incidents.incident_access import IncidentAccess
from chalicelib.incidents.service import IncidentService


class CaseReaders:
    """Finds the officers who are told."""

    def __init__(
        self, incidents: IncidentService, access: IncidentAccess, profiles: OfficerProfiles
    ) -> None:
        self._incidents = incidents
        self._access = access
        self._profiles = profiles

    def readers_of(self, incident_id: str, concerned: Iterable[str]) -> list[Profile]:
        """Return the officer in charge, and those of the officers concerned (ids) who see the
        incident now, as far as they have signed in and may be let in."""
        incident = self._incidents.find_incident(incident_id)
        if incident is None:
            return []
        ids = dict.fromkeys((*concerned, incident.in_charge.id))
        found = (self._profiles.profile(one) for one in ids)
        return [
            one for one in found if one and one.let_in and self._access.sees(one.officer, incident)
        ]
