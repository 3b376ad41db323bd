"""How files come in: in parts, or by a plain form through an inbox.

`upload` receives parts by the rules of `upload_rules`, `assembly` makes one object of them, and
`form_upload` is for browsers without JavaScript. What is done with a file that is whole in the
bucket is in `evidence.ingest`.
"""
