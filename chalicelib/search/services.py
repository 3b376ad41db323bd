"""Puts the services of this room together."""

from __future__ import annotations

from chalicelib.clients import Clients
from chalicelib.search.index_reader import TableIndexReader
from chalicelib.search.site_map import SiteMap
from chalicelib.search.site_search import SiteSearch


class SearchServices:
    """Finding sites: in an area, and on the map of all."""

    def __init__(self, clients: Clients) -> None:
        reader = TableIndexReader(clients.client("dynamodb"), clients.settings.registry_table)
        self.site_search = SiteSearch(reader)
        self.site_map = SiteMap(reader)
