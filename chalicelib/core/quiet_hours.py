"""The hours in which nobody is to be woken: 21:00 to 08:00 local. Pure."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

NIGHT_BEGINS, NIGHT_ENDS = time(21), time(8)


def is_night(moment: datetime, zone: str) -> bool:
    """Return True between 21:00 and 08:00 local time; 08:00 itself is morning."""
    local = moment.astimezone(ZoneInfo(zone)).time()
    return local >= NIGHT_BEGINS or local < NIGHT_ENDS


def morning(moment: datetime, zone: str) -> datetime:
    """Return the 08:00 local time that ends the night of `moment`."""
    local = moment.astimezone(ZoneInfo(zone))
    day = local.date() + timedelta(days=1) if local.time() >= NIGHT_BEGINS else local.date()
    return datetime.combine(day, NIGHT_ENDS, ZoneInfo(zone)).astimezone(moment.tzinfo)


def evening(moment: datetime, zone: str) -> datetime:
    """Return the last whole minute before the night of `moment` began."""
    local = moment.astimezone(ZoneInfo(zone))
    day = local.date() if local.time() >= NIGHT_BEGINS else local.date() - timedelta(days=1)
    begins = datetime.combine(day, NIGHT_BEGINS, ZoneInfo(zone)).astimezone(moment.tzinfo)
    return begins - timedelta(minutes=1)


def disturbs(moment: datetime, deadline: datetime, zone: str) -> bool:
    """Return True when a message at `moment` would wake somebody for nothing: `moment` is at night,
    and `deadline` is not within the same night."""
    if not is_night(moment, zone):
        return False
    return not (is_night(deadline, zone) and morning(moment, zone) == morning(deadline, zone))
