"""The page on which a request is written: its fields, its checks, its sheet of sites and previews.

The views are in `web.console.compose`.
"""
