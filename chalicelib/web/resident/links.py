"""One-time links that go by e-mail: sending one from a form, the page that says where it went, and
views that a link opens."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Annotated

from chalice import Response

from chalicelib.core.errors import Gone, Invalid, Late, NoAnswer, NotFound, Unavailable
from chalicelib.notifications.channels import Undeliverable
from chalicelib.web.fields.email_field_types import AskedEmail, EmailChoice, EmailField
from chalicelib.web.fields.plain_field_types import TokenField
from chalicelib.web.http.headers import set_cookie
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import View, redirect
from chalicelib.web.http.templating import page
from chalicelib.web.http.validation import FormInput, read_query

TOLD_COOKIE = "__Host-told"
TOLD_FOR = timedelta(minutes=10)
"""How long the page after a form can say to which address the message went."""


class EmailForm(AskedEmail):
    """The form that asks for the e-mail address to which a link is sent."""

    email: Annotated[str, EmailField()]
    email_choice: EmailChoice


class LinkForm(FormInput):
    """The token of a link, in the address that the link opens and in the form of its page."""

    token: Annotated[str, TokenField()]


def link_view(
    instead: str, href: str
) -> Callable[[Callable[[RequestContext, str], Response]], View]:
    """Decorates a view to be called with the link's token: from the sent form, else from the
    address; "" for none. When the link cannot be used, a page says so and offers an alternative.

    instead, href: text and address of the alternative.
    """

    def around(view: Callable[[RequestContext, str], Response]) -> View:
        @wraps(view)
        def opened(call: RequestContext) -> Response:
            token = call.form.read(LinkForm).token or read_query(LinkForm, call.query).token
            try:
                return view(call, token)
            except (NotFound, Gone) as error:
                unknown = isinstance(error, NotFound)
                return page(
                    call,
                    "resident/link_problem.html",
                    status=error.status,
                    heading="This link cannot be used" if unknown else error.title,
                    sentence=error.sentence,
                    action={"text": instead, "href": href},
                )

        return opened

    return around


def send_link(send: Callable[[], object], later: str = "Try again in a minute") -> None:
    """Sends a link by calling `send`. Raises Invalid, beside the field, or Unavailable.

    later: the advice that follows the reason in the sentence of Unavailable.
    """
    try:
        send()
    except Undeliverable:
        raise Invalid.field("email", "We cannot send email to this address. Check it") from None
    except (NoAnswer, Late):
        raise  # Their sentences give this advice already.
    except Unavailable as error:
        raise Unavailable(f"{error.sentence} {later}") from error


def message_sent(email: str, said_at: str, corrected: str = "") -> Response:
    """Leads on to the page at `said_at`, which says that a message went to `email`. corrected: the
    postcode that was meant, when another was typed.

    What the page says travels in a cookie of this browser. Threat: in the page's own address it
    would reach logs, the browser's history, and everybody to whom that address is forwarded.
    """
    told = base64.urlsafe_b64encode(json.dumps([said_at, email, corrected]).encode()).decode()
    return redirect(said_at, [set_cookie(TOLD_COOKIE, told, int(TOLD_FOR.total_seconds()))])


def told_of_message(call: RequestContext) -> tuple[str, str]:
    """The address and the corrected postcode that `message_sent` noted a few minutes ago in this
    browser for this page, "" for either that it did not."""
    try:
        said_at, email, corrected = json.loads(base64.urlsafe_b64decode(call.cookie(TOLD_COOKIE)))
        f"{email}{corrected}".encode()
    except (ValueError, TypeError, RecursionError):  # no cookie, or one that is not ours
        return "", ""
    return (str(email), str(corrected)) if said_at == call.route else ("", "")
