"""What a search reads and what it costs, ours and dynamodb-geo's, at real postcodes.

    python -m tests.benchmarks.search --postcodes FILE --registrations 200000

FILE is a CSV with latitude and longitude columns (gzip allowed) or the official Code-Point Open
zip. Prints one JSON line per radius and system; all figures are means over the centres, `ratio`
is the ratio of the sums.

read_units: by the AWS rule from real item bytes, eventually consistent; a query that finds
nothing costs half a unit too. ideal_read_units: the matches alone, in one query, as each system
stores them.

reads_before: reads before the search's own queries; there are none. How dense sites are is what
the last searches of the process found: a line starts with nothing known and the circles are all
over the region; cold_ratio is with each search the first of a process.

round_trips: how often one waits for the table, with as many queries at once as a search makes.
plan_ms: the median time of planning one circle. index_bytes: the mean size of an entry as a query
of the index counts it. map_write_units: what the map costs of one registration, and
camera_write_units of one camera described anew: in the index, and counts in a transaction.

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
from math import ceil
from pathlib import Path
from statistics import fmean, median
from typing import Any

from chalicelib.geo.areas import Circle
from chalicelib.geo.geodesy import Point
from chalicelib.registry.map_counts import COUNTED
from chalicelib.registry.site_index import IndexEntry
from chalicelib.search.index_reader import TableIndexReader
from chalicelib.search.parallel_queries import AT_ONCE
from chalicelib.search.site_search import SiteSearch
from tests.benchmarks.canned import CannedTable
from tests.benchmarks.geo_library import LibraryTable
from tests.benchmarks.registrations import centres, postcode_positions, registrations
from tests.support.memory_table import MemoryTable, bytes_of, entry_bytes, read_units

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
RADII = "50,150,500,1500,5000"


class Sightline:
    """Our side."""

    name = "sightline"

    def __init__(self, entries: dict[str, IndexEntry]) -> None:
        self._entries = entries
        self._table = MemoryTable().add(entries.values())
        self._canned = CannedTable(self._table)
        self._bytes = fmean(map(_entry_bytes, entries.values()))

    def measure(self, places: list[Point], radius: float, cpu: bool) -> dict[str, Any]:
        """Sums over the places."""
        circles = [Circle(place, radius) for place in places]
        search = SiteSearch(self._table)
        ideal, totals, trips, times = 0.0, [], 0, []
        with self._table.metered() as (entries, counts):
            for area in circles:
                begin = time.perf_counter()
                planned = len(search.plan(area).ranges)
                times.append(time.perf_counter() - begin)
                trips += ceil(planned / AT_ONCE)
                totals.append(search.search(area, window_from=NOW, now=NOW).total)
        with self._table.metered() as (cold, _):
            for area in circles:
                SiteSearch(self._table).search(area, window_from=NOW, now=NOW)
        for area, total in zip(circles, totals, strict=True):
            ideal += self._ideal(area, total)
        return {
            "queries": entries.queries,
            "round_trips": trips,
            "reads_before": counts.queries,
            "items_read": entries.items,
            "items_matched": sum(totals),
            "read_units": entries.units,
            "ideal_read_units": ideal,
            "cold_read_units": cold.units,
            "plan_ms": median(times) * 1000 * len(places),
            "index_bytes": self._bytes * len(places),
            "map_write_units": (units(self._bytes) + 2 * len(COUNTED)) * len(places),
            "camera_write_units": units(self._bytes) * len(places),
            **(self._cpu(places, radius) if cpu else {}),
        }

    def _ideal(self, area: Circle, total: int) -> float:
        found = self._matches(area)
        assert len(found) == total, "the search and brute force disagree"
        return read_units(sum(map(_entry_bytes, found)))

    def _matches(self, area: Circle) -> list[IndexEntry]:
        find, bounds = area.finder(), area.bounds
        south, north = bounds.south * 1e6, bounds.north * 1e6
        west, east = bounds.west * 1e6, bounds.east * 1e6
        return [
            entry
            for entry in self._entries.values()
            if south <= entry.latitude_e6 <= north
            and west <= entry.longitude_e6 <= east
            and find(entry.latitude_e6, entry.longitude_e6) is not None
        ]

    def _cpu(self, places: list[Point], radius: float) -> dict[str, float]:
        """Seconds for all places, ours and the bare query's, by turns."""
        search = SiteSearch(TableIndexReader(self._canned.client, "registry"))
        turns = 5 if radius <= 500 else 2
        ours = bare = 0.0
        for place in places:
            area = Circle(place, radius)
            ranges = search.plan(area).ranges
            pages = (page for where in ranges for page in self._table.entry_pages(where))
            read = [stored for page in pages for stored in page]
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

    def __init__(self, entries: dict[str, IndexEntry]) -> None:
        self._table = LibraryTable(entries.values())
        self._entries = entries

    def measure(self, places: list[Point], radius: float, cpu: bool) -> dict[str, Any]:
        """Sums over the places; no processor time."""
        meter = self._table.meter
        begin = (meter.queries, meter.items, meter.units)
        matched, ideal = 0, 0.0
        for place in places:
            found = self._table.within(place, radius)
            matched += len(found)
            ideal += self._table.ideal_units(self._entries[site] for site in found)
        end = (meter.queries, meter.items, meter.units)
        queries, items, units = (b - a for a, b in zip(begin, end, strict=True))
        return {
            "queries": queries,
            "items_read": items,
            "items_matched": matched,
            "read_units": units,
            "ideal_read_units": ideal,
        }


def _entry_bytes(entry: IndexEntry) -> int:
    item = entry.attributes()
    key = f"SITE#{entry.site_id}"
    return entry_bytes(str(item["cell"]), str(item["h3"]), key, bytes_of(item["v"]))


def units(size: float) -> int:
    """What writing so many bytes to the index costs, by the AWS rule: one unit for each 1 KB."""
    return ceil(size / 1024)


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
    entries = {entry.site_id: entry for entry in made}
    places = centres(positions, options.centres, options.seed)
    systems: list[type[Sightline] | type[Library]] = [Sightline, Library]
    for system in systems:
        if options.only not in (None, system.name):
            continue
        table = system(entries)
        for radius in map(float, options.radii.split(",")):
            sums = table.measure(places, radius, not options.no_cpu)
            print(line(system.name, len(entries), radius, len(places), sums), flush=True)


if __name__ == "__main__":
    main()
