"""Every error of SES's two operations, and every state of a message in a bulk call: what is given
up, what is tried again, and what waits until something is done about the account."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from chalicelib.core.errors import DomainError, Unavailable
from chalicelib.dynamodb.table import Table
from chalicelib.notifications.channels import Mailer, Message, Undeliverable
from chalicelib.notifications.mail_refusals import REFUSALS, WORDS, MailTrouble, MailWaits
from chalicelib.notifications.mail_standing import HOLDS, MailStandings
from chalicelib.telemetry.metrics import Metric
from tests.support.memory_client import MemoryClient

QUOTA, PAUSED, UNVERIFIED, SETTINGS = MailTrouble
MESSAGE = Message("pat@example.test", "Please check", "Hello", "<p>Hello</p>", kind="ask")
SANDBOX = (
    "Email address is not verified. The following identities failed the check in region "
    "EU-WEST-2: pat@example.test"
)
NOT_NOW = "Sending paused for this account. For more information, please check the inbox …"
CLOSED = "Sending suspended for this account. For more information, please check the inbox …"

ERRORS: list[tuple[str, str, MailTrouble | type[DomainError]]] = [
    ("TooManyRequestsException", "Maximum sending rate exceeded.", Unavailable),
    ("TooManyRequestsException", "Daily message quota exceeded.", QUOTA),
    ("LimitExceededException", "Daily message quota exceeded.", QUOTA),
    ("LimitExceededException", "", Unavailable),
    ("AccountSuspendedException", "", PAUSED),
    ("SendingPausedException", "", PAUSED),
    ("MailFromDomainNotVerifiedException", "", UNVERIFIED),
    ("NotFoundException", "Configuration set <mail> does not exist.", SETTINGS),
    ("MessageRejected", SANDBOX, UNVERIFIED),
    ("MessageRejected", NOT_NOW, PAUSED),
    ("MessageRejected", CLOSED, PAUSED),
    ("MessageRejected", "Message contains a virus.", Undeliverable),
    ("BadRequestException", "Illegal address", Undeliverable),
    ("ThrottlingException", "Rate exceeded", Unavailable),
]
STATES: list[tuple[str, str, MailTrouble | type[DomainError]]] = [
    ("MESSAGE_REJECTED", "", Undeliverable),
    ("MESSAGE_REJECTED", SANDBOX, UNVERIFIED),
    ("MESSAGE_REJECTED", NOT_NOW, PAUSED),
    ("MAIL_FROM_DOMAIN_NOT_VERIFIED", "", UNVERIFIED),
    ("CONFIGURATION_SET_NOT_FOUND", "", SETTINGS),
    ("TEMPLATE_NOT_FOUND", "", SETTINGS),
    ("ACCOUNT_SUSPENDED", "", PAUSED),
    ("ACCOUNT_THROTTLED", "", Unavailable),
    ("ACCOUNT_DAILY_QUOTA_EXCEEDED", "", QUOTA),
    ("INVALID_SENDING_POOL_NAME", "", SETTINGS),
    ("ACCOUNT_SENDING_PAUSED", "", PAUSED),
    ("CONFIGURATION_SET_SENDING_PAUSED", "", PAUSED),
    ("INVALID_PARAMETER", "", Undeliverable),
    ("TRANSIENT_FAILURE", "", Unavailable),
    ("FAILED", "", Unavailable),
]


class Counted:
    def __init__(self) -> None:
        self.waits = 0.0

    def add(self, metric: Metric, value: float = 1) -> None:
        assert metric is Metric.MAIL_WAITS
        self.waits += value


class Desk:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 30, 12, tzinfo=UTC)
        self.ses: Any = boto3.Session("AKIDEXAMPLE", "s", region_name="eu-west-2").client("sesv2")
        self.table = Table(MemoryClient(), "Registry")
        self.counted = Counted()
        self.standings = MailStandings(self.table, lambda: self.now, self.counted)
        self.mailer = Mailer(self.ses, "us@force.example", "The Force", "set", self.standings)

    def trouble(self) -> MailTrouble | None:
        # As another process sees it, which noted nothing itself.
        found = MailStandings(self.table, lambda: self.now, self.counted).present()
        return found.trouble if found else None


@pytest.fixture
def desk() -> Iterator[tuple[Desk, Stubber]]:
    made = Desk()
    with Stubber(made.ses) as stub:
        yield made, stub


def test_all_that_ses_documents_is_known(desk: tuple[Desk, Stubber]) -> None:
    model = desk[0].ses.meta.service_model
    errors = {
        shape.name
        for name in ("SendEmail", "SendBulkEmail")
        for shape in model.operation_model(name).error_shapes
    }
    states = {*model.shape_for("BulkEmailStatus").enum} - {"SUCCESS"}
    assert errors | states == REFUSALS
    assert errors <= {code for code, _, _ in ERRORS}
    assert states == {state for state, _, _ in STATES}
    assert set(WORDS) == set(MailTrouble)


@pytest.mark.parametrize(("code", "said", "meant"), ERRORS)
@pytest.mark.parametrize("many", [False, True], ids=["one", "many"])
def test_a_call_that_ses_refuses(
    desk: tuple[Desk, Stubber],
    code: str,
    said: str,
    meant: MailTrouble | type[DomainError],
    many: bool,
) -> None:
    own, stub = desk
    stub.add_client_error("send_bulk_email" if many else "send_email", code, said)
    if many and meant is Undeliverable:
        for _ in range(2):
            stub.add_client_error("send_email", code, said)
        results = own.mailer.send_many([MESSAGE, MESSAGE])
        assert [type(one) for one in results] == [Undeliverable] * 2
        assert own.trouble() is None
        return
    with pytest.raises(DomainError) as raised:
        own.mailer.send_many([MESSAGE, MESSAGE]) if many else own.mailer.send(MESSAGE)
    assert "pat@" not in str(raised.value) and raised.value.__cause__ is None
    if isinstance(meant, MailTrouble):
        assert isinstance(raised.value, MailWaits) and raised.value.trouble is meant
        assert own.trouble() is meant and own.counted.waits == (2 if many else 1)
    else:
        assert type(raised.value) is meant
        assert own.trouble() is None and own.counted.waits == 0


@pytest.mark.parametrize(("state", "said", "meant"), STATES)
def test_a_message_that_ses_refuses_among_others(
    desk: tuple[Desk, Stubber], state: str, said: str, meant: MailTrouble | type[DomainError]
) -> None:
    own, stub = desk
    taken = {"Status": "SUCCESS", "MessageId": "id-0"}
    refused = {"Status": state, "Error": said}
    stub.add_response("send_bulk_email", {"BulkEmailEntryResults": [taken, refused]})
    first, second = own.mailer.send_many([MESSAGE, MESSAGE])
    assert first == "id-0"
    if isinstance(meant, MailTrouble):
        assert isinstance(second, MailWaits) and own.trouble() is meant
        assert own.counted.waits == 1
    else:
        assert type(second) is meant and own.trouble() is None


def test_a_state_that_nobody_knows_gives_nothing_up(desk: tuple[Desk, Stubber]) -> None:
    own, stub = desk
    results = [{"Status": "SOMETHING_NEW"}] * 2
    stub.add_response("send_bulk_email", {"BulkEmailEntryResults": results})
    assert [type(one) for one in own.mailer.send_many([MESSAGE, MESSAGE])] == [Unavailable] * 2


def test_a_right_that_is_missing_is_a_fault_of_ours(desk: tuple[Desk, Stubber]) -> None:
    own, stub = desk
    stub.add_client_error("send_email", "AccessDeniedException", "not authorized", 403)
    with pytest.raises(ClientError):
        own.mailer.send(MESSAGE)


def test_a_trouble_is_forgotten_when_it_is_not_met_again(desk: tuple[Desk, Stubber]) -> None:
    own, _ = desk
    own.standings.note_trouble(QUOTA)
    assert own.trouble() is QUOTA and own.standings.waits()
    own.now += timedelta(minutes=15)
    assert own.trouble() is QUOTA and not own.standings.waits()
    own.standings.note_trouble(PAUSED)
    own.now += HOLDS - timedelta(seconds=1)
    assert own.trouble() is PAUSED
    own.now += timedelta(seconds=1)
    assert own.trouble() is None


def test_a_table_in_trouble_does_not_hide_what_went_out(
    desk: tuple[Desk, Stubber], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Threat: the messages of the same call that were taken would be sent again."""
    own, stub = desk

    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("no table")

    monkeypatch.setattr(own.table, "put", broken)
    results = [{"Status": "SUCCESS", "MessageId": "id"}, {"Status": "ACCOUNT_SUSPENDED"}]
    stub.add_response("send_bulk_email", {"BulkEmailEntryResults": results})
    first, second = own.mailer.send_many([MESSAGE, MESSAGE])
    assert first == "id" and isinstance(second, MailWaits)
