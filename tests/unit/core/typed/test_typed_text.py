"""The one rule for text that comes in: what nobody can see goes, and all that can be seen stays."""

from __future__ import annotations

import sys
import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.core.typed.typed_text import (
    BACKWARDS,
    clean_text,
    clean_values,
    first_unusable,
    with_plain_digits,
)

SEEN_FORMAT = frozenset(
    # Signs of numbers and years that Unicode counts as format characters and that are drawn.
    "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
) | {chr(code) for code in range(0x13430, 0x13440)}
JOINERS = "\u200c\u200d"
SHAPED = [
    "❤\ufe0f\u200d🔥",
    "👨🏽\u200d💻 👩\u200d👩\u200d👧",
    "🏳\ufe0f\u200d🌈 🏴\u200d☠\ufe0f",
    "1\ufe0f\u20e3 #\ufe0f\u20e3",
    "©\ufe0f ™\ufe0f ℹ\ufe0f ‼\ufe0f",
    "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "می\u200cخواهم",
    "ന്\u200d",
    "ශ්\u200dරී",
    "葛\U000e0100飾区",
    "ᠨ\u180b",
]
"""Texts in which an invisible character gives another its shape."""

pasted = st.text(
    st.one_of(
        st.sampled_from("aeZ9 .£™№\n\t" + "".join(SHAPED)),
        st.sampled_from([chr(code) for code in (*range(0x2000, 0x2070), *range(0xFFF0, 0xFFFE))]),
        st.sampled_from("\u00ad\u061c\u0301\u0338\u034f\ufeff\ufe0f\u180e\u3164\u00a0\u3000\x85"),
        st.characters(exclude_categories=["Cs"]),
    )
)


def is_unseen(letter: str) -> bool:
    return unicodedata.category(letter) == "Cf" and letter not in SEEN_FORMAT


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("a\u200bb\ufeffc\u00add\u2060e", "abcde"),
        ("\u200eright\u200f \u061cmarks", "right marks"),
        ("\u202d07700 900123\u202c", "07700 900123"),
        ("\u2068Pat\u2069 \u202bJones\u202c", "Pat Jones"),
        ("a\u00a0b\u2009c\u3000d\u202fe\tf\u2028g\u2800h", "a b c d e f g h"),
        ("one\r\ntwo\rthree\x0bfour\u0085five", "one\ntwo\nthree\nfour\nfive"),
        ("e\u200b\u0301", "é"),
        ("a\u200db", "ab"),
        ("a\ufe0f 1\ufe0f x\U000e0100", "a 1 x"),
        ("🏴\U000e0067\U000e0062", "🏴"),
        ("hidden\U000e0068\U000e0069", "hidden"),
        ("pictures\ufffc", "pictures"),
        ("میر\u200c ", "میر "),
        ("no\ufdd0 character\uffff \ufffeat\U0001ffff all\U0010fffe", "no character at all"),
        ("£1 Shop™ № Ø", "£1 Shop™ № Ø"),
    ],
)
def test_what_nobody_sees_goes(typed: str, clean: str) -> None:
    assert clean_text(typed) == clean


@pytest.mark.parametrize("text", SHAPED)
def test_what_shapes_its_neighbours_stays(text: str) -> None:
    assert clean_text(text) == text
    assert clean_text(f"\u200b{text}\ufeff") == text


@given(pasted)
@example("\u2adc\ufe0f")
@example("👩\u200d\u200d👩")
def test_cleaning_twice_is_cleaning_once(typed: str) -> None:
    once = clean_text(typed)
    assert clean_text(once) == once


@given(pasted)
def test_cleaning_never_lengthens(typed: str) -> None:
    """But for the few letters that Unicode itself writes as two."""
    assert len(clean_text(typed)) <= len(unicodedata.normalize("NFC", typed))


@given(pasted)
def test_nothing_invisible_is_left_but_what_gives_shape(typed: str) -> None:
    clean = clean_text(typed)
    for at, letter in enumerate(clean):
        if letter == BACKWARDS or not is_unseen(letter):
            continue
        assert letter in JOINERS or 0xE0020 <= ord(letter) <= 0xE007F, hex(ord(letter))
        before = clean[at - 1 : at]
        assert before and unicodedata.category(before) not in ("Zs", "Cc"), ascii(clean)
    assert not set(clean) & set("\t\r\x0b\x0c\x85\u00a0\u2028\u2029\u3000\ufeff\u00ad")


