"""Finding officers: by the name that they sign in with, and by their unit.

Officers who have signed in are known here; of all others Cognito is asked, by the one name that was
typed. Nothing lists the accounts of Cognito: who may work on an incident is asked for by name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from chalicelib.access.officer_profiles import KnownOfficer, OfficerProfiles
from chalicelib.access.permissions import Officer, units_from_claim

LONGEST_USERNAME = 128
"""Characters of a user name in Cognito."""


@dataclass(frozen=True)
class Colleague:
    """An officer who was found. name: as people say it. email: "" when none is known. signed_in:
    False for an officer who never signed in, whose roles are not known then."""

    officer: Officer
    name: str
    email: str
    signed_in: bool = True


class Colleagues:
    """Finds officers."""

    def __init__(self, profiles: OfficerProfiles, cognito: Any, user_pool_id: str) -> None:
        """cognito: a client of `cognito-idp`."""
        self._profiles = profiles
        self._cognito = cognito
        self._user_pool_id = user_pool_id

    def find(self, username: str) -> Colleague | None:
        """Find an officer by user name; None when nobody can sign in with it. Raises NoAnswer when
        Cognito has to be asked and does not answer."""
        known = self._profiles.named(username)
        return self.of_id(known.id) if known else self._in_pool(username)

    def of_id(self, officer_id: str) -> Colleague | None:
        """Find an officer who has signed in, by id."""
        profile = self._profiles.profile(officer_id)
        return Colleague(profile.officer, profile.name, profile.email) if profile else None

    def _in_pool(self, username: str) -> Colleague | None:
        if not username or len(username) > LONGEST_USERNAME:
            return None
        errors = self._cognito.exceptions
        try:
            found = self._cognito.admin_get_user(UserPoolId=self._user_pool_id, Username=username)
        except (errors.UserNotFoundException, errors.InvalidParameterException):
            return None
        said = {one["Name"]: one.get("Value", "") for one in found["UserAttributes"]}
        if not found.get("Enabled", True) or not said.get("sub"):
            return None
        name = str(found["Username"])
        units = units_from_claim(said.get("custom:units"))
        officer = Officer(said["sub"], name, frozenset(), units)
        return Colleague(officer, said.get("name") or name, said.get("email", ""), signed_in=False)

    def of_units(self, units: Iterable[str]) -> list[KnownOfficer]:
        """List the officers who have signed in and belong to one of these units, by user name."""
        wanted = set(units)
        return [one for one in self._profiles.all() if wanted.intersection(one.units)]

    def known_units(self) -> list[str]:
        """Name the units of all officers who have signed in."""
        return sorted({unit for one in self._profiles.all() for unit in one.units})
