"""The timeline of the coverage page, as numbers for an SVG. Pure.

Positions are per cent of the width, so that the bars stretch and the letters do not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.core.formatting import local_time
from chalicelib.core.local_times import moments_of, wall_clock
from chalicelib.requests.coverage.coverage import Coverage, CoverageSegment

_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440)  # minutes between marks
_MOST_MARKS = 6


@dataclass(frozen=True)
class TimelineBar:
    """A stretch of time on a lane: its left edge and its width, in per cent of the whole."""

    x: float
    width: float


@dataclass(frozen=True)
class TimelineLane:
    """One line of the timeline: its name, its bars and how many minutes they cover."""

    name: str
    look: str
    bars: tuple[TimelineBar, ...]
    minutes: float


@dataclass(frozen=True)
class TimelineMark:
    """A time written below the timeline. anchor: which end of its text stands at x."""

    x: float
    text: str
    anchor: str


def lanes_of(coverage: Coverage) -> list[TimelineLane]:
    """Lanes for what covers each minute and for gaps. Every lane is empty between the windows that
    were asked for."""
    return [
        _lane(
            "Looked at, nothing seen", "checked", coverage, lambda segment: bool(segment.checked)
        ),
        _lane("Footage kept", "held", coverage, lambda segment: bool(segment.held)),
        _lane(
            "Possibly covered: view not known",
            "possible",
            coverage,
            lambda segment: bool(segment.possible),
        ),
        _lane("Not covered", "gap", coverage, lambda segment: not segment.covered),
    ]


def _lane(
    name: str, look: str, coverage: Coverage, on: Callable[[CoverageSegment], bool]
) -> TimelineLane:
    """A lane of the coverage's segments that `on` accepts, adjoining ones joined to one bar."""
    spans: list[tuple[datetime, datetime]] = []
    for segment in coverage.segments:
        if not on(segment):
            continue
        if spans and spans[-1][1] == segment.start:
            spans[-1] = (spans[-1][0], segment.end)
        else:
            spans.append((segment.start, segment.end))
    start, end = coverage.window
    bars = tuple(
        TimelineBar(_share(a, start, end), _share(b, a, a + (end - start))) for a, b in spans
    )
    minutes = sum((b - a) / timedelta(minutes=1) for a, b in spans)
    return TimelineLane(name, look, bars, minutes)


def marks_of(window: Sequence[datetime], zone: str) -> list[TimelineMark]:
    """Marks at round local times along the window; the first mark of a new day names the day. A
    time that clocks skipped has no mark, and one that they showed twice has two."""
    start, end = window
    minutes = (end - start) / timedelta(minutes=1)
    step = next((s for s in _STEPS if minutes / s < _MOST_MARKS), _STEPS[-1])
    found, day = [], wall_clock(start, zone).date()
    for moment in _rounds(start, end, step, zone):
        at = wall_clock(moment, zone)
        text = local_time(moment, zone, "clock") if at.date() == day else f"{at.day} {at:%b}"
        day = at.date()
        x = _share(moment, start, end)
        found.append(TimelineMark(x, text, "start" if x < 8 else "end" if x > 92 else "middle"))
    return found


def _rounds(start: datetime, end: datetime, step: int, zone: str) -> list[datetime]:
    """The moments within the window at which clocks show a multiple of `step` minutes since
    midnight, in order."""
    first, last = sorted((wall_clock(start, zone), wall_clock(end, zone)))
    at = first.replace(hour=0, minute=0, second=0, microsecond=0)
    found: list[datetime] = []
    # A day more: before the clocks went back they showed later times than at the end.
    while at <= last + timedelta(days=1):
        found += [moment for moment in moments_of(at, zone) if start <= moment <= end]
        at += timedelta(minutes=step)
    return sorted(found)


def _share(moment: datetime, start: datetime, end: datetime) -> float:
    begin = start.timestamp()
    return round((moment.timestamp() - begin) / (end.timestamp() - begin) * 100, 3)
