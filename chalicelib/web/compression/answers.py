"""Compresses an answer on its way to API Gateway.

API Gateway takes bytes from a function as base64, for an API whose binary media types are `*/*`,
and turns them back by the request's `Accept` header (infra/templates/stage/api.yaml). So to a
caller without one nothing is compressed.
"""

from __future__ import annotations

import base64
import io
import re
import secrets
from collections.abc import Mapping
from typing import Any

from chalicelib.web.compression.accepted import AskedHeaders, weigh_codings

MIN_BYTES = 1000
"""What is shorter fits into one packet as it is."""
_LEVEL = 5
"""Of zlib: a page costs a millisecond more than at level 1 and is a sixth smaller; the levels above
gain a hundredth."""
_PADDING = 100
"""Bytes, at most, by which the length of an answer is off at random."""

_TEXTS = re.compile(r"text/|application/(?:[\w.-]+\+)?json|image/svg\+xml|application/javascript")


def compress_answer(event: Mapping[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    """Return the answer for API Gateway, compressed when its caller takes that.

    An answer that has a coding, is short, or is a file to be saved stays as it is. `Vary` says on
    each that there is another form of it, also on a 304, as the 200 would.
    """
    fields = answer["headers"]
    vary = fields.get("Vary", "")
    if vary != "*":
        fields["Vary"] = f"{vary}, Accept-Encoding" if vary else "Accept-Encoding"
    asked = AskedHeaders(event)
    if not (_is_text(answer) and asked.has("accept") and not _is_watched(asked)):
        return answer
    body = answer["body"].encode()
    gzip, plain = weigh_codings(asked.all_of("accept-encoding"))
    if gzip <= 0 or gzip < plain or (plain and len(body) < MIN_BYTES):
        return answer
    fields["Content-Encoding"] = "gzip"
    coded = base64.b64encode(_gzip(body)).decode()
    return {**answer, "body": coded, "isBase64Encoded": True}


def _is_text(answer: Mapping[str, Any]) -> bool:
    """Tell whether an answer is a page or JSON, which has no coding yet and is not to be saved."""
    fields = {name.lower(): value for name, value in answer["headers"].items()}
    saved = str(fields.get("content-disposition", "")).startswith("attachment")
    coded = answer.get("isBase64Encoded") or "content-encoding" in fields
    return not (saved or coded) and bool(_TEXTS.match(str(fields.get("content-type", ""))))


def _is_watched(asked: AskedHeaders) -> bool:
    """Tell whether another site made somebody's browser ask with their session.

    Threat (BREACH): a site that somebody has open makes their browser ask again and again for a
    page of ours that repeats a guess beside a secret, and whoever sees the encrypted answers reads
    from their lengths when it was right. Such calls come with the session's cookie and are named
    by the browser as from elsewhere. For browsers that do not name them, no two pages have the same
    token (web.http.csrf), and the length is off at random (`_gzip`).
    """
    return asked.has("cookie") and asked.all_of("sec-fetch-site") in ("cross-site", "same-site")


def _gzip(body: bytes) -> bytes:
    """Compress, with a made-up file name of random length, for which gzip's header has room."""
    from gzip import GzipFile

    packed = io.BytesIO()
    name = "x" * secrets.randbelow(_PADDING + 1)
    with GzipFile(name, "wb", _LEVEL, packed, mtime=0) as file:
        file.write(body)
    return packed.getvalue()
