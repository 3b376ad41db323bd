"""Sessions of officers and owners, kept in the table so that they can be ended at once.

The cookie carries a random token; the table knows only its hash. A session ends when somebody
signs out, when it is as old as it may get, or when nobody used it for a while, whichever comes
first. DynamoDB removes expired items late, so every read compares the times itself.

An officer's session is found besides by the sign-in that it came from, whose id Cognito writes into
every Bearer token (`origin_jti`): a token counts only as long as the session it was given out by.
Whether the officer may still be let in is not asked here but in `presence.officer_presence`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from chalicelib.access.permissions import Officer
from chalicelib.access.presence.sealed_tokens import open_tokens, seal_tokens
from chalicelib.core.ids import is_token, new_token, token_hash
from chalicelib.core.times import Clock, epoch
from chalicelib.dynamodb.field_marks import Micros, Personal, Seconds
from chalicelib.dynamodb.item_schema import DeclaredItem, ItemKind
from chalicelib.dynamodb.stored_record import Derived, StoredRecord
from chalicelib.dynamodb.table import EXISTS, ConditionFailed, Item, Table

OFFICER_LIFE = timedelta(hours=12)  # A shift; Cognito's refresh token lives as long.
OFFICER_IDLE = timedelta(minutes=15)  # The longest that an unlocked desk stands open.
OWNER_LIFE = timedelta(hours=24)
OWNER_IDLE = timedelta(hours=2)

# The last use is written at most this often, so that a page need not cost a write. A session may
# therefore end this much before its idle limit, never after it.
OFFICER_SEEN_STEP = timedelta(seconds=30)
_OWNER_SEEN_STEP = timedelta(minutes=5)


@dataclass(frozen=True)
class Tokens:
    """Cognito's tokens for one officer. They stay on the server, except for the ID token, which
    `/console/token` hands to the console's own script."""

    id_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: datetime
    """When the ID token ends, UTC."""


@dataclass(frozen=True)
class OwnerSession:
    """An owner's live session. hash: that of the session's token, to which forms are bound."""

    hash: str
    owner_id: str
    ends_at: datetime


@dataclass(frozen=True)
class StoredSession:
    """A session as stored, an officer's or an owner's. hash: that of its token. sign_in: hash of
    Cognito's id of the sign-in. sealed: Cognito's tokens, which only the session's own token opens.
    username: Cognito's own name of the officer's account. browser: what the officer signed in with,
    in words."""

    hash: str
    kind: Literal["officer", "owner"]
    created_at: Micros
    seen_at: Seconds
    ends_at: Seconds
    owner_id: str = ""
    officer_id: str = ""
    username: Personal = ""
    sign_in: str = ""
    browser: str = ""
    sealed: Personal = field(default="", repr=False)
    token_expires_at: Seconds | None = None

    def tokens(self, session_token: str) -> Tokens:
        """Open Cognito's tokens. Raises ValueError for the token of another session."""
        id_token, refresh_token = open_tokens(session_token, self.sealed)
        assert self.token_expires_at
        return Tokens(id_token, refresh_token, self.token_expires_at)


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
        "session in an owner's list",
        pk=r"OWNER#[0-9a-z]{16}",
        sk=r"SESSION#[0-9a-f]{64}",
        needed=frozenset({"expires_at"}),
    ),
    # The same for officers, by the sign-in; `session` is the hash of the session's token.
    ItemKind(
        "session in an officer's list",
        pk=r"OFFICER#[A-Za-z0-9-]+",
        sk=r"SIGN-IN#[0-9a-f]{64}",
        needed=frozenset({"expires_at", "session"}),
    ),
)


