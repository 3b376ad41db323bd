"""Which part of the record an officer reads, against a table in memory."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.access.audit import Action, Actor, AuditLog
from chalicelib.access.permissions import Officer, Role
from chalicelib.access.units.unit_rosters import UnitRosters
from chalicelib.dynamodb.table import Item, Table
from chalicelib.oversight.record_scope import RecordScope
from tests.support.memory_client import MemoryClient

CASE, HIDDEN = "4f0c2m8k1n5p7q9r", "5f0c2m8k1n5p7q9r"


def person(name: str, role: Role, *units: str) -> Officer:
    return Officer(name, f"{name}.user", frozenset({role}), frozenset(units))


LANE = person("lane", Role.INVESTIGATOR, "North")
MOVED = person("lane", Role.INVESTIGATOR, "South")
REED = person("reed", Role.INVESTIGATOR, "South", "Robbery")
CHIEF = person("chief", Role.SUPERVISOR, "North")
BOTH = person("both", Role.SUPERVISOR, "North", "Robbery")
NONE = person("none", Role.SUPERVISOR)
SEER, OTHER_SEER = person("seer", Role.AUDITOR, "North"), person("other", Role.AUDITOR)


class Book:
    """A record, written an act a minute."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 20, 10, tzinfo=UTC)
        self.rosters = UnitRosters(Table(MemoryClient(), "registry"))
        self.audit = AuditLog(
            Table(MemoryClient(), "audit"), lambda: self.now, met=self.rosters.note_actor
        )

    def write(
        self, who: Officer | Actor, action: Action, subject: str = f"incident.{CASE}", **more: str
    ) -> None:
        actor = Actor.officer(who) if isinstance(who, Officer) else who
        self.audit.record_act(actor, action, subject, **more)
        self.now += timedelta(minutes=1)

    def scope(self, reader: Officer) -> RecordScope:
        return RecordScope(self.audit, self.rosters, reader, lambda case: case == CASE)


@pytest.fixture
def book() -> Book:
    made = Book()
    made.write(LANE, Action.SEARCHED)
    made.write(REED, Action.VIEWED_INCIDENT)
    made.write(MOVED, Action.VIEWED_INCIDENT, f"incident.{HIDDEN}")
    made.write(Actor.owner("0" * 16), Action.ANSWERED, "request.0123456789abcdef", incident=CASE)
    made.write(Actor.owner("0" * 16), Action.ANSWERED, "request.1123456789abcdef", incident=HIDDEN)
    made.write(SEER, Action.READ_AUDIT, "audit", wanted="actor officer.lane 2026-11")
    made.write(OTHER_SEER, Action.READ_AUDIT, "audit", wanted="actor officer.chief 2026-11")
    made.write(CHIEF, Action.VIEWED_INCIDENT, f"incident.{HIDDEN}")
    return made


def told(entries: list[Item]) -> list[str]:
    return [f"{entry['actor_name'] or entry['actor']} {entry['action']}" for entry in entries]


def test_a_supervisor_reads_what_was_done_in_their_unit_at_the_time(book: Book) -> None:
    newest = ["chief.user looked at an incident", "lane.user searched for cameras"]
    scope = book.scope(CHIEF)
    assert told(scope.newest(book.now, 50, "")) == newest
    assert told(scope.of_day("2026-11-20", 50, "")) == newest
    assert scope.of_day("2026-11-19", 50, "") == []
    assert told(scope.of_actor("officer.lane", "2026-11", 50, "")) == newest[1:]
    assert scope.of_actor("officer.reed", "2026-11", 50, "") == []
    assert scope.of_actor("officer.seer", "2026-11", 50, "") == []


def test_whoever_is_in_several_units_reads_them_all(book: Book) -> None:
    assert told(book.scope(BOTH).newest(book.now, 50, "")) == [
        "chief.user looked at an incident",
        "reed.user looked at an incident",
        "lane.user searched for cameras",
    ]


def test_a_supervisor_without_a_unit_reads_nothing(book: Book) -> None:
    scope = book.scope(NONE)
    assert scope.newest(book.now, 50, "") == [] and scope.of_day("2026-11-20", 50, "") == []
    assert scope.of_subject(f"incident.{HIDDEN}", 50, "") == []
    assert scope.of_cases([HIDDEN], 50, "") == []


def test_owners_are_read_in_cases_that_the_reader_sees(book: Book) -> None:
    scope, owner = book.scope(CHIEF), "owner.0000000000000000 answered a request"
    assert told(scope.of_subject("request.0123456789abcdef", 50, "")) == [owner]
    assert scope.of_subject("request.1123456789abcdef", 50, "") == []
    assert told(scope.of_cases([CASE], 50, "")) == [owner, "lane.user searched for cameras"]
    assert told(scope.of_cases([HIDDEN], 50, "")) == ["chief.user looked at an incident"]
    assert scope.of_actor("owner.0000000000000000", "2026-11", 50, "") == []


def test_an_auditor_reads_everything_but_looks_at_themselves(book: Book) -> None:
    book.write(OTHER_SEER, Action.READ_AUDIT, "audit", wanted="actor officer.seer 2026-11")
    book.write(OTHER_SEER, Action.READ_AUDIT, "audit", wanted="subject officer.seer")
    book.write(OTHER_SEER, Action.JUDGED_USE, "officer.seer")
    book.write(SEER, Action.READ_AUDIT, "audit", wanted="actor officer.seer 2026-11")
    seer, other = book.scope(SEER), book.scope(OTHER_SEER)
    assert len(seer.newest(book.now, 50, "")) == 9
    assert len(other.newest(book.now, 50, "")) == 12
    assert len(seer.of_actor("officer.other", "2026-11", 50, "")) == 1
    assert seer.of_subject("officer.seer", 50, "") == []
    assert len(other.of_subject("officer.seer", 50, "")) == 1
    assert [one["actor"] for one in seer.of_subject("audit", 50, "")] == [
        "officer.seer", "officer.other", "officer.seer",
    ]  # fmt: skip


def test_pages_are_full_and_lead_to_each_other(book: Book) -> None:
    for number in range(40):
        book.write(REED if number % 4 else LANE, Action.VIEWED_INCIDENT)
    scope, before, seen = book.scope(CHIEF), "", list[Item]()
    while page := scope.newest(book.now, 4, before):
        assert len(page) == 4 or len(seen) + len(page) == 12
        seen += page
        before = page[-1]["at"]
    assert len(seen) == 12 and len({one["hash"] for one in seen}) == 12
    assert [one["at"] for one in seen] == sorted((one["at"] for one in seen), reverse=True)


def test_units_are_told_apart_by_their_whole_name(book: Book) -> None:
    book.write(person("far", Role.INVESTIGATOR, "North West"), Action.SEARCHED)
    assert "far.user searched for cameras" not in told(book.scope(CHIEF).newest(book.now, 50, ""))
    assert told(book.scope(CHIEF).of_subject(f"incident.{CASE}", 50, "")) == [
        "lane.user searched for cameras"
    ]
