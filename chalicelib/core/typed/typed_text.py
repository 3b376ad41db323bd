"""What people type and paste, freed of what nobody can see: the one rule for text that comes in.

Text that is copied from a web page, a letter or a telephone's contacts brings characters with it
that have no shape: zero-width spaces, byte order marks, soft hyphens, marks of direction. Nobody
can find them, so they are taken out before anything is looked at, stored or sent on, and every
space becomes the ordinary one. The result is in Unicode's NFC.

Kept is what changes the shape of its neighbours: joiners in scripts that join (Persian, the
scripts of India) and in emoji, variation selectors after symbols and Han characters, and the tags
of a flag. Everywhere else they are invisible, and go.

Marks above and below a letter are kept as far as any writing stacks them (`MOST_MARKS`). Threat: a
name with hundreds of them, which covers the lines around it on an officer's page.

Left for a sentence to point at (`first_unusable`): control characters, characters for private use,
and U+202E, which makes the text after it run backwards. Threat: `gpj.exe` that reads as `exe.jpg`
to an officer. The other marks and embeddings of direction come with every number that is copied
from a telephone's contacts; without them the text stands in the order in which it was written.
"""

from __future__ import annotations

import re
import unicodedata

BACKWARDS = "\u202e"
"""RIGHT-TO-LEFT OVERRIDE."""

SPACES = r"\t \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u2800\u3000"
"""Characters that become a space, for a class of a regular expression of Python or ECMA-262."""

BREAKS = r"\n\u000b\u000c\r\u0085"
"""Characters that become a line break."""

MOST_MARKS = 8
"""Most marks on one letter. Tibetan stacks eight, all other writing fewer."""

_JOINERS = r"\u200c\u200d"
_SELECTORS = r"\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef"
_TAGS = r"\U000e0020-\U000e007f"
# Code points that are promised never to be characters end the planes beyond the first.
_NO_CHARACTERS = "".join(
    chr(plane << 16 | end) for plane in range(1, 17) for end in (0xFFFE, 0xFFFF)
)
# Unicode's Default_Ignorable_Code_Point without the conditional ones above and U+202E; then the
# marks of annotations, what stands for an object that was not pasted with the text, and what is no
# character.
_GONE = (
    r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202d\u2060-\u206f"
    r"\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffc\ufffe\uffff\U0001bca0-\U0001bca3"
    r"\U0001d173-\U0001d17a\U000e0000-\U000e001f\U000e0080-\U000e00ff\U000e01f0-\U000e0fff"
    f"{_NO_CHARACTERS}"
)

INVISIBLE_BMP = (
    r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202d"
    r"\u2060-\u206f\u3164\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffc\ufffe\uffff"
)
"""Characters of the first plane that are taken out, all or some of them, for a class of a regular
expression in JSON Schema, where a needed text must hold one other."""

# Expressions are compiled when the first text is read that needs them, and kept by `re`: a start
# of a function pays for none.
_BREAK = rf"\r\n|[{BREAKS}]"
_SPACE = f"[{SPACES}]"
_TAKEN_OUT = f"[{_GONE}]"
_NO_LATIN_RUN = rf"[^\u0000-\u02ff]{{{MOST_MARKS + 1}}}"
_CONDITIONAL = f"[{_JOINERS}{_SELECTORS}{_TAGS}]"
# A flag of a part of a country: the black flag, its letters and digits as tags, and their end.
_FLAG = "\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f"
# Scripts whose letters join or stack: Arabic and its kin, those of South and South-East Asia, and
# Mongolian.
_JOINING = (
    r"[\u0600-\u086f\u08a0-\u0dff\u0f00-\u109f\u1780-\u18af\u1900-\u1cff\ua800-\uabff"
    r"\ufb50-\ufdff\ufe70-\ufefc\U00010a00-\U00011fff\U0001e900-\U0001e95f]"
)
_MONGOLIAN = r"[\u1800-\u180a\u1810-\u18af]"
_HAN = r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
_SKIN = "[\U0001f3fb-\U0001f3ff]"
# Symbols that stand among letters, digits and punctuation: ‼ ⁉ ℹ 〰 〽, and # * 0–9 as keys.
_ALSO_SYMBOLS = frozenset("‼⁉ℹ〰〽")
_KEYS = frozenset("#*0123456789")
_KEY_CAP = "\u20e3"


