"""Notices: an e-mail about a change is kept with the change, and sent once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.core.times import epoch
from chalicelib.dynamodb.outbox import GRACE, LEASE, Ids, Outbox
from chalicelib.dynamodb.table import Item, Table
from chalicelib.notifications.channels import Message, Undeliverable
from chalicelib.notifications.notices import KEPT, NOTICES, Notice, Notices
from chalicelib.notifications.send_queue import SendTask
from tests.support.memory_client import MemoryClient

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
MESSAGE = Message("alex@example.test", "Your camera", "Hello", "<p>Hello</p>", kind="cancelled")


class Post:
    """Mail, queue and table of a test. fails: what sending raises."""

    def __init__(self) -> None:
        self.now = NOW
        self.sent: list[Message] = []
        self.queued: list[tuple[str, Ids]] = []
        self.fails: Exception | None = None
        self.table = Table(MemoryClient(), "Registry")
        self.outbox = Outbox(self.table, self, lambda: self.now)
        self.notices = Notices(self.table, self.outbox, self)  # type: ignore[arg-type] # sends

    def queue_tasks(self, task: str, named: Iterable[Ids], delay: timedelta = timedelta(0)) -> int:
        added = [(task, ids) for ids in named]
        self.queued += added
        return len(added)

    def send(self, message: Message) -> str:
        if self.fails:
            raise self.fails
        self.sent.append(message)
        return "id"

    def noted(self) -> Notice:
        """A notice, once the transaction of its change has been made."""
        notice, write = self.notices.record_notice(MESSAGE)
        self.table.transact(write)
        return notice

    def kept(self, notice: Notice) -> Item | None:
        return self.table.get(f"NOTICE#{notice.id}", "NOTICE")


@pytest.fixture
def post() -> Post:
    return Post()


def test_a_notice_is_written_with_its_change_and_goes_out_as_it_was_then(post: Post) -> None:
    notice, write = post.notices.record_notice(MESSAGE)
    assert post.kept(notice) is None, "only the transaction of the change writes it"
    post.table.transact(write)
    post.notices.queue(notice)
    assert post.queued == [(SendTask.NOTICE, {"notice_id": notice.id})]
    post.notices.send_notice(notice.id)
    assert post.sent == [MESSAGE] and post.kept(notice) is None


def test_a_notice_that_is_sent_or_unknown_sends_nothing(post: Post) -> None:
    notice = post.noted()
    for _ in range(3):
        post.notices.send_notice(notice.id)
    post.notices.send_notice("unknown")
    assert post.sent == [MESSAGE]


def test_the_table_drops_a_notice_after_two_weeks(post: Post) -> None:
    kept = post.kept(post.noted())
    assert timedelta(days=14) == KEPT
    assert kept and kept["expires_at"] == epoch(NOW + KEPT)


def test_a_notice_that_could_not_be_sent_is_tried_again(post: Post) -> None:
    notice = post.noted()
    post.fails = ConnectionError("busy")
    with pytest.raises(ConnectionError):
        post.notices.send_notice(notice.id)
    post.fails = None
    post.notices.send_notice(notice.id)
    assert post.sent == [MESSAGE] and post.kept(notice) is None


def test_a_notice_to_an_address_that_takes_none_is_dropped(post: Post) -> None:
    notice = post.noted()
    post.fails = Undeliverable("no such address")
    post.notices.send_notice(notice.id)
    assert post.kept(notice) is None


def test_a_notice_whose_message_was_lost_is_queued_again(post: Post) -> None:
    notice = post.noted()
    post.now += GRACE
    assert post.outbox.recover(NOTICES) == 1
    assert post.queued == [(SendTask.NOTICE, {"notice_id": notice.id})]


def test_a_worker_that_died_is_followed_when_its_lease_ends(post: Post) -> None:
    notice = post.noted()
    assert post.outbox.claim((f"NOTICE#{notice.id}", "NOTICE"))
    post.notices.send_notice(notice.id)
    assert post.sent == [], "the other worker is at it"
    post.now += LEASE
    post.notices.send_notice(notice.id)
    assert post.sent == [MESSAGE]
