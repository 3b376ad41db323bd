"""Made-up registrations at real postcodes, for the search benchmark."""

from __future__ import annotations

import csv
import gzip
import io
import random
import zipfile
from collections.abc import Iterator
from math import cos, pi, radians, sqrt
from math import sin as sine
from pathlib import Path

from chalicelib.cameras.model import Camera, CameraKind, PropertyType
from chalicelib.core.countries import COUNTRIES
from chalicelib.geo.geodesy import Point
from chalicelib.registry.site_index import CameraGroup, IndexEntry
from infra.geodata.postcode_files import postcode_files
from infra.geodata.postcode_rows import Findings
from tests.support.entries import view

JITTER_M = 40.0
"""How far from its postcode's position a site stands at most."""


def postcode_positions(path: Path) -> list[tuple[float, float]]:
    """(latitude, longitude) of each row: a CSV with columns of these names, gzip allowed, or the
    official Code-Point Open zip."""
    if zipfile.is_zipfile(path):
        found = []
        for source in postcode_files(path, COUNTRIES["GB"]):
            for located in source.read(Findings()):
                if located.position:
                    found.append((located.position[0] / 1e6, located.position[1] / 1e6))
        return found
    content = path.read_bytes()
    if content[:2] == b"\x1f\x8b":
        content = gzip.decompress(content)
    rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    return [(float(row["latitude"]), float(row["longitude"])) for row in rows]


def near(dice: random.Random, place: tuple[float, float]) -> Point:
    """A place within JITTER_M of another, in whole microdegrees."""
    metres, turn = JITTER_M * sqrt(dice.random()), 2 * pi * dice.random()
    latitude = place[0] + metres * cos(turn) / 111_320
    longitude = place[1] + metres * sine(turn) / (111_320 * cos(radians(place[0])))
    return Point(round(latitude, 6), round(longitude, 6))


def registrations(
    positions: list[tuple[float, float]], number: int, seed: int
) -> Iterator[IndexEntry]:
    """Index entries of sites near random postcodes, most with one or two cameras, half of the sites
    described in full."""
    dice = random.Random(seed)  # noqa: S311 - must be the same each time
    kinds = (CameraKind.DOORBELL, CameraKind.FIXED, CameraKind.UNKNOWN)
    for n in range(number):
        point = near(dice, dice.choice(positions))
        cameras = dice.choice((1, 1, 1, 2, 2, 3, 4))
        if dice.random() < 0.5:
            views: tuple[CameraGroup, ...] = (CameraGroup(cameras, Camera(0)),)
        else:
            views = tuple(
                view(1, dice.choice(kinds), dice.choice((180, 10_080, 43_200)), *_facing(dice))
                for _ in range(cameras)
            )
        kind = PropertyType.HOME if dice.random() < 0.9 else PropertyType.BUSINESS
        yield IndexEntry(f"{n:016d}", point.latitude_e6, point.longitude_e6, kind, views)


def _facing(dice: random.Random) -> tuple[int, int, int]:
    return dice.randrange(360), dice.choice((90, 110, 150)), dice.choice((15, 25, 50))


def centres(positions: list[tuple[float, float]], number: int, seed: int) -> list[Point]:
    """Where things happen: near random postcodes."""
    dice = random.Random(f"centres {seed}")  # noqa: S311 - must be the same each time
    return [near(dice, dice.choice(positions)) for _ in range(number)]
