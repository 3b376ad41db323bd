"""Officers sign in through Cognito: authorization code with PKCE, then a session of our own.

Cognito asks for password and second factor, or hands on to the force's directory; no password
comes here. Cognito's tokens stay in the session, encrypted, and serve for two things: the console's
own script gets Bearer tokens, and signing out ends the refresh token. Who is let in later, and for
what, is decided in `presence`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from chalicelib.access import id_tokens, sign_in
from chalicelib.access.id_tokens import Identity
from chalicelib.access.permissions import Officer
from chalicelib.access.presence.officer_presence import OfficerSession
from chalicelib.access.sessions import OFFICER_LIFE, Sessions, Tokens
from chalicelib.core.deadline import wait_at_most
from chalicelib.core.errors import NoAnswer, Unavailable
from chalicelib.core.ids import token_hash
from chalicelib.core.settings import Settings
from chalicelib.core.times import Clock
from chalicelib.dynamodb.table import ConditionFailed

SCOPES = "openid email phone profile"
_TIMEOUT = 8  # Seconds to wait for Cognito.
_RENEW_BEFORE = timedelta(minutes=10)  # A script should not get a token that is about to end.


class SignInRefused(Exception):
    """A sign-in that is not accepted. The text is for the audit record, not for the person."""


@dataclass(frozen=True)
class SignedIn:
    """A sign-in that Cognito confirmed. to: the path that the officer wanted to reach."""

    identity: Identity
    tokens: Tokens
    to: str

    @property
    def officer(self) -> Officer:
        return self.identity.officer


class OfficerSignIn:
    """Signs officers in and out, and gives their scripts Bearer tokens."""

    def __init__(
        self,
        settings: Settings,
        key: Callable[[], bytes],
        sessions: Sessions,
        clock: Clock,
        cognito: Any,
    ) -> None:
        self._settings = settings
        self._key = key
        self._sessions = sessions
        self._clock = clock
        self._cognito = cognito
        self._callback = f"{settings.base_url}/console/callback"

    # signing in

    def begin_sign_in(self, cookie: str, to: str) -> tuple[str, str]:
        """Return the address to send the browser to, and the cookie that it must bring back.

        cookie: the browser's sign-in cookie, "" for none. to: the path the officer wanted to reach.
        """
        attempt = sign_in.begin_attempt(self._key(), cookie, to, self._clock())
        query = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": self._callback,
            "scope": SCOPES,
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": attempt.challenge,
            "code_challenge_method": "S256",
            # Threat: a session has ended at a desk that was left, and one click opens another,
            # because Cognito's own cookie lives for an hour. It asks for the password each time.
            "prompt": "login",
        }
        if self._settings.directory_name and self._settings.directory_only == "yes":
            # AWS: with it, "it silently redirects your user to the sign-in page for that identity
            # provider": one page less, where there is nothing to choose.
            query["identity_provider"] = self._settings.directory_name
        return f"{self._settings.sign_in_url}/oauth2/authorize?{urlencode(query)}", attempt.cookie

    def finish_sign_in(self, cookie: str, state: str, code: str) -> SignedIn:
        """Exchange the authorization code that came back for the officer's identity and tokens.

        Raises SignInRefused, or Unavailable when Cognito does not answer.
        """
        now = self._clock()
        attempt = sign_in.resume_attempt(self._key(), cookie, state, now)
        if attempt is None:
            raise SignInRefused("not begun in this browser, or too long ago")
        answer = self._exchange(
            {
                "grant_type": "authorization_code",
                "client_id": self._settings.client_id,
                "redirect_uri": self._callback,
                "code": code,
                "code_verifier": attempt.verifier,
            }
        )
        try:
            token, refresh = str(answer["id_token"]), str(answer["refresh_token"])
            identity = self._read(token, now, attempt.nonce)
        except (KeyError, id_tokens.BadToken) as error:
            raise SignInRefused(f"token not accepted: {error}") from error
        if not identity.sign_in:  # Nothing would tell which session its Bearer tokens come from.
            raise SignInRefused("token not accepted: no origin_jti")
        return SignedIn(identity, Tokens(token, refresh, identity.expires_at), attempt.to)

    def session_life(self, identity: Identity) -> timedelta:
        """Return how long a session may last. The force's directory is asked at sign-in alone, so
        what it takes away meanwhile counts when this is over."""
        if not identity.of_directory:
            return OFFICER_LIFE
        return timedelta(hours=int(self._settings.directory_hours))

    def _read(self, token: str, now: datetime, nonce: str | None = None) -> id_tokens.Identity:
        return id_tokens.read_id_token(
            token,
            user_pool_id=self._settings.user_pool_id,
            client_id=self._settings.client_id,
            now=now,
            nonce=nonce,
        )

    def _exchange(self, fields: dict[str, str]) -> dict[str, Any]:
        from http.client import HTTPException
        from urllib.error import HTTPError
        from urllib.request import Request, urlopen

        request = Request(  # noqa: S310 (a setting, never from a request; https on AWS)
            f"{self._settings.sign_in_url}/oauth2/token",
            data=urlencode(fields).encode(),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
        try:
            seconds = wait_at_most(_TIMEOUT)
            with urlopen(request, timeout=seconds) as reply:  # noqa: S310 (see above)
                answer = json.load(reply)
        except HTTPError as error:
            with error:
                if error.code >= 500 or error.code == 429:
                    raise _no_answer() from error
                raise SignInRefused(f"code not accepted: {_reason(error.read(2000))}") from error
        except (OSError, HTTPException, ValueError) as error:
            raise _no_answer() from error
        if not isinstance(answer, dict):
            raise _no_answer()
        return answer

    # while signed in

    def bearer_tokens(self, session: OfficerSession, session_token: str) -> Tokens | None:
        """Return tokens whose ID token lasts at least ten minutes, for the console's own script.

        None when Cognito no longer vouches for the officer; the session has then been ended."""
        tokens = session.stored.tokens(session_token)
        if self._clock() < tokens.expires_at - _RENEW_BEFORE:
            return tokens
        return self._renew(session, session_token, tokens.refresh_token)

    def _renew(self, session: OfficerSession, session_token: str, refresh: str) -> Tokens | None:
        from botocore.exceptions import BotoCoreError, ClientError

        client = self._cognito
        try:
            answer = client.initiate_auth(
                AuthFlow="REFRESH_TOKEN_AUTH",
                ClientId=self._settings.client_id,
                AuthParameters={"REFRESH_TOKEN": refresh},
            )
            token = str(answer["AuthenticationResult"]["IdToken"])
            identity = self._read(token, self._clock())
        except (
            client.exceptions.NotAuthorizedException,
            client.exceptions.UserNotFoundException,
            id_tokens.BadToken,
        ):
            self._sessions.end_session(session.hash)
            return None
        except (BotoCoreError, ClientError, NoAnswer) as error:
            raise _no_answer() from error
        of_this = token_hash(identity.sign_in) == session.stored.sign_in
        if identity.officer.id != session.officer.id or not of_this:
            self._sessions.end_session(session.hash)
            return None
        tokens = Tokens(token, refresh, identity.expires_at)
        try:
            self._sessions.renew_tokens(session.stored, session_token, tokens)
        except ConditionFailed:  # Signed out meanwhile, in another tab.
            return None
        return tokens

    # signing out

    def end_session(self, session: OfficerSession, session_token: str) -> None:
        """End a session here, with its Bearer tokens, and its refresh token at Cognito, at once."""
        self._sessions.end_session(session.hash)
        self.revoke_tokens(session, session_token)

    def revoke_tokens(self, session: OfficerSession, session_token: str) -> None:
        """End the refresh token of a session that has been ended here."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            self._cognito.revoke_token(
                Token=session.stored.tokens(session_token).refresh_token,
                ClientId=self._settings.client_id,
            )
        except (BotoCoreError, ClientError, Unavailable):
            # Only the session knew the refresh token, and the session has been deleted.
            return

    @property
    def leave_url(self) -> str:
        """The address at which Cognito forgets the browser and sends it to the signed-out page: the
        next person at a shared desk is then asked for a password."""
        query = {
            "client_id": self._settings.client_id,
            "logout_uri": f"{self._settings.base_url}/console/signed-out",
        }
        return f"{self._settings.sign_in_url}/logout?{urlencode(query)}"


def _no_answer() -> Unavailable:
    return Unavailable("The sign-in service does not answer. Try again in a minute.")


def _reason(body: bytes) -> str:
    """Return the OAuth error code in an answer: one of a few words, safe for the record."""
    try:
        word = str(json.loads(body).get("error", ""))
    except (ValueError, AttributeError):
        return "no reason given"
    return word if word.replace("_", "").isalpha() and len(word) < 40 else "no reason given"
