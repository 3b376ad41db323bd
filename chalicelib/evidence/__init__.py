"""Footage: received in parts, checked, kept unchanged, and given to officers with its record.

`upload` and `form_upload` receive files, `ingest` takes them out of quarantine, `custody` is the
hash-chained record, and officers open files through `officer_access`.
"""
