"""The console: new addresses that wait for a look before their owners read anything of a case."""

from __future__ import annotations

from typing import Annotated, Any

from chalice import Response

from chalicelib.access.permissions import Permission
from chalicelib.core.errors import Conflict, DomainError, Invalid
from chalicelib.registry.vetting.address_checks import MOST_LISTED
from chalicelib.registry.vetting.doubts import WORDS
from chalicelib.web.fields.case_field_types import ReasonField
from chalicelib.web.fields.plain_field_types import ChoiceField, VersionForm
from chalicelib.web.http.request_context import RequestContext
from chalicelib.web.http.routing import Audience, Routes, redirect
from chalicelib.web.http.templating import page

routes = Routes("vetting.addresses", "console")

LIST = "/console/addresses"
ONE = f"{LIST}/{{address_id}}"
REASON = ReasonField(needed=False)

ACCEPT, REFUSE = "accept", "refuse"
DONE = {
    ACCEPT: "The address was accepted. Its owner now reads what other owners read.",
    REFUSE: "The address was refused. Its cameras left the register, and its owner is told.",
}
"""What the list says after a decision, by the value of `done` in its address."""


class DecisionForm(VersionForm):
    """The decision about one address. reason: for the record; needed to refuse."""

    decision: Annotated[str, ChoiceField("what to do", (ACCEPT, REFUSE))]
    reason: Annotated[str, REASON]


@routes.page(LIST, Audience.CONSOLE, Permission.CHECK_ADDRESSES)
def addresses_page(call: RequestContext) -> Response:
    """Lists the addresses that wait, by postcode and why; the look at the list is on record."""
    return page(
        call,
        "console/addresses.html",
        nav="addresses",
        sites=call.services.registry.address_checks.list_waiting(call.officer),
        most=MOST_LISTED,
        words=WORDS,
        notice=DONE.get(call.query.get("done", ""), ""),
    )


@routes.page(ONE, Audience.CONSOLE, Permission.CHECK_ADDRESSES)
def address_page(call: RequestContext) -> Response:
    """Shows one address that waits, and the form to decide; the look is on record."""
    return _show(call)


def _show(call: RequestContext, error: DomainError | None = None) -> Response:
    site = call.services.registry.address_checks.look_at(call.id("address_id"), call.officer)
    context: dict[str, Any] = {"site": site, "words": WORDS, "longest": REASON.longest}
    return page(call, "console/address.html", error, nav="addresses", **context)


@routes.form(ONE, Audience.CONSOLE, Permission.CHECK_ADDRESSES, again=_show)
def decide_address(call: RequestContext) -> Response:
    """Accepts or refuses an address, unless its owner changed it since the page was opened."""
    own, site_id = call.services.registry.address_checks, call.id("address_id")
    try:
        said = call.form.read(DecisionForm)
        if said.decision == ACCEPT:
            own.accept(site_id, said.version, said.reason, call.officer)
        elif not said.reason:
            raise Invalid.field("reason", "Enter why you refuse this address")
        else:
            own.refuse(site_id, said.version, said.reason, call.officer)
    except (Invalid, Conflict) as error:
        return _show(call, error)
    return redirect(f"{LIST}?done={said.decision}")
