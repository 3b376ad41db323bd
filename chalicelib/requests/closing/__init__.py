"""The end of a request and of an incident: who is thanked, and what is said.

`service` closes, `closing_notices` sends the last messages, `termination` is what stops either way.
"""
