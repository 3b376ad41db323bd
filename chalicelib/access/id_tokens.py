"""Reading and checking of Cognito's ID tokens. Pure functions.

The signature is not verified here, and need not be: the token comes straight from Cognito's token
endpoint over TLS, which proves who made it (OpenID Connect Core 1.0, 3.1.3.7, point 6). A Bearer
token on `/api/v1` comes from anywhere; API Gateway's authorizer verifies its signature.
"""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.access.federation.directory_roles import is_of_directory, shown_name
from chalicelib.access.permissions import Officer, roles_from_groups, units_from_claim
from chalicelib.core.typed.typed_text import clean_text

_SKEW = timedelta(minutes=2)  # The clocks here and at Cognito may differ by this much.


class BadToken(ValueError):
    """An ID token that a sign-in must not accept; the text says which check failed."""


@dataclass(frozen=True)
class Identity:
    """The officer whom an ID token names. expires_at: when the token ends, UTC. sign_in: Cognito's
    id of the sign-in, the same in every token that comes from it. name, email, phone: as the
    force's directory has them, "" for what the directory does not say. of_directory: whether they
    signed in there, and not with a local account."""

    officer: Officer
    expires_at: datetime
    sign_in: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""
    of_directory: bool = False


def issuer(user_pool_id: str) -> str:
    """Return the `iss` claim of a user pool's tokens; a pool's id begins with its region."""
    region = user_pool_id.partition("_")[0]
    return f"https://cognito-idp.{region}.amazonaws.com/{user_pool_id}"


def read_id_token(
    token: str, *, user_pool_id: str, client_id: str, now: datetime, nonce: str | None = None
) -> Identity:
    """Return the identity in an ID token that came from Cognito's token endpoint.

    nonce: the one that this sign-in sent; None for a refreshed token, which need not carry one
    (OpenID Connect Core 1.0, 12.2). Raises BadToken.
    """
    claims = _claims(token)
    expected = {"iss": issuer(user_pool_id), "aud": client_id, "token_use": "id"}
    for name, value in expected.items():
        if claims.get(name) != value:
            raise BadToken(f"wrong {name}")
    if nonce is not None and not hmac.compare_digest(
        str(claims.get("nonce", "")).encode(), nonce.encode()
    ):
        raise BadToken("wrong nonce")
    expires, issued = _moment(claims, "exp"), _moment(claims, "iat")
    if now >= expires + _SKEW:
        raise BadToken("expired")
    if issued > now + _SKEW:
        raise BadToken("issued in the future")
    if not isinstance(claims.get("sub"), str) or not claims["sub"]:
        raise BadToken("no sub")
    return Identity(
        officer_from_claims(claims),
        expires,
        sign_in=sign_in_of(claims),
        name=_said(claims, "name", 100) or _said(claims, "preferred_username", 100),
        email=_said(claims, "email", 254),
        phone=_said(claims, "phone_number", 20),
        of_directory=is_of_directory(claims),
    )


def _said(claims: Mapping[str, Any], name: str, longest: int) -> str:
    """Return a claim as text on one line; "" when it is missing, unprintable or over `longest`."""
    value = claims.get(name)
    text = " ".join(clean_text(value).split()) if isinstance(value, str) else ""
    return text if len(text) <= longest and text.isprintable() else ""


def officer_from_claims(claims: Mapping[str, Any]) -> Officer:
    """Return the officer whom the verified claims of an ID token name.

    `cognito:groups` has the roles also for officers of the force's directory: the trigger
    `jobs.directory_sign_in` writes them there."""
    account = str(claims.get("cognito:username", claims["sub"]))
    return Officer(
        id=str(claims["sub"]),
        username=shown_name(account, claims),
        roles=roles_from_groups(claims.get("cognito:groups")),
        units=units_from_claim(claims.get("custom:units")),
        account=account,
    )


def sign_in_of(claims: Mapping[str, Any]) -> str:
    """Return Cognito's id of the sign-in that a token comes from, "" when the token has none."""
    return str(claims.get("origin_jti") or "")


def _claims(token: str) -> dict[str, Any]:
    parts = token.split(".")
    if len(parts) != 3:
        raise BadToken("not a token")
    try:
        body = base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))
        claims = json.loads(body)
    except ValueError as error:
        raise BadToken("not a token") from error
    if not isinstance(claims, dict):
        raise BadToken("not a token")
    return claims


def _moment(claims: Mapping[str, Any], name: str) -> datetime:
    value = claims.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadToken(f"no {name}")
    return datetime.fromtimestamp(value, UTC)
