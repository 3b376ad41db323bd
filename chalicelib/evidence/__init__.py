"""Footage: received in parts, checked, kept unchanged, and handed to officers with its record.

`upload` and `form_upload` take it in, `ingest` takes it out of quarantine, `custody` is the
hash-chained record, `officer_access` every look at it.
"""
