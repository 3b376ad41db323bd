"""Reading what SES tells about messages that came back."""

from __future__ import annotations

from typing import Any

import pytest

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
