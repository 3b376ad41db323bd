"""What the headers of a request say of the codings that its caller takes. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_WEIGHT = re.compile(r"0(?:\.\d{0,3})?|1(?:\.0{0,3})?")
_UNNAMED = 0.001
"""The weight of no coding where the caller names none: it is taken, and any other is preferred."""


def weigh_codings(header: str) -> tuple[float, float]:
    """Return how glad a caller is of gzip, and of no coding, each from 0 (refused) to 1.

    Without the header nothing is known of gzip, so it is not used. A weight that is none makes what
    it stands beside unwanted. No coding is taken unless `identity;q=0` or `*;q=0` excludes it.
    """
    weights: dict[str, float] = {}
    for part in header.lower().split(","):
        coding, _, weight = (piece.strip() for piece in part.partition(";"))
        weights[coding] = _read_weight(weight)
    others = weights.get("*", 0.0)
    gzip = weights.get("gzip", weights.get("x-gzip", others))
    plain = weights.get("identity", 0.0 if weights.get("*") == 0 else _UNNAMED)
    return gzip, plain


def _read_weight(weight: str) -> float:
    if not weight:
        return 1.0
    name, _, value = weight.partition("=")
    return float(value) if name.strip() == "q" and _WEIGHT.fullmatch(value.strip()) else 0.0


class AskedHeaders:
    """The headers of a request, whatever their case; API Gateway gives each with all its values."""

    def __init__(self, event: Mapping[str, Any]) -> None:
        many: Mapping[str, list[str]] = event.get("multiValueHeaders") or {
            name: [value] for name, value in (event.get("headers") or {}).items()
        }
        self._fields: dict[str, list[str]] = {}
        for name, values in many.items():
            self._fields.setdefault(name.lower(), []).extend(values)

    def has(self, name: str) -> bool:
        """Tell whether a header is there and says something."""
        return any(self._fields.get(name, ()))

    def all_of(self, name: str) -> str:
        """Return all values of a header as one (RFC 9110 §5.3)."""
        return ", ".join(self._fields.get(name, ()))
