"""Sample data for the demo: real streets, postcodes and crimes of the West Midlands when
`../shared/data` is there, otherwise a small town that nobody lives in.

Everything is drawn with a seed, so that two demos show the same. People, e-mail addresses and
house numbers are made up; the streets are real.
"""

from __future__ import annotations

import csv
import gzip
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from infra.paths import SHARED_DATA

STREETS = Path("postcodes/west_midlands_streets.csv.gz")
CRIMES = Path("crime/2011-02-west-midlands-street.csv.gz")
NEAR_M = 700  # metres from an incident to its sample sites, as a real register clusters too
METRES_PER_DEGREE = 111_320

FIRST = [
    "Aisha",
    "Amir",
    "Beth",
    "Callum",
    "Chidi",
    "Dilys",
    "Emeka",
    "Farah",
    "Gareth",
    "Harpreet",
    "Imran",
    "Jasmine",
    "Keith",
    "Leila",
    "Marek",
    "Nadia",
    "Olu",
    "Priya",
    "Rhys",
    "Samina",
    "Tomasz",
    "Uma",
    "Vikram",
    "Wendy",
    "Yusuf",
    "Zoë",
]
LAST = [
    "Adeyemi",
    "Ahmed",
    "Begum",
    "Bennett",
    "Chowdhury",
    "Clarke",
    "Davies",
    "Evans",
    "Fletcher",
    "Gill",
    "Hussain",
    "Iqbal",
    "Jones",
    "Kaur",
    "Kowalski",
    "Lewis",
    "Mahmood",
    "Nowak",
    "O’Neill",
    "Patel",
    "Roberts",
    "Singh",
    "Taylor",
    "Walker",
    "Wright",
    "Yates",
]
SHOPS = (
    "Corner Stores", "Tyre and Exhaust", "Pharmacy", "Dental Practice", "Café", "Barbers",
    "Convenience Store", "Motor Spares", "Launderette", "Bakery",
)  # fmt: skip


@dataclass(frozen=True)
class Street:
    """A street and a postcode near its middle; degrees, WGS84."""

    name: str
    latitude: float
    longitude: float
    postcode: str
    town: str


@dataclass(frozen=True)
class SamplePlace:
    """The place and offence of a sample incident; degrees, WGS84."""

    offence: str
    latitude: float
    longitude: float
    street: str


@dataclass(frozen=True)
class Household:
    """One registration as an owner would type it. Position in WGS84 degrees."""

    name: str
    email: str
    property_type: str
    address_line_1: str
    town: str
    postcode: str
    latitude: float
    longitude: float
    cameras: int


@dataclass(frozen=True)
class Sample:
    """Everything the demo puts into the stack. real: False for the invented town."""

    incidents: tuple[SamplePlace, ...]
    households: tuple[Household, ...]
    real: bool


WANTED = ("Burglary", "Robbery", "Vehicle crime", "Violent crime", "Burglary")


def make_sample(registrations: int = 300, seed: int = 7) -> Sample:
    """Make five incidents and `registrations` households around them."""
    dice = random.Random(seed)  # noqa: S311 - sample data, nothing secret
    real = (SHARED_DATA / STREETS).exists() and (SHARED_DATA / CRIMES).exists()
    if real:
        streets = list(_streets())
        incidents = _incidents(streets, dice)
    else:
        streets = _invented_streets(dice)
        incidents = [
            SamplePlace(offence, s.latitude, s.longitude, s.name)
            for offence, s in zip(WANTED, dice.sample(streets, len(WANTED)), strict=True)
        ]
    households = _households(streets, incidents, registrations, dice)
    return Sample(tuple(incidents), tuple(households), real)


def _streets() -> Iterator[Street]:
    with gzip.open(SHARED_DATA / STREETS, "rt", encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            if row["nearest_postcode"] and float(row["nearest_postcode_m"] or 999) < 120:
                yield Street(
                    row["street"],
                    float(row["lat"]),
                    float(row["lon"]),
                    row["nearest_postcode"],
                    row["district"],
                )


def _incidents(streets: list[Street], dice: random.Random) -> list[SamplePlace]:
    with gzip.open(SHARED_DATA / CRIMES, "rt", encoding="utf-8", newline="") as rows:
        crimes = [row for row in csv.DictReader(rows) if row["Crime type"] in WANTED]
    dice.shuffle(crimes)
    chosen: list[SamplePlace] = []
    for offence in WANTED:
        for row in crimes:
            place = SamplePlace(
                offence,
                float(row["Latitude"]),
                float(row["Longitude"]),
                row["Location"].removeprefix("On or near ").strip(),
            )
            crowded = sum(_near(s, place, NEAR_M) for s in streets) >= 12
            apart = all(_metres(place, other) > 4 * NEAR_M for other in chosen)
            if row["Crime type"] == offence and place.street and crowded and apart:
                chosen.append(place)
                break
    return chosen


def _invented_streets(dice: random.Random) -> list[Street]:
    """Make a grid of 60 streets. `ZZ` is no postcode area, so no address is anybody's."""
    trees = [
        "Ash",
        "Birch",
        "Cedar",
        "Elm",
        "Hazel",
        "Holly",
        "Larch",
        "Maple",
        "Oak",
        "Rowan",
        "Willow",
        "Yew",
    ]
    return [
        Street(
            f"{dice.choice(trees)} {kind}",
            52.48 + 0.0016 * row + dice.uniform(0, 0.0005),
            -1.90 + 0.0024 * column + dice.uniform(0, 0.0005),
            f"ZZ{row + 1} {column % 9 + 1}A{'ABDEFGHJ'[column % 8]}",
            "Sampleton",
        )
        for row in range(6)
        for column, kind in enumerate(("Road", "Street", "Lane", "Close", "Avenue") * 2)
    ]


def _households(
    streets: list[Street], incidents: list[SamplePlace], count: int, dice: random.Random
) -> Iterator[Household]:
    close = [[s for s in streets if _near(s, place, NEAR_M)] or streets for place in incidents]
    for number in range(1, count + 1):
        street = dice.choice(close[number % len(close)])
        business = dice.random() < 0.2
        person = f"{dice.choice(FIRST)} {dice.choice(LAST)}"
        house = dice.randint(1, 120)
        # Houses spread along the street, as a postcode stands for about fifteen addresses.
        north, east = dice.gauss(0, 30), dice.gauss(0, 30)
        yield Household(
            name=f"{person.split()[1]}’s {dice.choice(SHOPS)}" if business else person,
            email=f"owner{number:03}@example.test",
            property_type="business" if business else "home",
            address_line_1=f"{house} {street.name}",
            town=street.town,
            postcode=street.postcode,
            latitude=round(street.latitude + north / METRES_PER_DEGREE, 6),
            longitude=round(
                street.longitude
                + east / (METRES_PER_DEGREE * math.cos(math.radians(street.latitude))),
                6,
            ),
            cameras=dice.choice((2, 3, 4, 6, 8) if business else (1, 1, 1, 2, 2, 3)),
        )


def _metres(one: Street | SamplePlace, other: Street | SamplePlace) -> float:
    """Compute a distance in metres, exact enough for choosing sample data (equirectangular)."""
    north = one.latitude - other.latitude
    east = (one.longitude - other.longitude) * math.cos(math.radians(one.latitude))
    return math.hypot(north, east) * METRES_PER_DEGREE


def _near(street: Street, place: SamplePlace, metres: float) -> bool:
    return _metres(street, place) < metres
