"""When somebody set off along a corridor and how fast, from the API's JSON, made clean."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.geo.areas import Area, Corridor
from chalicelib.geo.journeys import PRESETS, Journey
from chalicelib.requests.windows import AHEAD, LONGEST_AGREED
from chalicelib.web.forms import FieldProblem
from chalicelib.web.json_fields import JsonFields, moment, number

NAMES = ("started_at", "speed")

LEAST_KMH, MOST_KMH = 0.5, 300.0
OLDEST = timedelta(days=400)  # as incidents
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_HOW = '{"preset": "walking", "cycling" or "driving"} or {"min_kmh": …, "max_kmh": …}'


def take(fields: JsonFields, body: Mapping[str, Any], area: Area, now: datetime) -> Journey | None:
    """The journey of a search, None when its body has none. Notes what is wrong with
    `started_at`, `speed` or `speed.…`."""
    sent = [name for name in NAMES if body.get(name) is not None]
    if not sent:
        return None
    if not isinstance(area, Corridor):
        for name in sent:
            fields.problem(name, "Only a corridor, the way somebody went, can be timed")
        return None
    started_at = fields.take("started_at", moment("when they set off"), _NEVER)
    speed = body.get("speed")
    _check_speed(fields, speed)
    if any(name.partition(".")[0] in NAMES for name, _ in fields.errors):
        return None
    if started_at > now + AHEAD:
        fields.problem("started_at", "They must have set off in the past")
    elif started_at < now - OLDEST:
        fields.problem("started_at", f"They must have set off in the last {OLDEST.days} days")
    elif isinstance(speed, dict):
        journey = Journey.of(started_at, speed)
        whole = journey.window(0.0, area.length_m)
        if whole.end - whole.start <= LONGEST_AGREED:
            return journey
        fields.problem("speed", "At the slowest, this way takes longer than 7 days")
    return None


def _check_speed(fields: JsonFields, value: Any) -> None:
    if not isinstance(value, dict) or not value:
        fields.problem("speed", f"Give {_HOW}")
    elif "preset" in value:
        preset = value["preset"]
        if len(value) > 1:
            fields.problem("speed", f"Give either {_HOW}")
        elif not isinstance(preset, str) or preset not in PRESETS:
            fields.problem("speed.preset", f"Must be one of {', '.join(PRESETS)}")
    else:
        own = JsonFields(value, ("min_kmh", "max_kmh"))
        slowest, fastest = own.take("min_kmh", _kmh, 0.0), own.take("max_kmh", _kmh, MOST_KMH)
        if slowest > fastest:
            own.problem("max_kmh", "The fastest must not be slower than the slowest")
        fields.errors += [(f"speed.{name}", said) for name, said in own.errors]


def _kmh(value: Any) -> float:
    found = number(value)
    if found is None or not LEAST_KMH <= found <= MOST_KMH:
        raise FieldProblem(f"Give km/h, a number from {LEAST_KMH} to {MOST_KMH:.0f}")
    return found
