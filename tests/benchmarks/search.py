"""What a search reads and what it costs, ours and dynamodb-geo's, at real postcodes.

    python -m tests.benchmarks.search --postcodes FILE --registrations 200000

FILE is a CSV with latitude and longitude columns (gzip allowed) or the official Code-Point Open
zip. Prints one JSON line per radius and system; all figures are means over the centres, `ratio`
is the ratio of the sums.

read_units: by the AWS rule from real item bytes, eventually consistent; a query that finds
nothing costs half a unit too. ideal_read_units: the matches alone, in one query, as each system
stores them.

Counts of pins steer our planner; each process keeps them for a while. What reading them took is
told apart: count_read_units and count_queries are means over the line, which starts with nothing
known and keeps what it reads; ratio is without them, as for a process that knows the area.
cold_ratio is with them, and each search is the first of a process that knows nothing.

cpu_ms: processor time of a whole search by a real boto3 client (see canned.py): planning,
queries, decoding, filtering, sorting, results. bare_query_cpu_ms: one bare Query (every page)
of the same client that returns the items which our search read, and nothing done with them.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from chalicelib.geo.areas import Circle
from chalicelib.geo.earth import Point
from chalicelib.registry.pin_reader import TablePinReader
from chalicelib.registry.pins import Pin
from chalicelib.registry.search import SiteSearch
from tests.benchmarks.canned import CannedTable
from tests.benchmarks.geo_library import LibraryTable
from tests.benchmarks.registrations import centres, postcode_positions, registrations
from tests.support.memory_table import MemoryTable, item_bytes, read_units

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
RADII = "50,150,500,1500,5000"


class Sightline:
    """Our side."""

    name = "sightline"

    def __init__(self, pins: dict[str, Pin]) -> None:
        self._pins = pins
        self._table = MemoryTable().add(pins.values())
        self._canned = CannedTable(self._table)

    def measure(self, places: list[Point], radius: float, cpu: bool) -> dict[str, Any]:
        """Sums over the places."""
        circles = [Circle(place, radius) for place in places]
        search = SiteSearch(self._table)
        ideal = 0.0
        with self._table.metered() as (pins, counts):
            totals = [search.search(area, window_from=NOW, now=NOW).total for area in circles]
        with self._table.metered() as (cold_pins, cold_counts):
            for area in circles:
                SiteSearch(self._table).search(area, window_from=NOW, now=NOW)
        for area, total in zip(circles, totals, strict=True):
            ideal += self._ideal(area, total)
        return {
            "queries": pins.queries,
            "items_read": pins.items,
            "items_matched": sum(totals),
            "read_units": pins.units,
            "ideal_read_units": ideal,
            "count_queries": counts.queries,
            "count_read_units": counts.units,
            "cold_read_units": cold_pins.units + cold_counts.units,
            **(self._cpu(places, radius) if cpu else {}),
        }

    def _ideal(self, area: Circle, total: int) -> float:
        found = self._matches(area)
        assert len(found) == total, "the search and brute force disagree"
        return read_units(sum(_pin_bytes(pin) for pin in found))

    def _matches(self, area: Circle) -> list[Pin]:
        find, bounds = area.finder(), area.bounds
        south, north = bounds.south * 1e6, bounds.north * 1e6
        west, east = bounds.west * 1e6, bounds.east * 1e6
        return [
            pin
            for pin in self._pins.values()
            if south <= pin.latitude_e6 <= north
            and west <= pin.longitude_e6 <= east
            and find(pin.latitude_e6, pin.longitude_e6) is not None
        ]

    def _cpu(self, places: list[Point], radius: float) -> dict[str, float]:
        """Seconds for all places, ours and the bare query's, by turns."""
        search = SiteSearch(TablePinReader(self._canned.client, "registry"))
        turns = 5 if radius <= 500 else 2
        ours = bare = 0.0
        for place in places:
            area = Circle(place, radius)
            ranges = search.plan(area, NOW).ranges
            read = [(w.partition, sk, v) for w in ranges for sk, v in self._table.pins(w)]
            self._canned.serve_alone(read)
            ours += self._least(partial(search.search, area, window_from=NOW, now=NOW), turns)
            bare += self._least(self._canned.query_alone, turns)
        search.close()
        return {"cpu_ms": ours * 1000, "bare_query_cpu_ms": bare * 1000}

    def _least(self, call: Callable[[], Any], turns: int) -> float:
        """Processor seconds of a call without those of the table in memory."""
        found = []
        for _ in range(turns):
            self._canned.seconds, begin = 0.0, time.process_time()
            call()
            found.append(time.process_time() - begin - self._canned.seconds)
        return min(found)


class Library:
    """dynamodb-geo's side."""

    name = "dynamodb-geo"

    def __init__(self, pins: dict[str, Pin]) -> None:
        self._table = LibraryTable(pins.values())
        self._pins = pins

    def measure(self, places: list[Point], radius: float, cpu: bool) -> dict[str, Any]:
        """Sums over the places; no processor time."""
        meter = self._table.meter
        begin = (meter.queries, meter.items, meter.units)
        matched, ideal = 0, 0.0
        for place in places:
            found = self._table.within(place, radius)
            matched += len(found)
            ideal += self._table.ideal_units(self._pins[site] for site in found)
        end = (meter.queries, meter.items, meter.units)
        queries, items, units = (b - a for a, b in zip(begin, end, strict=True))
        return {
            "queries": queries,
            "items_read": items,
            "items_matched": matched,
            "read_units": units,
            "ideal_read_units": ideal,
        }


def _pin_bytes(pin: Pin) -> int:
    return item_bytes(next(pin.items()))


def line(system: str, registrations: int, radius: float, places: int, sums: dict[str, Any]) -> str:
    """One line of the answer, from the sums over the places."""
    found: dict[str, Any] = {
        "system": system,
        "registrations": registrations,
        "radius_m": int(radius) if radius == int(radius) else radius,
        "centres": places,
    }
    found |= {name: round(value / places, 3) for name, value in sums.items()}
    found["ratio"] = round(sums["read_units"] / sums["ideal_read_units"], 3)
    if "cold_read_units" in sums:
        found["cold_ratio"] = round(sums["cold_read_units"] / sums["ideal_read_units"], 3)
    if "cpu_ms" in sums:
        found["cpu_ratio"] = round(sums["cpu_ms"] / sums["bare_query_cpu_ms"], 3)
    return json.dumps(found)


def main() -> None:
    """Prints the lines."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--postcodes", type=Path, required=True, metavar="FILE")
    parser.add_argument("--registrations", type=int, required=True, metavar="N")
    parser.add_argument("--radii", default=RADII, metavar="M,M,…")
    parser.add_argument("--centres", type=int, default=60, metavar="N")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=("sightline", "dynamodb-geo"))
    parser.add_argument("--no-cpu", action="store_true", help="leave out processor time")
    options = parser.parse_args()
    positions = postcode_positions(options.postcodes)
    made = registrations(positions, options.registrations, options.seed)
    pins = {pin.site_id: pin for pin in made}
    places = centres(positions, options.centres, options.seed)
    systems: list[type[Sightline] | type[Library]] = [Sightline, Library]
    for system in systems:
        if options.only not in (None, system.name):
            continue
        table = system(pins)
        for radius in map(float, options.radii.split(",")):
            sums = table.measure(places, radius, not options.no_cpu)
            print(line(system.name, len(pins), radius, len(places), sums), flush=True)


if __name__ == "__main__":
    main()
