"""Permissions that no role has: a unit gives each of them to single officers, and takes it again.

The one there is now is the map of all sites. Threat: a map of people's cameras is worth stealing,
and a role is given to hundreds. So only certain officers have it, each with a reason on record; it
holds while the officer belongs to the unit that gave it, and ends at once when it is taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from chalicelib.access.permissions import GRANTED, Officer, Permission
from chalicelib.core.errors import Conflict
from chalicelib.core.times import iso_seconds
from chalicelib.dynamodb.field_marks import Personal, Seconds
from chalicelib.dynamodb.item_schema import DeclaredItem
from chalicelib.dynamodb.stored_record import StoredRecord
from chalicelib.dynamodb.table import NEW, ConditionFailed, Table, Write, equals


@dataclass(frozen=True)
class UnitGrant:
    """A permission that a unit gave to an officer. permission: the name of the `Permission`.
    by_name: user name of who gave it."""

    officer_id: str
    permission: str
    unit: str
    reason: str
    by_id: str
    by_name: Personal
    at: Seconds


GRANT = StoredRecord(
    "permission that a unit gave",
    UnitGrant,
    "OFFICER#{officer_id}",
    "GRANT#{permission}",
    patterns={"officer_id": "[A-Za-z0-9-]+", "permission": "[A-Z_]+"},
)

ITEMS: tuple[DeclaredItem, ...] = (GRANT,)

LATE = "Somebody else changed this first. The page shows how it is now."


class UnitGrants:
    """Keeps what units let their officers do."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def may(self, officer: Officer, permission: Permission, *, exactly: bool = True) -> bool:
        """Return True when the officer has a permission that a unit gives: the role allows it to be
        given, and a unit gave it to which the officer still belongs. exactly: False for a menu,
        which may be a moment late and costs half as much."""
        needed = GRANTED.get(permission)
        if needed is None or not officer.may(needed):
            return False
        item = self._table.get(*_key(officer.id, permission), consistent=exactly)
        return item is not None and GRANT.read(item).unit in officer.units

    def of_officers(
        self, officer_ids: Iterable[str], permission: Permission
    ) -> Mapping[str, UnitGrant]:
        """Read which of these officers were given a permission, by id."""
        keys = [_key(one, permission) for one in officer_ids]
        found = map(GRANT.read, self._table.get_many(keys, consistent=True).values())
        return {one.officer_id: one for one in found}

    def give_permission(self, grant: UnitGrant, officer: Officer, *with_it: Write) -> None:
        """Give a permission to an officer. with_it: writes of the same transaction. Raises Conflict
        when a unit of theirs gave it already."""
        item = self._table.get(
            f"OFFICER#{grant.officer_id}", f"GRANT#{grant.permission}", consistent=True
        )
        before = GRANT.read(item) if item else None
        if before and before.unit in officer.units:
            raise Conflict(LATE)
        same = equals("at", iso_seconds(before.at)) if before else NEW
        self._change(self._table.put_write(GRANT.item(grant), when=same), *with_it)

    def take_permission(self, grant: UnitGrant, *with_it: Write) -> None:
        """Take a permission that was given. Raises Conflict when it was taken or given anew."""
        key = f"OFFICER#{grant.officer_id}", f"GRANT#{grant.permission}"
        same = equals("at", iso_seconds(grant.at))
        self._change(self._table.delete_write(*key, when=same), *with_it)

    def _change(self, *writes: Write) -> None:
        try:
            self._table.transact_with_retry(*writes)
        except ConditionFailed:
            raise Conflict(LATE) from None


def _key(officer_id: str, permission: Permission) -> tuple[str, str]:
    return f"OFFICER#{officer_id}", f"GRANT#{permission.name}"
