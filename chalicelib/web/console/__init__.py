"""Pages of the console: one module for each page, or for a few pages that belong together.

Every view names the permission that it needs and puts on record what it is about to show.
"""
