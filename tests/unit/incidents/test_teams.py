"""Teams of incidents and supervisors who enter them, with a table in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.access.audit import AuditLog
from chalicelib.access.id_tokens import Identity
from chalicelib.access.officer_profiles import OfficerProfiles
from chalicelib.access.permissions import Officer, Role
from chalicelib.access.presence.account_checks import ACCOUNT, CheckedAccount
from chalicelib.access.presence.officer_directory import OfficerDirectory
from chalicelib.access.units.colleagues import Colleagues
from chalicelib.core.errors import Conflict, Forbidden, NotFound, Refused
from chalicelib.dynamodb.outbox import Outbox
from chalicelib.dynamodb.table import Table
from chalicelib.incidents.incident_access import IncidentAccess
from chalicelib.incidents.need_to_know import needs_to_know
from chalicelib.incidents.records import Incident
from chalicelib.incidents.service import IncidentService, NewIncident
from chalicelib.incidents.teams.case_readers import CaseReaders
from chalicelib.incidents.teams.entering import IncidentEntries
from chalicelib.incidents.teams.team_mail import TeamMail
from chalicelib.incidents.teams.team_rules import MOST_OFFICERS, MOST_UNITS, WantedTeam
from chalicelib.incidents.teams.team_service import TeamService
from chalicelib.notifications.notices import NOTICE, Notices
from chalicelib.notifications.rendering import MessageSender
from tests.support.memory_client import MemoryClient

START = datetime(2026, 11, 20, 10, tzinfo=UTC)
CID, TRAFFIC, WEST = "Birmingham CID", "Traffic", "West"
SENDER = MessageSender("A Force", "101", "https://s.example", "Europe/London", "GB")


def officer(name: str, *units: str, role: Role = Role.INVESTIGATOR) -> Officer:
    return Officer(f"id-{name}", name, frozenset({role}), frozenset(units))


LANE, BYRNE, SHAH = officer("lane", CID), officer("byrne", CID), officer("shah", TRAFFIC)
NAIR = officer("nair", CID, role=Role.SUPERVISOR)
COLE = officer("cole", TRAFFIC, role=Role.SUPERVISOR)
AMOS = officer("amos", WEST, role=Role.ANALYST)
SAM = officer("sam", role=Role.ADMINISTRATOR)
ALL = [LANE, BYRNE, SHAH, NAIR, COLE, AMOS, SAM]


class Pool:
    """Cognito's user pool: `newcomer` never signed in, `gone` is disabled."""

    class exceptions:  # noqa: N801 - as boto3 calls it
        class UserNotFoundException(Exception): ...

    def admin_get_user(self, *, UserPoolId: str, Username: str) -> Mapping[str, Any]:  # noqa: N803
        if Username not in ("newcomer", "gone"):
            raise self.exceptions.UserNotFoundException
        said = {"sub": f"id-{Username}", "custom:units": WEST, "email": f"{Username}@example.test"}
        listed = [{"Name": name, "Value": value} for name, value in said.items()]
        return {"Username": Username, "Enabled": Username != "gone", "UserAttributes": listed}

    def admin_list_groups_for_user(self, **_: str) -> Mapping[str, Any]:
        return {"Groups": [{"GroupName": "analyst"}]}


class NoQueue:
    def queue_tasks(self, *_: Any, **__: Any) -> None: ...


