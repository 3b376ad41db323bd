"""Runs the emulator, with one question more that it answers: the e-mails to one address.

The emulator tells of all e-mails at once or of none. After hundreds of requests that is megabytes,
and whoever waits for a mail asks again and again: it took more of a processor than what was tested.
`GET /_ministack/ses/messages?to=ADDRESS` answers in the same form with the mails to that address.

This file is run by the Python of the emulator's environment, which has none of our packages.
"""

from __future__ import annotations

import json
from typing import Any

from ministack import app  # type: ignore[import-not-found]  # In the emulator's environment only.

MESSAGES = "/_ministack/ses/messages"
TOLD = (
    "MessageId", "Source", "To", "CC", "BCC", "Subject", "BodyText", "BodyHtml", "Timestamp", "Type"
)  # fmt: skip
"""What the emulator tells of a mail; of one that was made from a template, as it was rendered."""

tell_all = app._handle_ses_messages_request


async def tell_messages(method: str, path: str, headers: Any, query: dict[str, Any]) -> Any:
    """Answer for one address; anything else is the emulator's own to answer."""
    if (method, path) != ("GET", MESSAGES) or "to" not in query:
        return await tell_all(method, path, headers, query)
    (address,) = query["to"]
    sent = app._get_module("ses")._sent_emails.to_dict()
    found = [
        {name: mail.get(f"Rendered{name}") or mail.get(name) for name in TOLD}
        for key, mails in sent.items()
        if key[-1] == "entries"
        for mail in mails
        if address in mail.get("To", [])
    ]
    body = json.dumps({"messages": {"": found}}).encode()
    return 200, {"Content-Type": "application/json"}, body


if __name__ == "__main__":
    app._handle_ses_messages_request = tell_messages
    app.main()
