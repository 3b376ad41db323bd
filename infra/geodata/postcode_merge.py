"""Compares postcodes that were read with stored ones: what would be added, changed and removed.
Pure, so that the plan can be shown before anything is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from chalicelib.geo.geodesy import Point, distance
from chalicelib.registry.gazetteer.sector_centres import (
    SectorCentre,
    postal_area,
    sector_centre,
)
from chalicelib.registry.postcodes import (
    LocatedPostcode,
    pack_sector,
    postcode_sector,
    unpack_sector,
)

NAMED = 5
"""How many postcodes are named as examples where many are counted."""


@dataclass
class Gathered:
    """Postcodes that were read, packed by sector: some millions take tens of megabytes.

    west, south, east, north: the box around those with a position, in microdegrees.
    """

    sectors: dict[str, bytearray] = field(default_factory=dict)
    count: int = 0
    box: tuple[int, int, int, int] | None = None

    def add(self, located: Iterable[LocatedPostcode]) -> None:
        """Add postcodes, none of which may have been added before."""
        for one in located:
            self.sectors.setdefault(postcode_sector(one.postcode), bytearray()).extend(
                pack_sector([one])
            )
            self.count += 1
            if one.position:
                latitude, longitude = one.position
                west, south, east, north = self.box or (longitude, latitude, longitude, latitude)
                self.box = (
                    min(west, longitude),
                    min(south, latitude),
                    max(east, longitude),
                    max(north, latitude),
                )

    @property
    def areas(self) -> frozenset[str]:
        """List the postal areas of the postcodes that were read."""
        return frozenset(map(postal_area, self.sectors))


@dataclass
class MergePlan:
    """What a load is about to do. writes: packed units by sector; empties: sectors to delete.

    kept: stored postcodes of the same sectors that the files do not have, and that stay.
    """

    writes: dict[str, bytes] = field(default_factory=dict)
    empties: list[str] = field(default_factory=list)
    added: int = 0
    changed: int = 0
    same: int = 0
    kept: int = 0
    removed: list[str] = field(default_factory=list)
    centres: dict[str, SectorCentre | None] = field(default_factory=dict)
    """Where each sector will lie, None for one that will be gone or has no positions."""
    farthest: tuple[float, str] = (0.0, "")
    """The postcode that moves farthest: the distance in metres, and the postcode."""

    def sector(self, name: str, read: bytes, stored: bytes, *, replace: bool) -> None:
        """Plan one sector: postcodes that were read replace the stored ones. replace: True removes
        stored postcodes that were not read."""
        old = {one.postcode: one for one in unpack_sector(name, stored)}
        new = {one.postcode: one for one in unpack_sector(name, read)}
        for postcode, one in new.items():
            before = old.get(postcode)
            if before is None:
                self.added += 1
            elif before == one:
                self.same += 1
            else:
                self.changed += 1
                self._moved(before, one)
        others = [postcode for postcode in old if postcode not in new]
        if replace:
            self.removed += others
        else:
            self.kept += len(others)
        units = pack_sector((new if replace else {**old, **new}).values())
        self.centres[name] = sector_centre(name, units)
        if not units and stored:
            self.empties.append(name)
        elif units != stored:
            self.writes[name] = units

    def _moved(self, before: LocatedPostcode, after: LocatedPostcode) -> None:
        if before.position and after.position:
            places = (Point.from_microdegrees(*one) for one in (before.position, after.position))
            self.farthest = max(self.farthest, (distance(*places), after.postcode))


def plan(gathered: Gathered, stored: Mapping[str, bytes], *, replace: bool) -> MergePlan:
    """Plan a load. stored: packed units by sector, of the sectors that were read and, when
    replacing, of all sectors in the same postal areas."""
    made = MergePlan()
    for name in sorted(gathered.sectors.keys() | stored.keys()):
        read = bytes(gathered.sectors.get(name, b""))
        made.sector(name, read, stored.get(name, b""), replace=replace)
    return made


def sample_of(postcodes: list[str]) -> str:
    """Name the first NAMED postcodes, with an ellipsis when there are more."""
    more = ", …" if len(postcodes) > NAMED else ""
    return ", ".join(postcodes[:NAMED]) + more
