"""Who works on an incident, and officers of a unit: pages of the console and calls of the API.

`team_pages` and `team_api` show and change an incident's team; `entering_pages` is a supervisor's
way into an incident that is not theirs; `unit_pages` is what supervisors see of their unit.
"""
