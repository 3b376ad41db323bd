"""What officers are told of an incident's sites beside what a search finds: the number and name by
which they are called, and when they were asked already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.geo.sight.field_of_view import Place
from chalicelib.incidents.records import Incident
from chalicelib.incidents.site_labels import SiteLabel, SiteLabels
from chalicelib.registry.gazetteer.place_names import PlaceNames
from chalicelib.registry.model import Site
from chalicelib.requests.recipients.contact_history import ContactHistory
from chalicelib.search.cell_counts import CountedCell
from chalicelib.search.site_search import FoundSite

MOST_NAMED = 1_000
"""Sites of one search that get a name: as many as a page lists."""


@dataclass(frozen=True)
class SiteNotes:
    """Notes on sites, by id. asked: when a site was asked last for the incident; sites that were
    not asked are left out. labels: what officers call them. cells: what hexagons with counts of an
    area too large to list are called, by cell."""

    asked: Mapping[str, datetime] = field(default_factory=dict)
    labels: Mapping[str, SiteLabel] = field(default_factory=dict)
    cells: Mapping[str, str] = field(default_factory=dict)


class SiteNotesReader:
    """Reads the notes on an incident's sites."""

    def __init__(self, contacts: ContactHistory, labels: SiteLabels, names: PlaceNames) -> None:
        self._contacts = contacts
        self._labels = labels
        self._names = names

    def asked(self, incident_id: str) -> SiteNotes:
        """When the incident's sites were asked; no labels."""
        return SiteNotes(self._contacts.times_asked(incident_id))

    def of_found(
        self,
        incident: Incident,
        found: Iterable[FoundSite],
        also: Iterable[str] = (),
        cells: Iterable[CountedCell] = (),
    ) -> SiteNotes:
        """Notes on the sites that a search found, the first MOST_NAMED of them with labels. also:
        ids of sites that keep their numbers though it does not find them any more."""
        places: dict[str, Place | None] = {
            one.id: (one.latitude_e6, one.longitude_e6) for one in list(found)[:MOST_NAMED]
        }
        for site_id in also:
            places.setdefault(site_id, None)
        return SiteNotes(
            self._contacts.times_asked(incident.id),
            self._labels.label_sites(incident, places),
            self._names.cells_near(cell.cell for cell in cells),
        )

    def labels_of(
        self,
        incident: Incident,
        site_ids: Iterable[str],
        sites: Mapping[str, Site],
        *,
        placed: bool = True,
    ) -> dict[str, SiteLabel]:
        """Site id → label. sites: those of them that are registered. placed: False for officers who
        may not see where sites are, who get the number alone."""
        known = sites if placed else {}
        return self._labels.label_sites(
            incident,
            {
                one: (known[one].latitude_e6, known[one].longitude_e6) if one in known else None
                for one in site_ids
            },
        )
