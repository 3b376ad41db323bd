"""Finding sites: in an area, and on the map of all.

`site_search` is the search, `site_matching` what a site means for an incident, `site_map` the map.
Nothing here knows an owner; only `index_reader` reads, and only the index and the counts.
"""
