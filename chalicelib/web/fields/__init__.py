"""Types of fields that people and programs send, each with the sentences it refuses by.

`field_types` has the base; the others are by subject. Used in models of `web.http.validation`.
"""
