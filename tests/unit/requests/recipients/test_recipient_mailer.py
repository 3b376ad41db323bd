"""Many e-mails in one call: what SES is asked, and what its answers mean for each message.

SES itself is botocore's Stubber here, which checks the form of each call; that the messages arrive
as they were written is tested against the emulator in stack/test_asking.py.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.exceptions import ReadTimeoutError
from botocore.stub import ANY, Stubber
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.errors import DomainError, Unavailable
from chalicelib.dynamodb.table import Table
from chalicelib.notifications.channels import Mailer, Message, Texter, Undeliverable
from chalicelib.notifications.mail_refusals import MailWaits
from chalicelib.notifications.mail_standing import MailStandings
from chalicelib.notifications.messenger import Messenger
from chalicelib.notifications.rate_limiter import RateLimiter
from chalicelib.requests.recipients.recipient_mailer import RecipientMailer
from chalicelib.telemetry.metrics import UNCOUNTED
from tests.support.memory_client import MemoryClient

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
MESSAGE = Message(
    "pat@example.test", "Please check", "Hello {{name}}", "<p>Hello</p>", kind="ask",
    tags={"request": "7k3m9qxa00000000", "site": ""},
)  # fmt: skip
MANY = [replace(MESSAGE, to=f"{n}@example.test", subject=f"To {n}") for n in range(3)]


@pytest.fixture
def ses() -> Any:
    return boto3.client(
        "sesv2", region_name="eu-west-2", aws_access_key_id="test", aws_secret_access_key="test"
    )


def mailer(ses: Any) -> Mailer:
    standings = MailStandings(Table(MemoryClient(), "Registry"), lambda: NOON, UNCOUNTED)
    return Mailer(ses, "us@force.example", "The Force", "set", standings)


def answers(*results: dict[str, str]) -> dict[str, Any]:
    return {"BulkEmailEntryResults": list(results)}


def taken(number: int) -> dict[str, str]:
    return {"Status": "SUCCESS", "MessageId": f"id-{number}"}


def filled_in(template: dict[str, str], data: str) -> dict[str, str]:
    """What SES makes of a template: each place becomes its value, once, and nothing is escaped."""
    values = json.loads(data)
    return {part: values[place.strip("{}")] for part, place in template.items()}


def asked(ses: Any, messages: list[Message]) -> dict[str, Any]:
    """What SES is asked when these go out together."""
    seen: list[dict[str, Any]] = []
    ses.meta.events.register(
        "provide-client-params.sesv2.SendBulkEmail", lambda params, **_: seen.append(params)
    )
    with Stubber(ses) as stub:
        stub.add_response("send_bulk_email", answers(*map(taken, range(len(messages)))))
        mailer(ses).send_many(messages)
    return seen[0]


@given(st.text(), st.text(), st.text())
def test_what_arrives_is_what_was_written(subject: str, text: str, html: str) -> None:
    client = boto3.client(
        "sesv2", region_name="eu-west-2", aws_access_key_id="test", aws_secret_access_key="test"
    )
    written = replace(MESSAGE, subject=subject, text=text, html=html)
    call = asked(client, [written, MESSAGE])
    template = call["DefaultContent"]["Template"]["TemplateContent"]
    for entry, message in zip(call["BulkEmailEntries"], [written, MESSAGE], strict=True):
        data = entry["ReplacementEmailContent"]["ReplacementTemplate"]["ReplacementTemplateData"]
        assert filled_in(template, data) == {
            "Subject": message.subject, "Text": message.text, "Html": message.html,
        }  # fmt: skip


def test_each_message_has_its_own_address_and_tags_and_says_that_it_is_automatic(ses: Any) -> None:
    call = asked(ses, MANY)
    entries = call["BulkEmailEntries"]
    assert [one["Destination"]["ToAddresses"] for one in entries] == [[one.to] for one in MANY]
    # A tag without a value is none.
    assert entries[0]["ReplacementTags"] == [
        {"Name": "kind", "Value": "ask"},
        {"Name": "request", "Value": "7k3m9qxa00000000"},
        {"Name": "correlation", "Value": "7k3m9qxa00000000"},
    ]
    assert call["DefaultContent"]["Template"]["Headers"] == [
        {"Name": "Auto-Submitted", "Value": "auto-generated"}
    ]
    assert call["ConfigurationSetName"] == "set" and "us@force.example" in call["FromEmailAddress"]


def test_nobody_can_know_the_names_of_the_places(ses: Any) -> None:
    first, second = (
        asked(ses, MANY)["DefaultContent"]["Template"]["TemplateContent"] for _ in range(2)
    )
    assert not set(first.values()) & set(second.values())


@pytest.mark.parametrize(
    "status, error, meant",
    [
        ("MESSAGE_REJECTED", "virus", Undeliverable),
        ("MESSAGE_REJECTED", "Email address is not verified", MailWaits),
        ("INVALID_PARAMETER", "Illegal address", Undeliverable),
        ("TRANSIENT_FAILURE", "", Unavailable),
        ("ACCOUNT_THROTTLED", "", Unavailable),
        ("ACCOUNT_DAILY_QUOTA_EXCEEDED", "", MailWaits),
        ("ACCOUNT_SENDING_PAUSED", "", MailWaits),
        ("FAILED", "", Unavailable),
    ],
)
def test_one_that_is_refused_holds_up_no_other(
    ses: Any, status: str, error: str, meant: type[DomainError]
) -> None:
    with Stubber(ses) as stub:
        refused = {"Status": status, "Error": error}
        stub.add_response("send_bulk_email", answers(taken(0), refused, taken(2)))
        first, second, third = mailer(ses).send_many(MANY)
    assert (first, third) == ("id-0", "id-2")
    assert type(second) is meant and "verified" not in str(second) and "Illegal" not in str(second)


@pytest.mark.parametrize("code", ["BadRequestException", "MessageRejected"])
def test_when_ses_refuses_the_whole_call_each_is_heard_by_itself(ses: Any, code: str) -> None:
    with Stubber(ses) as stub:
        stub.add_client_error("send_bulk_email", code)
        stub.add_response("send_email", {"MessageId": "id-0"})
        stub.add_client_error("send_email", "BadRequestException", "Illegal address")
        stub.add_client_error("send_email", "TooManyRequestsException")
        first, second, third = mailer(ses).send_many(MANY)
        stub.assert_no_pending_responses()
    assert first == "id-0"
    assert isinstance(second, Undeliverable) and isinstance(third, Unavailable)


@pytest.mark.parametrize("code", ["TooManyRequestsException", "SendingPausedException"])
def test_when_ses_takes_nothing_now_none_is_tried_by_itself(ses: Any, code: str) -> None:
    with Stubber(ses) as stub:
        stub.add_client_error("send_bulk_email", code)
        with pytest.raises(Unavailable):
            mailer(ses).send_many(MANY)


def test_a_single_message_needs_no_template(ses: Any) -> None:
    with Stubber(ses) as stub:
        same = ("FromEmailAddress", "Destination", "ConfigurationSetName", "EmailTags")
        wanted = {**dict.fromkeys(same, ANY), "Content": {"Simple": ANY}}
        stub.add_response("send_email", {"MessageId": "id-0"}, wanted)
        assert mailer(ses).send_many(MANY[:1]) == ["id-0"]


class Texts:
    """A texter that notes who was written to."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def send(self, phone: str, text: str) -> str:
        self.sent.append(phone)
        return "id"


