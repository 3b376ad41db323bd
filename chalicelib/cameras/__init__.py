"""Cameras: what is known of one, how long it keeps footage, and the catalogue of makes. Pure.

`retention` answers for how long; the catalogue's figures and their sources are in `catalogue_*`.
"""
