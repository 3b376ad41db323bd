"""Finding officers: by the name that they sign in with, and by their unit.

Officers who have signed in are known here; of all others Cognito is asked, by the one name that was
typed. Nothing lists the accounts of Cognito: who may work on an incident is asked for by name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from chalicelib.access.officer_profiles import KnownOfficer, OfficerProfiles
from chalicelib.access.permissions import Officer, Permission
from chalicelib.access.presence.officer_directory import OfficerDirectory

LONGEST_USERNAME = 128
"""Characters of a user name in Cognito."""

MOST_TOLD = 90
"""Supervisors of one unit who are told something; a transaction with the mails has at most 100
writes."""

_NAME = re.compile(r"\S{1,128}")
"""What Cognito takes as a user name."""


@dataclass(frozen=True)
class Colleague:
    """An officer who was found. name: as people say it. email: "" when none is known."""

    officer: Officer
    name: str
    email: str


class Colleagues:
    """Finds officers."""

    def __init__(self, profiles: OfficerProfiles, directory: OfficerDirectory) -> None:
        self._profiles = profiles
        self._directory = directory

    def find(self, username: str) -> Colleague | None:
        """Find an officer by user name; None when nobody can sign in with it. Raises Unavailable
        when the directory has to be asked and does not answer."""
        known = self._profiles.named(username)
        if known:
            return self.of_id(known.id)
        if not _NAME.fullmatch(username):
            return None
        found = self._directory.find_account(username)
        if found is None:
            return None
        officer = Officer(found.officer_id, found.username, found.roles, found.units)
        return Colleague(officer, found.name or found.username, found.email)

    def of_id(self, officer_id: str) -> Colleague | None:
        """Find an officer who has signed in, by id; None for one who is no longer let in."""
        profile = self._profiles.profile(officer_id)
        if profile is None or not profile.let_in:
            return None
        return Colleague(profile.officer, profile.name, profile.email)

    def of_units(self, units: Iterable[str]) -> list[KnownOfficer]:
        """List the officers who have signed in and belong to one of these units, by user name."""
        wanted = set(units)
        return [one for one in self._profiles.all() if wanted.intersection(one.units)]

    def supervisors_of(self, unit: str) -> list[Colleague]:
        """Find the supervisors of a unit, by user name, at most MOST_TOLD. Whoever lost the role,
        moved to another unit or is no longer let in, as the directory said last, is none."""
        known = [one for one in self.of_units([unit]) if one.officer.may(Permission.MANAGE_UNIT)]
        found = (self.of_id(one.id) for one in known)
        return [one for one in found if one and _supervises(one.officer, unit)][:MOST_TOLD]

    def known_units(self) -> list[str]:
        """Name the units of all officers who have signed in."""
        return sorted({unit for one in self._profiles.all() for unit in one.units})


def _supervises(officer: Officer, unit: str) -> bool:
    return unit in officer.units and officer.may(Permission.MANAGE_UNIT)
