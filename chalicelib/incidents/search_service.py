"""Searches for sites around an incident: with a reason, within the budget of the officer's day, and
on record before the officer sees anything."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from chalicelib.access.audit import Action, Actor, AuditLog
from chalicelib.access.permissions import Officer
from chalicelib.core.errors import Conflict
from chalicelib.core.ids import new_id
from chalicelib.core.times import Clock, iso_seconds
from chalicelib.geo.areas import Area
from chalicelib.geo.geojson import area_from_json
from chalicelib.geo.h3_cells import cell_at
from chalicelib.geo.timed_path import TimedPath
from chalicelib.incidents.records import Incident
from chalicelib.incidents.search_history import Search, SearchHistory, count_states
from chalicelib.incidents.shown_sites import ShownSites
from chalicelib.search.site_matching import LOST
from chalicelib.search.site_search import MOST_SITES, FoundSite, SearchResult, SiteSearch

PLACES = 6
"""The H3 resolution, about 6 km across, by which the record tells places of searches apart."""

_LONGEST_DETAIL = 400  # characters of an area in the audit record; the search item has all of it

FILTERS: dict[str, tuple[str, ...]] = {
    "kinds": ("home", "business"),
    "states": ("live", "closing", "lost"),
    "sees_scene": ("yes", "no", "unknown"),
}
"""What a search can be narrowed by: for each filter the values it may list."""

_ATTRIBUTE = {"kinds": "kind", "states": "state", "sees_scene": "sees_scene"}


@dataclass(frozen=True)
class SearchCriteria:
    """What an officer searches for, already validated.

    area_json: the area as it was sent. filters: name → values to keep (see FILTERS). limit: how
    many sites to list at most. journey: when somebody went along the corridor; speed: as it was
    sent. show_lost: False only counts the sites that have overwritten the footage already.
    """

    area: Area
    area_json: Mapping[str, Any]
    reason: str
    filters: Mapping[str, tuple[str, ...]]
    limit: int = MOST_SITES
    journey: TimedPath | None = None
    speed: Mapping[str, Any] = field(default_factory=dict)
    show_lost: bool = True


@dataclass(frozen=True)
class SearchOutcome:
    """What a search found. total: sites in the area that pass the filters, listed or not. lost: how
    many of the sites have overwritten the footage. truncated: some sites asked for are not listed.
    """

    search_id: str
    total: int
    lost: int
    truncated: bool
    sites: tuple[FoundSite, ...]
    result: SearchResult


class SearchService:
    """Officers' searches of the register."""

    def __init__(
        self,
        log: SearchHistory,
        cameras: SiteSearch,
        shown: ShownSites,
        audit: AuditLog,
        clock: Clock,
    ) -> None:
        self._log = log
        self._cameras = cameras
        self._shown = shown
        self._audit = audit
        self._clock = clock

    def search_sites(
        self, incident: Incident, wanted: SearchCriteria, officer: Officer
    ) -> SearchOutcome:
        """Find the sites in the area, and keep the search with its reason.

        Raises Conflict when the incident is closed, BudgetSpent when it is more than the
        officer's day allows, or Unavailable when the table or the audit record is too busy.
        """
        found = self._look(incident, wanted)
        ids = [site.id for site in found.sites]
        look = self._shown.count_look(incident.id, found.search_id, ids, officer)
        self._record(incident.id, wanted, found, officer)
        self._shown.keep_look(incident.id, found.search_id, officer, look)
        self._log.record_search(
            Search(
                id=found.search_id,
                incident_id=incident.id,
                at=self._clock(),
                officer_id=officer.id,
                officer=officer.username,
                reason=wanted.reason,
                area=dict(wanted.area_json),
                filters={name: list(values) for name, values in wanted.filters.items()},
                total=found.total,
                truncated=found.truncated,
                states=count_states(site.state for site in found.sites),
                started_at=wanted.journey.started_at if wanted.journey else None,
                speed=dict(wanted.speed),
            )
        )
        return found

    def repeat_search(
        self,
        incident: Incident,
        search_id: str,
        officer: Officer,
        *,
        limit: int = MOST_SITES,
        on_record: bool = False,
    ) -> tuple[Search, SearchOutcome]:
        """Run a search of this incident again, as when its page has to be shown again; the audit
        record names the same search. limit: how many sites to list. on_record: True for the page
        that a form leads to, whose search went on record a moment ago. Raises NotFound, Conflict
        when the incident is closed, BudgetSpent when it shows more than the officer's day allows.
        """
        before = self._log.get(incident.id, search_id)
        filters = {name: tuple(values) for name, values in before.filters.items()}
        area = area_from_json(before.area)
        wanted = SearchCriteria(area, before.area, before.reason, filters, limit)
        if before.started_at:
            journey = TimedPath.of(before.started_at, before.speed)
            wanted = replace(wanted, journey=journey, speed=before.speed)
        found = replace(self._look(incident, wanted), search_id=search_id)
        ids = [site.id for site in found.sites]
        look = self._shown.count_look(incident.id, search_id, ids, officer, again=True)
        if not on_record:
            # Whoever opens a colleague's search looks at the register as if they had made it.
            more = {"again": "yes"} if look.was_seen else {}
            self._record(incident.id, wanted, found, officer, **more)
        self._shown.keep_look(incident.id, search_id, officer, look)
        return before, found

    def made_for(self, incident_id: str, limit: int = 50) -> tuple[Search, ...]:
        """List the searches made for an incident, newest first."""
        return self._log.of_incident(incident_id, limit)

    def _look(self, incident: Incident, wanted: SearchCriteria) -> SearchOutcome:
        if not incident.is_open:
            # A closed incident no longer justifies looking for people's cameras.
            raise Conflict("This incident is closed. A supervisor can open it again.")
        # Filters drop sites after the search, so the search must not stop at the limit.
        result = self._cameras.search(
            wanted.area,
            window_from=incident.footage_from,
            now=self._clock(),
            limit=MOST_SITES if wanted.filters else wanted.limit,
            show_lost=wanted.show_lost or bool(wanted.filters),
            journey=wanted.journey,
        )
        return _narrow(result, wanted)

    def _record(
        self,
        incident_id: str,
        wanted: SearchCriteria,
        found: SearchOutcome,
        officer: Officer,
        **more: str,
    ) -> None:
        if wanted.journey:
            more["started_at"] = iso_seconds(wanted.journey.started_at)
            more["speed"] = json.dumps(wanted.speed, sort_keys=True)
        self._audit.record_act(
            Actor.officer(officer),
            Action.SEARCHED,
            f"incident.{incident_id}",
            wanted.reason,
            search=found.search_id,
            area=json.dumps(wanted.area_json, sort_keys=True)[:_LONGEST_DETAIL],
            total=found.total,
            listed=len(found.sites),
            place=cell_at(wanted.area.anchor, PLACES),
            **more,
        )


def _narrow(result: SearchResult, wanted: SearchCriteria) -> SearchOutcome:
    """Apply the filters and the limit of the search to its result."""
    if not wanted.filters:
        return SearchOutcome(
            new_id(), result.total, result.lost, result.truncated, result.sites, result
        )
    kept = tuple(
        site
        for site in result.sites
        if all(getattr(site, _ATTRIBUTE[n]) in values for n, values in wanted.filters.items())
    )
    # When an area is too large to list, only the number of all its sites is known.
    total = len(kept) if result.sites else result.total
    lost = sum(site.state == LOST for site in kept)
    # An officer who filters for lost sites asks to see them.
    if not wanted.show_lost and LOST not in wanted.filters.get("states", ()):
        kept = tuple(site for site in kept if site.state != LOST)
    listed = kept[: wanted.limit]
    truncated = result.truncated or len(listed) < len(kept)
    return SearchOutcome(new_id(), total, lost, truncated, listed, result)
