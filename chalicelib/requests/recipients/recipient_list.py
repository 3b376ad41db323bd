"""Everybody a request is for, from the moment it is made: those whose items are written, and
those on its list whose items the fan-out is about to write."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.core.errors import NotFound
from chalicelib.registry.model import Site
from chalicelib.registry.store import SiteStore
from chalicelib.requests.model import FootageRequest, FootageWindow, Recipient, RecipientState
from chalicelib.requests.recipients.recipient_batches import RecipientBatches, RequestBatches
from chalicelib.requests.recipients.relevant_cameras import (
    RelevantCameras,
    asked_cameras,
    select_relevant,
)
from chalicelib.requests.reminder_schedule import (
    overwrite_deadlines,
    plan_reminders,
    still_ahead,
)
from chalicelib.search.site_matching import Look


def new_recipient(
    request: FootageRequest,
    site: Site,
    window: FootageWindow | None,
    zone: str,
    looks: Sequence[Look] = (),
) -> Recipient:
    """A recipient that was not written to yet. window: of its own, None for the request's.
    looks: where officers looked (RelevantCameras)."""
    start = (window or request.window).start
    every = overwrite_deadlines(start, select_relevant(site, looks), site.property_type)
    deadline, later = still_ahead(every, request.created_at)
    at = deadline.at if deadline else None
    return Recipient(
        request_id=request.id,
        site_id=site.id,
        owner_id=site.owner_id,
        created_at=request.created_at,
        window=window,
        deadline=at,
        deadline_certain=bool(deadline and deadline.certain),
        planned=plan_reminders(request.created_at, at, zone),
        later=later,
        asked=asked_cameras(site, looks),
    )


def ended_recipient(recipient: Recipient, request: FootageRequest) -> Recipient:
    """A recipient whose request ended before anybody was written to."""
    return Recipient(
        request_id=recipient.request_id,
        site_id=recipient.site_id,
        owner_id=recipient.owner_id,
        created_at=recipient.created_at,
        state=RecipientState.WITHDRAWN,
        window=recipient.window,
        deadline=recipient.deadline,
        deadline_certain=recipient.deadline_certain,
        ended_at=request.ended_at,
        asked=recipient.asked,
    )


class RecipientList:
    """Reads all recipients of a request, also those whose items are not written yet."""

    def __init__(
        self,
        parts: RecipientBatches,
        sites: SiteStore,
        relevant_cameras: RelevantCameras,
        zone: str,
    ) -> None:
        self._parts = parts
        self._sites = sites
        self._relevant_cameras = relevant_cameras
        self._zone = zone

    def all_recipients(self, request: FootageRequest) -> list[Recipient]:
        """All recipients of a request, in the order of their sites' ids."""
        return self.read_request(request.id)[1]

    def read_request(self, request_id: str) -> tuple[FootageRequest, list[Recipient]]:
        """A request and all its recipients as they are together. Raises NotFound."""
        whole = self._parts.read_request(request_id)
        if whole is None:
            raise NotFound("There is no request with this id.")
        everyone = [*whole.recipients, *self._unwritten(whole)]
        return whole.request, sorted(everyone, key=lambda one: one.site_id)

    def _unwritten(self, whole: RequestBatches) -> list[Recipient]:
        request = whole.request
        known = {one.site_id for one in whole.recipients}
        known |= {one.site_id for one in request.skipped}
        windows = {
            site_id: part.windows.get(site_id)
            for part in whole.parts
            if not part.written
            for site_id in part.site_ids
            if site_id not in known
        }
        if not windows:
            return []
        sites = self._sites.sites_by_id(windows)
        looks = self._relevant_cameras.of_incident(request.incident_id)
        found = [
            new_recipient(request, sites[site_id], window, self._zone, looks)
            if site_id in sites
            else Recipient(request.id, site_id, "", request.created_at, window=window)
            for site_id, window in windows.items()
        ]
        return found if request.is_open else [ended_recipient(one, request) for one in found]
