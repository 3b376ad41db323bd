"""Reads the e-mails and text messages that the local stack's emulator stored and did not send."""

from __future__ import annotations

import re
from functools import cache
from hashlib import sha256
from typing import Any

import httpx

from infra.localstack.patience import certificates

PATIENCE = 60
"""Seconds that the emulator has to answer; a busy machine needs many."""


@cache
def _client() -> httpx.Client:
    return httpx.Client(timeout=PATIENCE, verify=certificates())


def mails_to(messages_url: str, address: str) -> list[dict[str, Any]]:
    """List the e-mails to this address so far, oldest first."""
    noted = (
        _client()
        .get(messages_url, params={"to": sha256(address.encode()).hexdigest()})
        .json()["messages"]
    )
    return [mail for mails in noted.values() for mail in mails]


def newest_link(messages_url: str, address: str, begins: str) -> str | None:
    """Find a link that begins with `begins` in the newest e-mail to this address that has one."""
    pattern = re.compile(re.escape(begins) + r"[^\s\"'<>]*")
    links = (pattern.findall(mail["BodyText"]) for mail in mails_to(messages_url, address)[::-1])
    return next((found[0] for found in links if found), None)


def texts_to(endpoint: str, phone: str) -> list[str]:
    """List the text messages to this number so far, oldest first. phone: in E.164."""
    answer = _client().get(f"{endpoint}/_ministack/sns/sms-messages", params={"phoneNumber": phone})
    noted = answer.json()["sms_messages"]
    return [str(text["Message"]) for text in noted.get(phone, [])]
