"""Puts the services of `search` together."""

from __future__ import annotations

from chalicelib.clients import Clients
from chalicelib.search.index_reader import TableIndexReader
from chalicelib.search.site_map import SiteMap
from chalicelib.search.site_search import SiteSearch


class SearchServices:
    """The services that find sites: the search in an area, and the map of all sites."""

    def __init__(self, clients: Clients) -> None:
        reader = TableIndexReader(clients.client("dynamodb"), clients.settings.registry_table)
        self.site_search = SiteSearch(reader)
        self.site_map = SiteMap(reader)
