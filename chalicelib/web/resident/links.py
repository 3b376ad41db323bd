"""One-time links that go by e-mail: sending one from a form, and views that a link opens."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Annotated

from chalice import Response

from chalicelib.core.errors import Gone, Invalid, Late, NoAnswer, NotFound, Unavailable
from chalicelib.notifications.channels import Undeliverable
from chalicelib.web.fields.email_field_types import AskedEmail, EmailChoice, EmailField
from chalicelib.web.fields.plain_field_types import TokenField
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import View
from chalicelib.web.http.templating import page
from chalicelib.web.http.validation import FormInput, read_query


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
