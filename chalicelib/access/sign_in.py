"""State, PKCE and nonce, which bind a sign-in to the browser that began it. Pure functions.

Nothing is stored on the server between the two steps, so that a visitor who only asks to sign in
costs no write. The browser keeps a random key in a cookie for ten minutes; everything else
follows from it and from the stage's own key:

- state      says where the person wanted to go and until when, and is bound to the cookie.
  Threat: an attacker sends somebody a callback link that signs them in as the attacker.
- verifier   PKCE (RFC 7636). Threat: somebody reads the code from a log or a history.
- nonce      comes back in the ID token. Threat: an ID token from another sign-in is put in.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.core.ids import is_token, keyed_hash, new_token
from chalicelib.core.times import epoch

LIFE = timedelta(minutes=10)
HOME = "/console"
_LONGEST_PATH = 300
_LOCAL = re.compile(r"/console(/[A-Za-z0-9._~-]+)*/?(\?[A-Za-z0-9=&%._~+:,-]*)?")


def safe_path(wanted: str) -> str:
    """Return `wanted` when it is an address of the console, else the console's first page.

    Threat: an open redirect that leads from our sign-in to somebody else's page. Only our own
    paths are let through, letter by letter; `//host`, `\\`, `..` and other schemes never match.
    """
    if len(wanted) > _LONGEST_PATH or not _LOCAL.fullmatch(wanted) or ".." in wanted:
        return HOME
    # An officer who signs in to reach a sign-in page would go round in a circle.
    path = wanted.partition("?")[0]
    if path in ("/console/sign-in", "/console/callback", "/console/signed-out", "/console/token"):
        return HOME
    return wanted


@dataclass(frozen=True)
class SignInAttempt:
    """One sign-in under way. cookie: the browser's key. to: the path to go to afterwards."""

    cookie: str
    state: str
    verifier: str
    nonce: str
    to: str

    @property
    def challenge(self) -> str:
        """The PKCE challenge, method S256."""
        return _base64(hashlib.sha256(self.verifier.encode()).digest())


def begin_attempt(key: bytes, cookie: str, to: str, now: datetime) -> SignInAttempt:
    """Begin a sign-in that leads to the path `to`. cookie: what the browser sent; kept when it has
    the form of a key, so that two tabs can sign in at the same time."""
    own = cookie if is_token(cookie) else new_token()
    until = epoch(now + LIFE)
    payload = f"{secrets.token_hex(8)}.{until}.{_base64(safe_path(to).encode())}"
    return _attempt(key, own, payload)


def resume_attempt(key: bytes, cookie: str, state: str, now: datetime) -> SignInAttempt | None:
    """Return the sign-in that `state` belongs to, or None when this browser did not begin it
    (`state` is forged or taken from elsewhere) or began it more than LIFE ago."""
    payload, _, _ = state.rpartition(".")
    if not is_token(cookie) or not state.isascii() or payload.count(".") != 2:
        return None
    right = _attempt(key, cookie, payload)
    if not hmac.compare_digest(right.state.encode(), state.encode()):
        return None
    return right if int(payload.split(".")[1]) >= epoch(now) else None


def _attempt(key: bytes, cookie: str, payload: str) -> SignInAttempt:
    bound = f"{cookie} {payload}"
    verifier = hmac.digest(key, f"sign-in verifier {bound}".encode(), "sha256")
    try:
        to = _unbase64(payload.split(".")[2]).decode()
    except ValueError:  # A forged state, which fails the comparison in `resume_attempt`.
        to = HOME
    return SignInAttempt(
        cookie=cookie,
        state=f"{payload}.{keyed_hash(key, 'sign-in state', bound)}",
        verifier=_base64(verifier),
        nonce=keyed_hash(key, "sign-in nonce", bound),
        to=safe_path(to),
    )


def _base64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _unbase64(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
