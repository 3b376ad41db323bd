"""What officers are told of their requests, together and not too often.

`officer_digest` notes and sends; `emails` is what it says.
"""
