"""The end of an incident: who is thanked, and what is said.

`service` closes incidents; `closing_notices` sends the last messages, `termination` is what stops,
also when a single request is withdrawn (`requests.withdrawals`).
"""
