"""Which domain somebody probably meant to type: `gmail.com` for `gmial.con`.

A domain is a likely slip when it is none of `mail_domains.txt` and one slip in its name and at most
one in its ending lead to one of them. A slip is one letter too many, one left out, one wrong, or
two neighbours exchanged. In a name of fewer than five letters no slip is allowed, because `mme.com`
may well be meant; in its ending one is. Where a domain has no other ending (`gmail.co.uk`), any
other ending is a slip. Whoever is asked can always say that the address is right.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

_FILE = Path(__file__).with_name("mail_domains.txt")
_SHORT = 5


@lru_cache(maxsize=1)
def _known() -> dict[str, bool]:
    """The domains of the file, each with whether it has no other ending."""
    lines = (line.split() for line in _FILE.read_text("utf-8").splitlines())
    return {line[0]: line[1:] == ["*"] for line in lines if line and line[0] != "#"}


def meant_domain(typed: str) -> str:
    """Return the domain that was probably meant, "" when the typed one is likely to be right.
    typed: in lower case and ASCII."""
    known = _known()
    if typed in known:
        return ""
    name, _, ending = typed.partition(".")
    for domain, sole in known.items():
        other, _, own = domain.partition(".")
        if name == other and (sole or one_slip_apart(ending, own)):
            return domain
    for domain in known:
        other, _, own = domain.partition(".")
        if len(other) < _SHORT or not one_slip_apart(name, other):
            continue
        if ending == own or one_slip_apart(ending, own):
            return domain
    return ""


def undotted_domain(typed: str) -> str:
    """Return the known domain whose dots or whole ending are left out (`gmail`, `gmailcom`), "" for
    any other text. typed: in lower case and ASCII."""
    if "." in typed:
        return ""
    for domain in _known():
        if typed in (domain.partition(".")[0], domain.replace(".", "")):
            return domain
    return ""


def one_slip_apart(typed: str, meant: str) -> bool:
    """Tell whether exactly one slip turns one text into the other."""
    at = next((n for n, (a, b) in enumerate(zip(typed, meant, strict=False)) if a != b), None)
    if at is None:
        return abs(len(typed) - len(meant)) == 1
    one, two = typed[at:], meant[at:]
    exchanged = one[:2] == two[1::-1] and one[2:] == two[2:]
    return exchanged or one[1:] == two[1:] or one[1:] == two or one == two[1:]
