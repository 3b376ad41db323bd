"""The audit record of every act, views included: who did what, on what, why and when.

Entries form one hash chain per actor and month, in a table that the application may add to but
never change or delete from (IAM). A view is recorded before its result is given, so that nothing is
shown unrecorded. Sealed heads in an Object-Lock bucket (`access.audit_seals`) show a cut tail.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.access.permissions import Officer, Role
from chalicelib.core.hash_chain import GENESIS, chain_entry
from chalicelib.core.retries import retry
from chalicelib.core.times import Clock, iso_micros
from chalicelib.dynamodb.item_schema import ItemKind
from chalicelib.dynamodb.table import NEW, Condition, ConditionFailed, Item, Table

Noted = Callable[["Action", Mapping[str, str | int]], None]
"""A function that is told of an act on record, with the details of its entry."""

NO_NEED, BUDGET_SPENT = "need to know", "daily budget"
"""The reasons of refused looks, for want of a need to know, and by a budget (with which one). They
are counted (`oversight.day_use`)."""

SUBJECT_INDEX = ("Subject", "subject", "at")
DAY_INDEX = ("Day", "day", "at")
CASE_INDEX = ("Case", "case", "at")
_TRIES, _LONGEST_PAUSE = 40, 0.25
"""Attempts to add to a busy chain, and the longest pause between two, in seconds. One writer wins
each round, so _TRIES may write at once. All pauses together stay under API Gateway's limit."""

ITEMS: tuple[ItemKind, ...] = (
    ItemKind(
        "audit entry",
        pk=r"ACTOR#(officer|owner|system)\.[A-Za-z0-9._-]+#\d{4}-\d{2}",
        sk=r"\d{10}",
        needed=frozenset(
            {
                "at",
                "day",
                "actor",
                "actor_name",
                "units",
                "action",
                "subject",
                "reason",
                "details",
                "previous",
                "sequence",
                "hash",
            }
        ),
        may=frozenset({"case"}),
        personal=frozenset({"actor_name"}),
    ),
)


class Action(StrEnum):
    """An act that must be on record; the value is how the audit record words it."""

    SIGNED_IN = "signed in"
    SIGNED_OUT = "signed out"
    ENDED_SESSION = "ended a session"
    ENDED_SESSIONS = "ended every session"
    REFUSED = "was refused"
    REGISTERED = "registered a site"
    CHANGED_SITE = "changed a site"
    REMOVED_SITE = "removed a site"
    CHANGED_OWNER = "changed their details"
    PAUSED = "paused requests"
    RESUMED = "resumed requests"
    CHANGED_EMAIL = "changed their email address"
    REMOVED_OWNER = "removed their registration"
    LISTED_ADDRESSES = "looked at the list of new addresses"
    VIEWED_ADDRESS = "looked at a new address"
    ACCEPTED_ADDRESS = "accepted a new address"
    REFUSED_ADDRESS = "refused a new address"
    CREATED_INCIDENT = "recorded an incident"
    CLOSED_INCIDENT = "closed an incident"
    REOPENED_INCIDENT = "reopened an incident"
    LISTED_INCIDENTS = "looked at the list of incidents"
    VIEWED_INCIDENT = "looked at an incident"
    VIEWED_TEAM = "looked at who works on an incident"
    CHANGED_TEAM = "changed who works on an incident"
    LEFT_TEAM = "left an incident"
    SOUGHT_INCIDENT = "looked for an incident to enter"
    ENTERED_INCIDENT = "entered an incident"
    VIEWED_UNIT = "looked at the officers of their unit"
    GAVE_PERMISSION = "let an officer do more"
    TOOK_PERMISSION = "let an officer do less"
    SEARCHED = "searched for cameras"
    VIEWED_MAP = "looked at sites on the map"
    REVEALED_CONTACT = "saw an owner's contact details"
    GRANTED_LOOKS = "allowed more looks for a day"
    REQUESTED = "asked for footage"
    VIEWED_REQUEST = "looked at a request"
    VIEWED_COVERAGE = "looked at what the replies show"
    TOOK_DISCLOSURE = "downloaded the disclosure list"
    WITHDREW = "withdrew a request"
    ADDED_WORDING = "added a template"
    CHANGED_WORDING = "changed a template"
    REMOVED_WORDING = "removed a template"
    RESTORED_WORDING = "restored a template"
    SENT = "sent a message"
    ANSWERED = "answered a request"
    NOTED = "wrote a note on a request"
    READ_THREAD = "read messages with an owner"
    WROTE_MESSAGE = "wrote a message"
    CHECKED_CLOCK = "checked a recorder's clock"
    UPLOADED = "uploaded footage"
    ACCEPTED = "accepted footage"
    REJECTED = "rejected footage"
    VIEWED_EVIDENCE = "looked at an evidence record"
    OPENED_EVIDENCE = "opened footage"
    EXPORTED_RECORD = "downloaded a custody record"
    CHANGED_PROFILE = "changed their profile"
    READ_AUDIT = "read the audit record"
    VIEWED_USE = "looked at unusual use"
    JUDGED_USE = "looked into unusual use"
    RESTORED_TABLE = "restored a table"


