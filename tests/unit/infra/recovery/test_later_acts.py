"""What the record says of the time after a moment: who left, who is to be left in peace, what is
lost."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from chalicelib.access.audit import Action
from infra.recovery.later_acts import read_later_acts

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


def entry(
    action: Action, subject: str, actor: str = "owner.o1", at: str = "13:00", **details: str
) -> dict[str, Any]:
    return {
        "action": action.value,
        "subject": subject,
        "actor": actor,
        "at": f"2026-11-30T{at}:00.000000Z",
        "reason": "not needed",
        "details": json.dumps(details) if details else "",
    }


def test_who_left_is_found_whoever_took_them_out() -> None:
    acts = read_later_acts(
        [
            entry(Action.REMOVED_SITE, "site.s1"),
            entry(Action.REMOVED_OWNER, "owner.o1"),
            entry(Action.REFUSED_ADDRESS, "site.s2", "officer.f"),
        ],
        NOON,
    )
    assert (acts.owners, acts.sites) == ({"o1"}, {"s1", "s2"})


def test_the_last_of_its_kind_counts() -> None:
    acts = read_later_acts(
        [
            entry(Action.PAUSED, "owner.o1"),
            entry(Action.RESUMED, "owner.o1"),
            entry(Action.RESUMED, "owner.o2"),
            entry(Action.PAUSED, "owner.o2"),
            entry(Action.CLOSED_INCIDENT, "incident.i1", "officer.f"),
            entry(Action.CLOSED_INCIDENT, "incident.i2", "officer.f"),
            entry(Action.REOPENED_INCIDENT, "incident.i2", "officer.f"),
            entry(Action.GAVE_PERMISSION, "officer.a", "officer.f"),
            entry(Action.TOOK_PERMISSION, "officer.a", "officer.f"),
            entry(Action.CHANGED_EMAIL, "owner.o3"),
        ],
        NOON,
    )
    assert acts.quiet == {"o2"} and acts.moved == {"o3"}
    assert (acts.closed, acts.taken) == ({"i1"}, {"a"})


def test_ends_and_answers_are_found() -> None:
    acts = read_later_acts(
        [
            entry(Action.WITHDREW, "request.r1", "officer.f"),
            entry(Action.ANSWERED, "request.r2", site="s1", answer="saved"),
            entry(Action.ANSWERED, "request.r2", site="s1", answer="nothing"),
        ],
        NOON,
    )
    assert acts.withdrawn == {"r1": "not needed"}
    assert acts.answered == {("r2", "s1"): "nothing"}


def test_what_is_lost_is_named_once_unless_it_went_anyhow() -> None:
    acts = read_later_acts(
        [
            entry(Action.CHANGED_OWNER, "owner.o2", "owner.o2", at="11:50"),
            entry(Action.REGISTERED, "site.s1", "owner.o1"),
            entry(Action.REGISTERED, "site.s2", "owner.o2"),
            entry(Action.CHANGED_SITE, "site.s2", "owner.o2"),
            entry(Action.CHANGED_SITE, "site.s2", "owner.o2"),
            entry(Action.REMOVED_OWNER, "owner.o1"),
        ],
        NOON,
    )
    assert acts.lost == [
        ("registered", "owner.o2", "site.s2"),
        ("changed a site", "owner.o2", "site.s2"),
    ]
