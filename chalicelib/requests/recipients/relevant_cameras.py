"""Where officers looked for cameras, and which cameras of a site are meant when it is asked.

A deadline is that of the shortest-lived *relevant* camera of a site: of those that may
have seen where officers looked. A doorbell on the other side of the house that overwrites after
three hours must neither hurry anybody nor end the reminders about the camera that faces the scene.
The rule is the one by which a search says how long a site's footage is there
(search/site_matching.py), so the list, the message and the reminders name the same time.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from chalicelib.cameras.model import Camera
from chalicelib.cameras.retention import retention, retention_times
from chalicelib.geo.areas import Circle, Point
from chalicelib.geo.geojson import area_from_json
from chalicelib.geo.sight import field_of_view
from chalicelib.incidents.records import Incident
from chalicelib.incidents.search_history import SearchHistory
from chalicelib.registry.model import Site
from chalicelib.requests.model import AskedCamera, FootageWindow, Recipient
from chalicelib.requests.recipients.camera_view import camera_lens
from chalicelib.search.site_matching import Look, visibility_check

MOST_AREAS = 5
"""Areas of an incident that count, the newest: an officer who asks has just searched."""

_NEWEST = 20  # searches among which they are found; most are the same area again


def select_relevant(site: Site, looks: Sequence[Look]) -> tuple[Camera, ...]:
    """The cameras of a site that may have seen any of what officers looked at.

    looks: see `RelevantCameras`; without any, nobody knows, and every camera counts. All cameras
    as well where none of those that may have seen it keeps anything, as in a search. Pure.
    """
    place = (site.latitude_e6, site.longitude_e6)
    may = tuple(
        camera
        for camera in site.cameras
        if any(look(camera_lens(camera), place).sees != field_of_view.NO for look in looks)
    )
    return may if retention_times(may, site.property_type) else site.cameras


def asked_cameras(site: Site, looks: Sequence[Look]) -> tuple[AskedCamera, ...]:
    """What an owner is asked about, with the retention that their deadlines follow from: it stays
    as it was, so that every message and page names the same times. looks: as above. Pure."""
    found = []
    for one in select_relevant(site, looks):
        kept = retention(one, site.property_type)
        found.append(AskedCamera(one.number, kept.minutes if one.records else 0, kept.certain))
    return tuple(found)


def cameras_asked(recipient: Recipient, site: Site) -> tuple[tuple[Camera, AskedCamera], ...]:
    """The cameras of a site that a recipient is asked about, as the site describes them now, and
    how long they kept footage when they were asked; all of them when none of those is left. Pure.
    """
    known = {one.number: one for one in recipient.asked}
    found = [(one, known[one.number]) for one in site.cameras if one.number in known]
    if found:
        return tuple(found)
    return tuple(zip(site.cameras, asked_cameras(site, ()), strict=True))


def kept_until(recipient: Recipient, site: Site, window: FootageWindow) -> datetime | None:
    """When the last minutes of a window are deleted by the camera that keeps them longest; None
    when no camera keeps any. Pure."""
    kept = [one.kept_minutes for _, one in cameras_asked(recipient, site) if one.kept_minutes]
    return window.end + timedelta(minutes=max(kept)) if kept else None


def sight_of_site(site: Site, looks: Sequence[Look]) -> str:
    """Whether a camera of a site has any of what officers looked at in view: yes, no or unknown, as
    a search says it of the one area that it looks at. Pure."""
    place = (site.latitude_e6, site.longitude_e6)
    return field_of_view.combined_sight(
        look(camera_lens(camera), place) for camera in site.cameras for look in looks
    ).sees


class RelevantCameras:
    """Reads where officers looked from the searches that were made for an incident."""

    def __init__(self, log: SearchHistory) -> None:
        self._log = log

    def of_incident(self, incident_id: str) -> tuple[Look, ...]:
        """One look for each of the areas that were searched last; none before a search."""
        searches = self._log.of_incident(incident_id, _NEWEST)
        areas = dict.fromkeys(json.dumps(one.area, sort_keys=True) for one in searches)
        newest = list(areas)[:MOST_AREAS]
        return tuple(visibility_check(area_from_json(json.loads(area)))[0] for area in newest)

    def looks_or_scene(self, incident: Incident) -> tuple[Look, ...]:
        """As `of_incident`; before a search, a look at the place of the incident."""
        place = Point.from_microdegrees(incident.latitude_e6, incident.longitude_e6)
        return self.of_incident(incident.id) or (visibility_check(Circle(place, 1.0))[0],)
