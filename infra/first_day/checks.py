"""The checks of the first day, in the order in which they run: quick ones first."""

from __future__ import annotations

from infra.first_day import (
    alarms,
    backups,
    bulk_mail,
    edge,
    figures,
    files_in_parts,
    form_upload,
    object_lock,
    places_for_functions,
    second_factor,
    timers,
)
from infra.first_day.running import Check

CHECKS: dict[str, Check] = {
    "edge": edge,
    "places": places_for_functions,
    "alarms": alarms,
    "backups": backups,
    "figures": figures,
    "parts": files_in_parts,
    "form": form_upload,
    "lock": object_lock,
    "second-factor": second_factor,
    "mail": bulk_mail,
    "timers": timers,
}
"""By the name for --only."""
