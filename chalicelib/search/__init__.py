"""Finding sites: in an area, and on the map of all sites.

`site_search` finds sites, `site_matching` says what a site means for an incident, `site_map` is the
map. Nothing here knows an owner; only `index_reader` reads, and only the index and the counts.
"""
