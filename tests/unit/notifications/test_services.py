"""How fast this process may send, of all that the account may."""

from __future__ import annotations

from dataclasses import fields

import pytest

from chalicelib.clients import Clients
from chalicelib.core.settings import Settings
from chalicelib.notifications.services import NotificationServices


@pytest.mark.parametrize(("account", "process"), [("14", 5.6), ("200", 80), ("0.5", 0.2), ("0", 0)])
def test_two_processes_leave_a_fifth_of_the_rate_for_other_messages(
    account: str, process: float
) -> None:
    given = {one.name: "x" for one in fields(Settings)} | {"country": "GB", "mail_rate": account}
    services = NotificationServices(Clients(Settings(**given)))
    assert services.rate_limiter.per_second == pytest.approx(process)
