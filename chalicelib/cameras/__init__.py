"""Cameras: what is known of one, how long it keeps footage, and the catalogue of makes.

`retention` answers for how long; the figures of makes and their sources are in `catalogue.json`.
"""
