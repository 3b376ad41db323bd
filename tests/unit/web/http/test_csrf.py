"""Whose page a form came from, which outlives the session that the form was bound to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.core.errors import Forbidden
from chalicelib.web.http.csrf import (
    LIFE,
    FormRefused,
    check_csrf_token,
    make_csrf_token,
    person_of_form,
)

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
KEY = b"k" * 32
LANE = "officer.7c1e-4f"
TOKEN = make_csrf_token(KEY, "session-a", NOW, LANE)


def test_a_form_says_whose_page_it_came_from() -> None:
    check_csrf_token(KEY, "session-a", TOKEN, NOW)
    assert person_of_form(KEY, TOKEN) == LANE
    assert person_of_form(KEY, make_csrf_token(KEY, "", NOW)) == ""


def test_two_pages_of_the_same_moment_share_no_secret() -> None:
    """Threat (BREACH): what stands on every page could be read, letter by letter, from the length
    of compressed pages."""
    pages = [make_csrf_token(KEY, "session-a", NOW, LANE) for _ in range(50)]
    for number in range(3):  # the mark, the token of the session, the one of the person
        parts = [
            page.split(".", 3)[number].partition("-")[2 if number == 0 else 0] for page in pages
        ]
        assert len(set(parts)) == 50 and min(map(len, parts)) >= 16
    for page in pages:
        check_csrf_token(KEY, "session-a", page, NOW)


def test_a_form_of_an_ended_session_is_refused_and_still_says_so() -> None:
    for session, moment in (("", NOW), ("session-b", NOW), ("session-a", NOW + 2 * LIFE)):
        with pytest.raises(FormRefused) as refused:
            check_csrf_token(KEY, session, TOKEN, moment)
        assert not refused.value.ours
    assert person_of_form(KEY, TOKEN) == LANE


def test_only_our_own_old_page_of_nobody_is_shown_again() -> None:
    """Threat: another site posts a form, and our page then shows what that site wrote into it."""
    token, late = make_csrf_token(KEY, "", NOW), NOW + LIFE + timedelta(seconds=1)
    with pytest.raises(FormRefused) as old:
        check_csrf_token(KEY, "", token, late)
    assert old.value.ours
    for forged in ("", "1.2", token[:-1] + "x", "9" + token):
        with pytest.raises(Forbidden) as refused:
            check_csrf_token(KEY, "", forged, late)
        assert isinstance(refused.value, FormRefused) and not refused.value.ours


@pytest.mark.parametrize(
    "token",
    [
        "",
        "....",
        TOKEN.rpartition(".")[0],
        TOKEN.replace(LANE, "officer.other"),
        TOKEN.replace(LANE, ""),
        "9" + TOKEN,
        TOKEN + "x",
        "١.é.ü.officer.1",
    ],
)
def test_a_person_cannot_be_made_up(token: str) -> None:
    assert person_of_form(KEY, token) == ""
    assert person_of_form(b"x" * 32, TOKEN) == ""
