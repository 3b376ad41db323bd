"""The list of sites that a request asks, in parts that one job writes out and sends.

A request is true from the moment that it and its parts are written, in one transaction; its
recipients follow within seconds. A part that is not written out yet stands in the Due index, so
that the sweep finds it should its errand be lost. Afterwards it stays as the record of who was
asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from chalicelib.items import ItemKind
from chalicelib.requests.model import FootageRequest, Recipient, Window
from chalicelib.requests.records import recipient_from, request_from
from chalicelib.table import ConditionFailed, Item, Table, Write, absent, both, equals
from chalicelib.times import iso_seconds, parse_iso

PART_SITES = 100
"""In one part: an errand of a few seconds."""

MOST_OF_ONE_OWNER = 40
"""Sites in one message. Their items and links are written in one transaction (at most 100 items);
an owner of more is sent more than one message."""

DUE = "fan-out"
"""Where parts stand in the Due index: not under a day, as recipients do, but all together; there
are only those of the last seconds, and those that were lost."""

ITEMS: tuple[ItemKind, ...] = (
    ItemKind(
        "part of a request",
        pk="REQUEST#[0-9a-z]{16}",
        sk=r"PART#\d\d",
        needed=frozenset({"sites"}),
        may=frozenset({"windows", "due_day", "due_at", "written_at"}),
    ),
)

_INDEX = ("Due", "due_day", "due_at")
_PREFIX = "PART#"


@dataclass(frozen=True)
class Part:
    """Some of a request's sites, those of one owner side by side.

    windows: of sites that are asked for a time of their own. written: its recipients are there.
    due_at: when the sweep takes its errand for lost.
    """

    request_id: str
    number: int
    site_ids: tuple[str, ...]
    windows: Mapping[str, Window] = field(default_factory=dict)
    written: bool = False
    due_at: datetime | None = None

    def window(self, site_id: str, request: FootageRequest) -> Window:
        """The time that a site is asked for."""
        return self.windows.get(site_id, request.window)


@dataclass(frozen=True)
class Whole:
    """A request with its parts and the recipients that are written, all read together."""

    request: FootageRequest
    parts: tuple[Part, ...]
    recipients: tuple[Recipient, ...]


def groups(site_ids: Sequence[str], owners: Mapping[str, str]) -> list[list[str]]:
    """The sites of one message each, in their order. owners: by site."""
    found: list[list[str]] = []
    for _, run in groupby(site_ids, key=lambda one: owners.get(one, one)):
        own = list(run)
        found += [own[n : n + MOST_OF_ONE_OWNER] for n in range(0, len(own), MOST_OF_ONE_OWNER)]
    return found


def divide(
    request_id: str,
    site_ids: Sequence[str],
    owners: Mapping[str, str],
    windows: Mapping[str, Window],
    due_at: datetime,
) -> list[Part]:
    """The parts of a new request. What belongs into one message is never divided."""
    lists: list[list[str]] = []
    for group in groups(site_ids, owners):
        if not lists or len(lists[-1]) + len(group) > PART_SITES:
            lists.append([])
        lists[-1] += group
    return [
        Part(
            request_id,
            number,
            tuple(sites),
            {one: windows[one] for one in sites if one in windows},
            due_at=due_at,
        )
        for number, sites in enumerate(lists)
    ]


class Parts:
    """Reads and changes parts."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def write(self, part: Part) -> Write:
        """The write that adds a part."""
        return self._table.put_write(_item(part))

    def part(self, request_id: str, number: int) -> Part | None:
        """One part as it is at this moment."""
        item = self._table.get(*_key(request_id, number), consistent=True)
        return _part(item) if item else None

    def whole(self, request_id: str, *, recipients: bool = True) -> Whole | None:
        """The request with all that belongs to it; recipients: False for the list alone.

        One query, in the order parts, request, recipients: a part that is seen as written out has
        its recipients further on, so nobody is missing and nobody is there twice.
        """
        last = "SITE#~" if recipients else "REQUEST"
        items = self._table.query(f"REQUEST#{request_id}", between=(_PREFIX, last), consistent=True)
        parts: list[Part] = []
        found: list[Recipient] = []
        request: FootageRequest | None = None
        for item in items:
            key = str(item["SK"])
            if key.startswith(_PREFIX):
                parts.append(_part(item))
            elif key == "REQUEST":
                request = request_from(item)
            elif key.startswith("SITE#"):
                found.append(recipient_from(item))
        return Whole(request, tuple(parts), tuple(found)) if request else None

    def written(self, part: Part, now: datetime) -> None:
        """Notes that every site of the part is written out."""
        changes = {"written_at": iso_seconds(now), "due_day": None, "due_at": None}
        self._table.update(*_key(part.request_id, part.number), assign=changes)

    def overdue(self, until: datetime) -> Iterator[Part]:
        """Parts whose errand seems to be lost, oldest first."""
        items = self._table.query(DUE, index=_INDEX, between=("0", iso_seconds(until)))
        return (_part(item) for item in items)

    def postpone(self, part: Part, until: datetime) -> bool:
        """Looks at it again later; False when somebody else did something about it."""
        still = both(equals("due_at", _stored(part.due_at)), _UNWRITTEN)
        try:
            self._table.update(
                *_key(part.request_id, part.number),
                assign={"due_at": iso_seconds(until)},
                when=still,
            )
        except ConditionFailed:
            return False
        return True


_UNWRITTEN = absent("written_at")


def _key(request_id: str, number: int) -> tuple[str, str]:
    return f"REQUEST#{request_id}", f"{_PREFIX}{number:02d}"


def _item(part: Part) -> Item:
    pk, sk = _key(part.request_id, part.number)
    windows = {
        site_id: [iso_seconds(one.start), iso_seconds(one.end)]
        for site_id, one in part.windows.items()
    }
    return {
        "PK": pk,
        "SK": sk,
        "sites": " ".join(part.site_ids),
        "windows": windows or None,
        "due_day": DUE,
        "due_at": _stored(part.due_at),
    }


def _stored(moment: datetime | None) -> str | None:
    return iso_seconds(moment) if moment else None


def _part(item: Item) -> Part:
    due = item.get("due_at")
    return Part(
        request_id=str(item["PK"]).removeprefix("REQUEST#"),
        number=int(str(item["SK"]).removeprefix(_PREFIX)),
        site_ids=tuple(str(item["sites"]).split()),
        windows={
            site_id: Window(parse_iso(start), parse_iso(end))
            for site_id, (start, end) in item.get("windows", {}).items()
        },
        written="written_at" in item,
        due_at=parse_iso(due) if due else None,
    )
