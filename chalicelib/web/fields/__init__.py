"""Types of fields that people and programs send, each with its sentences for wrong values.

`field_types` has the base; the other modules are by subject. Models of `web.http.validation` use
them.
"""
