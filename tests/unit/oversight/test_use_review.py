"""The review of officers' use: from the record to what a supervisor sees, in memory."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from chalicelib.access.audit import Action, Actor, AuditLog
from chalicelib.access.permissions import Officer, Role
from chalicelib.core.ids import new_id
from chalicelib.dynamodb.table import Table
from chalicelib.oversight.day_use import DayUse, tally_day
from chalicelib.oversight.unusual_use import UnusualKind, find_unusual
from chalicelib.oversight.use_review import UseReview, bounds_of
from chalicelib.oversight.use_store import UseStore
from chalicelib.telemetry.metrics import Metric
from tests.support.memory_client import MemoryClient

ZONE, CASE = "Europe/London", "4f0c2m8k1n5p7q9r"


class CountedMetrics:
    """Counts metrics in a dictionary."""

    def __init__(self) -> None:
        self.found: dict[Metric, float] = {}

    def add(self, metric: Metric, value: float = 1) -> None:
        self.found[metric] = self.found.get(metric, 0) + value


class NotedMails:
    """Notes the days of which supervisors would be told."""

    def __init__(self) -> None:
        self.days: list[date] = []

    def tell_supervisors(self, day: date) -> None:
        self.days.append(day)


class Force:
    """A force with a record, whose clock a test moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 2, 10, tzinfo=UTC)
        self.audit = AuditLog(Table(MemoryClient(), "audit"), lambda: self.now)
        self.store = UseStore(Table(MemoryClient(), "registry"))
        self.mails, self.counts = NotedMails(), CountedMetrics()
        self.asked: set[str] = set()
        mails: Any = self.mails
        self.review = UseReview(self.audit, self.store, mails, lambda: self.now, ZONE, self.counts)

    def run(self) -> int:
        return self.review.run(lambda case: case in self.asked).findings

    def search(self, who: Officer, place: str = "861942d9fffffff", **more: Any) -> None:
        reason = more.pop("reason", new_id())
        details = {"listed": 10, "place": place, **more}
        self.audit.record_act(
            Actor.officer(who), Action.SEARCHED, f"incident.{CASE}", reason, **details
        )

    def reveal(self, who: Officer, site: str = "", case: str = CASE) -> None:
        subject = f"site.{site or new_id()}"
        self.audit.record_act(
            Actor.officer(who), Action.REVEALED_CONTACT, subject, new_id(), incident=case
        )

    def found(self, who: Officer, unit: str = "North") -> Mapping[str, str]:
        """What is unusual of an officer, on any day: kind → words."""
        lines = self.store.of_unit(unit, date(2026, 1, 1))
        return {
            kind.value: words
            for one in lines
            if one.officer_id == who.id
            for kind, words in zip(one.kinds, one.words, strict=True)
        }


def person(name: str, *units: str) -> Officer:
    return Officer(name, f"{name}.user", frozenset({Role.INVESTIGATOR}), frozenset(units))


LANE, REED = person("lane", "North"), person("reed", "North", "South")


@pytest.fixture
def force() -> Force:
    return Force()


def test_a_detectives_busy_day_is_not_unusual(force: Force) -> None:
    force.asked.add(CASE)
    for _ in range(15):
        force.search(LANE)
        force.reveal(LANE)
    assert force.run() == 0 and force.found(LANE) == {}


def test_many_contact_details_stand_in_the_list_of_each_unit(force: Force) -> None:
    force.asked.add(CASE)
    for _ in range(20):
        force.reveal(REED)
    assert force.run() == 1
    assert (
        force.found(REED, "North")
        == force.found(REED, "South")
        == {"many contact details": "Saw the contact details of owners 20 times in one day."}
    )
    assert force.found(REED, "West") == {} and sorted(force.store.units()) == ["North", "South"]
    assert force.counts.found == {Metric.UNUSUAL_USE: 1}


def test_a_run_again_finds_and_counts_nothing_new(force: Force) -> None:
    for _ in range(20):
        force.reveal(LANE)
    first = force.run()
    assert first == 2 and force.run() == 0 and force.run() == 0
    assert force.counts.found == {Metric.UNUSUAL_USE: first}


def test_cases_never_asked_for_stand_until_somebody_is_asked(force: Force) -> None:
    for _ in range(3):
        force.reveal(LANE)
    force.run()
    assert "nobody was asked" in force.found(LANE)["cases never asked for"]
    force.asked.add(CASE)
    force.run()
    assert force.found(LANE) == {}


def test_searches_shown_again_and_places_close_by_count_once(force: Force) -> None:
    force.asked.add(CASE)
    for _ in range(50):
        force.search(LANE, again="yes")
    force.search(LANE)
    force.run()
    assert force.found(LANE) == {}
    for number in range(5, 10):
        force.search(LANE, place=f"86194{number}d9fffffff")
    force.run()
    assert force.found(LANE) == {"many places": "Searched in 6 places kilometres apart in one day."}


def test_one_address_for_two_cases_is_found_over_weeks(force: Force) -> None:
    home = new_id()
    force.reveal(LANE, home, "5f0c2m8k1n5p7q9r")
    for _ in range(9):
        force.run()
        force.now += timedelta(days=1)
    force.reveal(LANE, home, "6f0c2m8k1n5p7q9r")
    force.run()
    assert (
        "one owner for up to 2 different cases" in force.found(LANE)["one address, several cases"]
    )


