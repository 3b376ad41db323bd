"""Rendering of e-mails: each kind of message has a template for its text and one for its HTML.

`templates/<kind>.txt` begins with `Subject: …`; `templates/<kind>.html` extends `layout.html`.
Both carry the same words. Rules for all of them: plain English, whole addresses of our own site
and no shortened or tracked links, no pictures, and at the end what proves that the message is
genuine (the owner's own phrase, the force and its switchboard, a reference).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any

from chalicelib.core.settings import Settings
from chalicelib.notifications.channels import Message

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class MessageSender:
    """The force as messages name it, with its switchboard, site, time zone and country."""

    force_name: str
    force_phone: str
    base_url: str
    time_zone: str
    country: str

    @classmethod
    def from_settings(cls, settings: Settings) -> MessageSender:
        """Return the force that this stage belongs to as the sender."""
        own = settings
        return cls(own.force_name, own.force_phone, own.base_url, own.time_zone, own.country)


@cache
def _environment(zone: str, country: str) -> Any:
    """Return the Jinja environment: .html is escaped, .txt is not, undefined names are errors."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    from chalicelib.core import formatting
    from chalicelib.core.countries import COUNTRIES

    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"], default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # A function's files never change while it runs, and a check costs as much as rendering.
        auto_reload=False,
    )
    # The messages of one request name the same few times, so these are cached.
    made.filters["when"] = lru_cache(1024)(
        lambda value, style="full": formatting.local_time(value, zone, style)
    )
    made.filters["duration"] = formatting.duration
    made.filters["telephone"] = COUNTRIES[country].written_phone
    made.globals["window"] = lru_cache(1024)(partial(formatting.local_window, zone=zone))
    return made


def compose_message(
    sender: MessageSender,
    kind: str,
    to: str,
    *,
    phrase: str = "",
    reference: str = "",
    tags: Mapping[str, str] | None = None,
    phone: str = "",
    short: str = "",
    text_by: datetime | None = None,
    **context: Any,
) -> Message:
    """Return a message of one kind, rendered from its two templates.

    phrase: the owner's own phrase; "" before there is an owner. phone, short, text_by: a text
    message that goes with it (see Message). context: values for the names in the templates.
    Raises jinja2.UndefinedError when a template uses a name without a value.
    """
    environment = _environment(sender.time_zone, sender.country)
    given = {"sender": sender, "phrase": phrase, "reference": reference, **context}
    head, _, text = environment.get_template(f"{kind}.txt").render(given).partition("\n")
    # Threat: a line break in what somebody typed would add headers to the e-mail.
    subject = " ".join(head.removeprefix("Subject:").split())
    html = environment.get_template(f"{kind}.html").render({**given, "subject": subject})
    body = text.strip() + "\n"
    return Message(to, subject, body, html, reference, kind, tags or {}, phone, short, text_by)


def sign_off(sender: MessageSender, phrase: str, reference: str) -> str:
    """Return the last lines of an e-mail's text, which prove it genuine, for tests to compare."""
    given = {"sender": sender, "phrase": phrase, "reference": reference}
    environment = _environment(sender.time_zone, sender.country)
    return str(environment.get_template("genuine.txt").render(given))
