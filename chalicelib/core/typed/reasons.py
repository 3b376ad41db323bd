"""The one rule for reasons that officers give: they must be words. Pure.

How good a reason is cannot be told by a program: it is kept with the officer's name, and people
read it. What can be told is text that says nothing to anybody: repeated letters, or one word over
and over. More than that would only teach people to write longer nonsense.
"""

from __future__ import annotations

import re

_RUN = re.compile(r"(\w)\1{3,}")
_REPEATED = re.compile(r"(.{1,10}?)\1{2,}")

NOT_WORDS = "Enter the reason in words that a colleague would understand"


def same_reason(text: str) -> str:
    """Return what is equal for two reasons that differ in case, spaces and signs alone."""
    return " ".join(re.findall(r"\w+", text.casefold()))


def says_nothing(text: str) -> bool:
    """Return True for text that has no words in it, or one word again and again."""
    words = re.findall(r"\w+", text.casefold())
    letters = "".join(letter for word in words for letter in word if letter.isalpha())
    # A letter that was held down counts once: "aaaaaa bbbbb cc" has three.
    plain = _RUN.sub(r"\1", letters)
    different = len(set(plain))
    if len(plain) < 3 or different < 2 or (different < 3 and len(plain) > 4):
        return True
    return (len(words) > 1 and len(set(words)) == 1) or bool(_REPEATED.fullmatch(plain))
