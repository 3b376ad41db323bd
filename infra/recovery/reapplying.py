"""Does again, on a restored table, what must hold: removals, pauses, withdrawals; and ends what
must not come alive again: sessions and links.

Threat: somebody who had their registration removed is asked again for footage because a table was
restored; who left a mailbox gets mail there; a session or a link that had been used up works again.
Everything here may be repeated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from chalicelib.access.one_time_links import LinkPurpose
from chalicelib.access.presence.officer_presence import end_every_session
from chalicelib.container import Container
from chalicelib.core.errors import DomainError
from chalicelib.dynamodb.table import ConditionFailed, Table
from chalicelib.registry.model import Pause
from chalicelib.registry.owner_changes import UNTIL_RESUMED
from chalicelib.requests.closing.termination import ENDABLE
from chalicelib.requests.model import UNANSWERED, Recipient, RecipientState, RequestState
from chalicelib.telemetry.workers import Workers
from infra.records.checking import every_item
from infra.recovery.later_acts import LaterActs

AT_ONCE = 16
CLOSED = "the incident was closed before the table was restored"


@dataclass
class Reapplied:
    """What was done again, counted. problems: what could not be, in words."""

    owners: int = 0
    sites: int = 0
    quiet: int = 0
    requests: int = 0
    permissions: int = 0
    reminders: int = 0
    unsaid: list[tuple[str, str, str]] = field(default_factory=list)
    """(request, site, answer) of answers that the table does not have."""
    problems: list[str] = field(default_factory=list)


class LaterActsAgain:
    """Does later acts again on the table of a container. own: the services with the restored
    table. moment: of which it is."""

    def __init__(self, own: Container, moment: datetime) -> None:
        self._own = own
        self._moment = moment
        self._sites = own.registry.sites
        self._requests = own.requests.store
        self.done = Reapplied()

    def do_again(self, acts: LaterActs) -> Reapplied:
        """Do all of them, each by itself: one that fails is named, and the others are done."""
        for one in sorted(acts.sites):
            self._try(f"site {one}", self._remove_site, one)
        for one in sorted(acts.owners):
            self._try(f"owner {one}", self._remove_owner, one)
        for one in sorted(acts.quiet - acts.owners):
            self._try(f"owner {one}", self._quieten, one)
        for one in sorted(acts.moved - acts.quiet - acts.owners):
            self._try(f"owner {one}", self._quieten_if_moved, one)
        for one, reason in sorted(acts.withdrawn.items()):
            self._try(f"request {one}", self._end, one, RequestState.WITHDRAWN, reason)
        for request in [one for case in acts.closed for one in self._requests.of_incident(case)]:
            self._try(f"request {request.id}", self._end, request.id, RequestState.CLOSED, CLOSED)
        for (one, site), answer in sorted(acts.answered.items()):
            self._try(f"request {one}, site {site}", self._leave_in_peace, one, site, answer)
        for one in sorted(acts.taken):
            self._try(f"officer {one}", self._take_permission, one)
        return self.done

    def _try(self, what: str, act: Callable[..., None], *about: object) -> None:
        try:
            act(*about)
        except (DomainError, ConditionFailed) as error:
            self.done.problems.append(f"{what}: {error}; run the same command again")

    def _remove_site(self, site_id: str) -> None:
        site = self._sites.site(site_id, consistent=True)
        if site:
            self._sites.remove_site(site)
            self.done.sites += 1

    def _remove_owner(self, owner_id: str) -> None:
        owner = self._sites.owner(owner_id)
        if owner is None:
            return
        for site_id in self._sites.places_of(owner_id):
            self._remove_site(site_id)
        self._sites.remove_owner(owner)
        self.done.owners += 1

    def _quieten(self, owner_id: str) -> None:
        owner = self._sites.owner(owner_id)
        if owner and owner.paused_until is None:
            paused = replace(owner, paused_until=UNTIL_RESUMED, paused_why=Pause.OWN)
            self._sites.change_owner(owner, paused)
            self.done.quiet += 1

    def _quieten_if_moved(self, owner_id: str) -> None:
        """Ask nothing of an owner whose address in the table is one that they left."""
        owner = self._sites.owner(owner_id)
        if owner and not (owner.email_changed_at and owner.email_changed_at >= self._moment):
            self._quieten(owner_id)

    def _end(self, request_id: str, state: RequestState, reason: str) -> None:
        """End a request and its recipients. Nobody is told, since they were told when it was."""
        known, now = self._requests.request(request_id), self._now()
        if known is None:
            return
        if known.is_open:
            self._requests.end_request(request_id, state, now, reason)
            self.done.requests += 1
        for one in self._requests.recipients(request_id):
            if one.state in ENDABLE:
                ended = {"state": RecipientState.WITHDRAWN, "ended_at": now}
                self._requests.change_recipient(one, _still(one) | ended, states=[one.state])

    def _leave_in_peace(self, request_id: str, site_id: str, answer: str) -> None:
        """Stop the reminders of somebody who has answered. What they wrote is lost; the answer is
        named for the officer."""
        one = self._requests.recipient(request_id, site_id)
        if one is None or one.state not in UNANSWERED:
            return
        self.done.unsaid.append((request_id, site_id, answer))
        if one.next_wake or one.planned:
            self._requests.change_recipient(one, _still(one), states=[one.state])
            self.done.reminders += 1

    def _take_permission(self, officer_id: str) -> None:
        table = self._own.clients.registry_table
        for item in list(table.query(f"OFFICER#{officer_id}", prefix="GRANT#", consistent=True)):
            table.delete(str(item["PK"]), str(item["SK"]))
            self.done.permissions += 1

    def _now(self) -> datetime:
        return self._own.clock().replace(microsecond=0)


def _still(recipient: Recipient) -> dict[str, object]:
    return {"planned": (), "claimed_until": None, "next_wake": None}


@dataclass(frozen=True)
class EndedAccess:
    """How much of what lets people in was ended."""

    sessions: int
    links: int
    registrations: int


ENDED_LINKS = {LinkPurpose.SIGN_IN, LinkPurpose.NEW_EMAIL, LinkPurpose.CONFIRM}
"""A reply link goes on: the owner has it in a message, and the request waits for it. The others
may have been used since, or belong to somebody who had themselves removed."""


def end_access(client: Any, own: Container) -> EndedAccess:
    """End every session, every Bearer token and every link but those of requests, and take out
    registrations that wait for their link, whose owners may have confirmed and left since."""
    table = own.clients.registry_table
    for officer in own.access.officer_profiles.all():
        end_every_session(table, own.access.sessions, officer.id, own.clock())
    found: dict[str, list[tuple[str, str]]] = {"session": [], "link": [], "registration": []}
    items = every_item(
        client,
        table.name,
        ProjectionExpression="PK, SK, purpose",
        FilterExpression="begins_with(PK, :s) OR begins_with(SK, :s) OR begins_with(SK, :i) "
        "OR begins_with(PK, :l) OR begins_with(PK, :p)",
        ExpressionAttributeValues={
            ":s": {"S": "SESSION#"},
            ":i": {"S": "SIGN-IN#"},
            ":l": {"S": "LINK#"},
            ":p": {"S": "PENDING#"},
        },
        ConsistentRead=True,
    )
    for item in items:
        key, purpose = (str(item["PK"]), str(item["SK"])), item.get("purpose")
        if key[0].startswith("PENDING#"):
            found["registration"].append(key)
        elif not key[0].startswith("LINK#"):
            found["session"].append(key)
        elif purpose in ENDED_LINKS:
            found["link"].append(key)
    for keys in found.values():
        _delete_all(table, keys)
    sessions = sum(pk.startswith("SESSION#") for pk, _ in found["session"])
    return EndedAccess(sessions, len(found["link"]), len(found["registration"]))


def _delete_all(table: Table, keys: Iterable[tuple[str, str]]) -> None:
    with Workers(AT_ONCE) as pool:
        list(pool.map(lambda key: table.delete(*key), keys))
