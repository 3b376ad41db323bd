"""The table of the outbox's users is whole: no kind of entry without its message, its handler and
its recovery."""

from __future__ import annotations

import importlib
import pkgutil
from types import SimpleNamespace
from typing import Any

import pytest

import chalicelib
from chalicelib.dynamodb.outbox import EntryKind
from chalicelib.jobs.inputs import read_task
from chalicelib.jobs.outbox_users import HANDLERS, KINDS, RECIPIENTS, recover
from chalicelib.notifications.send_queue import SendQueue, SendTask
from chalicelib.requests.threads.model import Side
from tests.support.declared import declared, records
from tests.unit.jobs.test_inputs import SENT, Queue

A, B = "7k3m9qxa00000000", "7k3m9qxa00000001"
DUE_AT = "2026-11-20T10:00:00Z"

ITEMS: dict[str, dict[str, Any]] = {
    "fan-out": {"PK": f"REQUEST#{A}", "SK": "PART#03", "sites": [B]},
    "THREAD": {
        "PK": f"REQUEST#{A}",
        "SK": f"THREAD#{B}",
        "messages": 2,
        "from_owner": 1,
        "from_officer": 2,
    },
    "NEWS": {"PK": f"REQUEST#{A}", "SK": "NEWS"},
    "CLOSING": {
        "PK": f"INCIDENT#{A}",
        "SK": "CLOSING#1",
        "closed_at": DUE_AT,
        "closed_by_id": B,
    },
    "FAREWELL": {"PK": f"INCIDENT#{A}", "SK": f"FAREWELL#2#{B}", "recipients": []},
    "UPLOAD": {
        "PK": f"REQUEST#{A}",
        "SK": f"EVIDENCE#{B}",
        "site_id": B,
        "owner_id": B,
        "incident_id": A,
        "state": "rejected",
        "file_name": "",
        "content_type": "",
        "size": 1,
        "part_size": 1,
        "upload": "",
        "created_at": DUE_AT,
        "entries": 1,
        "head": "",
    },
    "NOTICE": {
        "PK": f"NOTICE#{A}",
        "SK": "NOTICE",
        "to": "a@example.test",
        "subject": "s",
        "text": "t",
        "html": "h",
        "kind": "paused",
        "expires_at": 1,
    },
}
"""An item of each kind of entry."""

BROUGHT_ABOUT = {
    "fan-out": {SendTask.FAN_OUT: {"request_id": A, "part": "3"}},
    "THREAD": {
        SendTask.TELL_OWNER: {"request_id": A, "site_id": B},
        SendTask.TELL_OFFICER: {"request_id": A, "site_id": B},
    },
    "NEWS": {SendTask.OFFICER_DIGEST: {"request_id": A}},
    "CLOSING": {SendTask.CLOSE: {"incident_id": A, "closing": "1"}},
    "FAREWELL": {SendTask.THANK: {"incident_id": A, "closing": "2", "owner_id": B}},
    "UPLOAD": {SendTask.UPLOAD_NOTICE: {"request_id": A, "evidence_id": B}},
    "NOTICE": {SendTask.NOTICE: {"notice_id": A}},
}


def kinds_in_the_tree() -> list[EntryKind]:
    found = []
    for module in pkgutil.walk_packages(chalicelib.__path__, "chalicelib."):
        values = vars(importlib.import_module(module.name)).values()
        found += [one for one in values if isinstance(one, EntryKind)]
    return found


def test_every_kind_of_entry_is_recovered_and_none_has_anothers_name() -> None:
    assert {id(kind) for kind in kinds_in_the_tree()} == {id(kind) for kind in KINDS}
    assert len({kind.name for kind in KINDS}) == len(KINDS)


def test_every_item_that_can_be_due_is_of_a_kind_that_is_recovered() -> None:
    due = {name for name, one in declared().items() if "due_at" in one.kind.needed | one.kind.may}
    filed = set()
    for record in records():
        for derived in record.derived:
            if derived.names == ("due_day",) and record.name != "recipient":
                filed.add(record.name)
                (field,) = derived.of
                partial: Any = SimpleNamespace(**{field: "set"})
                assert derived.values(partial)["due_day"] in {kind.name for kind in KINDS}
    assert due == filed | {"recipient", "news of a request"}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_what_is_found_overdue_is_queued_as_the_jobs_read_it(kind: EntryKind) -> None:
    item = {**ITEMS[kind.name], "due_day": kind.name, "due_at": DUE_AT}
    messages = {SendTask(task): dict(ids) for task, ids in kind.messages(item)}
    assert messages == BROUGHT_ABOUT[kind.name]
    for task, ids in messages.items():
        queue = Queue()
        SendQueue(queue, "url").queue_tasks(task, [ids])
        assert read_task(queue.bodies[0]).task is task
        assert task in HANDLERS


@pytest.mark.parametrize("task", list(SendTask))
def test_every_task_is_handled_with_what_it_names(task: SendTask) -> None:
    called: list[tuple[Any, ...]] = []

    class Service:
        def __getattr__(self, _: str) -> Any:
            return lambda *given: called.append(given)

    class Feature:
        def __getattr__(self, _: str) -> Any:
            return Service()

    class Own:
        def __getattr__(self, _: str) -> Any:
            return Feature()

    queue = Queue()
    SendQueue(queue, "url").queue_tasks(task, [SENT[task]])
    own: Any = Own()
    HANDLERS[task](own, read_task(queue.bodies[0]), lambda: 9.0)
    ((*given,),) = called
    named = [str(one) for one in given if not callable(one) and not isinstance(one, Side)]
    assert named == [one for ids in SENT[task].values() for one in ids.split()]
    sides = {SendTask.TELL_OWNER: [Side.OWNER], SendTask.TELL_OFFICER: [Side.OFFICER]}
    assert [one for one in given if isinstance(one, Side)] == sides.get(task, [])


class Recovering:
    """Recovers one of each kind; `broken` cannot be."""

    def __init__(self, broken: str = "") -> None:
        self.asked: list[str] = []
        self.requests = self.recovery = self.notifications = self.outbox = self
        self._broken = broken

    def recover(self, kind: EntryKind | None = None) -> int:
        name = kind.name if kind else RECIPIENTS
        self.asked.append(name)
        if name == self._broken:
            raise ConnectionError(name)
        return 1


def test_one_recovery_is_for_all() -> None:
    own: Any = Recovering()
    assert recover(own) == dict.fromkeys([RECIPIENTS, *(kind.name for kind in KINDS)], 1)


@pytest.mark.parametrize("broken", [RECIPIENTS, "NEWS"])
def test_one_kind_that_cannot_be_recovered_keeps_no_other_from_it(broken: str) -> None:
    own: Any = Recovering(broken)
    with pytest.raises(ExceptionGroup) as raised:
        recover(own)
    assert [str(one) for one in raised.value.exceptions] == [broken]
    assert own.asked == [RECIPIENTS, *(kind.name for kind in KINDS)]
