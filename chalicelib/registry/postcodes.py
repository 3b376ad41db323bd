"""Postcodes and where they are: one item per postcode sector, so that a lookup is one read.

A sector is a postcode without its last two letters or digits, its unit: `B1 1` of `B1 1AY`, `641`
of the ZIP code `64106`. Great Britain has 1.7 million postcodes in about 11,000 sectors. A
sector's units are packed into ten bytes each; a full sector of Great Britain (400 units) still
fits the 4 KB that half a read unit buys. How a postcode is written, chalicelib.core.countries
knows. docs/decisions/0004-postcode-store.md compares this with the other ways.
"""

from __future__ import annotations

import struct
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

from chalicelib.core.countries import COUNTRIES
from chalicelib.dynamodb.item_schema import ItemKind
from chalicelib.dynamodb.table import Item, Table

NO_POSITION = 90
"""Ordnance Survey's positional quality for a postcode without coordinates; 10 is the best."""

_ONE = struct.Struct("<Hii")
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

ITEMS: tuple[ItemKind, ...] = (
    ItemKind(
        "postcode sector",
        pk=f"POSTCODE#({'|'.join(one.postcode_sector for one in COUNTRIES.values())})",
        sk="POSTCODES",
        needed=frozenset({"units"}),
    ),
)


@dataclass(frozen=True)
class LocatedPostcode:
    """A postcode that is in use.

    position: latitude and longitude in microdegrees, WGS84; None when nobody measured it.
    quality: Ordnance Survey's indicator, 10 (best) to 90 (none).
    """

    postcode: str
    position: tuple[int, int] | None
    quality: int


def postcode_sector(postcode: str) -> str:
    """The sector of a postcode: `B1 1AY` → `B1 1`, `64106` → `641`."""
    return postcode[:-2]


def pack_sector(located: Iterable[LocatedPostcode]) -> bytes:
    """Pack the postcodes of one sector, ordered by unit. Raises ValueError for a mixed sector."""
    postcodes = sorted(located, key=lambda one: one.postcode)
    if len({postcode_sector(one.postcode) for one in postcodes}) > 1:
        raise ValueError("postcodes of more than one sector")
    return b"".join(
        _ONE.pack(_unit(one.postcode) << 4 | one.quality // 10, *(one.position or (0, 0)))
        for one in postcodes
    )


def find_unit(packed: bytes, postcode: str) -> LocatedPostcode | None:
    """Find a postcode among the packed units of its sector; None when it is not there."""
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
    return LocatedPostcode(postcode, position, quality)


def unpack_sector(sector: str, packed: bytes) -> list[LocatedPostcode]:
    """Unpack every postcode of a sector that `pack_sector` packed."""
    found = []
    for code, latitude, longitude in _ONE.iter_unpack(packed):
        first, second = divmod(code >> 4, len(_DIGITS))
        quality = (code & 15) * 10
        position = None if quality == NO_POSITION else (latitude, longitude)
        found.append(
            LocatedPostcode(f"{sector}{_DIGITS[first]}{_DIGITS[second]}", position, quality)
        )
    return found


def _unit(postcode: str) -> int:
    """A postcode's last two letters or digits as a number below 1,296, in the same order."""
    return int(postcode[-2:], len(_DIGITS))


def sector_item(sector: str, located: Iterable[LocatedPostcode]) -> Item:
    """The table's item for one sector. Raises ValueError for a mixed sector."""
    pk, sk = sector_key(sector)
    return {"PK": pk, "SK": sk, "units": pack_sector(located)}


def sector_key(sector: str) -> tuple[str, str]:
    """The (PK, SK) of a sector's item."""
    return f"POSTCODE#{sector}", "POSTCODES"


class Postcodes:
    """Looks postcodes up in the Registry table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def find_postcode(self, postcode: str) -> LocatedPostcode | None:
        """Look up where a normalised postcode is; None when it is not in use or not loaded.

        It costs one eventually consistent read of half a unit: postcodes change only four times
        a year.
        """
        item = self._table.get(*sector_key(postcode_sector(postcode)))
        return find_unit(item["units"], postcode) if item else None

    def has_sector(self, postcode: str) -> bool:
        """Tell whether any postcode of the same sector was loaded."""
        return self._table.get(*sector_key(postcode_sector(postcode))) is not None
