"""Sessions of officers and owners, kept in the table so that they can be ended at once.

The cookie carries a random token; the table knows only its hash. A session ends when somebody
signs out, when it is as old as it may get, or when nobody used it for a while, whichever comes
first. DynamoDB removes expired items late, so every read compares the times itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from chalicelib.access.permissions import Officer, roles_from_groups
from chalicelib.core.ids import is_token, new_token, token_hash
from chalicelib.core.times import Clock, epoch
from chalicelib.dynamodb.field_marks import Personal, Seconds
from chalicelib.dynamodb.item_schema import DeclaredItem, ItemKind
from chalicelib.dynamodb.stored_record import Derived, StoredRecord
from chalicelib.dynamodb.table import EXISTS, ConditionFailed, Item, Table

OFFICER_LIFE = timedelta(hours=12)  # A shift; Cognito's refresh token lives as long.
OFFICER_IDLE = timedelta(hours=1)
OWNER_LIFE = timedelta(hours=24)
OWNER_IDLE = timedelta(hours=2)

# The last use is written at most this often, so that a page need not cost a write. A session may
# therefore end this much before its idle limit, never after it.
_SEEN_STEP = timedelta(minutes=5)


@dataclass(frozen=True)
class Tokens:
    """Cognito's tokens for one officer. They stay on the server, except for the ID token, which
    `/console/token` hands to the console's own script."""

    id_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: datetime
    """When the ID token ends, UTC."""


@dataclass(frozen=True)
class OfficerSession:
    """An officer's live session. hash: that of the session's token, to which forms are bound."""

    hash: str
    officer: Officer
    tokens: Tokens
    ends_at: datetime


@dataclass(frozen=True)
class OwnerSession:
    """An owner's live session. hash: that of the session's token, to which forms are bound."""

    hash: str
    owner_id: str
    ends_at: datetime


@dataclass(frozen=True)
class StoredSession:
    """A session as stored, an officer's or an owner's. hash: that of its token."""

    hash: str
    kind: Literal["officer", "owner"]
    created_at: Seconds
    seen_at: Seconds
    ends_at: Seconds
    owner_id: str = ""
    officer_id: str = ""
    username: Personal = ""
    roles: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    id_token: Personal = field(default="", repr=False)
    refresh_token: Personal = field(default="", repr=False)
    token_expires_at: Seconds | None = None


SESSION = StoredRecord(
    "session",
    StoredSession,
    "SESSION#{hash}",
    "SESSION",
    patterns={"hash": "[0-9a-f]{64}"},
    derived=[Derived("expires_at", ("ends_at",), lambda session: epoch(session.ends_at))],
)

ITEMS: tuple[DeclaredItem, ...] = (
    SESSION,
    # Lets all sessions of one person be found and ended; it holds nothing to sign in with.
    ItemKind(
        "session in a person's list",
        pk=r"(OFFICER#[A-Za-z0-9-]+)|(OWNER#[0-9a-z]{16})",
        sk=r"SESSION#[0-9a-f]{64}",
        needed=frozenset({"expires_at"}),
    ),
)


class Sessions:
    """Makes, finds and ends sessions."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    def create_officer(self, officer: Officer, tokens: Tokens) -> str:
        """Store a new session of an officer; return its token, for the cookie and nowhere else."""
        fields = _officer_fields(officer, tokens)
        return self._create("officer", officer.id, OFFICER_LIFE, officer_id=officer.id, **fields)

    def create_owner(self, owner_id: str) -> str:
        """Store a new session of an owner; return its token, for the cookie and nowhere else."""
        return self._create("owner", owner_id, OWNER_LIFE, owner_id=owner_id)

    def _create(
        self, kind: Literal["officer", "owner"], person: str, life: timedelta, **fields: Any
    ) -> str:
        token, now = new_token(), self._clock()
        session = StoredSession(token_hash(token), kind, now, now, now + life, **fields)
        listed: Item = {
            "PK": f"{kind.upper()}#{person}",
            "SK": _partition(session.hash),
            "expires_at": epoch(session.ends_at),
        }
        self._table.transact(
            self._table.put_write(SESSION.item(session)), self._table.put_write(listed)
        )
        return token

    def officer(self, token: str) -> OfficerSession | None:
        """Return the officer's session of this token, or None when it is unknown or has ended."""
        found = self._live(token, "officer", OFFICER_IDLE)
        if found is None or found.token_expires_at is None:
            return None
        return OfficerSession(
            hash=found.hash,
            officer=Officer(
                found.officer_id,
                found.username,
                roles_from_groups(list(found.roles)),
                frozenset(found.units),
            ),
            tokens=Tokens(found.id_token, found.refresh_token, found.token_expires_at),
            ends_at=found.ends_at,
        )

    def owner(self, token: str) -> OwnerSession | None:
        """Return the owner's session of this token, or None when it is unknown or has ended."""
        found = self._live(token, "owner", OWNER_IDLE)
        return OwnerSession(found.hash, found.owner_id, found.ends_at) if found else None

    def _live(self, token: str, kind: str, idle: timedelta) -> StoredSession | None:
        if not is_token(token):
            return None
        # The read is consistent, so that a session that was ended a moment ago is over.
        item = self._table.get(_partition(token_hash(token)), "SESSION", consistent=True)
        found = SESSION.read(item) if item else None
        if found is None or found.kind != kind:
            return None
        now = self._clock()
        if now >= found.ends_at or now - found.seen_at >= idle:
            return None
        if now - found.seen_at >= _SEEN_STEP:
            try:
                self._table.update(*SESSION.key(found), assign=SESSION.changes(seen_at=now))
            except ConditionFailed:  # The session was ended between the read and this write.
                return None
        return found

    def renew_session(
        self, session: OfficerSession, officer: Officer, tokens: Tokens
    ) -> OfficerSession:
        """Put fresh tokens, and the officer's roles in them, into a session; its end stays.

        Raises ConditionFailed when the session was ended meanwhile.
        """
        self._table.update(
            _partition(session.hash),
            "SESSION",
            assign=SESSION.changes(**_officer_fields(officer, tokens)),
            when=EXISTS,
        )
        return OfficerSession(session.hash, officer, tokens, session.ends_at)

    def end_session(self, session_hash: str) -> None:
        """End a session at once. Ending a session twice is no error."""
        self._table.delete(_partition(session_hash), "SESSION")

    def end_all_of_officer(self, officer_id: str) -> int:
        """End every session of an officer; return how many were listed, ended ones among them."""
        return self._end_all(f"OFFICER#{officer_id}")

    def end_all_of_owner(self, owner_id: str) -> int:
        """End every session of an owner; return how many were listed, ended ones among them."""
        return self._end_all(f"OWNER#{owner_id}")

    def _end_all(self, of: str) -> int:
        listed = list(self._table.query(of, prefix="SESSION#", consistent=True))
        for item in listed:
            self.end_session(str(item["SK"]).removeprefix("SESSION#"))
            self._table.delete(item["PK"], item["SK"])
        return len(listed)


def _officer_fields(officer: Officer, tokens: Tokens) -> dict[str, Any]:
    """Return the fields of a session that renewing changes: all of the officer's but the id."""
    return {
        "username": officer.username,
        "roles": tuple(role.value for role in sorted(officer.roles)),
        "units": tuple(sorted(officer.units)),
        "id_token": tokens.id_token,
        "refresh_token": tokens.refresh_token,
        "token_expires_at": tokens.expires_at,
    }


def _partition(session_hash: str) -> str:
    return f"SESSION#{session_hash}"
