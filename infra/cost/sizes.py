"""The forces that the page works out a month for: a large one, a city's, and all of Britain's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class ForceSize:
    """A force's size. figures: what differs from the assumptions of infra/cost/use.py. prices: what
    differs from infra/cost/prices.py, in dollars for as many units as there. why: where from."""

    name: str
    figures: Mapping[str, float] = field(default_factory=dict)
    prices: Mapping[str, float] = field(default_factory=dict)
    why: str = ""


LARGE = ForceSize("a large force", why="20,000 owners, 6,500 officers: the assumptions below")

CITY = ForceSize(
    "a city like Kansas City",
    {
        "owners": 2_000,
        "officers": 1_200,
        "joining": 40,
        "visits": 300,
        "incidents": 370,
        "requests": 110,
        "recipients": 20,
        "strangers": 200_000,
    },
    {"text": 0.0100},
    "WatchKC had 440 owners after its first half-year (wral.com, May 2018); four times as many, "
    "and officers and incidents in proportion, each request to half as many as they live "
    "further apart. London's prices, but texts at what they cost to the United States, with the "
    "networks' fee",
)

BRITAIN = ForceSize(
    "all forces of Great Britain",
    {
        "owners": 2_000_000,
        "officers": 200_000,
        "joining": 40_000,
        "visits": 300_000,
        "incidents": 61_500,
        "requests": 18_450,
        "strangers": 10_000_000,
        "search_units": 34.48,
    },
    why="2,000,000 owners, 200,000 officers, in one stage: incidents and requests as many for each "
    "officer as in the large force; a search reads what it does among ten times as many sites "
    "(docs/benchmarks.md, 200,000 registrations, 1,500 m). Without the reductions for such "
    "quantities, which are a tenth to a half",
)

SIZES = (LARGE, CITY, BRITAIN)
