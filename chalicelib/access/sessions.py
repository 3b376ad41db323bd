"""Sessions of officers and owners: kept here, so that they can be ended here.

The cookie carries a random token; the table knows only its hash. A session ends when somebody
signs out, when it is as old as it may get, or when nobody used it for a while, whichever comes
first. DynamoDB removes expired items late, so every read compares the times itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chalicelib.access.permissions import Officer, roles_from_groups
from chalicelib.ids import is_token, new_token, token_hash
from chalicelib.items import ItemKind
from chalicelib.table import EXISTS, ConditionFailed, Item, Table
from chalicelib.times import Clock, epoch, iso_seconds, parse_iso

OFFICER_LIFE = timedelta(hours=12)  # a shift; Cognito's refresh token lives as long
OFFICER_IDLE = timedelta(hours=1)
OWNER_LIFE = timedelta(hours=24)
OWNER_IDLE = timedelta(hours=2)

# Use is written down at most this often, so that a page does not cost a write. A session may
# therefore end this much before its idle limit, never after it.
_SEEN_STEP = timedelta(minutes=5)

ITEMS: tuple[ItemKind, ...] = (
    ItemKind(
        "session",
        pk=r"SESSION#[0-9a-f]{64}",
        sk="SESSION",
        needed=frozenset({"kind", "created_at", "seen_at", "ends_at", "expires_at"}),
        may=frozenset(
            {
                "owner_id",
                "officer_id",
                "username",
                "roles",
                "id_token",
                "refresh_token",
                "token_expires_at",
            }
        ),
        personal=frozenset({"username", "id_token", "refresh_token"}),
    ),
    # So that all sessions of one person can be found and ended; it holds nothing to sign in with.
    ItemKind(
        "session in a person's list",
        pk=r"(OFFICER#[A-Za-z0-9-]+)|(OWNER#[0-9a-z]{16})",
        sk=r"SESSION#[0-9a-f]{64}",
        needed=frozenset({"expires_at"}),
    ),
)


@dataclass(frozen=True)
class Tokens:
    """What Cognito gave for one officer. They stay on the server, but for the ID token, which
    `/console/token` hands to the console's own script."""

    id_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: datetime
    """When the ID token ends, UTC."""


@dataclass(frozen=True)
class OfficerSession:
    """A signed-in officer. hash: of the session's token; forms are bound to it."""

    hash: str
    officer: Officer
    tokens: Tokens
    ends_at: datetime


@dataclass(frozen=True)
class OwnerSession:
    """A signed-in owner. hash: of the session's token; forms are bound to it."""

    hash: str
    owner_id: str
    ends_at: datetime


class Sessions:
    """Makes, finds and ends sessions."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    def create_officer(self, officer: Officer, tokens: Tokens) -> str:
        """A new session; returns its token, for the cookie and nowhere else."""
        return self._create(
            "officer",
            OFFICER_LIFE,
            officer_id=officer.id,
            username=officer.username,
            roles=sorted(officer.roles),
            id_token=tokens.id_token,
            refresh_token=tokens.refresh_token,
            token_expires_at=iso_seconds(tokens.expires_at),
        )

    def create_owner(self, owner_id: str) -> str:
        """A new session; returns its token, for the cookie and nowhere else."""
        return self._create("owner", OWNER_LIFE, owner_id=owner_id)

    def _create(self, kind: str, life: timedelta, **attributes: str | list[str]) -> str:
        token, now = new_token(), self._clock()
        session_hash, expires_at = token_hash(token), epoch(now + life)
        session: Item = {
            "PK": _partition(session_hash),
            "SK": "SESSION",
            "kind": kind,
            "created_at": iso_seconds(now),
            "seen_at": iso_seconds(now),
            "ends_at": iso_seconds(now + life),
            "expires_at": expires_at,
            **attributes,
        }
        listed: Item = {
            "PK": f"{kind.upper()}#{attributes[f'{kind}_id']}",
            "SK": _partition(session_hash),
            "expires_at": expires_at,
        }
        self._table.transact(self._table.put_write(session), self._table.put_write(listed))
        return token

    def officer(self, token: str) -> OfficerSession | None:
        """The officer's session of this token, or None when it is unknown or has ended."""
        item = self._live(token, "officer", OFFICER_IDLE)
        if item is None:
            return None
        return OfficerSession(
            hash=token_hash(token),
            officer=Officer(item["officer_id"], item["username"], roles_from_groups(item["roles"])),
            tokens=Tokens(
                item["id_token"], item["refresh_token"], parse_iso(item["token_expires_at"])
            ),
            ends_at=parse_iso(item["ends_at"]),
        )

    def owner(self, token: str) -> OwnerSession | None:
        """The owner's session of this token, or None when it is unknown or has ended."""
        item = self._live(token, "owner", OWNER_IDLE)
        if item is None:
            return None
        return OwnerSession(token_hash(token), item["owner_id"], parse_iso(item["ends_at"]))

    def _live(self, token: str, kind: str, idle: timedelta) -> Item | None:
        if not is_token(token):
            return None
        # Consistent: a session that was ended a moment ago is over.
        item = self._table.get(_partition(token_hash(token)), "SESSION", consistent=True)
        if item is None or item["kind"] != kind:
            return None
        now, seen = self._clock(), parse_iso(item["seen_at"])
        if now >= parse_iso(item["ends_at"]) or now - seen >= idle:
            return None
        if now - seen >= _SEEN_STEP:
            try:
                self._table.update(item["PK"], "SESSION", assign={"seen_at": iso_seconds(now)})
            except ConditionFailed:  # ended while we looked
                return None
        return item

    def renew(self, session: OfficerSession, officer: Officer, tokens: Tokens) -> OfficerSession:
        """Puts fresh tokens, and the roles they speak of, into a session. Its end stays.

        Raises ConditionFailed when the session was ended meanwhile.
        """
        self._table.update(
            _partition(session.hash),
            "SESSION",
            assign={
                "username": officer.username,
                "roles": sorted(officer.roles),
                "id_token": tokens.id_token,
                "refresh_token": tokens.refresh_token,
                "token_expires_at": iso_seconds(tokens.expires_at),
            },
            when=EXISTS,
        )
        return OfficerSession(session.hash, officer, tokens, session.ends_at)

    def end(self, session_hash: str) -> None:
        """Ends a session at once. Ending it twice is no error."""
        self._table.delete(_partition(session_hash), "SESSION")

    def end_all_of_officer(self, officer_id: str) -> int:
        """Ends every session of an officer at once; returns how many were listed, some of which
        may have ended before."""
        return self._end_all(f"OFFICER#{officer_id}")

    def end_all_of_owner(self, owner_id: str) -> int:
        """The same for an owner."""
        return self._end_all(f"OWNER#{owner_id}")

    def _end_all(self, of: str) -> int:
        listed = list(self._table.query(of, prefix="SESSION#", consistent=True))
        for item in listed:
            self.end(str(item["SK"]).removeprefix("SESSION#"))
            self._table.delete(item["PK"], item["SK"])
        return len(listed)


def _partition(session_hash: str) -> str:
    return f"SESSION#{session_hash}"
