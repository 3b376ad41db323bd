"""Incidents, the searches made for them, and the wordings that requests can begin with.

`service` records and closes them; `search_service` is an officer's look at the register, with its
reason and its record.
"""
