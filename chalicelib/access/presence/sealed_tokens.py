"""Cognito's tokens in a session, encrypted under a key that only the officer's browser holds.

Threat: somebody reads the table, or a backup, and goes on as every officer who is signed in. The
key follows from the session's own token, which stands in the cookie and nowhere else; the table
knows its hash, from which the key does not follow. Whoever has the whole table, and even the
application's role, reads no token of Cognito's. The cipher is XChaCha20-Poly1305, whose nonces are
long enough to be drawn at random; the session's hash is bound in, so that sealed tokens that were
moved to another session do not open.
"""

from __future__ import annotations

import base64
import hmac
import json
import secrets

from chalicelib.core.ids import token_hash

_NONCE, _MAC = 24, 16


def seal_tokens(session_token: str, *tokens: str) -> str:
    """Encrypt tokens for the session of this token; return text for its item."""
    import monocypher

    nonce = secrets.token_bytes(_NONCE)
    plain, bound = json.dumps(tokens).encode(), token_hash(session_token).encode()
    mac, sealed = monocypher.lock(_key(session_token), nonce, plain, bound)
    return base64.b64encode(nonce + mac + sealed).decode()


def open_tokens(session_token: str, sealed: str) -> list[str]:
    """Decrypt what `seal_tokens` made for this session. Raises ValueError for anything else."""
    import monocypher

    stored, bound = base64.b64decode(sealed, validate=True), token_hash(session_token).encode()
    nonce, mac, body = stored[:_NONCE], stored[_NONCE : _NONCE + _MAC], stored[_NONCE + _MAC :]
    if len(mac) < _MAC:
        raise ValueError("cut off")
    plain = monocypher.unlock(_key(session_token), nonce, mac, body, bound)
    if plain is None:
        raise ValueError("sealed for another session, or changed")
    tokens: list[str] = json.loads(plain)
    return tokens


def _key(session_token: str) -> bytes:
    return hmac.digest(session_token.encode(), b"tokens of Cognito", "sha256")
