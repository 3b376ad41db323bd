"""What officers are shown of requests: how one stands, whom to ring first, and a preview of
messages.

`request_overviews` reads a request with its recipients and puts the look on record; `triage` sorts
the recipients; `preview_sample` makes the recipient that a preview is written to.
"""
