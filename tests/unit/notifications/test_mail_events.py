"""Reading what SES tells about messages that came back."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from chalicelib.notifications.mail_events import NOT_MADE, MailEvent, read_event

TAGS = {"ses:from-domain": ["example.test"], "request": ["r1"], "site": ["s1"]}


@pytest.mark.parametrize(
    "detail, kind, final",
    [
        ({"eventType": "Bounce", "bounce": {"bounceType": "Permanent"}}, "bounce", True),
        ({"eventType": "Bounce", "bounce": {"bounceType": "Transient"}}, "bounce", False),
        ({"eventType": "Bounce", "bounce": {"bounceType": "Undetermined"}}, "bounce", False),
        ({"eventType": "Complaint", "complaint": {}}, "complaint", True),
        ({"eventType": "Reject", "reject": {"reason": "Bad content"}}, "reject", True),
        ({"eventType": "Rendering Failure", "failure": {}}, NOT_MADE, True),
        ({"eventType": "Delivery", "delivery": {}}, "delivery", False),
    ],
)
def test_only_what_is_final_counts(detail: dict[str, Any], kind: str, final: bool) -> None:
    assert read_event({**detail, "mail": {"tags": TAGS}}) == MailEvent(kind, final, "r1", "s1")


@pytest.mark.parametrize("mail", [{}, {"tags": {}}, {"tags": None}, {"tags": {"kind": ["ask"]}}])
def test_messages_of_another_kind_lead_to_nobody(mail: dict[str, Any]) -> None:
    found = read_event({"eventType": "Complaint", "mail": mail})
    assert (found.request_id, found.site_id) == ("", "")


def test_an_event_of_an_unknown_form_is_not_final() -> None:
    assert read_event({}) == MailEvent("", False)


def test_a_message_leads_back_to_the_call_that_sent_it() -> None:
    mail = {"tags": {"correlation": ["c-1"], "site": "s1", "request": []}}
    assert read_event({"notificationType": "Bounce", "mail": mail}) == MailEvent(
        "bounce", False, "", "s1", "c-1"
    )


@pytest.mark.parametrize("tag", ["x" * 65, "a b", "<script>", "é"])
def test_what_is_no_id_is_no_tag_of_ours(tag: str) -> None:
    with pytest.raises(ValidationError) as caught:
        read_event({"eventType": "Bounce", "mail": {"tags": {"request": [tag]}}})
    assert tag not in str(caught.value), "errors are logged"
    longest = read_event({"eventType": "Bounce", "mail": {"tags": {"request": ["x" * 64]}}})
    assert longest.request_id == "x" * 64
