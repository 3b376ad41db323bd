"""Who an officer's call comes from: its session, and what the directory says of the account now.

Every page of the console and every call of the API comes through here, so whoever has left is out
of both. A Bearer token is good as long as the session that it was given out by: its signature says
who somebody was when it was made, the session and the directory say who they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chalicelib.access.audit import Action, Actor, AuditLog
from chalicelib.access.permissions import Officer
from chalicelib.access.presence.account_checks import AccountChecks, CheckedAccount, end_everywhere
from chalicelib.access.sessions import Sessions, StoredSession
from chalicelib.core.times import Clock
from chalicelib.dynamodb.table import Table


@dataclass(frozen=True)
class OfficerSession:
    """An officer's live session. officer: with the rights that the directory gives now. hash: that
    of the session's token, to which forms are bound. stored: the session as stored."""

    officer: Officer
    stored: StoredSession

    @property
    def hash(self) -> str:
        return self.stored.hash

    @property
    def ends_at(self) -> datetime:
        return self.stored.ends_at


class OfficerPresence:
    """Lets officers in by cookie or Bearer token, and ends their sessions."""

    def __init__(
        self,
        sessions: Sessions,
        accounts: AccountChecks,
        audit: AuditLog,
        table: Table,
        clock: Clock,
    ) -> None:
        self._sessions = sessions
        self._accounts = accounts
        self._audit = audit
        self._table = table
        self._clock = clock

    def by_cookie(self, token: str, *, used: bool = True) -> OfficerSession | None:
        """Return the session of a cookie's token; None when it has ended or the directory no longer
        lets the officer in. Raises Unavailable when the directory has to be asked and does not
        answer: without an answer nobody is let in.

        used: whether the officer did something, so that the session goes on."""
        return self._let_in(self._sessions.officer(token, used=used))

    def by_bearer(
        self, officer_id: str, sign_in: str, *, used: bool = True
    ) -> OfficerSession | None:
        """As `by_cookie`, for a Bearer token whose signature was verified. sign_in: Cognito's id of
        the sign-in that the token comes from."""
        found = self._sessions.of_sign_in(officer_id, sign_in, used=used)
        return self._let_in(found if found and found.officer_id == officer_id else None)

    def _let_in(self, found: StoredSession | None) -> OfficerSession | None:
        if found is None:
            return None
        account = self._accounts.check(found.officer_id, found.username)
        return OfficerSession(account.officer, found) if account.admits(found.created_at) else None

    def list_sessions(self, officer: Officer) -> list[StoredSession]:
        """Return where an officer is signed in, the session used last first."""
        account = self._accounts.check(officer.id, officer.account_name)
        found = self._sessions.all_of_officer(officer.id)
        return [one for one in found if account.admits(one.created_at)]

    def end_one(self, officer: Officer, session: StoredSession) -> None:
        """Put on record, and do: end one of the officer's sessions, with its Bearer tokens."""
        subject, browser = f"officer.{officer.id}", session.browser
        self._audit.record_act(
            Actor.officer(officer), Action.ENDED_SESSION, subject, browser=browser
        )
        self._sessions.end_session(session.hash)

    def end_all(self, officer: Officer) -> None:
        """Put on record, and do: end every session of an officer who asks for it."""
        subject = f"officer.{officer.id}"
        self._audit.record_act(Actor.officer(officer), Action.ENDED_SESSIONS, subject)
        end_every_session(self._table, self._sessions, officer.id, self._clock())


def end_every_session(table: Table, sessions: Sessions, officer_id: str, now: datetime) -> int:
    """End every session of an officer, with the Bearer tokens of each; return how many were listed.

    The mark comes first: it holds for a session that is just being made as well."""
    end_everywhere(table, officer_id, now)
    return sessions.end_all_of_officer(officer_id)


def record_shut_out(audit: AuditLog, account: CheckedAccount) -> None:
    """Put on record that the directory no longer lets an officer in, which ends every session."""
    audit.record_act(
        Actor.system("accounts"),
        Action.ENDED_SESSIONS,
        f"officer.{account.officer_id}",
        "The directory has disabled or removed the account, or given it no role.",
    )
