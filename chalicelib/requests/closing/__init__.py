"""The end of a request and of an incident: who is thanked, and what is said.

`service` closes incidents (single requests end in `requests.withdrawals`); `closing_notices` sends the last
messages, `termination` is what stops either way.
"""
