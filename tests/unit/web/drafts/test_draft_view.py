"""Where a person who has just signed in finds a form of theirs that was not taken."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

import app
from chalicelib.access.form_drafts import FormDraft
from chalicelib.access.permissions import Officer, Role
from chalicelib.web.drafts.draft_view import newest_address

assert app.app.routes  # declares the routes

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
COMPOSE = "/console/incidents/{incident_id}/requests"


def led_to(route: str, role: Role | None) -> str:
    """Where signing in leads with a draft of a form: an officer of this role, or an owner."""
    person = "officer.4f7c" if role else "owner.0123456789abcdef"
    draft = FormDraft(person, "d" * 16, route, {}, "{}", NOW, NOW + timedelta(hours=1))
    drafts = SimpleNamespace(newest_draft=lambda whose: draft if whose == person else None)
    call: Any = SimpleNamespace(
        services=SimpleNamespace(access=SimpleNamespace(form_drafts=drafts))
    )
    officer = Officer("4f7c", "pat", frozenset({role})) if role else None
    return newest_address(call, person, officer)


def test_an_officer_is_led_to_the_letter_and_an_owner_to_the_form() -> None:
    assert led_to(COMPOSE, Role.INVESTIGATOR) == f"/console/drafts/{'d' * 16}"
    assert led_to("/account/details", None) == f"/account/drafts/{'d' * 16}"


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ANALYST])
def test_nobody_is_led_to_a_form_that_their_role_may_not_use(role: Role) -> None:
    """It would refuse them at every sign-in of the hour."""
    assert led_to(COMPOSE, role) == ""


def test_a_form_that_is_no_more_leads_nowhere() -> None:
    assert led_to("/console/nowhere", Role.INVESTIGATOR) == ""
