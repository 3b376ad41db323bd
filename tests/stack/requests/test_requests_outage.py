"""The workflow engine is lost in the middle of fifty waits, in real time. The emulator forgets its
executions when it stops (AWS does not), so the sweep must find every clock again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

import pytest

from chalicelib.core.times import parse_iso
from chalicelib.requests.reminder_schedule import reminder_spacing
from tests.running import RunningStack
from tests.stack.real_time import Case, at_work

LEFT = timedelta(seconds=270)
"""A restart must fit in before the reminders, on a slow machine too."""


@pytest.fixture
def case(stack: RunningStack) -> Iterator[Case]:
    with at_work(stack) as case:
        yield case


def test_fifty_waits_go_on_after_the_engine_was_lost(case: Case) -> None:
    pairs = [case.site() for _ in range(50)]
    far, _ = case.site()
    made = case.ask(*(site for site, _ in pairs), left=LEFT)
    later = case.ask(far, left=timedelta(minutes=20))
    case.stack.wait_for(
        lambda: case.request(made)["counts"]["notified"] == 50, "all to be asked", 200
    )
    case.wait_state(later, "notified")
    # The emulator forgets the mails of before a restart, and the executions.
    sent = Counter({owner.email: len(case.subjects(owner)) for _, owner in pairs})
    case.stack.put_down()
    case.stack.bring_up()
    case.renew()
    case.stack.wait_for(
        lambda: case.request(made)["counts"]["expired"] == 50, "the end of all clocks", 600
    )
    recipients = {one["site_id"]: one for one in case.request(made)["recipients"]}
    for site, owner in pairs:
        found = recipients[site.id]
        mails = sent[owner.email] + len(case.subjects(owner))
        assert mails == 2 + found["reminders_sent"]
        assert found["reminders_sent"] >= 1
        moments = [parse_iso(moment) for moment in found["reminded_at"]]
        # A tenth of the time from the message, which a busy machine sends late, to the deadline.
        deadline = parse_iso(found["deadline"])
        gap = reminder_spacing(parse_iso(found["notified_at"]), deadline)
        assert all(after - before >= gap for before, after in pairwise(moments))
        assert moments[-1] < deadline
    # The clock of the one that is not due yet goes on as well, for the same moment.
    (revived,) = case.executions(later, "RUNNING")
    assert int(revived["name"].rsplit("-", 1)[1]) >= 2
    waits = case.recipient(later)
    assert waits["next_wake"] == waits["reminders_planned"][0]