@dataclass(frozen=True)
class Actor:
    """Who did an act. kind: officer, owner or system. name: an officer's user name; owners are
    named by id alone, because the audit record outlives their registration. units: those that the
    officer belonged to at the time, whose supervisors read the entry; an auditor's acts are in no
    unit's record, so that no supervisor learns whom auditors look at."""

    kind: str
    id: str
    name: str = ""
    units: tuple[str, ...] = ()

    @classmethod
    def officer(cls, officer: Officer) -> Actor:
        """Return the actor for a signed-in officer."""
        units = () if Role.AUDITOR in officer.roles else tuple(sorted(officer.units))
        return cls("officer", officer.id, officer.username, units)

    @classmethod
    def owner(cls, owner_id: str) -> Actor:
        """Return the actor for an owner, who has signed in or holds a link."""
        return cls("owner", owner_id)

    @classmethod
    def system(cls, part: str) -> Actor:
        """Return the actor for a job. part: the job and its subject, so that chains stay apart."""
        return cls("system", part)


def audit_partition(actor: Actor, month: str) -> str:
    """Return the partition key of an actor's chain in a month (`2026-11`)."""
    return f"ACTOR#{actor.kind}.{actor.id}#{month}"


class AuditLog:
    """Writes and reads the audit record."""

    def __init__(
        self,
        table: Table,
        clock: Clock,
        noted: Noted | None = None,
        met: Callable[[Actor], None] | None = None,
    ) -> None:
        """noted: called with each act once it is on record, for example to count it. met: called
        with each actor before that."""
        self._table = table
        self._clock = clock
        self._noted = noted
        self._met = met

    def record_act(
        self, actor: Actor, action: Action, subject: str, reason: str = "", **details: str | int
    ) -> None:
        """Add one entry to the actor's chain of this month; return only when it is durable.

        subject: kind and id, such as `incident.4f…`. details: nothing personal. The entry belongs
        to the case that its subject or its detail `incident` names.
        Raises Unavailable when the chain stays too busy to add to.
        """

        def add() -> None:
            now = self._clock()
            pk = audit_partition(actor, f"{now:%Y-%m}")
            head = next(self._table.query(pk, backwards=True, limit=1, consistent=True), None)
            entry = chain_entry(
                str(head["hash"]) if head else GENESIS,
                int(head["sequence"]) + 1 if head else 1,
                {
                    "at": iso_micros(now),
                    "day": f"{now:%Y-%m-%d}",
                    "actor": f"{actor.kind}.{actor.id}",
                    "actor_name": actor.name,
                    "units": units_field(actor.units),
                    "action": action.value,
                    "subject": subject,
                    "reason": reason,
                    "details": json.dumps(details, sort_keys=True) if details else "",
                    **_case(subject, details),
                },
            )
            self._table.put({"PK": pk, "SK": f"{entry['sequence']:010d}", **entry}, when=NEW)

        if self._met:
            self._met(actor)
        busy = "The record is busy. Try again in a minute."
        retry(add, on=ConditionFailed, most=_TRIES, otherwise=busy, longest_pause=_LONGEST_PAUSE)
        if self._noted:
            self._noted(action, details)

    def of_subject(
        self, subject: str, limit: int = 100, before: str = "", keep: Condition | None = None
    ) -> Iterator[Item]:
        """Yield a subject's entries, newest first. before: a stored time; gives only older ones.
        keep: the condition on entries that are given, as for all lists of entries."""
        return self._list(subject, limit, before, keep, SUBJECT_INDEX)

    def of_case(
        self, incident_id: str, limit: int = 100, before: str = "", keep: Condition | None = None
    ) -> Iterator[Item]:
        """Yield the entries of a case, newest first: on the incident, its searches, requests and
        evidence, and on the owners whom somebody looked up for it. before: as in `of_subject`."""
        return self._list(incident_id, limit, before, keep, CASE_INDEX)

    def of_actor(
        self,
        actor: str,
        month: str,
        limit: int = 100,
        before: str = "",
        keep: Condition | None = None,
    ) -> Iterator[Item]:
        """Yield the entries of one actor (`officer.…`) in a month (`2026-11`), newest first.

        before: a sequence number as in the sort key; only entries with smaller ones are given.
        """
        return self._list(f"ACTOR#{actor}#{month}", limit, before, keep)

    def of_day(
        self, day: str, limit: int = 100, before: str = "", keep: Condition | None = None
    ) -> Iterator[Item]:
        """Yield everybody's entries of a day (`2026-11-20`, UTC), newest first.

        before: a stored time; only older entries are given."""
        return self._list(day, limit, before, keep, DAY_INDEX)

    def within_day(self, day: str, first: str, last: str) -> Iterator[Item]:
        """Yield everybody's entries of a day (UTC) between two stored times, oldest first."""
        return self._table.query(day, index=DAY_INDEX, between=(first, last))

    def _list(
        self,
        partition: str,
        limit: int,
        before: str,
        keep: Condition | None,
        index: tuple[str, str, str] | None = None,
    ) -> Iterator[Item]:
        return self._table.query(
            partition,
            index=index,
            between=_until(before),
            backwards=True,
            limit=limit,
            keep=keep,
        )


def units_field(units: Sequence[str]) -> str:
    """Return units as an entry has them: `,CID,North,`, so that each stands between two commas."""
    return f",{','.join(units)}," if units else ""


def _case(subject: str, details: Mapping[str, str | int]) -> dict[str, str]:
    """The attribute that files an entry under its case; none for an entry of no case."""
    kind, _, subject_id = subject.partition(".")
    case = str(details.get("incident", "")) or (subject_id if kind == "incident" else "")
    return {"case": case} if case else {}


def _until(before: str) -> tuple[str, str] | None:
    # BETWEEN includes its end. Lowering the last character of `before` by one leaves `before` out,
    # and the tilde, which sorts after every digit, keeps all that stands below it.
    return ("0", before[:-1] + chr(ord(before[-1]) - 1) + "~") if before else None
