"""The compose page, on which a request is written: its fields, checks, list of sites and previews.

The views are in `web.console.compose`.
"""
