"""What must go out goes out: after SES was busy, after the queue lost it, after a sender died.

Our code runs in this process against the emulator, with a clock that the test moves.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from math import inf
from typing import Any

import httpx
import pytest

from chalicelib.container import Container
from chalicelib.core.errors import Conflict, Unavailable
from chalicelib.dynamodb.outbox import GRACE, LEASE
from chalicelib.evidence.model import Evidence, EvidenceState, UploadPart
from chalicelib.evidence.receiving.senders import NewFile, UploadSender
from chalicelib.jobs.inputs import read_task
from chalicelib.jobs.outbox_users import HANDLERS, recover
from chalicelib.notifications.channels import TOGETHER, Mailer
from chalicelib.notifications.notices import NOTICES
from chalicelib.registry.model import Owner, Site
from chalicelib.registry.owner_changes import UNTIL_RESUMED
from chalicelib.requests.model import FootageRequest, RequestState
from tests.running import RunningStack
from tests.support.desk import OFFICER, Desk, Session, add_incident, add_site

AGAIN = "Please send your footage again"
REMOVED = "Your registration has been removed"


@pytest.fixture
def desk(stack: RunningStack) -> Desk:
    return Desk(stack)


@contextmanager
def ses_is_busy(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def busy(*_: object) -> str:
        raise Unavailable("Messages cannot be sent at the moment.")

    with monkeypatch.context() as patched:
        patched.setattr(Mailer, "send", busy)
        yield


def handle(desk: Desk) -> int:
    """Does what is queued, as the job would; returns how much of it could not be done now."""
    failed = 0
    for body in desk.queued():
        task = read_task(body)
        try:
            HANDLERS[task.task](desk.services, task, lambda: inf)
        except Unavailable:
            failed += 1
    return failed


def sweep(desk: Desk) -> None:
    """Until everything that anybody left behind is due, and then what the sweep does."""
    desk.now += LEASE + GRACE
    recover(desk.services)


# notices


def rejected(desk: Desk, made: tuple[FootageRequest, Site, Owner]) -> Evidence:
    """A file that is no footage, received and decided."""
    (request, site, owner), content = made, b"MZ" + b"\0" * 4000
    own, hashed = desk.services, hashlib.sha256(content)
    part = base64.b64encode(hashed.digest()).decode()
    sender = UploadSender(request.id, site.id, owner.id, request.incident_id)
    file = NewFile("clip.mp4", len(content), "video/mp4")
    evidence, _ = own.evidence.uploads.begin_upload(sender, file)
    (signed,) = own.evidence.uploads.sign_parts(evidence, [(1, part)])
    assert httpx.put(signed.url, content=content, headers=dict(signed.headers)).status_code == 200
    whole = own.evidence.uploads.complete_upload(
        evidence, [UploadPart(1, 0, "", part)], hashed.hexdigest()
    )
    done = own.evidence.ingest.decide_evidence(own.evidence.assembly.assemble(whole))
    assert done.state is EvidenceState.REJECTED
    return done


def test_please_send_again_arrives_once_though_ses_was_busy(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = desk.ask()
    desk.queued()
    with ses_is_busy(monkeypatch):
        evidence = rejected(desk, made)
        assert handle(desk) == 1  # and the queue gives it up
        sweep(desk)
        assert handle(desk) == 1
    assert AGAIN not in desk.subjects(made[2])
    for _ in range(3):
        sweep(desk)
        assert handle(desk) == 0
    assert desk.subjects(made[2]).count(AGAIN) == 1
    own = desk.services
    with ThreadPoolExecutor(4) as pool:
        ids = evidence.request_id, evidence.id
        list(pool.map(lambda _: own.evidence.upload_notices.send_notice(*ids), range(4)))
    assert desk.subjects(made[2]).count(AGAIN) == 1
    after = own.evidence.store.find(evidence.id)
    assert after.notice_due_at is None
    assert own.evidence.officer_access.read_chain(after)[1] is None, "the custody record is whole"


def test_a_removed_owner_is_told_once_and_then_forgotten(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, owner = add_site(desk.services)
    with ses_is_busy(monkeypatch):
        desk.services.registry.owner_changes.remove_everything(owner)
        assert handle(desk) == 1
    assert desk.services.registry.sites.owner(owner.id) is None and desk.subjects(owner) == []
    for _ in range(2):
        sweep(desk)
        assert handle(desk) == 0
    assert desk.subjects(owner) == [REMOVED]
    assert left(desk) == []


def test_a_notice_belongs_to_its_change_and_neither_is_without_the_other(desk: Desk) -> None:
    _, owner = add_site(desk.services)
    changes = desk.services.registry.owner_changes
    changes.pause_requests(owner, UNTIL_RESUMED)
    with pytest.raises(Conflict):
        changes.resume_requests(owner)  # as it was before the pause
    assert len(left(desk)) == 1
    desk.queued()  # lost
    desk.now += GRACE
    assert desk.recover(NOTICES) == 1 and handle(desk) == 0
    assert desk.subjects(owner) == ["We will not ask you for footage for now"]


def left(desk: Desk) -> list[dict[str, Any]]:
    """Notices that are still to go out."""
    return list(
        desk.services.clients.registry_table.query(NOTICES.name, index=("Due", "due_day", "due_at"))
    )


# a sender that is killed


class Killed(BaseException):
    """The process is gone: nothing in it handles that."""


class Life:
    """Ends when SES has taken so many calls; from then on nothing is heard or said any more."""

    def __init__(self, calls: int) -> None:
        self._left = calls
        self._over = False

    def call(self, name: str, act: Callable[..., Any], *given: Any, **asked: Any) -> Any:
        if self._over:
            raise Killed
        answer = act(*given, **asked)
        self._left -= name in ("send_email", "send_bulk_email")
        if self._left <= 0:
            self._over = True
            raise Killed
        return answer


class Mortal:
    """A client that ends with the process."""

    def __init__(self, client: Any, life: Life) -> None:
        self._client = client
        self._life = life

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._client, name)
        if not callable(found):
            return found
        return lambda *given, **asked: self._life.call(name, found, *given, **asked)


class MortalSession(Session):
    """Makes clients that all end at once."""

    def __init__(self, stack: RunningStack, life: Life) -> None:
        super().__init__(stack)
        self._life = life

    def client(self, name: str, **_: Any) -> Any:
        return Mortal(super().client(name), self._life)


@pytest.mark.parametrize("calls", [1, 4, 6])
def test_a_sender_killed_half_way_repeats_at_most_what_was_in_one_call(
    desk: Desk, calls: int
) -> None:
    with ThreadPoolExecutor(8) as pool:
        pairs = list(pool.map(lambda _: add_site(desk.services), range(64)))
    site_ids = [site.id for site, _ in pairs]
    incident = add_incident(desk.services)
    request = desk.services.requests.requests.create_request(
        incident, site_ids, "Look.", desk.now - GRACE, desk.now, OFFICER
    ).request
    desk.queued()
    session = MortalSession(desk.stack, Life(calls))
    victim = Container(desk.services.settings, lambda: desk.now, session)
    with pytest.raises(Killed):
        victim.requests.fan_out.write_and_send(request.id, 0)
    before = Counter(len(desk.subjects(owner)) for _, owner in pairs)
    assert TOGETHER <= before[1] < 64 and not set(before) - {0, 1}
    for _ in range(4):
        sweep(desk)
        assert handle(desk) == 0
    after = desk.services.requests.overviews.of_request(request.id)
    assert {one.state.value for one in after.recipients} == {"notified"}
    assert after.request.state is RequestState.OPEN and len(after.recipients) == 64
    had = Counter(len(desk.subjects(owner)) for _, owner in pairs)
    assert had[1] + had[2] == 64 and had[2] <= TOGETHER
