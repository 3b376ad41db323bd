"""Units of officers: who belongs to one, and what a unit lets its officers do.

`colleagues` finds officers by user name or unit; `unit_grants` keeps the permissions that no role
has and that a unit gives to single officers, such as the map of all sites.
"""
