"""Everything that a message to an owner, or the owner's reply page, is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from chalicelib.cameras.model import Camera
from chalicelib.core.errors import NotFound
from chalicelib.incidents.service import Incident, IncidentService
from chalicelib.registry.model import Owner, Site
from chalicelib.registry.store import SiteStore
from chalicelib.requests.model import FootageRequest, FootageWindow, Recipient
from chalicelib.requests.recipients.relevant_cameras import cameras_asked, kept_until
from chalicelib.requests.recorder_clock import clock_finding
from chalicelib.requests.store import RequestStore
from chalicelib.requests.told_words import ToldWords, words_for


class RecipientContext(NamedTuple):
    """One recipient with its request, incident, site and owner."""

    request: FootageRequest
    recipient: Recipient
    incident: Incident
    site: Site
    owner: Owner

    @property
    def told_words(self) -> ToldWords:
        """What this owner may read of the case."""
        return self.told_about([self])

    def told_about(self, matters: Sequence[RecipientContext]) -> ToldWords:
        """What the owner may read in one message about several of their sites."""
        happened = self.incident.public_description or self.incident.offence
        return words_for([one.site for one in matters], happened, self.request.message)

    @property
    def window(self) -> FootageWindow:
        """The time that this owner is asked for."""
        return self.recipient.window or self.request.window

    @property
    def window_ends(self) -> tuple[datetime, datetime]:
        """The start and the end of `window`."""
        return self.window.start, self.window.end

    @property
    def cameras(self) -> tuple[Camera, ...]:
        """The cameras of the site that this owner is asked about."""
        return tuple(camera for camera, _ in cameras_asked(self.recipient, self.site))

    @property
    def asked_site(self) -> Site:
        """The site with the cameras that this owner is asked about, and no others."""
        return replace(self.site, cameras=self.cameras)

    @property
    def kept_until(self) -> datetime | None:
        """When the last minutes that are asked for are deleted; None when nothing is kept."""
        return kept_until(self.recipient, self.site, self.window)

    def recorder_words(self, zone: str) -> str:
        """The window as the clock of this owner's recorder shows it, for the page and reminders;
        "" when it was not checked, or is right. Where nobody knows if the recorder changed with
        the clocks, both places to look: with one alone its owner may find nothing there."""
        found = clock_finding(self.recipient, self.window, zone)
        if found and found.other:
            return f"{found.window}. If there is nothing, also look for {found.other}"
        return found.window if found else ""


class OwnerGone(NotFound):
    """The owner took the site or themselves off the register."""


class RecipientContextReader:
    """Reads the contexts of recipients."""

    def __init__(self, store: RequestStore, incidents: IncidentService, sites: SiteStore) -> None:
        self.store = self._store = store
        self._incidents = incidents
        self._sites = sites

    def read_context(
        self, recipient: Recipient, request: FootageRequest | None = None
    ) -> RecipientContext:
        """Read the context of a recipient. Raises OwnerGone, or NotFound when its request is not
        there."""
        request = request or self._store.request(recipient.request_id)
        if request is None:
            raise NotFound("There is no request with this id.")
        site, owner = self._sites.site(recipient.site_id), self._sites.owner(recipient.owner_id)
        if site is None or owner is None:
            raise OwnerGone("This camera is not registered any more.")
        return RecipientContext(
            request, recipient, self._incidents.get_incident(request.incident_id), site, owner
        )

    def site(self, recipient: Recipient) -> Site | None:
        """The site of a recipient; None when it left the register."""
        return self._sites.site(recipient.site_id)

    def read_contexts(
        self, request: FootageRequest, recipients: Sequence[Recipient]
    ) -> tuple[list[RecipientContext], list[Recipient]]:
        """The contexts of several recipients of one request, read in batches, and the recipients
        whose owner or site is gone."""
        if not recipients:
            return [], []
        incident = self._incidents.get_incident(request.incident_id)
        sites = self._sites.sites_by_id(one.site_id for one in recipients)
        owners = self._sites.owners_by_id({one.owner_id for one in recipients})
        found: list[RecipientContext] = []
        gone: list[Recipient] = []
        for one in recipients:
            site, owner = sites.get(one.site_id), owners.get(one.owner_id)
            if site and owner:
                found.append(RecipientContext(request, one, incident, site, owner))
            else:
                gone.append(one)
        return found, gone