@dataclass
class Station:
    """The services of incidents over one table, and officers who have signed in."""

    now: datetime = START
    client: MemoryClient = field(default_factory=MemoryClient)

    def __post_init__(self) -> None:
        table, clock = Table(self.client, "Registry"), self.clock
        self.audit = AuditLog(Table(MemoryClient(), "Audit"), clock)
        profiles = OfficerProfiles(table, clock)
        for one in ALL:
            address = f"{one.username}@example.test"
            profiles.record_sign_in(Identity(one, START, name=one.username, email=address))
        self.incidents = IncidentService(table, self.audit, clock)
        self.access = IncidentAccess(self.incidents, table, self.audit, clock)
        notices = Notices(table, Outbox(table, NoQueue(), clock), None)  # type: ignore[arg-type]  # Nothing is sent here.
        mail = TeamMail(notices, SENDER, Colleagues(profiles, OfficerDirectory(Pool(), "pool")))
        self.teams = TeamService(self.access, table, mail, self.audit)
        self.readers = CaseReaders(self.incidents, self.access, profiles)
        self.entries = IncidentEntries(self.incidents, self.access, table, mail, self.audit, clock)

    def clock(self) -> datetime:
        """The time, a little later at each look, so that entries on record have an order."""
        self.now += timedelta(microseconds=1)
        return self.now

    def record(self, **said: Any) -> Incident:
        new = NewIncident("20/1/26", "Burglary", 1, 1, START, START, "A house.", **said)
        return self.incidents.create_incident(new, LANE)

    def change(self, by: Officer, incident: Incident, *officers: str, **said: Any) -> Incident:
        now = self.incidents.get_incident(incident.id)
        units, restricted = said.pop("units", ()), said.pop("restricted", False)
        return self.teams.change_team(now, WantedTeam(officers, units, restricted, **said), by)

    def told(self) -> list[tuple[str, str]]:
        """To whom mails are kept, and their subjects; forgets them."""
        keys = [key for key in self.client.items if key[0].startswith("NOTICE#")]
        table = Table(self.client, "Registry")
        found = [NOTICE.read(table.get(*key) or {}) for key in keys]
        for key in keys:
            self.client.items.pop(key)
        return sorted((one.to.partition("@")[0], one.subject) for one in found)

    def acts(self, incident: Incident) -> list[str]:
        found = sorted(self.audit.of_subject(f"incident.{incident.id}"), key=itemgetter("at"))
        return [one["action"] for one in found]

    def lists(self, incident: Incident) -> set[str]:
        """Who has the incident in their list."""
        found = (self.access.list_for(one, 50).incidents for one in ALL)
        return {
            one.username
            for one, page in zip(ALL, found, strict=True)
            if incident.id in {listed.id for listed in page}
        }


@pytest.fixture
def station() -> Station:
    return Station()


def test_the_team_that_is_asked_for_sees_the_incident_and_is_told(station: Station) -> None:
    made = station.record(restricted=True)
    assert station.lists(made) == {"lane"}
    changed = station.change(LANE, made, "shah", "newcomer", units=(WEST,), restricted=True)
    assert station.lists(changed) == {"lane", "shah", "amos"}
    added = "You were added to an incident"
    assert station.told() == [("newcomer", added), ("shah", added)]
    assert station.acts(made)[1:] == ["changed who works on an incident"]
    assert station.incidents.get_incident(made.id) == changed
    station.change(LANE, made, "shah")
    assert station.lists(made) == {"lane", "shah", "byrne", "nair"}
    assert station.told() == [("newcomer", "You were taken out of an incident")]


def test_the_same_call_again_changes_and_tells_nothing_more(station: Station) -> None:
    made = station.record()
    first = station.change(NAIR, made, in_charge="byrne")
    assert (first.in_charge.username, [one.username for one in first.team]) == ("byrne", ["lane"])
    assert station.told() == [
        ("byrne", "You are in charge of an incident"),
        ("lane", "An incident of yours was handed over"),
    ]
    assert station.change(NAIR, made, in_charge="byrne") == first
    assert station.told() == []
    assert station.acts(made)[-1] == "looked at who works on an incident"
    # To take out who handed it over is another call.
    assert station.change(NAIR, made).team == ()


def test_whoever_hands_over_stays_until_they_leave(station: Station) -> None:
    made = station.record(restricted=True)
    with pytest.raises(Conflict, match="Hand it over"):
        station.teams.leave(made, LANE)
    changed = station.change(LANE, made, in_charge="shah", restricted=True)
    assert station.lists(changed) == {"lane", "shah"}
    station.told()
    left = station.teams.leave(changed, LANE)
    assert station.lists(left) == {"shah"}
    assert station.told() == [("shah", "An officer left an incident of yours")]
    with pytest.raises(NotFound):
        station.access.find_for(LANE, made.id)


@pytest.mark.parametrize(
    ("by", "may"), [(LANE, True), (BYRNE, False), (NAIR, True), (SHAH, False), (AMOS, False)]
)
def test_who_may_change_a_team(station: Station, by: Officer, may: bool) -> None:
    made = station.change(LANE, station.record(), "byrne", "shah", "amos")
    if may:
        assert station.change(by, made, "byrne").team
    else:
        with pytest.raises(Forbidden):
            station.change(by, made, "byrne")
        assert station.acts(made)[-1] == "was refused"


