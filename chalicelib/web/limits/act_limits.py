"""Counts the acts of strangers around their views, and asks for a proof of work near a limit.

The page that asks holds the whole form that was sent, hidden, so that nothing is typed twice: its
script proves the work and sends the form again. Without JavaScript it says from when on the same
button works without a proof.
"""

from __future__ import annotations

import json
from datetime import timedelta

from chalice import Response

from chalicelib.limits.acts import Act
from chalicelib.limits.asker import Asker, browser_mark, owner_of_mark
from chalicelib.limits.client_address import client_network
from chalicelib.limits.proof_of_work import FIELD
from chalicelib.limits.refusals import ProofNeeded
from chalicelib.web.http import csrf, headers
from chalicelib.web.http.request_context import DRAFT_FIELD, RequestContext
from chalicelib.web.http.templating import page

BROWSER_COOKIE = "__Host-browser"
REMEMBERED = timedelta(days=400)
"""How long a browser remembers that an owner signed in with it: the most that browsers allow."""

_NOT_TYPED = {FIELD, csrf.FIELD, DRAFT_FIELD}


def spend_act(call: RequestContext, act: Act | None) -> None:
    """Count an act of the one who sent this request, and note in the request who that is. act: None
    for what is not counted.

    Raises ProofNeeded or Flooded. A proof of work that the form carries is used up here.
    """
    if act is None:
        return
    limits, sent = call.services.limits, call.form.typed(FIELD)
    asker = _asker(call)
    proof = limits.proofs_of_work.check(act, asker, sent) if sent else None
    proven = limits.client_budgets.spend(act, asker, proof)
    call.asker = Asker(asker.network, asker.owner_id, proven)


def asker_of(call: RequestContext) -> Asker:
    """Return who sends this request, as `spend_act` noted it."""
    return call.asker or _asker(call)


def _asker(call: RequestContext) -> Asker:
    own = call.services
    forwarded = call.headers.get("x-forwarded-for", "")
    network = client_network(forwarded, int(own.settings.forwarded_hops))
    mark = call.cookie(BROWSER_COOKIE)
    owner_id = call.owner_id or (owner_of_mark(own.clients.key, mark) if mark else "")
    return Asker(network, owner_id)


def signed_in_cookies(call: RequestContext, owner_id: str, session: str) -> list[str]:
    """Write the cookies of an owner who has just signed in: the session, and the browser's mark."""
    mark = browser_mark(call.services.clients.key, owner_id)
    seconds = int(REMEMBERED.total_seconds())
    return [headers.owner_cookie(session), headers.set_cookie(BROWSER_COOKIE, mark, seconds)]


def proof_page(call: RequestContext | None, act: Act | None, error: Exception) -> Response | None:
    """The page that asks for a proof of work and carries on the form, which is never a large one or
    one with a file (`tests/guards/test_routes.py`); None when that is not what the error asks."""
    if call is None or act is None or not isinstance(error, ProofNeeded):
        return None
    carried = {name: sent for name, sent in call.form.fields.items() if name not in _NOT_TYPED}
    challenge = call.services.limits.proofs_of_work.challenge(act, asker_of(call))
    return page(
        call,
        "resident/proof.html",
        status=error.status,
        error=None,
        needed=error,
        carried=carried,
        address=call.here(),
        proof_field=FIELD,
        challenge=json.dumps(challenge),
    )
