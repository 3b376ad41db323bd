"""Officers who have signed in, and their profiles: the name and telephone number that messages to
owners give, the address that officer digests go to, and the topics that the officer wants. Accounts
and roles are kept in Cognito; a profile says nothing about who may do what."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from chalicelib.access.id_tokens import Identity
from chalicelib.access.permissions import Officer, Role, roles_from_groups
from chalicelib.access.presence.account_checks import ACCOUNT, CheckedAccount
from chalicelib.core.errors import Conflict
from chalicelib.core.times import Clock
from chalicelib.dynamodb.attributes import LISTING_INDEX
from chalicelib.dynamodb.field_marks import FieldMark, Personal, Seconds
from chalicelib.dynamodb.item_schema import DeclaredItem
from chalicelib.dynamodb.stored_record import Derived, StoredRecord
from chalicelib.dynamodb.table import ConditionFailed, Table, absent, equals

LISTING = "OFFICER"
MOST = 1000  # The most officers that a page can offer to choose from.

CHANGED = (
    "Your profile was changed in the meantime, perhaps by you in another window. "
    "We show it as it is now. Make your change again if you still need to."
)


class NotificationTopic(StrEnum):
    """A topic of the officer digest. A profile keeps the topics that are not wanted, so that a
    topic added later reaches every officer who has not declined it."""

    MESSAGE = "message"
    FOOTAGE = "footage"
    DEADLINE = "deadline"
    ENDED = "ended"


NEWS_WORDS = {
    NotificationTopic.MESSAGE: "An owner wrote to me",
    NotificationTopic.FOOTAGE: "Owners saved or sent footage",
    NotificationTopic.DEADLINE: "Deadlines passed without an answer",
    NotificationTopic.ENDED: "A request has finished",
}
"""How the profile page words each topic."""


@dataclass(frozen=True)
class KnownOfficer:
    """An officer who has signed in. id: as in `Officer`; all else is as at the last sign-in."""

    id: str
    username: Personal
    signed_in_at: Seconds
    roles: tuple[str, ...] = ()
    units: tuple[str, ...] = ()

    @property
    def officer(self) -> Officer:
        """The officer, with roles and units as at the last sign-in."""
        roles = roles_from_groups(list(self.roles))
        return Officer(self.id, self.username, roles, frozenset(self.units))


@dataclass(frozen=True)
class StoredProfile:
    """An officer's profile as stored. directory_…: what the last sign-in said. name, email, phone:
    what the officer typed instead, None for nothing. unwanted: topics that are declined."""

    officer_id: str
    directory_name: Personal = ""
    directory_email: Personal = ""
    directory_phone: Personal = ""
    name: Annotated[str | None, FieldMark.PERSONAL] = None
    email: Annotated[str | None, FieldMark.PERSONAL] = None
    phone: Annotated[str | None, FieldMark.PERSONAL] = None
    unwanted: tuple[str, ...] = ()
    version: int = 0


_OFFICER_ID = "[A-Za-z0-9-]+"
OFFICER = StoredRecord(
    "officer who has signed in",
    KnownOfficer,
    "OFFICER#{id}",
    "OFFICER",
    patterns={"id": _OFFICER_ID},
    derived=[
        Derived("listing", (), lambda _: LISTING),
        Derived("listed_at", ("username",), lambda officer: officer.username, personal=True),
    ],
)
PROFILE = StoredRecord(
    "officer's profile",
    StoredProfile,
    "OFFICER#{officer_id}",
    "PROFILE",
    patterns={"officer_id": _OFFICER_ID},
)

ITEMS: tuple[DeclaredItem, ...] = (OFFICER, PROFILE)


@dataclass(frozen=True)
class Profile:
    """An officer's profile: how owners see the officer, and where officer digests are sent.

    name: never empty. phone: `+441212345678`, "" when none is known; owners then get the force's
    switchboard. email: "" when none is known, and then nothing is sent. unwanted: topics that the
    officer has declined. directory_name, directory_email, directory_phone: what the force's
    directory says, "" for nothing. roles, units, let_in: as the directory said when it was last
    asked for this officer; let_in is False for an account that is disabled or gone.
    """

    officer_id: str
    username: str
    name: str
    phone: str
    email: str
    unwanted: frozenset[NotificationTopic] = frozenset()
    directory_name: str = ""
    directory_email: str = ""
    directory_phone: str = ""
    version: int = 0
    roles: frozenset[Role] = frozenset()
    units: frozenset[str] = frozenset()
    let_in: bool = True

    @property
    def officer(self) -> Officer:
        """The officer, with roles and units as the directory said last."""
        return Officer(self.officer_id, self.username, self.roles, self.units)

    def wants(self, news: NotificationTopic) -> bool:
        """Return True when there is an address and the officer has not declined this topic."""
        return bool(self.email) and news not in self.unwanted


class OfficerProfiles:
    """Records and lists officers who have signed in, and keeps their profiles."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    def record_sign_in(self, identity: Identity) -> None:
        """Record a sign-in: the officer, and what the directory now says in the profile.

        What the officer typed in the profile stays."""
        officer = identity.officer
        roles = tuple(role.value for role in sorted(officer.roles))
        units = tuple(sorted(officer.units))
        known = KnownOfficer(officer.id, officer.username, self._clock(), roles, units)
        self._table.put(OFFICER.item(known))
        self._table.update(
            f"OFFICER#{officer.id}",
            "PROFILE",
            assign=PROFILE.changes(
                directory_name=identity.name,
                directory_email=identity.email,
                directory_phone=identity.phone,
            ),
            when=None,
        )

    def all(self) -> list[KnownOfficer]:
        """Return the officers who have signed in, by user name, at most MOST."""
        items = self._table.query(LISTING, index=LISTING_INDEX, limit=MOST)
        return list(map(OFFICER.read, items))

    def named(self, username: str) -> KnownOfficer | None:
        """Return the officer who signs in with this user name: the one who did so last, when an
        account was made anew. None when nobody has."""
        found = self._table.query(LISTING, index=LISTING_INDEX, between=(username, username))
        officers = map(OFFICER.read, found) if username else iter(())
        return max(officers, key=lambda one: one.signed_in_at, default=None)

    def profile(self, officer_id: str) -> Profile | None:
        """Return an officer's profile; None for an officer who has never signed in."""
        found = self._table.query(
            f"OFFICER#{officer_id}", between=("ACCOUNT", "PROFILE"), consistent=True
        )
        items = {item["SK"]: item for item in found}
        if "OFFICER" not in items:
            return None
        kept = PROFILE.read(items["PROFILE"]) if "PROFILE" in items else StoredProfile(officer_id)
        account = ACCOUNT.read(items["ACCOUNT"]) if "ACCOUNT" in items else None
        return _profile(OFFICER.read(items["OFFICER"]), kept, account)

    def change_profile(
        self,
        before: Profile,
        *,
        name: str,
        phone: str,
        email: str,
        unwanted: frozenset[NotificationTopic],
    ) -> None:
        """Store what the officer typed in the profile, with "" for an empty box.

        A name or number that equals the directory's is not stored, so later changes there apply.
        Threat: somebody at an unlocked desk has officer digests sent to an address of their own.
        Where the directory gives an address, only that is written to. Raises Conflict when the
        profile is no longer as in `before`.
        """
        expected = equals("version", before.version) if before.version else absent("version")
        try:
            self._table.update(
                f"OFFICER#{before.officer_id}",
                "PROFILE",
                assign=PROFILE.changes(
                    name=name if name != before.directory_name else None,
                    phone=phone if phone != before.directory_phone else None,
                    email=None if before.directory_email else email,
                    unwanted=tuple(sorted(kind.value for kind in unwanted)),
                    version=before.version + 1,
                ),
                when=expected,
            )
        except ConditionFailed:
            raise Conflict(CHANGED) from None


def _profile(officer: KnownOfficer, kept: StoredProfile, account: CheckedAccount | None) -> Profile:
    checked = account if account and account.checked_at else None
    rights = checked.officer if checked else officer.officer
    return Profile(
        officer_id=officer.id,
        username=officer.username,
        name=kept.name or kept.directory_name or officer.username,
        phone=kept.directory_phone if kept.phone is None else kept.phone,
        email=kept.directory_email or kept.email or "",
        unwanted=frozenset(
            NotificationTopic(kind) for kind in kept.unwanted if kind in set(NotificationTopic)
        ),
        directory_name=kept.directory_name,
        directory_email=kept.directory_email,
        directory_phone=kept.directory_phone,
        version=kept.version,
        roles=rights.roles,
        units=rights.units,
        let_in=checked is None or checked.let_in,
    )