def test_nights_are_unusual_of_those_who_work_by_day(force: Force) -> None:
    force.asked.add(CASE)
    night = datetime(2026, 11, 2, 23, 30, tzinfo=UTC)
    for days in range(10):
        for who, hour in ((LANE, 10), (REED, 23)):
            force.now = datetime(2026, 11, 2, hour, tzinfo=UTC) + timedelta(days=days)
            for _ in range(3):
                force.search(who)
        force.run()
    force.now = night + timedelta(days=10)
    for who in (LANE, REED):
        for _ in range(5):
            force.search(who)
    force.run()
    assert "at night" in force.found(LANE) and "at night" not in force.found(REED)


def test_refused_looks_and_budgets_that_are_used_up_are_told(force: Force) -> None:
    for _ in range(5):
        force.audit.record_act(
            Actor.officer(LANE), Action.REFUSED, f"incident.{CASE}", "need to know"
        )
    for _ in range(3):
        force.audit.record_act(
            Actor.officer(LANE), Action.REFUSED, f"incident.{CASE}", "daily budget: reveals"
        )
    force.run()
    assert force.found(LANE)["refused looks"] == (
        "Was refused 5 times for cases that they did not need to know of and 3 times because the "
        "day’s budget was used up."
    )


def test_one_reason_many_times_is_told_whatever_its_case(force: Force) -> None:
    force.asked.add(CASE)
    for number in range(20):
        force.search(LANE, reason="Way home" if number % 2 else "way home.")
    force.run()
    assert "one reason many times" in force.found(LANE)


def test_a_patient_officer_below_every_single_limit_is_seen(force: Force) -> None:
    """Three owners a day, on each day another case in which somebody is asked."""
    for number in range(14):
        case = new_id()
        force.asked.add(case)
        for _ in range(3):
            force.reveal(LANE, case=case)
        for other in ("a", "b", "c", "d"):
            if number % 5 == 0:
                force.reveal(person(other, "North"), case=case)
        force.run()
        force.now += timedelta(days=1)
    found = force.found(LANE)
    assert list(found) == ["more than colleagues over weeks"]
    assert "In 14 days" in found["more than colleagues over weeks"]
    assert not force.found(person("a", "North"))


def test_days_that_nobody_reviewed_are_caught_up_with(force: Force) -> None:
    force.run()
    for _ in range(20):
        force.reveal(LANE)
    force.now += timedelta(days=3)
    assert force.review.run(lambda _: True).days == 4
    assert "many contact details" in force.found(LANE)
    assert force.mails.days == [date(2026, 11, 1), *(date(2026, 11, n) for n in (2, 3, 4))]
    assert force.review.run(lambda _: True).days == 1


def test_a_day_is_told_once_it_is_over_and_settled(force: Force) -> None:
    force.now = datetime(2026, 11, 2, 0, 9, tzinfo=UTC)
    force.run()
    assert force.mails.days == []
    force.now = datetime(2026, 11, 2, 0, 11, tzinfo=UTC)
    force.run()
    assert force.mails.days == [date(2026, 11, 1)]


def test_what_somebody_noted_stays_and_covers_what_they_saw(force: Force) -> None:
    for _ in range(20):
        force.reveal(LANE)
    force.asked.add(CASE)
    force.run()
    (line,) = force.store.of_unit("North", date(2026, 11, 1))
    assert line.is_new and force.store.note_seen(line, "di.chief", force.now, "Door to door")
    force.run()
    (line,) = force.store.of_unit("North", date(2026, 11, 1))
    assert not line.is_new and (line.note, line.seen_by) == ("Door to door", "di.chief")
    for number in range(6):
        force.search(LANE, place=f"86194{number}d9fffffff")
    force.run()
    (again,) = force.store.of_unit("North", date(2026, 11, 1))
    assert again.is_new and again.note == "Door to door"
    assert not force.store.note_seen(line, "di.chief", force.now, "Late"), "more was found since"


def test_a_day_is_the_forces_and_the_clocks_change() -> None:
    first, last = bounds_of(date(2026, 10, 25), ZONE)
    assert (first.hour, last - first) == (23, timedelta(hours=25))


def test_entries_of_owners_and_of_other_days_are_left_out() -> None:
    first, last = bounds_of(date(2026, 11, 2), ZONE)
    entry = {
        "actor": "officer.lane", "actor_name": "", "units": "", "details": '{"listed": 3}',
        "action": "searched for cameras", "reason": "x", "at": "2026-11-02T10:00:00.000000Z",
    }  # fmt: skip
    late = {**entry, "at": "2026-11-03T00:00:00.000000Z"}
    owner = {**entry, "actor": "owner.x"}
    found = tally_day([entry, late, owner], first, last, ZONE)
    assert list(found) == ["lane"] and (found["lane"].searches, found["lane"].sites) == (1, 3)


def test_a_new_officer_without_colleagues_is_compared_with_what_is_usual() -> None:
    quiet = DayUse("lane", reveals=2)
    busy = [DayUse("lane", reveals=5) for _ in range(13)]
    assert not find_unusual(quiet, [], {}, lambda _: True)
    (found,) = find_unusual(quiet, busy, {}, lambda _: True)
    assert found.kind is UnusualKind.PATIENT and "what is usual" in found.words