@pytest.mark.parametrize(
    ("wanted", "place", "said"),
    [
        (WantedTeam(("nobody",), (), False), "officers", "Nobody signs in as “nobody”"),
        (WantedTeam(("gone",), (), False), "officers", "Nobody signs in as “gone”"),
        (WantedTeam(("sam",), (), False), "officers", "sam cannot see incidents"),
        (WantedTeam((), (), False, "amos"), "officer_in_charge", "amos cannot take charge"),
        (WantedTeam((), (), False, "newcomer"), "officer_in_charge", "cannot take charge"),
        (WantedTeam(("two words",), (), False), "officers", "Nobody signs in as “two words”"),
        (WantedTeam((), ("Trafic",), False), "units", "Birmingham CID, Traffic, West"),
        (WantedTeam((), (CID,), True), "units", "unless it is restricted"),
        (WantedTeam((), tuple(f"u{n}" for n in range(11)), False), "units", "at most 10"),
    ],
)
def test_names_that_cannot_be_used_are_told_beside_their_field(
    station: Station, wanted: WantedTeam, place: str, said: str
) -> None:
    made = station.record()
    with pytest.raises(Refused) as refused:
        station.teams.change_team(made, wanted, LANE)
    ((field_name, sentence),) = refused.value.fields
    assert field_name == place and said in sentence
    assert station.incidents.get_incident(made.id) == made


def test_a_change_of_what_somebody_else_changed_first_is_told_how_it_is(station: Station) -> None:
    made = station.record()
    station.change(LANE, made, "shah")
    with pytest.raises(Conflict, match="in the team: shah"):
        station.teams.change_team(made, WantedTeam(("amos",), (), False), NAIR)  # read before
    with pytest.raises(Conflict, match="in the team: shah"):
        station.change(LANE, made, "amos", seen=0)
    assert station.lists(made) == {"lane", "byrne", "nair", "shah"}


def test_who_was_taken_out_meanwhile_is_not_told_how_it_is(station: Station) -> None:
    made = station.record()
    station.change(LANE, made, restricted=True)
    with pytest.raises(NotFound):
        station.teams.change_team(made, WantedTeam(("amos",), (), False), NAIR)


def test_the_largest_change_fits_a_transaction(station: Station) -> None:
    writes: list[int] = []
    real = station.client.transact_write_items

    def counted(**asked: Any) -> None:
        writes.append(len(asked["TransactItems"]))
        real(**asked)

    station.client.transact_write_items = counted  # type: ignore[method-assign]  # Counts them.
    profiles = station.teams._colleagues._profiles
    for n in range(2 * MOST_OFFICERS + 2):
        one = officer(f"o{n}", f"u{n}")
        profiles.record_sign_in(Identity(one, START, name=one.username, email="o@example.test"))
    teams = [[f"o{n}" for n in range(at, at + MOST_OFFICERS)] for at in (0, MOST_OFFICERS)]
    units = [tuple(f"u{n}" for n in range(at, at + MOST_UNITS)) for at in (0, MOST_UNITS)]
    made = station.record(restricted=True)
    station.change(LANE, made, *teams[0], units=units[0], restricted=True)
    last = 2 * MOST_OFFICERS
    station.change(NAIR, made, *teams[1][1:], units=units[1], in_charge=f"o{last}")
    assert 60 < max(writes) <= 100
    with pytest.raises(Refused, match="at most 15"):
        station.change(NAIR, made, *teams[1][1:], f"o{last + 1}", "shah")


wishes = st.builds(
    WantedTeam,
    st.lists(st.sampled_from([one.username for one in ALL[:-1]]), max_size=4).map(tuple),
    st.lists(st.sampled_from([CID, TRAFFIC, WEST]), max_size=2).map(tuple),
    st.booleans(),
    st.sampled_from(["", "lane", "byrne", "shah", "nair", "cole"]),
)
steps = st.lists(st.tuples(st.sampled_from(ALL), wishes | st.just("leave")), max_size=8)


@settings(max_examples=150, deadline=None)
@given(steps, st.booleans())
def test_after_any_changes_the_lists_agree_with_the_rule(
    steps: list[tuple[Officer, Any]], restricted: bool
) -> None:
    station = Station()
    made = station.record(restricted=restricted)
    for by, wish in steps:
        try:
            incident = station.access.find_for(by, made.id).incident
            if wish == "leave":
                station.teams.leave(incident, by)
            else:
                station.teams.change_team(incident, wish, by)
        except (Conflict, Forbidden, NotFound, Refused):
            pass
        now = station.incidents.get_incident(made.id)
        assert station.lists(made) == {one.username for one in ALL if needs_to_know(now, one)}
        found = {one.username for one in ALL if station.access.of_crime(one, "20/1/26")}
        assert found == station.lists(made)


