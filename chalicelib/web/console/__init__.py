"""Pages of the console: one module for each page or a few that belong together.

Every view names the permission it needs and puts on record what it is about to show.
"""
