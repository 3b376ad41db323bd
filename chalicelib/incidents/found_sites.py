"""Which sites the searches of an incident showed, and to whom.

An owner's contact details are shown only for a site that a search of that incident found, so what
a search showed must be provable later: after its owner moved the pin, and for a search with filters
or a limit. Ids of sites are kept, 10 bytes each, in one item for each search and officer, and
nothing else of the sites. The same items say what an officer has seen already, which a budget does
not count twice.
"""

from __future__ import annotations

from collections.abc import Iterable

from chalicelib.core.ids import is_id
from chalicelib.dynamodb.item_schema import ItemKind
from chalicelib.dynamodb.table import Table

_ID = "[0-9a-z]{16}"

ITEMS: tuple[ItemKind, ...] = (
    ItemKind(
        "sites that a search showed to an officer",
        pk=f"INCIDENT#{_ID}",
        sk=f"FOUND#{_ID}#[A-Za-z0-9-]+",
        needed=frozenset({"count"}),
        may=frozenset({"ids"}),
    ),
)

_BYTES = 10  # of an id, which has 80 bits
_AS_DIGITS = str.maketrans("0123456789abcdefghjkmnpqrstvwxyz", "0123456789abcdefghijklmnopqrstuv")

Packed = frozenset[bytes]


class FoundSites:
    """Keeps and reads which sites searches showed."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def shown_to(self, incident_id: str, search_id: str, officer_id: str) -> Packed | None:
        """Read which sites a search showed to an officer; None when it showed them nothing yet."""
        item = self._table.get(*_key(incident_id, search_id, officer_id), consistent=True)
        return _unpacked(item.get("ids", b"")) if item else None

    def keep_shown(self, incident_id: str, search_id: str, officer_id: str, packed: Packed) -> None:
        """Keep which sites a search is about to show to an officer, those of before among them."""
        pk, sk = _key(incident_id, search_id, officer_id)
        ids = b"".join(sorted(packed)) or None
        self._table.put({"PK": pk, "SK": sk, "count": len(packed), "ids": ids})

    def was_found(self, incident_id: str, site_id: str) -> bool:
        """Return True when a search of the incident showed the site to somebody."""
        if not is_id(site_id):
            return False
        wanted = _packed(site_id)
        items = self._table.query(f"INCIDENT#{incident_id}", prefix="FOUND#", consistent=True)
        return any(wanted in _unpacked(item.get("ids", b"")) for item in items)


def pack_ids(site_ids: Iterable[str]) -> Packed:
    """Pack ids of sites as they are kept."""
    return frozenset(_packed(one) for one in site_ids)


def _packed(site_id: str) -> bytes:
    return int(site_id.translate(_AS_DIGITS), 32).to_bytes(_BYTES)


def _unpacked(ids: bytes) -> Packed:
    return frozenset(ids[n : n + _BYTES] for n in range(0, len(ids), _BYTES))


def _key(incident_id: str, search_id: str, officer_id: str) -> tuple[str, str]:
    return f"INCIDENT#{incident_id}", f"FOUND#{search_id}#{officer_id}"
