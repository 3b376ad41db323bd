"""Incidents, the searches made for them, and the message templates that requests can begin with.

`service` records incidents; `search_service` is an officer's look at the register, with its reason
and its record; `message_templates` keeps the templates.
"""
