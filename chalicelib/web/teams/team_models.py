"""Models of teams of incidents, of entering one, and of what a unit lets its officers do."""

from __future__ import annotations

from typing import Annotated

from chalicelib.incidents.incident_access import OpenedCase
from chalicelib.incidents.records import Incident
from chalicelib.incidents.teams.team_rules import WantedTeam
from chalicelib.web.fields.case_field_types import ReasonField
from chalicelib.web.fields.field_types import TextField
from chalicelib.web.fields.plain_field_types import ChoiceField, TickField, WholeNumberField
from chalicelib.web.fields.team_field_types import (
    ChangesField,
    TypedUsernamesField,
    UnitsField,
    UsernameField,
    UsernamesField,
)
from chalicelib.web.http.validation import FormInput, Input
from chalicelib.web.models.response_models import Id, ResponseModel, Second, Words


class NewTeam(Input):
    """Who is to work on an incident. officers: user names, besides the officer in charge. units:
    units that it is shared with, besides its own. restricted: its own unit does not see it.
    officer_in_charge: user name; left out, it stays as it is. changes: as the last answer had it;
    when the team was changed since, nothing is changed."""

    officers: Annotated[tuple[str, ...], UsernamesField("the officers")]
    units: Annotated[tuple[str, ...], UnitsField("the units")]
    restricted: bool
    officer_in_charge: Annotated[str, UsernameField(needed=False)] = ""
    changes: Annotated[int, ChangesField()] | None = None

    def wanted(self) -> WantedTeam:
        """The team as the domain knows it."""
        return WantedTeam(
            self.officers, self.units, self.restricted, self.officer_in_charge, self.changes
        )


class TeamForm(FormInput):
    """The console's form of a team."""

    officer_in_charge: Annotated[str, UsernameField("the officer in charge")]
    officers: Annotated[tuple[str, ...], TypedUsernamesField("the officers")]
    units: Annotated[tuple[str, ...], UnitsField("the units")]
    restricted: Annotated[bool, TickField()]
    changes: Annotated[int | None, WholeNumberField("the version", 0, 10**9 - 1)]

    def wanted(self) -> WantedTeam:
        """The team as the domain knows it."""
        return WantedTeam(
            self.officers, self.units, self.restricted, self.officer_in_charge, self.changes
        )


class TeamModel(ResponseModel):
    """Who works on an incident. officer_in_charge, officers: user names. unit: the incident's own,
    which sees it unless it is restricted; null for none. units: others that it is shared with.
    changes: how often any of this was changed."""

    officer_in_charge: str
    officers: list[str]
    unit: Words
    units: list[str]
    restricted: bool
    changes: int

    @classmethod
    def from_domain(cls, incident: Incident) -> TeamModel:
        """Make the answer for an incident's team."""
        return cls(
            officer_in_charge=incident.in_charge.username,
            officers=[one.username for one in incident.team],
            unit=incident.unit,
            units=list(incident.shared_units),
            restricted=incident.restricted,
            changes=incident.team_changes,
        )


class NewAccess(Input):
    """Why a supervisor enters an incident that is not theirs."""

    reason: Annotated[str, ReasonField()]


class AccessModel(ResponseModel):
    """An incident that was entered. until: when that ends; null for an incident that the officer
    sees anyway."""

    incident_id: Id
    until: Second | None

    @classmethod
    def from_domain(cls, case: OpenedCase) -> AccessModel:
        """Make the answer for an incident that was entered."""
        return cls(incident_id=case.incident.id, until=case.until)


class EnteringForm(FormInput):
    """The console's form by which a supervisor enters an incident. wanted: a crime reference, or
    the id of an incident."""

    wanted: Annotated[str, TextField("a crime reference, or the number of an incident", 60)]
    reason: Annotated[str, ReasonField()]


class PermissionForm(FormInput):
    """The form by which a supervisor gives an officer a permission, or takes it."""

    officer_id: Annotated[str, TextField("the officer", 60)]
    act: Annotated[str, ChoiceField("what to do", ("give", "take"))]
    reason: Annotated[str, ReasonField()]
