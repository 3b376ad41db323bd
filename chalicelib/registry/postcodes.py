"""Postcodes and where they are: one item per postcode sector, so that a lookup is one read.

Great Britain has 1.7 million postcodes in about 11,000 sectors (`B1 1`). A sector's units are
packed into ten bytes each; a full sector (400 units) still fits the 4 KB that half a read unit
buys. docs/decisions/0004-postcode-store.md compares this with the other ways.
"""

from __future__ import annotations

import re
import struct
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

from chalicelib.items import ItemKind
from chalicelib.table import Item, Table

NO_POSITION = 90
"""Ordnance Survey's positional quality for a postcode without coordinates; 10 is the best."""

_ONE = struct.Struct("<Hii")
# Outward code: area, district; inward: sector digit, unit. After Royal Mail's formats
# A9 A99 AA9 AA99 A9A AA9A, and GIR 0AA, which is nobody's home but is a postcode.
_FORM = re.compile(r"((?:[A-Z]{1,2}[0-9](?:[0-9]|[A-Z])?|GIR))([0-9])([A-Z]{2})")

ITEMS: tuple[ItemKind, ...] = (
    ItemKind(
        "postcode sector",
        pk=r"POSTCODE#[A-Z0-9]{2,4} [0-9]",
        sk="POSTCODES",
        needed=frozenset({"units"}),
    ),
    ItemKind(
        "loaded postcode file",
        pk="POSTCODES",
        sk=r"FILE#.+",
        needed=frozenset({"content", "postcodes", "sectors", "loaded_at"}),
    ),
)


@dataclass(frozen=True)
class Located:
    """A postcode that is in use.

    position: latitude and longitude in microdegrees, WGS84; None when nobody measured it.
    quality: Ordnance Survey's indicator, 10 (best) to 90 (none).
    """

    postcode: str
    position: tuple[int, int] | None
    quality: int


def normalise(typed: str) -> str:
    """`b11ay` → `B1 1AY`, whatever spacing and case was typed.

    Raises ValueError when it cannot be a postcode.
    """
    if len(typed) > 100:
        raise ValueError("too long to be a postcode")
    # Fullwidth letters, exotic spaces and the hyphens and dots that people put in.
    plain = unicodedata.normalize("NFKC", typed).upper()
    plain = "".join(c for c in plain if not c.isspace() and c not in "-.\u200b\u2010\u2011\u2013")
    found = _FORM.fullmatch(plain)
    if found is None:
        raise ValueError("not a postcode")
    return f"{found[1]} {found[2]}{found[3]}"


def sector_of(postcode: str) -> str:
    """`B1 1AY` → `B1 1`."""
    return postcode[:-2]


def pack(located: Iterable[Located]) -> bytes:
    """The units of one sector, ordered by unit. Raises ValueError for a mixed sector."""
    postcodes = sorted(located, key=lambda one: one.postcode)
    if len({sector_of(one.postcode) for one in postcodes}) > 1:
        raise ValueError("postcodes of more than one sector")
    return b"".join(
        _ONE.pack(_unit(one.postcode) << 4 | one.quality // 10, *(one.position or (0, 0)))
        for one in postcodes
    )


def find(packed: bytes, postcode: str) -> Located | None:
    """One unit among the packed units of its sector."""
    wanted = _unit(postcode)
    count = len(packed) // _ONE.size

    def unit_at(index: int) -> int:
        return int(_ONE.unpack_from(packed, index * _ONE.size)[0]) >> 4

    index = bisect_left(range(count), wanted, key=unit_at)
    if index == count or unit_at(index) != wanted:
        return None
    code, latitude, longitude = _ONE.unpack_from(packed, index * _ONE.size)
    quality = (code & 15) * 10
    position = None if quality == NO_POSITION else (latitude, longitude)
    return Located(postcode, position, quality)


def unpack(sector: str, packed: bytes) -> list[Located]:
    """Every postcode of a sector. The reverse of `pack`."""
    found = []
    for code, latitude, longitude in _ONE.iter_unpack(packed):
        first, second = divmod(code >> 4, 26)
        quality = (code & 15) * 10
        position = None if quality == NO_POSITION else (latitude, longitude)
        found.append(Located(f"{sector}{chr(65 + first)}{chr(65 + second)}", position, quality))
    return found


def _unit(postcode: str) -> int:
    return (ord(postcode[-2]) - 65) * 26 + ord(postcode[-1]) - 65


def sector_item(sector: str, located: Iterable[Located]) -> Item:
    """What the table holds for one sector."""
    return {"PK": _partition(sector), "SK": "POSTCODES", "units": pack(located)}


def _partition(sector: str) -> str:
    return f"POSTCODE#{sector}"


class Postcodes:
    """Looks postcodes up."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def find(self, postcode: str) -> Located | None:
        """Where a normalised postcode is; None when it is not in use (or not loaded).

        One read of half a unit: postcodes change four times a year, so the last moment's
        truth is not needed.
        """
        item = self._table.get(_partition(sector_of(postcode)), "POSTCODES")
        return find(item["units"], postcode) if item else None
