"""Entity tags (RFC 9110 §8.8.3), so that an answer the caller has already is not sent again."""

from __future__ import annotations

import hashlib
from typing import Any

from chalice import Response

from chalicelib.web.http.request_context import RequestContext


def tagged_json(call: RequestContext, text: str, cache_control: str) -> Response:
    """Answer with the JSON text and its entity tag, or with 304 when the caller has that text.

    cache_control: for both answers; `Vary` keeps caches from giving it to another officer.
    """
    tag = f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
    fields: dict[str, Any] = {"ETag": tag, "Cache-Control": cache_control, "Vary": "Authorization"}
    if tag_matches(call.headers.get("if-none-match", ""), tag):
        return Response(body="", status_code=304, headers=fields)
    return Response(
        body=text, status_code=200, headers={"Content-Type": "application/json", **fields}
    )


def tag_matches(header: str, tag: str) -> bool:
    """Tell whether `If-None-Match` names the tag. The comparison is weak, because a proxy that
    compresses an answer marks its tag as weak."""
    named = [part.strip().removeprefix("W/") for part in header.split(",")]
    return tag in named or header.strip() == "*"
