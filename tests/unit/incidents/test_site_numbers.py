"""An incident's sites have one number each, whoever searches and however often."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.ids import new_id
from chalicelib.dynamodb.table import Table
from chalicelib.incidents import site_numbers
from chalicelib.incidents.records import Incident, TeamMember
from chalicelib.incidents.site_labels import SiteLabel, SiteLabels, distance_and_direction
from chalicelib.incidents.site_numbers import SiteNumbers
from tests.support.memory_client import MemoryClient

INCIDENT = "i" * 16
SCENE = (52_476_000, -1_905_000)
NOW = datetime(2026, 11, 30, tzinfo=UTC)
IDS = [f"{number:016d}" for number in range(12)]


def numbers() -> SiteNumbers:
    return SiteNumbers(Table(MemoryClient(), "registry"))


@given(st.lists(st.lists(st.sampled_from(IDS), max_size=12), max_size=6))
def test_numbers_stay_and_have_no_gaps(searches: list[list[str]]) -> None:
    given_out = numbers()
    known: dict[str, int] = {}
    for found in searches:
        said = given_out.number_sites(INCIDENT, found)
        assert set(said) == set(found)
        assert all(known.get(one, number) == number for one, number in said.items())
        known |= said
    assert sorted(known.values()) == list(range(1, len(known) + 1))


def test_the_first_found_is_number_one_and_incidents_number_apart() -> None:
    given_out = numbers()
    assert given_out.number_sites(INCIDENT, [IDS[5], IDS[2]]) == {IDS[5]: 1, IDS[2]: 2}
    assert given_out.number_sites(INCIDENT, [IDS[2], IDS[0]]) == {IDS[2]: 2, IDS[0]: 3}
    assert given_out.number_sites("j" * 16, [IDS[2]]) == {IDS[2]: 1}


def test_officers_who_search_at_once_give_no_number_twice() -> None:
    given_out = numbers()
    found = [[new_id() for _ in range(5)] + [IDS[0]] for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda some: given_out.number_sites(INCIDENT, some), found))
    everybody = {one for some in found for one in some}
    said = given_out.number_sites(INCIDENT, everybody)
    assert sorted(said.values()) == list(range(1, len(everybody) + 1))


def test_an_item_never_grows_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site_numbers, "MOST_NUMBERED", 3)
    assert numbers().number_sites(INCIDENT, IDS) == {IDS[0]: 1, IDS[1]: 2, IDS[2]: 3}


@pytest.mark.parametrize(
    ("north", "east", "said"),
    [
        (189, 0, "21 m N"),
        (189, 310, "30 m NE"),
        (0, -3_000, "204 m W"),
        (-20_000, 20_000, "2.6 km SE"),
        (0, 0, "0 m"),
    ],
)
def test_distance_and_direction_are_from_the_incident(north: int, east: int, said: str) -> None:
    assert distance_and_direction(SCENE, (SCENE[0] + north, SCENE[1] + east)) == said


class OnePostcode:
    """Names every place alike."""

    def postcodes_near(self, places: list[tuple[int, int]]) -> list[str]:
        return ["B15 2TT"] * len(places)


def incident() -> Incident:
    return Incident(
        "20/1/26", "Burglary", *SCENE, NOW, NOW, "A.", id=INCIDENT, created_by="a",
        created_by_id="a" * 16,
        in_charge=TeamMember("a" * 16, "pc.lane"), created_at=NOW,
    )  # fmt: skip


def labels() -> SiteLabels:
    return SiteLabels(numbers(), OnePostcode())  # type: ignore[arg-type]  # all that is asked


def test_a_label_says_number_postcode_distance_and_direction() -> None:
    said = labels().label_sites(incident(), {IDS[0]: (SCENE[0] + 189, SCENE[1]), IDS[1]: None})
    assert str(said[IDS[0]]) == "1 · B15 2TT, 21 m N"
    assert said[IDS[1]] == SiteLabel(2, ""), "where it is may not be known or shown"
    assert str(said[IDS[1]]) == "2"


def test_areas_are_told_by_names_and_the_incident_by_itself() -> None:
    here = [SCENE[1] / 1e6, SCENE[0] / 1e6]
    there = [-1.9, 52.48]
    said = labels().areas_in_words(
        incident(),
        [
            {"type": "circle", "centre": here, "radius_m": 500},
            {"type": "circle", "centre": there, "radius_m": 250.0},
            {"type": "corridor", "path": [here, there], "width_m": 80},
            {"type": "polygon", "coordinates": [[here, there, [-1.91, 52.49], here]]},
        ],
    )
    assert said == [
        "500 m around the incident",
        "250 m around B15 2TT",
        "80 m along a route of 2 points from the incident to B15 2TT",
        "an area around B15 2TT",
    ]
