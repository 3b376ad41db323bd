"""Owners and their sites: registering, confirming, changing and leaving; postcodes and the
force's area.

`store` keeps them; `site_index` is what the map's index has of a site, and `map_counts` the counts
that change with it. Finding sites is in `search`.
"""
