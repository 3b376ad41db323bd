"""What is said when an incident is closed, for its form and for the API."""

from __future__ import annotations

from chalicelib.requests.closing import LONGEST_WORDS
from chalicelib.web.forms import text
from chalicelib.web.search_fields import REASON_LENGTH

words = text("what you add to the thanks", LONGEST_WORDS, needed=False, lines=True)
"""Owners read it."""

reason = text("the reason", REASON_LENGTH, needed=False, lines=True)
"""For the record; that a case is done needs no explanation."""
