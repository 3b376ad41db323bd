"""The search items: what of a site stands on the map, and nothing about whose it is.

A pin holds the site's id, its position, home or business, and for each camera what decides
whether it saw something and still keeps it. No name, no address. It is packed into one binary
attribute of 9 bytes and 11 per kind of camera there, because what a search costs is the bytes
it reads: a pin with two different cameras has about 70 bytes in all.

    PK  CELL#<partition>    SK  <place on the curve>#<site id>    v  packed pin
    PK  COUNT#<partition>   SK  <tile>                            n  sites in the tile
    PK  COUNT<zoom>#<part>  SK  <square>[#<shard>]                n  sites in the square, c

Larger squares are counted for the map (geo.levels); `c` says how often their count changed. Each
pin stands once in each of the seven orders of `geo.grid`, under CELL#, CEL2# … CEL7#.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from chalicelib.geo import grid, levels
from chalicelib.geo.sightlines import Lens
from chalicelib.items import ItemKind
from chalicelib.registry.model import CameraKind, PropertyType, Site
from chalicelib.registry.retention import retention
from chalicelib.table import Item, Table, Write

ITEMS = [
    ItemKind(
        "pin",
        r"CEL[L2-7]#(?:[0-9a-v]{5}|north|south)",
        r"[0-9a-v]{7}#[0-9a-z]+",
        frozenset({"v"}),
    ),
    ItemKind("pin count", r"COUNT#(?:[0-9a-v]{4}|north|south)", r"[0-9a-v]{3}", frozenset({"n"})),
    ItemKind(
        "pin count of a square",
        r"COUNT(?:7|9|11|13)#[0-9a-v]{4}",
        r"[0-9a-v]{3}(?:#[0-7])?",
        frozenset({"n", "c"}),
    ),
]

KINDS = (PropertyType.HOME, PropertyType.BUSINESS)
CAMERA_KINDS = (
    CameraKind.UNKNOWN,
    CameraKind.DOORBELL,
    CameraKind.FIXED,
    CameraKind.PTZ,
    CameraKind.DASHCAM,
)
"""By their number in a packed pin: only ever add at the end."""

HEAD = struct.Struct(">iiB")  # latitude and longitude in microdegrees, kind of site
EACH = struct.Struct(">IBHHH")  # how many alike and minutes kept, kind, bearing, angle, range
UNSAID = 0xFFFF
MOST_MINUTES = 0xFFFFFF


@dataclass(frozen=True)
class View:
    """Cameras of a site that are alike in all that a search asks.

    number: how many. kept_minutes: how long footage is kept, 0 for live pictures only. bearing,
    angle (degrees) and range_m are None when nobody said.
    """

    number: int
    kind: CameraKind
    kept_minutes: int
    bearing: int | None = None
    angle: int | None = None
    range_m: int | None = None

    @property
    def lens(self) -> Lens:
        """How they see."""
        return Lens(self.kind, self.bearing, self.angle, self.range_m)


@dataclass(frozen=True)
class Pin:
    """A site on the map; positions in microdegrees."""

    site_id: str
    latitude_e6: int
    longitude_e6: int
    kind: PropertyType
    views: tuple[View, ...]

    @property
    def cameras(self) -> int:
        """How many cameras are at the site."""
        return sum(view.number for view in self.views)

    @property
    def keys(self) -> list[tuple[str, str]]:
        """(PK, SK) of its items, one for each order."""
        places = grid.keys_of(self.latitude_e6, self.longitude_e6)
        return [(partition, f"{place}#{self.site_id}") for partition, place in places]

    @property
    def count_key(self) -> tuple[str, str]:
        """(PK, SK) of the count it adds to."""
        return grid.count_key(self.latitude_e6, self.longitude_e6)

    @property
    def square_keys(self) -> list[tuple[str, str]]:
        """(PK, SK) of the counts of larger squares that it adds to, from fine to coarse."""
        return list(levels.coarser_keys(self.latitude_e6, self.longitude_e6, self.site_id))

    def items(self) -> Iterator[Item]:
        """What stands in the table for it, without the count."""
        packed = pack(self)
        for partition, sort in self.keys:
            yield {"PK": partition, "SK": sort, "v": packed}


def pin_of(site: Site) -> Pin:
    """The pin of a site."""
    alike: Counter[View] = Counter()
    for camera in site.cameras:
        kept = retention(camera, site.property_type).minutes if camera.records else 0
        kept = min(kept, MOST_MINUTES)
        alike[View(1, camera.kind, kept, camera.bearing, camera.angle, camera.range_m)] += 1
    views = tuple(
        View(number, one.kind, one.kept_minutes, one.bearing, one.angle, one.range_m)
        for one, number in alike.items()
    )
    return Pin(site.id, site.latitude_e6, site.longitude_e6, site.property_type, views)


def pack(pin: Pin) -> bytes:
    """The pin's binary attribute. Raises struct.error when a number is out of range."""
    parts = [HEAD.pack(pin.latitude_e6, pin.longitude_e6, KINDS.index(pin.kind))]
    for view in pin.views:
        said = (
            UNSAID if value is None else value for value in (view.bearing, view.angle, view.range_m)
        )
        number = view.number << 24 | view.kept_minutes
        parts.append(EACH.pack(number, CAMERA_KINDS.index(view.kind), *said))
    return b"".join(parts)


