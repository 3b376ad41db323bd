"""The check at the end of every stack sees personal data where it stands, and only there."""

from __future__ import annotations

import pytest

from tests.stored_rightly import Words

KNOWN = ["pat@home.example", "Ann", "-0", "!"]


@pytest.mark.parametrize("text", ["to pat@home.example.", "Ann", "by Ann, too", "a-0 -0"])
def test_a_word_is_found(text: str) -> None:
    assert Words(KNOWN).found_in(text)


@pytest.mark.parametrize("text", ["", "Anna", "annex", "cell-01", "b-0", "!", "pat@home.exampl"])
def test_a_part_of_another_word_is_none(text: str) -> None:
    assert not Words(KNOWN).found_in(text)


def test_nothing_known_is_nowhere() -> None:
    assert not Words([]).found_in("Ann")
