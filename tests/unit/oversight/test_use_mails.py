"""Which supervisors are told that there is unusual use to look into."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import pytest

from chalicelib.access.id_tokens import Identity
from chalicelib.access.officer_profiles import OfficerProfiles
from chalicelib.access.permissions import Officer, Role
from chalicelib.access.presence.account_checks import ACCOUNT, CheckedAccount
from chalicelib.access.units.colleagues import Colleagues
from chalicelib.dynamodb.outbox import Outbox
from chalicelib.dynamodb.table import Table
from chalicelib.notifications.notices import NOTICE, Notices
from chalicelib.notifications.rendering import MessageSender
from chalicelib.oversight.day_use import DayUse
from chalicelib.oversight.unusual_use import UnusualKind, UseFinding
from chalicelib.oversight.use_mails import UseMails
from chalicelib.oversight.use_store import UseStore
from tests.support.memory_client import MemoryClient

START, DAY, UNIT = datetime(2026, 11, 2, 10, tzinfo=UTC), date(2026, 11, 1), "North"
SENDER = MessageSender("A Force", "101", "https://s.example", "Europe/London", "GB")
FOUND = [UseFinding(UnusualKind.NIGHT, "Made 9 looks at night.")]


class NoQueue:
    def queue_tasks(self, *_: Any, **__: Any) -> None: ...


@dataclass
class Force:
    """A unit with two supervisors and an officer whose use was unusual."""

    client: MemoryClient = field(default_factory=MemoryClient)

    def __post_init__(self) -> None:
        self.table = Table(self.client, "Registry")
        profiles = OfficerProfiles(self.table, lambda: START)
        directory: Any = None  # Nobody is looked for by name.
        for name, role in (("nair", Role.SUPERVISOR), ("cole", Role.SUPERVISOR)):
            who = Officer(f"id-{name}", name, frozenset({role}), frozenset({UNIT}))
            address = f"{name}@example.test"
            profiles.record_sign_in(Identity(who, START, name=name, email=address))
        self.store = UseStore(self.table)
        self.mails = UseMails(
            self.table,
            self.store,
            Colleagues(profiles, directory),
            Notices(self.table, Outbox(self.table, NoQueue(), lambda: START), None),  # type: ignore[arg-type]  # Nothing is sent here.
            SENDER,
        )

    def told(self) -> list[str]:
        """Tells them, and returns whom."""
        self.mails.tell_supervisors(DAY)
        keys = [key for key in self.client.items if key[0].startswith("NOTICE#")]
        found = [NOTICE.read(self.table.get(*key) or {}) for key in keys]
        return sorted(one.to.partition("@")[0] for one in found)

    def unusual(self, *officer_ids: str) -> None:
        for one in officer_ids:
            self.store.keep_unusual(DAY, DayUse(one, one, (UNIT,)), FOUND)


def test_supervisors_are_told_once_and_not_of_themselves() -> None:
    force = Force()
    assert force.told() == []
    force.unusual("id-cole")
    assert force.told() == force.told() == ["nair"]


@pytest.mark.parametrize(
    "now",
    [
        CheckedAccount("id-nair", "nair", True, ("investigator",), (UNIT,), START),
        CheckedAccount("id-nair", "nair", True, ("supervisor",), ("South",), START),
        CheckedAccount("id-nair", "nair", checked_at=START),
    ],
    ids=["demoted", "moved", "disabled"],
)
def test_who_does_not_supervise_the_unit_any_more_is_not_told(now: CheckedAccount) -> None:
    force = Force()
    force.unusual("id-lane")
    force.table.put(ACCOUNT.item(now))
    assert force.told() == ["cole"]
