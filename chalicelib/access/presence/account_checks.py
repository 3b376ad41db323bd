"""What the directory says of each officer's account, asked again before it is a minute old.

One item for each officer, read at every call. An officer who was disabled, moved to other groups
or removed in the directory is out, or has other rights, within a minute on every way in, however
long a session or a Bearer token could have lasted.

Threat: an answer of the directory that was slow overwrites a newer one. An answer is as old as the
question, and only a newer one is written.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.access.permissions import Officer, roles_from_groups
from chalicelib.access.presence.officer_directory import DirectoryEntry, OfficerDirectory
from chalicelib.core.errors import Unavailable
from chalicelib.core.times import Clock, iso_micros
from chalicelib.dynamodb.field_marks import Micros, Personal
from chalicelib.dynamodb.item_schema import DeclaredItem
from chalicelib.dynamodb.stored_record import StoredRecord
from chalicelib.dynamodb.table import ConditionFailed, Table, below

ASKED_AGAIN_AFTER = timedelta(seconds=45)
TRUSTED_FOR = timedelta(seconds=60)
"""How old the directory's answer may get when it does not answer again. Then nobody is let in."""

NO_ANSWER = "The sign-in service does not answer. Try again in a minute."


@dataclass(frozen=True)
class CheckedAccount:
    """What the directory said of an account at `checked_at`. let_in: it exists, is enabled and has
    a role. over_before: every session that began before this moment is over. account: Cognito's own
    name of the account, "" where that is the username."""

    officer_id: str
    username: Personal = ""
    let_in: bool = False
    roles: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    checked_at: Micros | None = None
    over_before: Micros | None = None
    account: Personal = ""

    @property
    def officer(self) -> Officer:
        """The officer with the rights that the directory gives."""
        roles = roles_from_groups(list(self.roles))
        units = frozenset(self.units)
        return Officer(self.officer_id, self.username, roles, units, self.account)

    def admits(self, began: datetime) -> bool:
        """Return True when a session that began then may be used."""
        return self.let_in and (self.over_before is None or began >= self.over_before)


ACCOUNT = StoredRecord(
    "officer's account as last checked",
    CheckedAccount,
    "OFFICER#{officer_id}",
    "ACCOUNT",
    patterns={"officer_id": "[A-Za-z0-9-]+"},
)

ITEMS: tuple[DeclaredItem, ...] = (ACCOUNT,)

ShutOut = Callable[[CheckedAccount], None]
"""A function that puts on record that the directory no longer lets an account in. It is called
before that is stored, so that two calls at once may record it twice, and none passes over it."""


class AccountChecks:
    """Keeps what the directory says of accounts, and from when on sessions count."""

    def __init__(
        self, table: Table, clock: Clock, directory: OfficerDirectory, shut_out: ShutOut
    ) -> None:
        self._table = table
        self._clock = clock
        self._directory = directory
        self._shut_out = shut_out

    def check(self, officer_id: str, account_name: str) -> CheckedAccount:
        """Return what the directory says of an account, no older than a minute. Raises Unavailable
        when that is not known and the directory does not answer."""
        known = self._read(officer_id)
        if self._age(known) < ASKED_AGAIN_AFTER:
            return known
        try:
            return self._ask(known, account_name)
        except Unavailable as error:
            if self._age(known) < TRUSTED_FOR:
                return known
            raise Unavailable(NO_ANSWER) from error

    def check_now(self, officer_id: str, account_name: str) -> CheckedAccount:
        """As `check`, but ask the directory in any case: for who signs in because their rights were
        just changed."""
        return self._ask(self._read(officer_id), account_name)

    def _read(self, officer_id: str) -> CheckedAccount:
        # The read is consistent, so that what was ended a moment ago is over.
        item = self._table.get(*ACCOUNT.key(CheckedAccount(officer_id)), consistent=True)
        return ACCOUNT.read(item) if item else CheckedAccount(officer_id)

    def _age(self, known: CheckedAccount) -> timedelta:
        return self._clock() - known.checked_at if known.checked_at else timedelta.max

    def _ask(self, known: CheckedAccount, account_name: str) -> CheckedAccount:
        asked_at = self._clock()
        found = self._directory.look_up(known.officer_id, account_name)
        changed = _fields(found, asked_at)
        leaves = known.let_in and not changed["let_in"]
        if leaves:  # also when the account is enabled again: whoever returns signs in
            self._shut_out(known)
            changed["over_before"] = asked_at
        try:
            item = self._table.update(
                *ACCOUNT.key(known),
                assign=ACCOUNT.changes(**changed),
                when=below("checked_at", iso_micros(asked_at)),
            )
        except ConditionFailed:  # Another call has asked since.
            return self._read(known.officer_id)
        return ACCOUNT.read(item)


def end_everywhere(table: Table, officer_id: str, now: datetime) -> None:
    """Declare every session of an officer over that began before now, with its Bearer tokens: in
    one write, so that none that begins meanwhile slips through."""
    account = CheckedAccount(officer_id)
    table.update(*ACCOUNT.key(account), assign=ACCOUNT.changes(over_before=now), when=None)


def _fields(found: DirectoryEntry | None, asked_at: datetime) -> dict[str, object]:
    if found is None:
        return {"let_in": False, "roles": (), "units": (), "checked_at": asked_at}
    return {
        "username": found.username,
        "account": found.account,
        "let_in": bool(found.roles),
        "roles": tuple(sorted(role.value for role in found.roles)),
        "units": tuple(sorted(found.units)),
        "checked_at": asked_at,
    }