def test_a_supervisor_enters_for_a_day_and_all_concerned_are_told(station: Station) -> None:
    made = station.record(restricted=True)
    opened = station.entries.enter(made.id, "An owner has rung", COLE)
    assert opened.until == START + timedelta(days=1)
    assert station.told() == [
        ("lane", "A supervisor entered an incident of yours"),
        ("nair", "A supervisor entered an incident of your unit"),
    ]
    assert station.acts(made)[-1] == "entered an incident"
    assert station.lists(made) == {"lane", "cole"}
    assert station.access.find_for(COLE, made.id) == opened
    (entry,) = station.access.entries(made)
    assert (entry.username, entry.reason) == ("cole", "An owner has rung")
    # Sent twice, it is one.
    assert station.entries.enter(made.id, "An owner has rung", COLE) == opened
    assert station.told() == [] and station.acts(made).count("entered an incident") == 1
    # A reason again gives another day.
    station.now += timedelta(hours=20)
    again = station.entries.enter(made.id, "They ring again", COLE)
    assert again.until == START + timedelta(hours=44) and len(station.told()) == 2
    station.now += timedelta(hours=24)
    assert station.lists(made) == {"lane"} and station.access.entries(made) == []
    with pytest.raises(NotFound):
        station.access.find_for(COLE, made.id)
    station.entries.enter(made.id, "They ring again", COLE)
    assert station.lists(made) == {"lane", "cole"}


def test_entering_is_on_record_also_when_there_is_nothing(station: Station) -> None:
    with pytest.raises(NotFound):
        station.entries.enter("1" * 16, "A guess", COLE)
    (entry,) = station.audit.of_subject("incident." + "1" * 16)
    assert (entry["action"], entry["reason"]) == ("looked for an incident to enter", "A guess")
    assert station.entries.seek("20/1/26", "Another", COLE) == []
    (entry,) = station.audit.of_subject("incidents")
    assert entry["reason"] == "Another" and "20/1/26" in entry["details"]


def test_an_incident_that_a_supervisor_sees_need_not_be_entered(station: Station) -> None:
    made = station.record()
    assert station.entries.enter(made.id, "No need", NAIR).until is None
    assert station.told() == [] and station.access.entries(made) == []


def test_what_happens_is_told_to_those_who_see_it_when_it_does(station: Station) -> None:
    made = station.record()

    def told() -> list[str]:
        concerned = [one.id for one in (BYRNE, SHAH, COLE)]
        return [one.username for one in station.readers.readers_of(made.id, concerned)]

    assert told() == ["byrne", "lane"]
    station.entries.enter(made.id, "An owner has rung", COLE)
    assert told() == ["byrne", "cole", "lane"]
    station.change(LANE, made, in_charge="shah", restricted=True)
    assert told() == ["shah", "cole"]
    station.now += timedelta(days=1)
    assert told() == ["shah"]


def test_who_is_no_longer_let_in_is_told_nothing(station: Station) -> None:
    made = station.record()
    gone = CheckedAccount(LANE.id, "lane", checked_at=START)
    Table(station.client, "Registry").put(ACCOUNT.item(gone))
    assert station.readers.readers_of(made.id, [BYRNE.id])[0].username == "byrne"
    assert len(station.readers.readers_of(made.id, [BYRNE.id])) == 1
    station.entries.enter(made.id, "An owner has rung", COLE)
    assert [name for name, _ in station.told()] == ["nair"]


@pytest.mark.parametrize(
    "now",
    [
        CheckedAccount(NAIR.id, "nair", True, ("investigator",), (CID,), START),
        CheckedAccount(NAIR.id, "nair", True, ("supervisor",), (WEST,), START),
        CheckedAccount(NAIR.id, "nair", checked_at=START),
    ],
    ids=["demoted", "moved", "disabled"],
)
def test_who_does_not_supervise_the_unit_any_more_is_not_told(
    station: Station, now: CheckedAccount
) -> None:
    made = station.record()
    Table(station.client, "Registry").put(ACCOUNT.item(now))
    station.entries.enter(made.id, "An owner has rung", COLE)
    assert [name for name, _ in station.told()] == ["lane"]


def test_an_entry_does_not_let_in_who_is_no_supervisor_any_more(station: Station) -> None:
    made = station.record()
    station.entries.enter(made.id, "A reason", COLE)
    demoted = replace(COLE, roles=frozenset({Role.INVESTIGATOR}))
    assert not station.access.sees(demoted, made)
    assert station.access.list_for(demoted, 10).incidents == ()


def test_a_form_of_an_incident_that_was_handed_over_shows_it_no_more(station: Station) -> None:
    new = NewIncident("20/1/26", "Burglary", 1, 1, START, START, "A house.", restricted=True)
    made = station.incidents.create_incident(new, LANE, "1" * 16)
    changed = station.change(LANE, made, in_charge="shah", restricted=True)
    station.teams.leave(changed, LANE)
    with pytest.raises(Conflict):
        station.incidents.create_incident(new, LANE, "1" * 16)