@given(pasted)
def test_what_can_be_seen_is_unchanged(typed: str) -> None:
    def seen(text: str) -> str:
        kinds = ("Mn", "Me")
        kept = [one for one in text if not (is_unseen(one) or unicodedata.category(one) in kinds)]
        return "".join("".join(kept).split())

    fillers = [0x115F, 0x1160, 0x2065, 0x2800, 0x3164, 0xFFA0, 0xFFFC, *range(0xFDD0, 0xFDF0)]
    fillers += [plane << 16 | end for plane in range(17) for end in (0xFFFE, 0xFFFF)]
    gone = dict.fromkeys([*fillers, *range(0xFFF0, 0xFFF9), *range(0xE0000, 0xE1000)])
    before = typed.translate(gone)
    normal = unicodedata.normalize("NFC", clean_text(before))
    assert seen(clean_text(typed)) == seen(normal)
    plain = "".join(one for one in before if one.isalnum() and one.isascii())
    assert "".join(one for one in clean_text(typed) if one.isascii() and one.isalnum()) == plain


def test_every_single_character_is_kept_or_replaced_as_the_rule_says() -> None:
    """Over all of Unicode: between two letters there stays what can be seen."""
    for code in range(sys.maxunicode + 1):
        letter = chr(code)
        if unicodedata.category(letter) in ("Cs", "Cn", "Mn", "Mc"):
            continue
        clean = clean_text(f"x{letter}x")
        if is_unseen(letter) and letter != BACKWARDS:
            assert clean == "xx", hex(code)
        elif unicodedata.category(letter)[0] == "Z":
            assert clean == "x x", hex(code)
        elif unicodedata.category(letter)[0] in "LNPS" and letter not in "\u115f\u1160\u3164\uffa0":
            assert len(clean) >= 2 if letter in "\u2800\ufffc" else len(clean) >= 3, hex(code)


@pytest.mark.parametrize("mark", ["\u0301", "\u0336", "\u20dd", "\u0489", "\u064f", "\u0e49"])
def test_marks_are_kept_as_far_as_writing_stacks_them(mark: str) -> None:
    """Threat: a flood of marks covers the lines around a name."""
    flooded = "Zalg" + f"x{mark}" + mark * 500 + f"\u200d{mark}" * 20 + " Jones"
    clean = clean_text(flooded)
    assert sum(unicodedata.category(one)[0] == "M" for one in clean) == 8
    assert clean.startswith(f"Zalgx{mark}") and clean.endswith(" Jones")


@pytest.mark.parametrize("written", ["ཧྐྵྨླྺྼྻྂ", "שָׁ֛לוֹם", "Nguyễn Thị Hường", "بِسْمِ ٱللَّهِ", "กี่ปั้น", "ক্ষ্ম্য"])
def test_writing_with_many_marks_is_kept(written: str) -> None:
    assert clean_text(written) == unicodedata.normalize("NFC", written)


@pytest.mark.parametrize("typed", ["٠٧٧٠٠ ١٢٣", "０７７００ １２３", "०७७०० १२३", "𝟘𝟟𝟟𝟘𝟘 𝟙𝟚𝟛"])
def test_digits_of_every_script_are_digits(typed: str) -> None:
    assert with_plain_digits(typed) == "07700 123"
    assert with_plain_digits("½ ² Ⅳ") == "½ ² Ⅳ", "which are no digits of a number"


def test_a_text_of_nothing_but_joiners_is_read_at_once() -> None:
    begin = time.process_time()
    assert clean_text("x" + "\u200d\ufe0f" * 100_000) == "x"
    assert time.process_time() - begin < 5


def test_values_are_cleaned_at_any_depth() -> None:
    sent = {"a\u200b": ["x\u200b", {"b": "\ufeffy"}, 1, None, True]}
    assert clean_values(sent) == {"a\u200b": ["x", {"b": "y"}, 1, None, True]}


@pytest.mark.parametrize(
    ("text", "lines", "at"),
    [
        ("plain", False, None),
        ("a\nb", True, None),
        ("a\nb", False, 1),
        ("ab\x00", True, 2),
        ("ab\x7f", True, 2),
        ("ab\u202ecd", True, 2),
        ("ab\ue000", True, 2),
        ("👩\u200d🍳 & ™", False, None),
    ],
)
def test_what_cannot_be_used_is_found_by_its_place(text: str, lines: bool, at: int | None) -> None:
    assert first_unusable(text, lines=lines) == at
