"""What loading postcodes does to those that are stored: shown, merged, and removed when meant."""

from __future__ import annotations

import string

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.registry.gazetteer.sector_centres import postal_area
from chalicelib.registry.postcodes import LocatedPostcode, postcode_sector, unpack_sector
from infra.geodata.postcode_merge import Gathered, MergePlan, plan

BIRMINGHAM = (52_475_939, -1_905_387)

Stored = dict[str, bytes]


def load(stored: Stored, read: list[LocatedPostcode], *, replace: bool = False) -> MergePlan:
    """Does to `stored` what the command does to the table."""
    gathered = Gathered()
    gathered.add(read)
    looked_at = {
        sector: units
        for sector, units in stored.items()
        if sector in gathered.sectors or (replace and postal_area(sector) in gathered.areas)
    }
    planned = plan(gathered, looked_at, replace=replace)
    stored.update(planned.writes)
    for sector in planned.empties:
        del stored[sector]
    return planned


def contents(stored: Stored) -> dict[str, LocatedPostcode]:
    return {
        one.postcode: one
        for sector, units in stored.items()
        for one in unpack_sector(sector, units)
    }


def at(postcode: str, north: int = 0) -> LocatedPostcode:
    return LocatedPostcode(postcode, (BIRMINGHAM[0] + north, BIRMINGHAM[1]), 10)


def test_one_row_of_a_sector_leaves_the_others_and_the_whole_file_mends_what_is_missing() -> None:
    stored: Stored = {}
    whole = [at("B1 1AA"), at("B1 1AB"), at("B1 2AA")]
    load(stored, whole)
    one = load(stored, [at("B1 1AA", north=50_000)])
    assert (one.added, one.changed, one.removed, one.kept) == (0, 1, [], 1)
    assert set(contents(stored)) == {"B1 1AA", "B1 1AB", "B1 2AA"}
    metres, postcode = one.farthest
    assert postcode == "B1 1AA" and 5_000 < metres < 6_000

    del stored["B1 2"]
    again = load(stored, whole)
    assert (again.added, again.changed, again.same) == (1, 1, 1)
    assert contents(stored) == {one.postcode: one for one in whole}
    assert load(stored, whole).writes == {}, "what is there already is not written again"


def test_replacing_removes_what_the_file_lacks_from_its_own_postal_areas_alone() -> None:
    stored: Stored = {}
    load(stored, [at("B1 1AA"), at("B1 1AB"), at("B9 9AA"), at("BA1 1AA"), at("CV1 1AA")])
    planned = load(stored, [at("B1 1AA"), at("B1 1AD")], replace=True)
    assert planned.removed == ["B1 1AB", "B9 9AA"]
    assert set(contents(stored)) == {"B1 1AA", "B1 1AD", "BA1 1AA", "CV1 1AA"}
    assert "B9 9" not in stored, "a sector without postcodes is no item"


def test_the_postal_area_is_letters_or_the_first_digit() -> None:
    assert [postal_area(one) for one in ("B1 1", "CV10 1", "GIR 0", "641")] == [
        "B",
        "CV",
        "GIR",
        "6",
    ]


letters = st.sampled_from(string.ascii_uppercase[:3])
postcodes = st.one_of(
    st.builds("{}1 {}A{}".format, letters, st.sampled_from("12"), letters),
    st.builds("64{}0{}".format, st.sampled_from("12"), st.sampled_from("123")),
)
places = st.one_of(
    st.none(), st.tuples(st.integers(49_000_000, 60_000_000), st.integers(-8_000_000, 1_000_000))
)
located = st.builds(
    lambda postcode, place: LocatedPostcode(postcode, place, 10 if place else 90), postcodes, places
)
files = st.lists(located, unique_by=lambda one: one.postcode, max_size=30)


@given(files, st.data())
def test_any_order_and_any_split_of_a_file_give_the_same_table(
    rows: list[LocatedPostcode], data: st.DataObject
) -> None:
    at_once: Stored = {}
    load(at_once, rows)
    mixed = data.draw(st.permutations(rows))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(rows)), max_size=4)))
    in_parts: Stored = {}
    for start, end in zip([0, *cuts], [*cuts, len(rows)], strict=True):
        load(in_parts, mixed[start:end])
    assert in_parts == at_once
    assert contents(in_parts) == {one.postcode: one for one in rows}
    assert load(in_parts, mixed).writes == {}


@given(files, files, st.booleans())
def test_what_is_announced_is_what_happens(
    before: list[LocatedPostcode], read: list[LocatedPostcode], replace: bool
) -> None:
    stored: Stored = {}
    load(stored, before)
    old, new = contents(stored), {one.postcode: one for one in read}
    planned = load(stored, read, replace=replace)
    now = contents(stored)
    assert new.items() <= now.items()
    assert planned.added == len(now.keys() - old.keys())
    assert planned.changed == sum(old[name] != now[name] for name in now.keys() & old.keys())
    assert set(planned.removed) == old.keys() - now.keys()
    areas = {postal_area(postcode_sector(name)) for name in new}
    if replace:
        assert all(name in new for name in now if postal_area(postcode_sector(name)) in areas)
    else:
        assert not planned.removed
