"""Made-up owners, sites and cameras at real postcodes, the same for the same seed and file.

The mix is a guess at a real register: nine homes to one business, most homes with a doorbell or
one or two cameras, half of the cameras described by their owners, a third with where they face.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import math
import random
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from chalicelib.cameras.model import DAY, Camera, CameraKind, PropertyType
from chalicelib.cameras.retention import catalogue
from chalicelib.core.countries import Country
from chalicelib.geo.plausible import misplaced
from chalicelib.notifications.verification_phrase import WORDS
from chalicelib.registry.model import Owner, PositionSource, Site
from infra.errors import StackError
from infra.geodata.postcode_files import postcode_files
from infra.geodata.postcode_rows import Findings
from infra.sampling.sample import FIRST, LAST, SHOPS

JITTER_M = 40.0
"""Metres that a site is away from its postcode's position at most."""

METRES_PER_DEGREE = 111_320
_IDS = "0123456789abcdefghjkmnpqrstvwxyz"


@dataclass(frozen=True)
class MadeUpSpot:
    """A postcode with its town and its position in WGS84 degrees."""

    postcode: str
    latitude: float
    longitude: float
    town: str


def read_spots(path: Path, country: Country) -> list[MadeUpSpot]:
    """Read every position in a file: a CSV with latitude and longitude columns (gzip allowed;
    postcode or zip and district_name are used when they are there), or the official zip.

    Raises StackError when there is none.
    """
    if path.exists() and not zipfile.is_zipfile(path):
        found = list(_spots_of_csv(path, country))
    else:
        findings = Findings()  # not shown here: `load-postcodes` reports bad rows
        found = [
            MadeUpSpot(one.postcode, one.position[0] / 1e6, one.position[1] / 1e6, "")
            for source in postcode_files(path, country)
            for one in source.read(findings)
            if one.position
        ]
    if not found:
        raise StackError(
            f"{path.name} has no row with latitude and longitude in the {country.short_name}."
        )
    return found


def _spots_of_csv(path: Path, country: Country) -> Iterator[MadeUpSpot]:
    content = path.read_bytes()
    if content[:2] == b"\x1f\x8b":
        content = gzip.decompress(content)
    for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")):
        try:
            latitude, longitude = float(row["latitude"]), float(row["longitude"])
        except (KeyError, TypeError, ValueError):
            continue
        if misplaced(latitude, longitude, country.bounds):
            continue
        yield MadeUpSpot(
            row.get("postcode") or row.get("zip") or "",
            latitude,
            longitude,
            row.get("district_name") or "",
        )


def make_registrations(
    where: list[MadeUpSpot], number: int, seed: int, now: datetime, country: Country
) -> Iterator[tuple[Owner, Site]]:
    """Make `number` owners with one site each; a larger number only adds owners at the end."""
    # The places are part of the seed, so that another file makes other ids, not moved sites.
    places = hashlib.sha256(repr(where).encode()).hexdigest()[:8]
    dice = random.Random(f"{seed} {places}")  # noqa: S311 - made-up people, nothing secret
    for n in range(1, number + 1):
        yield _registration(dice, dice.choice(where), f"seed{seed}-{places}-{n:06}", now, country)


def _registration(
    dice: random.Random, spot: MadeUpSpot, tag: str, now: datetime, country: Country
) -> tuple[Owner, Site]:
    business = dice.random() < 0.1
    first, last = dice.choice(FIRST), dice.choice(LAST)
    owner = Owner(
        id=_id(dice),
        name=f"{last}’s {dice.choice(SHOPS)}" if business else f"{first} {last}",
        email=f"{tag}@example.test",
        phone="" if dice.random() < 0.6 else country.made_up_phone.format(dice.randrange(100)),
        phrase=" ".join(dice.sample(WORDS, 3)),
        created_at=now,
    )
    latitude, longitude = _near(dice, spot)
    property_type = PropertyType.BUSINESS if business else PropertyType.HOME
    count = dice.choice((2, 3, 4, 4, 6, 8)) if business else dice.choice((1, 1, 1, 1, 2, 2, 3))
    site = Site(
        id=_id(dice),
        owner_id=owner.id,
        address_line_1=f"{dice.randint(1, 180)} Sample Street",
        address_line_2="",
        town=spot.town or "Sampleton",
        postcode=spot.postcode,
        latitude_e6=latitude,
        longitude_e6=longitude,
        position_source=PositionSource.PIN,
        property_type=property_type,
        cameras=tuple(_camera(dice, n, business) for n in range(1, count + 1)),
        created_at=now,
    )
    return owner, site


def _camera(dice: random.Random, number: int, business: bool) -> Camera:
    if dice.random() < 0.5:
        return Camera(number)  # most people never come back to describe it
    kinds = (
        (CameraKind.FIXED, CameraKind.FIXED, CameraKind.PTZ)
        if business
        else (CameraKind.DOORBELL, CameraKind.DOORBELL, CameraKind.FIXED, CameraKind.DASHCAM)
    )
    kind = dice.choice(kinds)
    make, plan, kept, records = "", "", None, True
    if kind is not CameraKind.DASHCAM and dice.random() < 0.6:
        chosen = dice.choice([make for make in catalogue().makes if make.plans])
        paid = dice.choice(chosen.plans)
        make, plan, records = chosen.key, paid.key, paid.minutes > 0
    elif dice.random() < 0.5:
        kept = dice.choice((1, 3, 7, 14, 30)) * DAY
    faces = dice.random() < 0.33
    return Camera(
        number,
        kind=kind,
        make=make,
        plan=plan,
        retention_minutes=kept,
        records=records,
        bearing=dice.randrange(0, 360, 5) if faces else None,
        angle=dice.choice((85, 100, 110, 130, 160)) if faces else None,
    )


def _near(dice: random.Random, spot: MadeUpSpot) -> tuple[int, int]:
    """Choose a place within JITTER_M of the spot, evenly in the circle; in microdegrees."""
    metres, turn = JITTER_M * math.sqrt(dice.random()), math.tau * dice.random()
    north, east = metres * math.cos(turn), metres * math.sin(turn)
    east_degree = METRES_PER_DEGREE * math.cos(math.radians(spot.latitude))
    return (
        round((spot.latitude + north / METRES_PER_DEGREE) * 1e6),
        round((spot.longitude + east / east_degree) * 1e6),
    )


def _id(dice: random.Random) -> str:
    return "".join(dice.choices(_IDS, k=16))