class Sessions:
    """Makes, finds and ends sessions."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    def create_officer(
        self,
        officer: Officer,
        tokens: Tokens,
        sign_in: str,
        browser: str = "",
        life: timedelta = OFFICER_LIFE,
    ) -> str:
        """Store a new session of an officer; return its token, for the cookie and nowhere else.

        sign_in: Cognito's id of the sign-in. browser: in words. life: how long it may last."""
        token = new_token()
        session = self._new(
            token,
            "officer",
            min(life, OFFICER_LIFE),
            officer_id=officer.id,
            username=officer.account_name,
            sign_in=token_hash(sign_in),
            browser=browser,
            sealed=seal_tokens(token, tokens.id_token, tokens.refresh_token),
            token_expires_at=tokens.expires_at,
        )
        listed = {"PK": f"OFFICER#{officer.id}", "SK": f"SIGN-IN#{session.sign_in}"}
        self._store(session, {**listed, "session": session.hash})
        return token

    def create_owner(self, owner_id: str) -> str:
        """Store a new session of an owner; return its token, for the cookie and nowhere else."""
        token = new_token()
        session = self._new(token, "owner", OWNER_LIFE, owner_id=owner_id)
        self._store(session, {"PK": f"OWNER#{owner_id}", "SK": f"SESSION#{session.hash}"})
        return token

    def _new(
        self, token: str, kind: Literal["officer", "owner"], life: timedelta, **fields: Any
    ) -> StoredSession:
        now = self._clock()
        return StoredSession(token_hash(token), kind, now, now, now + life, **fields)

    def _store(self, session: StoredSession, listed: Item) -> None:
        self._table.transact(
            self._table.put_write(SESSION.item(session)),
            self._table.put_write({**listed, "expires_at": epoch(session.ends_at)}),
        )

    def officer(self, token: str, *, used: bool = True) -> StoredSession | None:
        """Return the officer's session of this token, or None when it is unknown or has ended.

        used: whether the officer did something, so that the session goes on."""
        return self._live(token_hash(token), "officer", used) if is_token(token) else None

    def of_sign_in(
        self, officer_id: str, sign_in: str, *, used: bool = True
    ) -> StoredSession | None:
        """Return the session of a sign-in, by Cognito's id of it, as `officer` does."""
        listed = self._table.get(
            f"OFFICER#{officer_id}", f"SIGN-IN#{token_hash(sign_in)}", consistent=True
        )
        return self._live(str(listed["session"]), "officer", used) if listed else None

    def all_of_officer(self, officer_id: str) -> list[StoredSession]:
        """Return the officer's sessions that have not ended, the one used last first."""
        listed = self._table.query(f"OFFICER#{officer_id}", prefix="SIGN-IN#", consistent=True)
        keys = [(_partition(str(item["session"])), "SESSION") for item in listed]
        found = map(SESSION.read, self._table.get_many(keys, consistent=True).values())
        now = self._clock()
        live = [one for one in found if _lives(one, now)]
        return sorted(live, key=lambda one: one.seen_at, reverse=True)

    def owner(self, token: str) -> OwnerSession | None:
        """Return the owner's session of this token, or None when it is unknown or has ended."""
        found = self._live(token_hash(token), "owner", used=True) if is_token(token) else None
        return OwnerSession(found.hash, found.owner_id, found.ends_at) if found else None

    def _live(self, session_hash: str, kind: str, used: bool) -> StoredSession | None:
        # The read is consistent, so that a session that was ended a moment ago is over.
        item = self._table.get(_partition(session_hash), "SESSION", consistent=True)
        found = SESSION.read(item) if item else None
        now = self._clock()
        if found is None or found.kind != kind or not _lives(found, now):
            return None
        if used and now - found.seen_at >= _SEEN_STEPS[found.kind]:
            try:
                self._table.update(*SESSION.key(found), assign=SESSION.changes(seen_at=now))
            except ConditionFailed:  # The session was ended between the read and this write.
                return None
        return found

    def renew_tokens(self, session: StoredSession, session_token: str, tokens: Tokens) -> None:
        """Put fresh tokens of Cognito's into a session; its end stays.

        Raises ConditionFailed when the session was ended meanwhile.
        """
        self._table.update(
            *SESSION.key(session),
            assign=SESSION.changes(
                sealed=seal_tokens(session_token, tokens.id_token, tokens.refresh_token),
                token_expires_at=tokens.expires_at,
            ),
            when=EXISTS,
        )

    def end_session(self, session_hash: str) -> None:
        """End a session at once. Ending a session twice is no error."""
        self._table.delete(_partition(session_hash), "SESSION")

    def end_all_of_officer(self, officer_id: str) -> int:
        """End every session of an officer; return how many were listed, ended ones among them."""
        listed = list(
            self._table.query(f"OFFICER#{officer_id}", prefix="SIGN-IN#", consistent=True)
        )
        return self._end_all(listed, [str(item["session"]) for item in listed])

    def end_all_of_owner(self, owner_id: str) -> int:
        """End every session of an owner; return how many were listed, ended ones among them."""
        listed = list(self._table.query(f"OWNER#{owner_id}", prefix="SESSION#", consistent=True))
        return self._end_all(listed, [str(one["SK"]).removeprefix("SESSION#") for one in listed])

    def _end_all(self, listed: list[Item], hashes: list[str]) -> int:
        for item, session_hash in zip(listed, hashes, strict=True):
            self.end_session(session_hash)
            self._table.delete(item["PK"], item["SK"])
        return len(listed)


_IDLE = {"officer": OFFICER_IDLE, "owner": OWNER_IDLE}
_SEEN_STEPS = {"officer": OFFICER_SEEN_STEP, "owner": _OWNER_SEEN_STEP}


def _lives(session: StoredSession, now: datetime) -> bool:
    return now < session.ends_at and now - session.seen_at < _IDLE[session.kind]


def _partition(session_hash: str) -> str:
    return f"SESSION#{session_hash}"
