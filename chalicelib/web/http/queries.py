"""Reading the `Idempotency-Key` header."""

from __future__ import annotations

import re

from chalicelib.core.errors import Invalid
from chalicelib.web.http.request_context import RequestContext

KEY_PATTERN = r"[!-~]{0,100}"
_KEY = re.compile(KEY_PATTERN)


def idempotency_key(call: RequestContext) -> str:
    """Return the `Idempotency-Key` header, "" without one. Raises Invalid for an unusable one."""
    key = call.headers.get("idempotency-key", "")
    if key and not _KEY.fullmatch(key):
        said = "Must be at most 100 letters, digits and signs without spaces"
        raise Invalid.field("Idempotency-Key", said)
    return key
