"""Why an officer opens footage: a sentence for the custody record."""

from __future__ import annotations

from chalicelib.errors import Invalid
from chalicelib.web.forms import FieldProblem, text

LONGEST = 200

needed_reason = text("why you are opening it", LONGEST)
"""A cleaner for the console's form."""


def optional_reason(typed: str) -> str:
    """A clean reason, or "". Raises Invalid."""
    try:
        return text("the reason", LONGEST, needed=False)(typed)
    except FieldProblem as problem:
        raise Invalid.field("reason", str(problem)) from problem
