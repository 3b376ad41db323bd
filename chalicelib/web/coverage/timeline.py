"""The bar of minutes on the coverage page, as numbers for an SVG. Pure.

Positions are per cent of the width, so that the bar stretches and its letters do not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.requests.coverage.coverage import Coverage, CoverageSegment

_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440)  # minutes between marks
_MOST_MARKS = 6


@dataclass(frozen=True)
class TimelineBar:
    """A stretch on a lane, per cent from the left."""

    x: float
    width: float


@dataclass(frozen=True)
class TimelineLane:
    """One line of the bar."""

    name: str
    look: str
    bars: tuple[TimelineBar, ...]
    minutes: float


@dataclass(frozen=True)
class TimelineMark:
    """A time below the bar. anchor: which end of its letters stands there."""

    x: float
    text: str
    anchor: str


def lanes_of(coverage: Coverage) -> list[TimelineLane]:
    """What covers each minute, and what nothing covers. Between the spans every lane is empty."""
    return [
        _lane(
            "Looked at, nothing seen", "checked", coverage, lambda segment: bool(segment.checked)
        ),
        _lane("Footage kept", "held", coverage, lambda segment: bool(segment.held)),
        _lane(
            "Only possible: view not known",
            "possible",
            coverage,
            lambda segment: bool(segment.possible),
        ),
        _lane("Nothing covers it", "gap", coverage, lambda segment: not segment.covered),
    ]


def _lane(
    name: str, look: str, coverage: Coverage, on: Callable[[CoverageSegment], bool]
) -> TimelineLane:
    """The segments that count, neighbours as one."""
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
    """Round local times along the window; a new day is said where it begins."""
    start, end = (moment.astimezone(ZoneInfo(zone)) for moment in window)
    minutes = (end - start) / timedelta(minutes=1)
    step = next((s for s in _STEPS if minutes / s < _MOST_MARKS), _STEPS[-1])
    found, day = [], start.date()
    for moment in _rounds(start, end, step):
        text = f"{moment:%H:%M}" if moment.date() == day else f"{moment.day} {moment:%b}"
        day = moment.date()
        x = _share(moment, start, end)
        found.append(TimelineMark(x, text, "start" if x < 8 else "end" if x > 92 else "middle"))
    return found


def _rounds(start: datetime, end: datetime, step: int) -> Iterable[datetime]:
    """Multiples of the step since local midnight. The wall clock's own arithmetic: on the day
    that clocks change, marks stay at round times."""
    at = start.replace(hour=0, minute=0, second=0, microsecond=0)
    while at <= end:
        if at >= start:
            yield at
        at += timedelta(minutes=step)


def _share(moment: datetime, start: datetime, end: datetime) -> float:
    # By the world's time: the local clock may be put back within the window.
    begin = start.timestamp()
    return round((moment.timestamp() - begin) / (end.timestamp() - begin) * 100, 3)
