"""Reasons are words; what a program cannot judge, it lets pass."""

from __future__ import annotations

import pytest

from chalicelib.core.typed.reasons import same_reason, says_nothing


@pytest.mark.parametrize(
    "text",
    [
        "aaaaaaaaaa", "aaa bbb", "abababab", "xyzxyzxyz", "asdasdasdasd", "test test test",
        "Test, test. TEST!", "....", "1234567", "a1a1a1", "ha ha ha ha", "zzzzzzzzz zzz",
        "нннннннн", "reason reason",
    ],
)  # fmt: skip
def test_letters_and_words_over_and_over_say_nothing(text: str) -> None:
    assert says_nothing(text)


@pytest.mark.parametrize(
    "text",
    [
        "Cameras", "Way home", "The way home", "Charged", "CCTV", "Ill", "Ring the owner back",
        "Owner asked us to ring", "No answer by email, no answer by phone", "He ran ran and ran",
        "目击者来电", "подозреваемый ушёл на север", "Sweeeeet wrapper found",
        "20/123456/26: route of the blue van", "Mississippi Street",
    ],
)  # fmt: skip
def test_words_pass_however_short(text: str) -> None:
    assert not says_nothing(text)


def test_reasons_that_differ_in_case_and_signs_alone_are_the_same() -> None:
    assert same_reason("Way  home.") == same_reason("way home") != same_reason("way home 2")
