"""Who text messages come from, and that a refusal of SNS is counted."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from chalicelib.core.errors import DomainError
from chalicelib.notifications.channels import Texter
from chalicelib.telemetry.metrics import Metric

KIND = {"AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"}}


class Counted:
    def __init__(self) -> None:
        self.found: list[Metric] = []

    def add(self, metric: Metric, value: float = 1) -> None:
        self.found.append(metric)


@pytest.fixture
def sns() -> Any:
    return boto3.Session("AKIDEXAMPLE", "s", region_name="eu-west-2").client("sns")


@pytest.mark.parametrize(
    ("sender", "named"),
    [
        ("", None),
        ("WMPolice", "AWS.SNS.SMS.SenderID"),
        ("999Police", "AWS.SNS.SMS.SenderID"),
        ("+447700900100", "AWS.MM.SMS.OriginationNumber"),
        ("60777", "AWS.MM.SMS.OriginationNumber"),
    ],
)
def test_who_it_comes_from(sns: Any, sender: str, named: str | None) -> None:
    attributes = dict(KIND)
    if named:
        attributes[named] = {"DataType": "String", "StringValue": sender}
    with Stubber(sns) as stub:
        asked = {"PhoneNumber": "+447700900982", "Message": "Look."}
        stub.add_response(
            "publish", {"MessageId": "id"}, {**asked, "MessageAttributes": attributes}
        )
        assert Texter(sns, sender).send("+447700900982", "Look.") == "id"


@pytest.mark.parametrize(
    ("code", "counts"),
    [
        ("Throttled", 1),
        ("AuthorizationError", 1),
        ("InternalError", 1),
        ("InvalidParameter", 0),  # of the number
        ("OptedOut", 0),
    ],
)
def test_a_refusal_that_is_not_of_the_number_is_counted(sns: Any, code: str, counts: int) -> None:
    counted = Counted()
    with Stubber(sns) as stub:
        stub.add_client_error("publish", code)
        with pytest.raises(DomainError):
            Texter(sns, "", counted).send("+447700900982", "Look.")
    assert counted.found == [Metric.TEXTS_REFUSED] * counts
