"""The index `Cell`: what the map and searches need of a site, and nothing about its owner.

It is a sparse index over the site items themselves, so an entry is written, moved and removed
with its site and can never be forgotten:

    cell  HASH   the site's H3 cell of resolution 6, the ancestor of `h3`
    h3    RANGE  the site's H3 cell of resolution 11
    v            position, home or business, cameras; the only attribute beside the keys

What a search costs is the bytes it reads, so `v` is packed: 9 bytes for the place and 3 for a
camera that nobody described. It holds what owners said of their cameras, never the minutes that
follow from it: those come from the catalogue when they are asked for (cameras.retention), so
that what a make keeps can change without touching a site.

Threat: a make that is not in the list is typed, and may hold anything, such as a name. Only what
the catalogue knows it as is in the index; a make that the catalogue learns later counts for a site
once that site has changed.
"""

from __future__ import annotations

import struct
from collections import Counter
from dataclasses import dataclass, replace

from chalicelib.cameras.model import Camera, CameraKind, PropertyType
from chalicelib.cameras.retention import find_make, retention
from chalicelib.dynamodb.table import Value
from chalicelib.geo import h3_cells
from chalicelib.geo.geodesy import Point
from chalicelib.geo.sight.field_of_view import Lens
from chalicelib.registry.model import Site

INDEX = "Cell"

KINDS = (PropertyType.HOME, PropertyType.BUSINESS)
"""Types of property in the order of their numbers in a packed entry."""

CAMERA_KINDS = (
    CameraKind.UNKNOWN,
    CameraKind.DOORBELL,
    CameraKind.FIXED,
    CameraKind.PTZ,
    CameraKind.DASHCAM,
)
"""Kinds of camera in the order of their numbers in a packed entry."""

PLACE = struct.Struct(">ii")
"""Latitude and longitude in microdegrees. The bytes after them are equal for all sites of one type
of property with equal cameras."""

_DOUBTED = 0x80
"""A bit of the byte with the type of property: the address is doubted (`registry.vetting`)."""

_CAMERA = struct.Struct(">BBB")  # what follows (flags below), how many alike, kind
_MINUTES = struct.Struct(">I")
_SIDE = struct.Struct(">H")  # degrees or metres
_MAKE, _PLAN, _OWN, _BEARING, _ANGLE, _RANGE, _LIVE_ONLY = (1 << bit for bit in range(7))


@dataclass(frozen=True)
class CameraGroup:
    """Cameras of a site that the owner described alike.

    number: how many cameras. camera: one of them, with 0 as its own number.
    """

    number: int
    camera: Camera

    @property
    def lens(self) -> Lens:
        """The lens that these cameras have in common."""
        one = self.camera
        return Lens(one.kind, one.bearing, one.angle, one.range_m)

    def kept(self, kind: PropertyType) -> tuple[int, bool]:
        """Minutes that these cameras keep footage, by the catalogue as it is now, and whether that
        rests on no assumption; (0, True) for live pictures only. kind: the type of property."""
        if not self.camera.records:
            return 0, True
        found = retention(self.camera, kind)
        return found.minutes, found.certain

    def kept_minutes(self, kind: PropertyType) -> int:
        """Minutes that these cameras keep footage; 0 for live pictures only."""
        return self.kept(kind)[0]


@dataclass(frozen=True)
class IndexEntry:
    """A site on the map; positions in microdegrees. doubted: nothing vouches for its address."""

    site_id: str
    latitude_e6: int
    longitude_e6: int
    kind: PropertyType
    views: tuple[CameraGroup, ...]
    doubted: bool = False

    @property
    def cameras(self) -> int:
        """How many cameras are at the site."""
        return sum(view.number for view in self.views)

    @property
    def h3(self) -> str:
        """The site's H3 cell of resolution 11, the index's range key."""
        place = Point.from_microdegrees(self.latitude_e6, self.longitude_e6)
        return h3_cells.cell_at(place, h3_cells.KEY)

    def attributes(self) -> dict[str, Value]:
        """The attributes that put the site's item into the index."""
        key = self.h3
        return {
            "cell": h3_cells.parent_cell(key, h3_cells.PARTITION),
            "h3": key,
            "v": pack_entry(self),
        }


