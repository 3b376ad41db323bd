"""When somebody on the way along a path passed which part of it.

An owner beside the path is asked for the minutes in which the person can have passed, not for the
whole time. Nobody knows the exact speed, so a journey has a slowest and a fastest; and nobody
knows the exact start, so every window is widened at both ends.

The presets leave room to both sides of what is usual: people walk at 1.2 to 1.4 m/s (Department for
Transport, Manual for Streets §6.3.27 and Bohannon 1997), cycle at about 20 km/h (LTN 1/20
§5.1) and drive in towns at 10 to 50 km/h, with halts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

MINUTE = timedelta(minutes=1)

PAD = 2 * MINUTE
"""How wrong the start may be."""

PAD_PART = 0.1
"""How much longer the way may have taken than its length says: crossings, a detour."""

UNSEEN_REACH = 50.0
"""Metres of the path to each side that a camera of unknown view may have seen: as far as a usual
fixed camera (see sightlines)."""


@dataclass(frozen=True)
class Window:
    """The time in which somebody can have passed, whole minutes in UTC."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class Journey:
    """A start and a range of speeds, metres per second."""

    started_at: datetime
    slowest: float
    fastest: float

    def window(self, first_m: float, last_m: float) -> Window:
        """When somebody can have been between two places, metres along the path."""
        start = self.started_at + timedelta(seconds=first_m / self.fastest) - PAD
        late = timedelta(seconds=last_m / self.slowest * (1 + PAD_PART))
        end = self.started_at + late + PAD
        return Window(_floor(start), _floor(end + MINUTE - timedelta.resolution))


PRESETS = {"walking": (0.8, 2.5), "cycling": (2.5, 9.0), "driving": (2.5, 25.0)}
"""Slowest and fastest, metres per second."""


def _floor(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)
