"""Sending somebody a link by e-mail from a form: what can go wrong is said beside the field."""

from __future__ import annotations

from collections.abc import Callable

from chalicelib.errors import Unavailable
from chalicelib.notify.sender import Undeliverable
from chalicelib.web.forms import Form


def send_link(form: Form, send: Callable[[], object], later: str = "Try again in a minute") -> int:
    """Sends, unless the form has problems already, and notes the problem when it cannot.

    later: what is said after the reason when it may go later. Returns the status of the page that
    shows the form again; 200 when there is nothing to show.
    """
    if not form.errors:
        try:
            send()
        except Undeliverable:
            form.problem("email", "We cannot send email to this address. Check it")
        except Unavailable as error:
            form.problem("", f"{error.sentence} {later}")
            return error.status
    return 422 if form.errors else 200