def index_entry(site: Site) -> IndexEntry:
    """Make the index entry of a site."""
    alike = Counter(map(_without_typed_words, site.cameras))
    views = tuple(CameraGroup(number, camera) for camera, number in alike.items())
    place = (site.latitude_e6, site.longitude_e6)
    return IndexEntry(site.id, *place, site.property_type, views, bool(site.doubts))


def _without_typed_words(camera: Camera) -> Camera:
    """The camera without its number, its make by the catalogue's key or not at all."""
    known = find_make(camera.make)
    make, plan = (known.key, camera.plan) if known else ("", "")
    return replace(camera, number=0, make=make, plan=plan)


def pack_entry(entry: IndexEntry) -> bytes:
    """Pack an entry's attribute `v`. Raises struct.error when a number is out of range, ValueError
    when a text is longer than 255 bytes."""
    kind = KINDS.index(entry.kind) | (_DOUBTED if entry.doubted else 0)
    parts = [PLACE.pack(entry.latitude_e6, entry.longitude_e6), bytes([kind])]
    parts += [_packed(view) for view in entry.views]
    return b"".join(parts)


def _packed(view: CameraGroup) -> bytes:
    one, flags, rest = view.camera, 0, b""
    for flag, text in ((_MAKE, one.make), (_PLAN, one.plan)):
        if text:
            flags |= flag
            written = text.encode()
            rest += bytes([len(written)]) + written
    if one.retention_minutes is not None:
        flags |= _OWN
        rest += _MINUTES.pack(one.retention_minutes)
    for flag, number in ((_BEARING, one.bearing), (_ANGLE, one.angle), (_RANGE, one.range_m)):
        if number is not None:
            flags |= flag
            rest += _SIDE.pack(number)
    if not one.records:
        flags |= _LIVE_ONLY
    return _CAMERA.pack(flags, view.number, CAMERA_KINDS.index(one.kind)) + rest


def unpack_entry(key: str, packed: bytes) -> IndexEntry:
    """Read an entry from the PK of its item (`SITE#…`) and its packed `v`."""
    latitude, longitude = PLACE.unpack_from(packed)
    tail = packed[PLACE.size :]
    kind, views = unpack_cameras(tail)
    return IndexEntry(site_id_of(key), latitude, longitude, kind, views, is_doubted(tail))


def site_id_of(key: str) -> str:
    """The id of the site whose item has this PK."""
    return key[5:]  # after SITE#


def is_doubted(tail: bytes) -> bool:
    """Tell from what follows the place in a `v` whether the address is doubted."""
    return bool(tail and tail[0] & _DOUBTED)


def unpack_cameras(tail: bytes) -> tuple[PropertyType, tuple[CameraGroup, ...]]:
    """Unpack what follows the place in a `v`: the type of property and the cameras there."""
    views = []
    at = 1
    while at < len(tail):
        flags, number, kind = _CAMERA.unpack_from(tail, at)
        at += _CAMERA.size
        texts: list[str] = []
        for flag in (_MAKE, _PLAN):
            length = tail[at] if flags & flag else 0
            at += bool(flags & flag)
            texts.append(tail[at : at + length].decode())
            at += length
        minutes: int | None = None
        if flags & _OWN:
            (minutes,) = _MINUTES.unpack_from(tail, at)
            at += _MINUTES.size
        sides: list[int | None] = []
        for flag in (_BEARING, _ANGLE, _RANGE):
            sides.append(_SIDE.unpack_from(tail, at)[0] if flags & flag else None)
            at += _SIDE.size if flags & flag else 0
        (make, plan), (bearing, angle, range_m) = texts, sides
        records = not flags & _LIVE_ONLY
        kind_of = CAMERA_KINDS[kind]
        camera = Camera(0, kind_of, make, plan, minutes, records, bearing, angle, range_m)
        views.append(CameraGroup(number, camera))
    return KINDS[tail[0] & ~_DOUBTED], tuple(views)
