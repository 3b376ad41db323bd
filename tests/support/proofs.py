"""Proofs of work, as the script of the page that asks for one makes them."""

from __future__ import annotations

import base64
import json
from typing import Any

from altcha import Challenge, solve_challenge

from infra.localstack.visitor import VisitedPage


def solved(challenge: dict[str, Any]) -> str:
    """What the page's script sends for a challenge."""
    solution = solve_challenge(Challenge.from_dict(challenge))
    assert solution
    sent = {"challenge": challenge, "solution": solution.to_dict()}
    return base64.b64encode(json.dumps(sent).encode()).decode()


def proven(page: VisitedPage) -> str:
    """What the script sends for the challenge of a page."""
    (form,) = page.soup.select("form[data-proof]")
    return solved(json.loads(str(form["data-proof"])))
