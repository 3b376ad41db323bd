"""When a person who moved along a path can have passed each part of it.

An owner beside the path is asked for the minutes in which the person can have passed, not for the
whole time. Nobody knows the exact speed, so a journey has a slowest and a fastest. What else is
not known exactly is padded (docs/search.md, "Timed corridor"): the start, the recorder's clock and
the length of the way in this module; a site's position in `sight.path_visibility`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

MINUTE = timedelta(minutes=1)

START_SLACK = 2 * MINUTE
"""How wrong the time may be at which the person is said to have set off."""

CLOCK_SLACK = 3 * MINUTE
"""How wrong a recorder's clock may be: an assumption. A clock that no network sets drifts by 20 to
50 parts in a million, 1.7 to 4.3 seconds a day: three minutes in six to fifteen weeks."""

PAD = START_SLACK + CLOCK_SLACK
"""Time added before and after each window."""

PAD_PART = 0.1
"""The part by which the way may have taken longer than its length says, because of crossings or a
drawn path that cuts corners."""


@dataclass(frozen=True)
class PassingWindow:
    """The time in which a person can have passed a site, in whole minutes in UTC."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class TimedPath:
    """A journey: its start, and its slowest and fastest speed in metres per second, neither 0."""

    started_at: datetime
    slowest: float
    fastest: float

    @classmethod
    def of(cls, started_at: datetime, speed: Mapping[str, Any]) -> TimedPath:
        """Make a journey. speed: as the API takes it, already checked: `preset`, or `min_kmh` and
        `max_kmh`."""
        if "preset" in speed:
            return cls(started_at, *PRESETS[speed["preset"]])
        return cls(started_at, speed["min_kmh"] / 3.6, speed["max_kmh"] / 3.6)

    def window(self, first_m: float, last_m: float) -> PassingWindow:
        """When recorders can show the person between two distances along the path in metres."""
        start = self.started_at + timedelta(seconds=first_m / self.fastest) - PAD
        late = timedelta(seconds=last_m / self.slowest * (1 + PAD_PART))
        end = self.started_at + late + PAD
        return PassingWindow(_floor(start), _floor(end + MINUTE - timedelta.resolution))


PRESETS = {"walking": (0.8, 2.5), "cycling": (2.5, 9.0), "driving": (2.5, 25.0)}
"""Slowest and fastest over the whole way, metres per second; wide, because missing the minutes in
which somebody passed is worse than asking for some more.

walking: people of 65 and over in England walk at 0.8 to 0.9 on average (Asher et al. 2012, Age and
Ageing 41), the fastest walkers of all ages at 2.5 (Bohannon 1997, Age and Ageing 26). Not running.
cycling: 9 to 32 km/h; a cycle route is designed for 20 to 40 (Department for Transport, LTN 1/20,
§5.1), hills and halts make the mean over a way slower.
driving: 9 to 90 km/h; local A roads average 41 in England, 21 in inner London (Department for
Transport, 2019 and 2012). Motorways average 95: somebody on one needs a range.
"""


def _floor(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)
