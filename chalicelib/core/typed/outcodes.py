"""Which postcodes can be real by their first half, the outward code, and where that is.

A stage loads the postcodes of its own area; this small list of all outward codes of the country
(`outcodes_….txt`) tells a real postcode from elsewhere from a slip of the hand. A country without a
list has no such half, and every postcode of its form can be real. The list is read when it is
first needed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import product
from pathlib import Path

_HERE = Path(__file__).parent

_ALIKE = {"O": "0", "0": "O", "I": "1L", "L": "1I", "1": "IL", "S": "5", "5": "S"}
"""Letters and digits that people take for each other, or type for each other."""

_NEVER_IN_UNITS = frozenset("CIKMOV")
"""Letters that no unit has, the last two letters of a postcode."""

_MOST_ALIKE = 7
_MOST_CORRECTIONS = 3

Degrees = tuple[float, float]


@lru_cache(maxsize=2)
def _centres(country: str) -> Mapping[str, Degrees]:
    listed = _HERE / f"outcodes_{country.lower()}.txt"
    if not listed.exists():
        return {}
    lines = (line.split() for line in listed.read_text("utf-8").splitlines())
    return {line[0]: (float(line[1]), float(line[2])) for line in lines if line[0] != "#"}


def outcode_centre(postcode: str, country: str) -> Degrees | None:
    """Return the middle (latitude, longitude) of a postcode's outward code; None when there is no
    such outward code, or no list of them. postcode: as it is kept, `B1 1AY`."""
    outward, gap, _ = postcode.partition(" ")
    if not gap:
        return None
    area = re.match("[A-Z]+", outward)
    centres = _centres(country)
    return centres.get(outward) or (centres.get(area[0]) if area else None)


def can_be_real(postcode: str, country: str) -> bool:
    """Tell whether a postcode of the country's form can exist."""
    if not _centres(country):
        return True
    units = set(postcode[-2:])
    return outcode_centre(postcode, country) is not None and not units & _NEVER_IN_UNITS


def meant_postcode(plain: str, form: str, country: str) -> str:
    """Return the postcode that somebody meant. Raises ValueError when it cannot be one.

    A letter O for a zero, a one for an I or an L, a five for an S and the other way round are
    corrected, at most `_MOST_CORRECTIONS` of them, when the text cannot be a real postcode as it
    stands and one postcode alone needs the fewest corrections; real ones come before others of the
    right form. plain: capitals and digits alone. form: an expression for them, whose groups are
    kept with a space between them.
    """
    as_typed = _formed(plain, form)
    if as_typed and can_be_real(as_typed, country):
        return as_typed
    near = _look_alikes(plain, form)
    real = {found: changes for found, changes in near.items() if can_be_real(found, country)}
    for group in (real, {} if as_typed else near):
        fewest = [found for found, changes in group.items() if changes == min(group.values())]
        if len(fewest) == 1:
            return fewest[0]
    if as_typed:
        return as_typed
    raise ValueError("not a postcode")


def _look_alikes(plain: str, form: str) -> dict[str, int]:
    """The texts of the right form that look like another one, and how many letters of each were
    exchanged."""
    if sum(letter in _ALIKE for letter in plain) > _MOST_ALIKE:
        return {}
    found = {}
    for letters in product(*(letter + _ALIKE.get(letter, "") for letter in plain)):
        changes = sum(a != b for a, b in zip(letters, plain, strict=True))
        formed = _formed("".join(letters), form) if 0 < changes <= _MOST_CORRECTIONS else ""
        if formed:
            found[formed] = changes
    return found


def _formed(plain: str, form: str) -> str:
    found = re.fullmatch(form, plain)
    return " ".join(found.groups()) if found else ""