def unpack(sort_key: str, packed: bytes) -> Pin:
    """The reverse: from a pin's sort key and its binary attribute."""
    latitude, longitude, kind = HEAD.unpack_from(packed)
    site_id = sort_key[sort_key.index("#") + 1 :]
    return Pin(site_id, latitude, longitude, KINDS[kind], unpack_views(packed))


def unpack_views(packed: bytes) -> tuple[View, ...]:
    """The cameras in a pin's binary attribute."""
    views = []
    for number, kind, bearing, angle, range_m in EACH.iter_unpack(packed[HEAD.size :]):
        views.append(
            View(
                number >> 24,
                CAMERA_KINDS[kind],
                number & MOST_MINUTES,
                None if bearing == UNSAID else bearing,
                None if angle == UNSAID else angle,
                None if range_m == UNSAID else range_m,
            )
        )
    return tuple(views)


class PinWrites:
    """Keeps pins and counts in step with the sites: writes for the site's own transaction."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def change_writes(self, before: Site | None, after: Site | None) -> list[Write]:
        """The writes that turn the pins and counts of `before` into those of `after`; None
        before a site is there and after it has gone. At most 24: fourteen pins, ten counts."""
        old = pin_of(before) if before else None
        new = pin_of(after) if after else None
        writes: list[Write] = []
        if new and new != old:
            writes += [self._table.put_write(item) for item in new.items()]
        kept = set(new.keys) if new else set()
        for key in old.keys if old else ():
            if key not in kept:
                writes.append(self._table.delete_write(*key))
        change: Counter[tuple[str, str]] = Counter()
        if new:
            change[new.count_key] += 1
        if old:
            change[old.count_key] -= 1
        for key, number in change.items():
            if number:
                writes.append(self._table.update_write(*key, add={"n": number}, when=None))
        return writes + self._square_writes(old, new)

    def _square_writes(self, old: Pin | None, new: Pin | None) -> list[Write]:
        """Those to the counts of larger squares. The finest of them also notes a move within
        it, which changes no number (see levels.WATCHED)."""
        if old and new and old.keys == new.keys:
            return []
        change: Counter[tuple[str, str]] = Counter()
        watched: set[tuple[str, str]] = set()
        for pin, number in ((new, 1), (old, -1)):
            keys = pin.square_keys if pin else []
            watched.update(keys[:1])
            for key in keys:
                change[key] += number
        return [
            self._table.update_write(*key, add={"n": number, "c": 1}, when=None)
            for key, number in change.items()
            if number or key in watched
        ]


def counted(pins: Iterable[Pin]) -> Counter[tuple[str, str]]:
    """How many of the pins each tile's count (by its PK and SK) has: for loading many at once.
    The larger squares' counts are made from these (infra/recounting.py)."""
    return Counter(pin.count_key for pin in pins)
