"""One HTTP request as a view sees it: who sent it, its address, its headers and its body."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlencode

from chalicelib.access import look_proofs
from chalicelib.access.permissions import Officer, Permission
from chalicelib.access.presence.officer_presence import OfficerSession
from chalicelib.core.errors import Invalid, NotFound, SignInNeeded
from chalicelib.core.ids import is_id, is_token
from chalicelib.core.typed.typed_text import clean_text
from chalicelib.limits.asker import Asker
from chalicelib.web.http import csrf, headers
from chalicelib.web.http.forms import SubmittedForm, parse_json
from chalicelib.web.http.plausible import plausible_bounds
from chalicelib.web.http.validation import Read, read_json, read_query

if TYPE_CHECKING:
    from chalicelib.container import Container
    from chalicelib.incidents.incident_access import OpenedCase
    from chalicelib.incidents.records import Incident

KEY_PATTERN = r"[!-~]{0,100}"
"""What an `Idempotency-Key` header may hold."""

DRAFT_FIELD = "draft"
"""The field of a form that was kept as a draft; it carries the draft's id."""


@dataclass
class RequestContext:
    """One HTTP request, made by `web.http.routing` for the view.

    officer: set on officer routes. owner_id: set on owner routes. session: hash of the session
    token that the cookie carried, "" without one; forms are bound to it. draft: id of the draft
    whose form the page shows, "" for none. asker: who asks, on routes whose acts are counted.
    """

    services: Container
    method: str
    path: str
    route: str
    parameters: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    now: datetime
    session: str = ""
    _officer_session: OfficerSession | None = None
    _officer: Officer | None = None
    _case: OpenedCase | None = None
    owner_id: str = ""
    form: SubmittedForm = field(default_factory=lambda: SubmittedForm({}))
    draft: str = ""
    asker: Asker | None = None

    @property
    def officer(self) -> Officer:
        """The signed-in officer. Raises SignInNeeded on a route that needs no officer."""
        if self._officer is None:
            raise SignInNeeded("Sign in to see this.")
        return self._officer

    @property
    def maybe_officer(self) -> Officer | None:
        """The signed-in officer or None, for pages such as errors that also show without one."""
        return self._officer

    @property
    def console_session(self) -> OfficerSession:
        """The session of the officer. Raises SignInNeeded on a route outside the console."""
        if self._officer_session is None:
            raise SignInNeeded("Sign in to see this.")
        return self._officer_session

    def use_session(self, session: OfficerSession) -> None:
        """Set the session that the cookie carried. Only `web.http.routing` calls this."""
        self.session, self._officer_session = session.hash, session

    def let_in(self, officer: Officer) -> None:
        """Set the officer who sent this request. Only `web.http.routing` calls this."""
        self._officer = officer

    def sees_map(self) -> bool:
        """Tell whether the menu leads this officer to the map of all sites."""
        if self._officer is None:
            return False
        grants = self.services.access.unit_grants
        return grants.may(self._officer, Permission.VIEW_MAP, exactly=False)

    @property
    def incident(self) -> Incident:
        """The incident that the path leads from, which this officer needs to know of."""
        if self._case is None:
            raise NotFound("There is no incident at this address.")
        return self._case.incident

    @property
    def entered_until(self) -> datetime | None:
        """When the officer's sight of the incident ends, if they entered it with a reason."""
        return self._case.until if self._case else None

    def open_case(self, case: OpenedCase) -> None:
        """Set the incident that the path leads from. Only `web.http.identity` calls this."""
        self._case = case

    def parameter(self, name: str) -> str:
        """Return a parameter of the path, with percent-escapes decoded. A link that was copied may
        have brought invisible characters with it."""
        return clean_text(unquote(self.parameters[name])).strip()

    def id(self, name: str) -> str:
        """Return an id from the path. Raises NotFound for text that cannot be an id."""
        value = self.parameter(name)
        if not is_id(value):
            raise NotFound("There is nothing at this address.")
        return value

    def token(self) -> str:
        """Return the one-time token in the path. Raises NotFound for text that cannot be one."""
        value = self.parameter("token")
        if not is_token(value):
            raise NotFound("This link is not complete. Copy the whole link from your message.")
        return value

    def here(self) -> str:
        """Return path and query of this request, for coming back to it after signing in."""
        path = self.route
        for name, value in self.parameters.items():
            path = path.replace(f"{{{name}}}", value)
        return f"{path}?{urlencode(self.query)}" if self.query else path

    def json(self) -> dict[str, Any]:
        """Read the body as a JSON object. Raises WrongType, TooLarge, Malformed or Invalid."""
        return parse_json(self.body, self.headers.get("content-type", ""))

    @property
    def context(self) -> dict[str, Any]:
        """The context of `web.http.validation` that models need: time, zone, key and country."""
        own = self.services
        zone = own.settings.time_zone
        return {
            "now": self.now,
            "zone": zone,
            "key": own.clients.key,
            "country": own.clients.country,
        }

    def context_of_places(self) -> dict[str, Any]:
        """Return `context` with the bounds and postcodes that models with a place in them need."""
        own = self.services
        return {
            **self.context,
            "bounds": plausible_bounds(own),
            "postcodes": own.registry.postcodes,
        }

    def idempotency_key(self) -> str:
        """Return the `Idempotency-Key` header, "" without one. Raises Invalid for a wrong one."""
        key = self.headers.get("idempotency-key", "")
        if key and not re.fullmatch(KEY_PATTERN, key):
            said = "Must be at most 100 letters, digits and signs without spaces"
            raise Invalid.field("Idempotency-Key", said)
        return key

    def body_as(self, model: type[Read], context: Mapping[str, Any] | None = None) -> Read:
        """Read the JSON body as a model. Raises WrongType, TooLarge, Malformed or Invalid."""
        return read_json(model, self.json(), context or self.context)

    def read_form(self, model: type[Read]) -> Read:
        """Read the form as a model, by the conventions of the stage's country. Raises Invalid."""
        return self.form.read(model, self.context)

    def query_as(self, model: type[Read]) -> Read:
        """Read the part of the address after the question mark as a model. Raises Invalid."""
        return read_query(model, self.query, self.context)

    def cookie(self, name: str) -> str:
        """Return the value of a cookie, "" when the browser sent none."""
        return headers.read_cookies(self.headers.get("cookie", "")).get(name, "")

    def prove_look(self, of: str, life: timedelta) -> str:
        """Make the proof that a look of this session is on record, as `access.look_proofs` says."""
        return look_proofs.prove_look(self.services.clients.key, self.session, of, self.now, life)

    def has_looked(self, of: str) -> bool:
        """Tell whether the form or the address carries the proof of a look at `of`."""
        name = look_proofs.FIELD
        proof = self.form.typed(name) or self.query.get(name, "")
        return look_proofs.is_proven(self.services.clients.key, self.session, of, proof, self.now)

    def csrf_token(self) -> str:
        """Make the CSRF token that a form on the page now made must carry."""
        key = self.services.clients.key
        return csrf.make_csrf_token(key, self.session, self.now, self.person)

    @property
    def person(self) -> str:
        """Who sent this request, as the audit record names them; "" for nobody who signed in."""
        if self._officer:
            return f"officer.{self._officer.id}"
        return f"owner.{self.owner_id}" if self.owner_id else ""
