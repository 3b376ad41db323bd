"""Reading the part of an address after the question mark, and headers that say how."""

from __future__ import annotations

import re
from collections.abc import Mapping

from chalicelib.errors import Invalid
from chalicelib.web.call import Call


def only(query: Mapping[str, str], *names: str) -> None:
    """Raises Invalid for a parameter that is not among `names`: a misspelt filter that is left
    out silently answers another question."""
    wrong = [name for name in query if name not in names]
    if wrong:
        known = f"Use {', '.join(names)}" if names else "This address takes none"
        raise Invalid(
            "The address has a parameter that this page does not know.",
            [(name[:60], f"There is no parameter of this name. {known}") for name in wrong],
        )


def limit_of(query: Mapping[str, str], usual: int, most: int) -> int:
    """`limit`, from 1 to `most`. Raises Invalid."""
    typed = query.get("limit", "")
    if not typed:
        return usual
    if not re.fullmatch(r"[0-9]{1,6}", typed) or not 1 <= int(typed) <= most:
        raise Invalid.field("limit", f"The limit must be a whole number from 1 to {most}")
    return int(typed)


_KEY = re.compile(r"[\x21-\x7e]{1,100}")


def idempotency_key(call: Call) -> str:
    """The `Idempotency-Key` header, "" when there is none. Raises Invalid."""
    key = call.headers.get("idempotency-key", "")
    if key and not _KEY.fullmatch(key):
        said = "Must be at most 100 letters, digits and signs without spaces"
        raise Invalid.field("Idempotency-Key", said)
    return key
