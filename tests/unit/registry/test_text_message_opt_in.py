"""A code that could not be sent is not waited for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast

import pytest

from chalicelib.access.audit import AuditLog
from chalicelib.core.errors import DomainError, Unavailable
from chalicelib.dynamodb.table import Condition, Table, Write
from chalicelib.notifications.channels import Texter, Undeliverable
from chalicelib.notifications.rendering import MessageSender
from chalicelib.registry.model import Owner
from chalicelib.registry.text_message_opt_in import TextMessageOptIn

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
PHONE = "+447700900123"


class OneCode(Table):
    """Keeps the code that was stored last."""

    def __init__(self) -> None:
        super().__init__(None, "Registry")
        self.code: dict[str, Any] | None = None

    def transact_with_retry(self, *writes: Write) -> None:
        self.code = next(write.arguments["Item"] for write in writes if write.kind == "Put")

    def delete(self, pk: str, sk: str, *, when: Condition | None = None) -> None:
        assert when is not None, "another code, sent meanwhile, must stay"
        self.code = None


class Sends:
    """Stands for SNS."""

    def __init__(self, refusal: DomainError | None) -> None:
        self.refusal = refusal

    def send(self, phone: str, text: str) -> str:
        if self.refusal:
            raise self.refusal
        return "sent"


@pytest.mark.parametrize("refusal", [Unavailable("Busy."), Undeliverable("No."), None])
def test_only_a_code_that_went_out_waits(refusal: DomainError | None) -> None:
    table, texter, unused = OneCode(), cast("Texter", Sends(refusal)), cast("AuditLog", None)
    sender = MessageSender("The force", "101", "https://x", "Europe/London", "GB")
    texts = TextMessageOptIn(table, texter, sender, unused, lambda: NOW, lambda: b"key")
    owner = Owner("0" * 16, "Pat", "pat@example.org", PHONE, "cabin orange starling", NOW)
    if refusal:
        with pytest.raises(type(refusal)):
            texts.send_code(owner, PHONE)
    else:
        texts.send_code(owner, PHONE)
    assert bool(table.code) is (refusal is None)
