"""What the record says was done after a restored table's moment.

The audit record is in a table of its own and goes on. So it says who left since, and those must not
come back: their removal is done again. What people did since and what only they can do again is
named, one by one, so that somebody can tell them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chalicelib.access.audit import DAY_INDEX, Action
from chalicelib.core.times import iso_micros
from chalicelib.dynamodb.table import Item, Table

MARGIN = timedelta(minutes=15)
"""Acts from this long before the moment are looked at too: an entry is written a moment after what
it tells of, and clocks differ. To do one of them again changes nothing."""

_REMOVALS = (Action.REMOVED_OWNER, Action.REMOVED_SITE, Action.REFUSED_ADDRESS)
_TURNS = {
    Action.PAUSED: ("paused", True),
    Action.RESUMED: ("paused", False),
    Action.CHANGED_EMAIL: ("moved", True),
    Action.CLOSED_INCIDENT: ("closed", True),
    Action.REOPENED_INCIDENT: ("closed", False),
    Action.TOOK_PERMISSION: ("taken", True),
    Action.GAVE_PERMISSION: ("taken", False),
}
"""Acts of which the last one of its kind says how things stand."""
_LOST = {
    Action.REGISTERED: "registered",
    Action.CHANGED_SITE: "changed a site",
    Action.CHANGED_OWNER: "changed their details",
    Action.CREATED_INCIDENT: "recorded an incident",
    Action.REOPENED_INCIDENT: "reopened an incident",
    Action.CHANGED_TEAM: "changed who works on an incident",
    Action.LEFT_TEAM: "left an incident",
    Action.GAVE_PERMISSION: "let an officer see the map",
    Action.REQUESTED: "asked for footage",
    Action.NOTED: "wrote a note",
    Action.WROTE_MESSAGE: "wrote a message",
    Action.CHECKED_CLOCK: "checked a recorder's clock",
    Action.UPLOADED: "sent footage",
    Action.ADDED_WORDING: "added a template",
    Action.CHANGED_WORDING: "changed a template",
    Action.REMOVED_WORDING: "removed a template",
    Action.ACCEPTED_ADDRESS: "accepted an address",
    Action.CHANGED_PROFILE: "changed their profile",
}
"""Acts whose effect is lost with the table and cannot be made again from the record."""


@dataclass
class LaterActs:
    """What the record says of the time after a moment.

    owners, sites: ids of those that were removed. quiet: owners who paused. moved: owners who left
    the e-mail address that the table may still have. withdrawn: request ids
    with the reason; closed: incident ids. answered: (request id, site id) with the answer.
    taken: officers from whom a unit's permission was taken. lost: what cannot be done again, as
    (what, who, about).
    """

    owners: set[str] = field(default_factory=set)
    sites: set[str] = field(default_factory=set)
    quiet: set[str] = field(default_factory=set)
    moved: set[str] = field(default_factory=set)
    withdrawn: dict[str, str] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    answered: dict[tuple[str, str], str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    lost: list[tuple[str, str, str]] = field(default_factory=list)


def entries_since(audit: Table, moment: datetime, now: datetime) -> list[Item]:
    """Read the audit's entries from MARGIN before a moment, oldest first."""
    since = moment - MARGIN
    found: list[Item] = []
    day = since.date()
    while day <= now.date():
        found += audit.query(f"{day}", index=DAY_INDEX, between=(iso_micros(since), "~"))
        day += timedelta(days=1)
    return found


def read_later_acts(entries: Iterable[Item], moment: datetime) -> LaterActs:
    """Sort out what the entries mean for a table as it was at a moment. entries: oldest first."""
    acts = LaterActs()
    last: dict[tuple[str, str], bool] = {}
    lost: dict[tuple[str, str, str], None] = {}
    after = iso_micros(moment)
    for entry in entries:
        action, (kind, _, about) = str(entry["action"]), str(entry["subject"]).partition(".")
        if action in _REMOVALS:
            (acts.owners if kind == "owner" else acts.sites).add(about)
        elif action in _TURNS:
            what, turned = _TURNS[Action(action)]
            last[what, about] = turned
        elif action == Action.WITHDREW:
            acts.withdrawn[about] = str(entry["reason"])
        elif action == Action.ANSWERED:
            details = json.loads(str(entry["details"] or "{}"))
            acts.answered[about, str(details.get("site"))] = str(details.get("answer"))
        if action in _LOST and str(entry["at"]) >= after:
            lost[_LOST[Action(action)], str(entry["actor"]), str(entry["subject"])] = None
    acts.moved, acts.closed, acts.taken = (
        {about for (kind, about), turned in last.items() if turned and kind == what}
        for what in ("moved", "closed", "taken")
    )
    acts.quiet = {one for (kind, one), on in last.items() if on and kind == "paused"}
    acts.lost = [one for one in lost if not _is_gone(one, acts)]
    return acts


def _is_gone(lost: tuple[str, str, str], acts: LaterActs) -> bool:
    """True for an act of somebody, or about a site, that was removed since anyhow."""
    _, who, about = lost
    return who.removeprefix("owner.") in acts.owners or about.removeprefix("site.") in acts.sites