def clean_text(typed: str) -> str:
    """Return the text without what nobody can see. Cleaning a clean text changes nothing."""
    if typed.isascii() and typed.isprintable():
        return typed
    text = re.sub(_SPACE, " ", re.sub(_BREAK, "\n", typed))
    text = unicodedata.normalize("NFC", re.sub(_TAKEN_OUT, "", text))
    if re.search(_NO_LATIN_RUN, text):
        text = _without_floods(text)
    if re.search(_CONDITIONAL, text):
        text = unicodedata.normalize("NFC", _without_useless(text))
    return text


def _without_floods(text: str) -> str:
    """Return the text with at most MOST_MARKS marks on each letter. What is invisible between two
    marks does not begin a letter."""
    kept: list[str] = []
    marks = 0
    for letter in text:
        kind = unicodedata.category(letter)
        if kind in ("Mn", "Me"):
            marks += 1
        elif kind != "Cf":
            marks = 0
        if marks <= MOST_MARKS or kind not in ("Mn", "Me"):
            kept.append(letter)
    return "".join(kept)


def _without_useless(text: str) -> str:
    """Return the text without the joiners, selectors and tags that change no shape."""
    flag, conditional = re.compile(_FLAG), re.compile(_CONDITIONAL)
    # Threat: a text of nothing but joiners. Each neighbour is looked for once, from the end.
    following, after = [""] * len(text), ""
    for at in range(len(text) - 1, -1, -1):
        following[at] = after
        if not conditional.match(text[at]):
            after = text[at]
    kept: list[str] = []
    flag_ends = 0
    for at, letter in enumerate(text):
        if found := flag.match(text, at):
            flag_ends = found.end()
        before = kept[-1] if kept else ""
        if (
            at < flag_ends
            or not conditional.match(letter)
            or _shapes(letter, before, following[at])
        ):
            kept.append(letter)
    return "".join(kept)


def _shapes(letter: str, before: str, after: str) -> bool:
    """Tell whether a joiner or selector changes how its neighbours look. before: the neighbour that
    is kept, so that the second of two does nothing."""
    if letter in "\u200c\u200d":
        if _is_letter(before) and re.match(_JOINING, before):
            return letter == "\u200d" or (_is_letter(after) and bool(re.match(_JOINING, after)))
        joins = before == "\ufe0f" or _is_symbol(before) or bool(re.match(_SKIN, before))
        return letter == "\u200d" and joins and _is_symbol(after)
    if letter in "\ufe0e\ufe0f":
        return _is_symbol(before) or (before in _KEYS and after == _KEY_CAP)
    if "\u180b" <= letter <= "\u180f":
        return bool(re.match(_MONGOLIAN, before))
    return bool(re.match(_HAN, before))


def _is_letter(one: str) -> bool:
    return bool(one) and unicodedata.category(one)[0] in "LM"


def _is_symbol(one: str) -> bool:
    return bool(one) and (
        one in _ALSO_SYMBOLS or unicodedata.category(one) in ("So", "Sm", "Sk", "Sc")
    )


DASHES = "\u2010\u2011\u2012\u2013\u2014\u2212"
"""Hyphens, dashes and the minus, which telephones and word processors write for the plain `-`."""
PLAIN_DASHES: dict[int, str] = dict.fromkeys(map(ord, DASHES), "-")
"""The table for `str.translate` that makes them plain."""


def with_plain_digits(text: str) -> str:
    """Return the text with every decimal digit as 0 to 9: `07700` for `٠٧٧٠٠` and `０７７００`."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(one)) if one.isdecimal() else one for one in text)


def clean_values(sent: object) -> object:
    """Return what was sent with every text in it clean, at any depth. Names of members of a JSON
    object stay as they are: they are ours, and a wrong one is refused."""
    if isinstance(sent, str):
        return clean_text(sent)
    if isinstance(sent, dict):
        return {name: clean_values(value) for name, value in sent.items()}
    if isinstance(sent, list):
        return [clean_values(value) for value in sent]
    return sent


def first_unusable(text: str, *, lines: bool) -> int | None:
    """Return where in a clean text the first character stands that nobody can read or that turns
    text around, None when there is none. lines: line breaks are allowed."""
    for at, letter in enumerate(text):
        if lines and letter == "\n":
            continue
        if letter == BACKWARDS or unicodedata.category(letter) in ("Cc", "Cs", "Co"):
            return at
    return None
