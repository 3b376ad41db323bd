"""The words of text messages (SMS), in at most two segments. Pure.

A segment holds 160 characters of the GSM 7-bit alphabet (3GPP TS 23.038), 153 when there are
several. One character from outside the alphabet would reduce these to 70 and 67, so what people
typed is rewritten in the alphabet.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import datetime

from chalicelib.core.formatting import local_time, local_window
from chalicelib.notifications.rendering import MessageSender

MOST_SEGMENTS = 2
_ALONE, _JOINED = 160, 153

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_TWICE = frozenset("^{}\\[~]|€")
"""Characters that take the room of two, as an escape and a letter."""

_INSTEAD = str.maketrans(
    {"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\u00a0": " "}
    | {"ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "þ": "th", "œ": "oe", "ı": "i"}
)
_LONGEST_NAME = 40
"""The most characters of a force's name, so that there is always room for the link."""
_NEEDED = 0
"""The rank of a part that is never left out."""


def gsm_text(text: str) -> str:
    """Return a text in the GSM alphabet: letters lose accents that the alphabet does not have,
    emoji and other symbols go, and other characters from outside become question marks."""
    return "".join(_letter(letter) for letter in text.translate(_INSTEAD))


def gsm_name(name: str) -> str:
    """Return a name in the GSM alphabet, "" when it is of a script that cannot be written so: no
    name says more than a row of question marks."""
    lost = any(_letter(letter) == "?" != letter for letter in name.translate(_INSTEAD))
    return "" if lost else " ".join(gsm_text(name).split())


def _letter(letter: str) -> str:
    if letter in _BASIC or letter in _TWICE:
        return letter
    parts = unicodedata.normalize("NFKD", letter).replace("\u2044", "/")  # ½ is 1⁄2
    bare = "".join(part for part in parts if part in _BASIC)
    kind = unicodedata.category(letter)
    return bare or ("" if kind[0] in "MS" or kind == "Cf" else "?")


def segment_count(text: str) -> int:
    """Return how many segments a text in the GSM alphabet takes; no escape pair is split."""
    sizes = [2 if letter in _TWICE else 1 for letter in text]
    if sum(sizes) <= _ALONE:
        return 1
    count, used = 1, 0
    for size in sizes:
        if used + size > _JOINED:
            count, used = count + 1, 0
        used += size
    return count


def fit_parts(parts: Iterable[tuple[str, int]]) -> str:
    """Return the parts joined by spaces, leaving out the highest ranks until MOST_SEGMENTS hold it.

    parts: (text, rank) in the order of reading; _NEEDED is never left out.
    """
    kept = [(gsm_text(text), rank) for text, rank in parts if text]
    while True:
        joined = " ".join(text for text, _ in kept)
        worst = max(rank for _, rank in kept)
        if worst == _NEEDED or segment_count(joined) <= MOST_SEGMENTS:
            return joined
        kept = [(text, rank) for text, rank in kept if rank != worst]


def request_text(
    sender: MessageSender,
    kind: str,
    *,
    phrase: str,
    reference: str,
    officer: str,
    window: tuple[datetime, datetime],
    deadline: datetime | None,
    link: str,
    late: bool = False,
    going: bool = False,
    last: bool = False,
    cameras: int = 1,
    elsewhere: int = 0,
) -> str:
    """Return the text sent with an e-mail about a request; "" for kinds that go by e-mail alone.

    late: its deletion had probably begun before we asked; going: and is not over. last: no other
    reminder follows.
    cameras: how many it is about, at all sites; deadline and link are the most urgent site's.
    elsewhere: sites of the same owner that it is not about, as they are asked for other times.
    """
    camera = "camera" if cameras == 1 else "cameras"
    footage = local_window(*window, sender.time_zone, "short")
    if kind == "ask":
        wanted = f"please check your {camera} for {footage}."
    elif kind == "remind":
        wanted = f"{'last reminder' if last else 'reminder'}: footage of {footage}."
    elif kind == "withdrawn":
        wanted = f"we no longer need your footage of {footage}. Thank you."
    else:
        return ""
    left = ""
    if going:
        left = "It is probably being deleted now."
    elif late:
        left = "It was probably deleted, but may still be there."
    elif deadline and kind != "withdrawn":
        left = f"May be deleted after {local_time(deadline, sender.time_zone, 'short')}."
    return fit_parts(
        [
            (f"{gsm_text(sender.force_name)[:_LONGEST_NAME].rstrip()}: {wanted}", _NEEDED),
            (left, _NEEDED),
            (_elsewhere(elsewhere), 1),
            (f"{_officer(officer)}tel {sender.force_phone}.", 2),
            (f"Your security words: {phrase}.", _NEEDED),
            (f"Ref {reference}", _NEEDED),
            (link, _NEEDED),
        ]
    )


def message_text(
    sender: MessageSender, *, officer: str, phrase: str, reference: str, link: str
) -> str:
    """Return the text sent with an e-mail that holds what an officer wrote to an owner."""
    return fit_parts(
        [
            (f"{gsm_text(sender.force_name)[:_LONGEST_NAME].rstrip()}:", _NEEDED),
            ("you have a message about your camera.", _NEEDED),
            (f"From {named}." if (named := gsm_name(officer)) else "", 1),
            (f"Your security words: {phrase}.", _NEEDED),
            (f"Ref {reference}", _NEEDED),
            (link, _NEEDED),
        ]
    )


def _elsewhere(sites: int) -> str:
    if not sites:
        return ""
    return f"See our email for your other {'address' if sites == 1 else 'addresses'}."


def _officer(name: str) -> str:
    named = gsm_name(name)
    return f"Officer {named}, " if named else "Police, "


def code_text(sender: MessageSender, code: str, minutes: int) -> str:
    """Return the text with the code by which owners show that a phone is theirs."""
    return fit_parts(
        [
            (f"{code} is your code for text messages from", _NEEDED),
            (f"{gsm_text(sender.force_name)[:_LONGEST_NAME].rstrip()}.", _NEEDED),
            (f"It works for {minutes} minutes.", _NEEDED),
            ("If you did not ask for it, ignore it.", _NEEDED),
        ]
    )