def test_texts_go_beside_the_emails_that_went_or_can_never_go(ses: Any) -> None:
    texts = Texts()
    messenger = Messenger(mailer(ses), texts, lambda: NOON, "Europe/London")  # type: ignore[arg-type]
    phones = [replace(one, phone=f"+44770090010{n}", short="Look.") for n, one in enumerate(MANY)]
    no_phone = replace(MESSAGE, to="4@example.test")
    with Stubber(ses) as stub:
        refused, busy = {"Status": "MESSAGE_REJECTED"}, {"Status": "TRANSIENT_FAILURE"}
        stub.add_response("send_bulk_email", answers(taken(0), refused, busy, refused))
        said = messenger.send_many([*phones, no_phone])
    assert texts.sent == [phones[0].phone, phones[1].phone]
    # Who was reached by a text counts as reached; who has no telephone does not.
    assert said[:2] == ["id-0", ""]
    assert isinstance(said[2], Unavailable) and isinstance(said[3], Undeliverable)


def test_a_text_that_nobody_takes_gives_no_email_back(
    ses: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sns = boto3.client(
        "sns", region_name="eu-west-2", aws_access_key_id="test", aws_secret_access_key="test"
    )

    def silence(*_: Any, **__: Any) -> None:
        raise ReadTimeoutError(endpoint_url="https://sns.example")

    monkeypatch.setattr(sns, "_make_api_call", silence)
    messenger = Messenger(mailer(ses), Texter(sns), lambda: NOON, "Europe/London")
    phones = [replace(one, phone="+447700900100", short="Look.") for one in MANY]
    with Stubber(ses) as stub:
        stub.add_response("send_bulk_email", answers(*map(taken, range(3))))
        assert messenger.send_many(phones) == ["id-0", "id-1", "id-2"]


def test_ten_messages_at_once_wait_for_the_turns_of_ten(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("time.monotonic", lambda: 100.0)
    monkeypatch.setattr("time.sleep", slept.append)
    pace = RateLimiter(5)
    for number in (10, 1, 1):
        pace.wait(number)
    assert slept == pytest.approx([0, 2, 2.2])


@pytest.mark.parametrize("rate, together", [(0, 10), (0.4, 1), (5.6, 5), (80, 10)])
def test_one_call_takes_no_more_than_may_go_in_a_second(rate: float, together: int) -> None:
    nobody: Any = None
    post = RecipientMailer(nobody, nobody, nobody, nobody, lambda: NOON, RateLimiter(rate))
    assert post.group_limit == together
