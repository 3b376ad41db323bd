"""Links that go by e-mail: sending one from a form, and reading the token of one that came back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from chalicelib.core.errors import Invalid, Unavailable
from chalicelib.notifications.channels import Undeliverable
from chalicelib.web.fields.contact_field_types import Email
from chalicelib.web.fields.plain_field_types import Token
from chalicelib.web.http.request_context import Call
from chalicelib.web.http.validation import FormInput, read_query


class EmailForm(FormInput):
    """Where a link goes."""

    email: Annotated[str, Email()]


class LinkForm(FormInput):
    """What a link's page sends on, and what stands in its address."""

    token: Annotated[str, Token()]


def token_of(call: Call) -> str:
    """The link's token: of the form that its page sends, else of the address; "" for none."""
    return call.form.read(LinkForm).token or read_query(LinkForm, call.query).token


def send_link(send: Callable[[], object], later: str = "Try again in a minute") -> None:
    """Sends. Raises Invalid, beside the field, or Unavailable when it cannot.

    later: what is said after the reason when it may go later.
    """
    try:
        send()
    except Undeliverable:
        raise Invalid.field("email", "We cannot send email to this address. Check it") from None
    except Unavailable as error:
        raise Unavailable(f"{error.sentence} {later}") from error
