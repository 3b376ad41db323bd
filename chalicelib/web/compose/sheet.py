"""What the compose page starts with and lists: the sites of a search, the usual times and words,
and who owners may ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chalicelib.core.formatting import local_time
from chalicelib.core.ids import is_id
from chalicelib.incidents.message_templates import best_template
from chalicelib.incidents.search_service import SearchOutcome
from chalicelib.incidents.service import Incident
from chalicelib.requests.model import MOST_SITES
from chalicelib.search.site_search import FoundSite
from chalicelib.web.compose.fields import (
    MOST_LISTED,
    NEVER,
    OWN,
    ComposedRequest,
    listed_sites,
    usual_window,
)
from chalicelib.web.http.filters import local_input
from chalicelib.web.http.forms import SubmittedForm
from chalicelib.web.http.request_context import RequestContext

PLAIN = (
    "Please look for people or vehicles that seem out of place, and keep the recording even if "
    "you are not sure."
)
"""What a message starts with where no wording fits."""


@dataclass(frozen=True)
class SheetRow:
    """One site in the list. number: from 1, as the page calls it. site: what the search said of
    it, as the API says it, None when it did not find it this time. start, end: the fields of its
    own time, "" where it has none. wrong: what is wrong with them."""

    number: int
    id: str
    ticked: bool
    site: FoundSite | None
    start: str
    end: str
    wrong: str

    @property
    def has_window(self) -> bool:
        """True when it can be asked for minutes of its own."""
        return bool(self.start or self.end)


def all_ids(found: SearchOutcome | None) -> tuple[str, ...]:
    """Every site of the search that may still hold what it saw, as many as one request asks."""
    kept = [site.id for site in found.sites if site.state != "lost"] if found else []
    return tuple(kept[:MOST_SITES])


def likely_ids(found: SearchOutcome | None) -> tuple[str, ...]:
    """Those of them that no camera's owner described as facing away: a request that cannot help
    costs its owner patience, and one of the few requests that may reach them."""
    sites = [site for site in found.sites if site.sees_scene != "no"] if found else []
    return tuple(site.id for site in sites if site.state != "lost")[:MOST_SITES]


def fresh_form(
    call: RequestContext, incident: Incident, found: SearchOutcome | None, chosen: tuple[str, ...]
) -> SubmittedForm:
    """The form as it stands before anything is typed.

    Listed are the chosen sites and, after them, the others that the search found and that may
    still hold something, so that one forgotten needs no second search.
    """
    zone = call.services.settings.time_zone
    window, _ = usual_window(incident.occurred_from, incident.occurred_to)
    ids = tuple(dict.fromkeys((*chosen, *all_ids(found))))[:MOST_LISTED]
    timed = bool(found and any(site.window for site in found.sites if site.id in ids))
    name, phone = _contact(call)
    best = best_template(incident.offence, call.services.incidents.message_templates.all())
    fields = {
        "search_id": found.search_id if found else "",
        "listed": " ".join(ids),
        "from": local_input(window.start, zone),
        "to": local_input(window.end, zone),
        "times": OWN if timed else "one",
        "wording": best.id if best else "",
        "message": best.filled(_values(call, window.start, name)) if best else PLAIN,
        "contact_name": name,
        "contact_phone": phone,
        "override_reason": "",
        "shown": "mail",
    }
    lists = {field: [value] for field, value in fields.items()}
    lists["site_id"] = [one for one in chosen if is_id(one)]
    return SubmittedForm(lists)


def _contact(call: RequestContext) -> tuple[str, str]:
    """Name and number that owners are given, unless the officer writes others."""
    profile = call.services.access.officer_profiles.profile(call.officer.id)
    name = profile.name if profile else call.officer.username
    phone = call.services.clients.country.written_phone(profile.phone) if profile else ""
    return name, phone or call.services.settings.force_phone


def sheet_rows(
    found: SearchOutcome | None, form: SubmittedForm, zone: str, errors: dict[str, str]
) -> tuple[SheetRow, ...]:
    """The list, as the form has it."""
    by_id = {site.id: site for site in found.sites} if found else {}
    chosen = set(form.all("site_id"))
    made = []
    for number, site_id in enumerate(listed_sites(form), start=1):
        site = by_id.get(site_id)
        start, end = _own_time(site_id, site, form, zone)
        wrong = errors.get(f"from.{site_id}") or errors.get(f"to.{site_id}") or ""
        made.append(
            SheetRow(
                number=number,
                id=site_id,
                ticked=site_id in chosen,
                site=site,
                start=start,
                end=end,
                wrong=wrong,
            )
        )
    return tuple(made)


def _own_time(
    site_id: str, site: FoundSite | None, form: SubmittedForm, zone: str
) -> tuple[str, str]:
    """What was typed for this site, else the minutes in which somebody can have passed it."""
    if f"from.{site_id}" in form.fields:
        return form.typed(f"from.{site_id}"), form.typed(f"to.{site_id}")
    if site and site.window:
        return local_input(site.window.start, zone), local_input(site.window.end, zone)
    return "", ""


def filled_templates(
    call: RequestContext, incident: Incident, composed: ComposedRequest
) -> list[dict[str, str]]:
    """Every wording, filled in for this request: what the page's list offers."""
    start = composed.window.start
    if start == NEVER:
        start = usual_window(incident.occurred_from, incident.occurred_to)[0].start
    values = _values(call, start, composed.contact_name or call.officer.username)
    return [
        {"id": one.id, "name": one.name, "text": one.filled(values)}
        for one in call.services.incidents.message_templates.all()
    ]


def use_template(call: RequestContext, incident: Incident, form: SubmittedForm) -> None:
    """Puts the wording that is selected in the place of the message."""
    window, _ = usual_window(incident.occurred_from, incident.occurred_to)
    values = _values(call, window.start, form.typed("contact_name") or call.officer.username)
    for one in call.services.incidents.message_templates.all():
        if one.id == form.typed("wording"):
            form.fields = {**form.fields, "message": [one.filled(values)]}


def _values(call: RequestContext, start: datetime, contact: str) -> dict[str, str]:
    """What placeholders stand for in this request."""
    day = local_time(start, call.services.settings.time_zone).partition(",")[0]
    return {"{force}": call.services.settings.force_name, "{day}": day, "{contact}": contact}
