"""The compose page's first values and its list: the sites of a search, the usual times, the message
templates, and whom owners may contact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from chalicelib.core.formatting import local_time
from chalicelib.core.ids import is_id
from chalicelib.core.times import whole_minute, whole_minute_from
from chalicelib.geo.timed_path import PassingWindow
from chalicelib.incidents.message_templates import best_template
from chalicelib.incidents.search_service import SearchOutcome
from chalicelib.incidents.service import Incident
from chalicelib.requests.model import MOST_SITES, FootageWindow
from chalicelib.requests.overviews.site_notes import SiteNotes
from chalicelib.search.site_search import FoundSite
from chalicelib.web.compose.fields import (
    MOST_LISTED,
    NEVER,
    OWN,
    ComposedRequest,
    listed_sites,
    own_box,
    usual_window,
)
from chalicelib.web.fields.time_field_types import WHICH
from chalicelib.web.http.filters import local_choice, local_input
from chalicelib.web.http.forms import SubmittedForm
from chalicelib.web.http.request_context import RequestContext

PLAIN = (
    "Please look for people or vehicles that seem out of place, and keep the recording even if "
    "you are not sure."
)
"""The message that the form starts with where no message template fits the offence."""


@dataclass(frozen=True)
class SheetRow:
    """One site in the compose page's list. number, where: what officers call the site in this
    incident. asked_at: when it was asked last for the incident, None when it was not. site: what
    the search found, None when the repeated search did not find the site. times: the fields
    of the site's own window, by TIME_BOXES, each "" where it has none."""

    number: int
    where: str
    asked_at: datetime | None
    id: str
    ticked: bool
    site: FoundSite | None
    times: Mapping[str, str]

    @property
    def has_window(self) -> bool:
        """True when the site can be asked for minutes of its own."""
        return any(self.times.values())


TIME_BOXES = ("from", f"from{WHICH}", "to", f"to{WHICH}")
"""The fields of a window: its start and end, and for each which of two moments it means."""


def window_boxes(window: FootageWindow | PassingWindow, zone: str) -> dict[str, str]:
    """What the fields of a window hold before anything is typed: whole minutes, in which the window
    lies."""
    start, end = whole_minute(window.start), whole_minute_from(window.end)
    held = (local_input(start, zone), local_choice(start, zone))
    return dict(
        zip(TIME_BOXES, (*held, local_input(end, zone), local_choice(end, zone)), strict=True)
    )


def all_ids(found: SearchOutcome | None) -> tuple[str, ...]:
    """Ids of found sites that may still hold their footage, at most as many as one request asks."""
    kept = [site.id for site in found.sites if site.state != "lost"] if found else []
    return tuple(kept[:MOST_SITES])


def likely_ids(found: SearchOutcome | None) -> tuple[str, ...]:
    """Ids of found sites that may still hold their footage and are not known to face away from the
    scene: a request that cannot help costs an owner's patience, and one of the few requests that
    may reach them."""
    sites = [site for site in found.sites if site.sees_scene != "no"] if found else []
    return tuple(site.id for site in sites if site.state != "lost")[:MOST_SITES]


def fresh_form(
    call: RequestContext, incident: Incident, found: SearchOutcome | None, chosen: tuple[str, ...]
) -> SubmittedForm:
    """The compose form before anything is typed.

    It lists the chosen sites and, after them, the other found sites that may still hold footage, so
    that adding a forgotten site needs no second search.
    """
    zone = call.services.settings.time_zone
    window = usual_window(incident)
    ids = tuple(dict.fromkeys((*chosen, *all_ids(found))))[:MOST_LISTED]
    timed = bool(found and any(site.window for site in found.sites if site.id in ids))
    name, phone = _contact(call)
    best = best_template(incident.offence, call.services.incidents.message_templates.all())
    fields = {
        "search_id": found.search_id if found else "",
        "listed": " ".join(ids),
        **window_boxes(window, zone),
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
    """Contact name and telephone number that owners are given unless the officer changes them."""
    profile = call.services.access.officer_profiles.profile(call.officer.id)
    name = profile.name if profile else call.officer.username
    phone = call.services.clients.country.written_phone(profile.phone) if profile else ""
    return name, phone or call.services.settings.force_phone


def sheet_rows(
    found: SearchOutcome | None,
    form: SubmittedForm,
    zone: str,
    notes: SiteNotes,
) -> tuple[SheetRow, ...]:
    """Rows of the compose page's list, with what the form has for each. zone: of local times."""
    by_id = {site.id: site for site in found.sites} if found else {}
    chosen = set(form.all("site_id"))
    made = []
    for place, site_id in enumerate(listed_sites(form), start=1):
        site, label = by_id.get(site_id), notes.labels.get(site_id)
        made.append(
            SheetRow(
                number=(label and label.number) or place,
                where=label.where if label else "",
                asked_at=notes.asked.get(site_id),
                id=site_id,
                ticked=site_id in chosen,
                site=site,
                times=_own_time(site_id, site, form, zone),
            )
        )
    return tuple(made)


def _own_time(
    site_id: str, site: FoundSite | None, form: SubmittedForm, zone: str
) -> dict[str, str]:
    """A site's typed start and end, else the minutes in which somebody can have passed the site."""
    if f"from.{site_id}" in form.fields:
        return {box: form.typed(own_box(box, site_id)) for box in TIME_BOXES}
    if site and site.window:
        return window_boxes(site.window, zone)
    return dict.fromkeys(TIME_BOXES, "")


def filled_templates(
    call: RequestContext, incident: Incident, composed: ComposedRequest
) -> list[dict[str, str]]:
    """Every message template in use, filled in for this request, as the page's list offers them."""
    start = composed.window.start
    if start == NEVER:
        start = usual_window(incident).start
    values = _values(call, start, composed.contact_name or call.officer.username)
    return [
        {"id": one.id, "name": one.name, "text": one.filled(values)}
        for one in call.services.incidents.message_templates.all()
    ]


def use_template(call: RequestContext, incident: Incident, form: SubmittedForm) -> None:
    """Replaces the form's message by the selected message template, filled in."""
    window = usual_window(incident)
    values = _values(call, window.start, form.typed("contact_name") or call.officer.username)
    for one in call.services.incidents.message_templates.all():
        if one.id == form.typed("wording"):
            form.fields = {**form.fields, "message": [one.filled(values)]}


def _values(call: RequestContext, start: datetime, contact: str) -> dict[str, str]:
    """What the placeholders of message templates stand for in this request."""
    day = local_time(start, call.services.settings.time_zone).partition(",")[0]
    return {"{force}": call.services.settings.force_name, "{day}": day, "{contact}": contact}
