"""Whom a request may reach: each chosen site once, and nobody beyond the contact budget."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.requests.model import FootageRequest, FootageWindow, SkippedSite, SkipReason
from chalicelib.requests.recipient_windows import overlong_windows, window_problems
from chalicelib.requests.recipients.contact_history import owner_facts, with_contact
from chalicelib.requests.recipients.eligibility import (
    BUDGET_TIME,
    SENTENCES,
    EligibilityFacts,
    OwnerFacts,
    PastContact,
    decide_recipients,
    nobody_left_sentence,
    skip_reason,
    windows_overlap,
)
from chalicelib.requests.recipients.recipient_batches import (
    MOST_OF_ONE_OWNER,
    PART_SITES,
    divide_batches,
    message_groups,
)

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ASKED = FootageWindow(NOW - 2 * HOUR, NOW - HOUR)

sites = st.integers(0, 30).map("site{:012d}".format)
owner_ids = st.integers(0, 6).map("owner{}".format)
moments = st.integers(-60 * 24, 10 * 24).map(lambda hours: NOW + hours * HOUR)
contacts = st.builds(
    PastContact,
    st.integers(0, 9).map("request{}".format),
    st.sampled_from(["incident1", "incident2"]),
    st.integers(0, 60 * 24).map(lambda hours: NOW - hours * HOUR),
    st.lists(sites, max_size=2).map(tuple),
)
known = st.builds(
    OwnerFacts,
    st.none() | moments,
    st.lists(contacts, max_size=8).map(lambda some: tuple(sorted(some, key=lambda one: one.at))),
)
windows = st.builds(
    lambda start, minutes: FootageWindow(start, start + timedelta(minutes=minutes)),
    moments,
    st.integers(1, 300),
)
facts = st.builds(
    EligibilityFacts,
    st.dictionaries(sites, owner_ids, max_size=30),
    st.dictionaries(owner_ids, known, max_size=7),
    st.dictionaries(sites, st.lists(windows, max_size=3), max_size=10),
)


def request(number: str, incident: str = "incident1") -> FootageRequest:
    return FootageRequest(
        number, incident, "7K3M-9QXA", "Look.", ASKED.start, ASKED.end, "o", "PC Lane", NOW, 1
    )


@given(st.dictionaries(sites, windows, max_size=30), facts, st.integers(1, 5), st.booleans())
def test_each_chosen_site_is_asked_or_skipped_with_one_reason(
    chosen: dict[str, FootageWindow], known: EligibilityFacts, budget: int, override: bool
) -> None:
    found = decide_recipients(chosen, known, "mine", NOW, budget, override)
    assert sorted([*found.asked, *(one.site_id for one in found.skipped)]) == sorted(chosen)
    for site_id in found.asked:
        owner = known.known[known.owners[site_id]]
        assert skip_reason(owner, "mine", NOW, budget, override) is None
        assert not any(
            windows_overlap(chosen[site_id], one) for one in known.asked.get(site_id, ())
        )
    for one in found.skipped:
        assert SENTENCES[one.why]
        assert not (override and one.why is SkipReason.ASKED_OFTEN)


@given(known, st.integers(1, 5), st.lists(st.integers(0, 12), min_size=1, max_size=40))
def test_the_budget_is_never_exceeded(owner: OwnerFacts, budget: int, after: list[int]) -> None:
    """However requests come, no thirty days hold more of them than the budget, unless they did
    before."""
    now, listed = NOW, owner.contacts
    before = len({one.request_id for one in listed})
    taken: list[datetime] = []
    for number, days in enumerate(after):
        now += days * DAY
        if skip_reason(OwnerFacts(None, listed), f"new{number}", now, budget, False) is None:
            listed = tuple(with_contact(listed, request(f"new{number}"), ["s"], now))
            taken.append(now)
    for moment in taken:
        in_time = [one for one in taken if moment - BUDGET_TIME < one <= moment]
        assert len(in_time) <= budget
    assert len({one.request_id for one in listed}) <= max(budget, before)


@given(st.lists(sites, min_size=1, max_size=5), st.integers(1, 5))
def test_a_request_counts_once_however_many_sites_it_asks(some: list[str], budget: int) -> None:
    listed: list[PastContact] = []
    for site_id in some:
        assert skip_reason(OwnerFacts(None, tuple(listed)), "one", NOW, budget, False) is None
        listed = with_contact(listed, request("one"), [site_id], NOW)
    assert len(listed) == 1 and set(listed[0].site_ids) == set(some)


def test_a_pause_counts_until_it_ends_and_no_reason_goes_beyond_it() -> None:
    assert skip_reason(OwnerFacts(NOW + HOUR), "one", NOW, 4, True) is SkipReason.PAUSED
    assert skip_reason(OwnerFacts(NOW), "one", NOW, 4, False) is None


def test_asked_four_times_this_month_is_enough_and_a_month_later_it_is_not() -> None:
    four = OwnerFacts(
        None, tuple(PastContact(f"r{n}", "i", NOW - n * DAY, ("s",)) for n in range(4))
    )
    assert skip_reason(four, "fifth", NOW, 4, False) is SkipReason.ASKED_OFTEN
    assert skip_reason(four, "fifth", NOW, 4, True) is None
    assert skip_reason(four, "r2", NOW, 4, False) is None
    assert skip_reason(four, "fifth", NOW + 27 * DAY, 4, False) is None


def test_another_time_of_the_same_incident_may_be_asked() -> None:
    later = FootageWindow(NOW - HOUR, NOW)
    known = EligibilityFacts({"a": "x"}, {"x": OwnerFacts()}, {"a": [ASKED]})
    assert decide_recipients({"a": later}, known, "mine", NOW, 4, False).asked == ("a",)
    overlapping = FootageWindow(ASKED.start + HOUR / 2, NOW)
    assert decide_recipients({"a": overlapping}, known, "mine", NOW, 4, False).skipped == (
        SkippedSite("a", SkipReason.ALREADY_ASKED),
    )


def test_the_sentence_for_nobody_names_every_reason_with_its_number() -> None:
    said = nobody_left_sentence(
        [
            SkippedSite("a", SkipReason.ALREADY_ASKED),
            SkippedSite("b", SkipReason.ALREADY_ASKED),
            SkippedSite("c", SkipReason.PAUSED),
        ]
    )
    assert said == (
        "Nobody is left to ask. Of the sites you chose: 2 already asked for this incident; "
        "1 paused by the owner or unreachable."
    )
    assert "supervisor" in nobody_left_sentence([SkippedSite("a", SkipReason.ASKED_OFTEN)])


def test_what_an_owner_s_item_says_comes_back_as_it_was() -> None:
    assert owner_facts({}) == OwnerFacts()
    stored = {
        "paused_until": "2026-12-01T00:00:00Z",
        "contacts": [
            {"request": "r", "incident": "i", "at": "2026-11-20T10:00:00Z", "sites": ["a", "b"]}
        ],
    }
    assert owner_facts(stored) == OwnerFacts(
        datetime(2026, 12, 1, tzinfo=UTC), (PastContact("r", "i", NOW, ("a", "b")),)
    )


def test_twelve_hours_are_enough_but_for_a_supervisor() -> None:
    def fields(hours: int, agreed: bool) -> list[str]:
        window = FootageWindow(NOW - hours * HOUR, NOW)
        return [name for name, _ in window_problems(window, NOW, agreed=agreed)]

    assert fields(12, agreed=False) == [] and fields(13, agreed=False) == ["to"]
    assert fields(7 * 24, agreed=True) == [] and fields(7 * 24 + 1, agreed=True) == ["to"]
    long = FootageWindow(NOW - DAY, NOW)
    assert overlong_windows(["a", "b"], long, {"a": ASKED}) == ["to"]
    assert overlong_windows(["a"], long, {"a": ASKED}) == []
    assert overlong_windows(["a"], ASKED, {"a": long}) == ["windows.a.to"]


@given(st.lists(st.integers(1, 60), min_size=1, max_size=40))
def test_parts_hold_everybody_once_and_divide_no_message(sizes: list[int]) -> None:
    owners = {f"{n}-{k}": f"owner{n}" for n, size in enumerate(sizes) for k in range(size)}
    ordered = sorted(owners, key=lambda site: (owners[site], site))
    parts = divide_batches("request", ordered, owners, {}, NOW)
    assert [site for part in parts for site in part.site_ids] == ordered
    assert [part.number for part in parts] == list(range(len(parts)))
    whole = {tuple(group) for group in message_groups(ordered, owners)}
    split = {tuple(group) for part in parts for group in message_groups(part.site_ids, owners)}
    for part in parts:
        assert len(part.site_ids) <= PART_SITES
    # A message is of one owner, short enough for one transaction, and in one part.
    for group in whole:
        assert len({owners[site] for site in group}) == 1 and len(group) <= MOST_OF_ONE_OWNER
        assert any(set(group) <= set(part.site_ids) for part in parts)
    assert sum(map(len, split)) == len(ordered)
