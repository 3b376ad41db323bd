"""The six digits of an authenticator app (RFC 6238, as Cognito asks for them)."""

from __future__ import annotations

import base64
import hmac
import struct
import time

STEP = 30
"""Seconds that one code is good for."""


def totp_code(secret: str, moment: float | None = None) -> str:
    """Compute the code for a secret in base32, now or at another moment."""
    step = int(time.time() if moment is None else moment) // STEP
    key = base64.b32decode(secret.upper() + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, struct.pack(">Q", step), "sha1")
    start = digest[-1] & 0xF
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"
