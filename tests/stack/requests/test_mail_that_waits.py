"""An account in SES's sandbox: nobody is given up, nobody counts as asked, and all of it goes out
once the account may send. Our code runs in this process, the sandbox is the emulator's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.notifications.channels import Message
from chalicelib.notifications.mail_refusals import WORDS, MailTrouble, MailWaits
from chalicelib.notifications.mail_standing import HOLDS
from chalicelib.requests.model import RecipientState
from chalicelib.requests.sending.send_tasks import MessagesUnsent
from chalicelib.web.console.send_progress import send_progress
from chalicelib.web.models.request_models import RequestOverviewModel
from tests.running import RunningStack
from tests.stack.requests.test_outbox import REMOVED, handle, sweep
from tests.support.desk import OFFICER, Desk, add_site


@contextmanager
def sandbox(stack: RunningStack) -> Iterator[None]:
    ses = stack.client("sesv2")
    said = {"MailType": "TRANSACTIONAL", "WebsiteURL": "https://force.example"}
    ses.put_account_details(**said, ProductionAccessEnabled=False)
    try:
        yield
    finally:
        ses.put_account_details(**said, ProductionAccessEnabled=True)


@pytest.fixture
def desk(stack: RunningStack) -> Desk:
    return Desk(stack)


def shown(desk: Desk, request_id: str) -> tuple[Any, Any]:
    """What the officer's page and the API say of a request's messages."""
    own = desk.services
    overview = own.requests.overviews.of_request(request_id)
    call: Any = SimpleNamespace(services=own)
    answer = RequestOverviewModel.from_overview(
        overview, own.notifications.mail_standings.present()
    )
    return send_progress(call, overview), answer.model_dump(mode="json")["mail_waits"]


def test_requests_wait_for_an_account_that_may_not_send_yet(desk: Desk) -> None:
    own = desk.services
    made = [add_site(own) for _ in range(3)]
    until = desk.now
    request = own.requests.requests.create_request(
        desk.incident, [site.id for site, _ in made], "Please look for a red coat.",
        until - timedelta(hours=2), until, OFFICER,
    ).request  # fmt: skip
    with sandbox(desk.stack):
        with pytest.raises(MessagesUnsent):
            desk.fan_out(request)
        for _ in range(2):  # the sweep tries again, and loses nothing
            sweep(desk)
            assert handle(desk) > 0
        for site, owner in made:
            recipient = desk.recipient(request, site)
            assert (recipient.state, recipient.notified_at) == (RecipientState.PENDING, None)
            assert desk.subjects(owner) == []
        progress, waits = shown(desk, request.id)
        assert (progress.sent, progress.total) == (0, 3)
        assert progress.waits == WORDS[MailTrouble.UNVERIFIED] and waits == "unverified"
    sweep(desk)
    assert handle(desk) == 0
    for site, owner in made:
        assert desk.recipient(request, site).state is RecipientState.NOTIFIED
        assert len(desk.subjects(owner)) == 1
    progress, waits = shown(desk, request.id)
    assert progress.done and progress.waits == "" and waits is None
    desk.now += HOLDS
    assert own.notifications.mail_standings.present() is None


def test_a_notice_of_a_change_waits_too(desk: Desk) -> None:
    _, owner = add_site(desk.services)
    with sandbox(desk.stack):
        desk.services.registry.owner_changes.remove_everything(owner)
        assert handle(desk) == 1
        assert desk.subjects(owner) == []
    sweep(desk)
    assert handle(desk) == 0
    assert desk.subjects(owner) == [REMOVED]


def test_who_waits_at_a_page_is_told_at_once(desk: Desk) -> None:
    _, owner = add_site(desk.services)
    message = Message(owner.email, "Your link", "Follow it.", "<p>Follow it.</p>", kind="link")
    with sandbox(desk.stack), pytest.raises(MailWaits):
        desk.services.notifications.mailer.send(message)
