"""Loads postcodes into their store: Code-Point Open, NSPL or ONSPD as they are downloaded, the file
of doogal.co.uk, or a CSV of postcodes or ZIP codes, as they are written in the stage's country.

Everything is read and compared with the table before anything is written. Postcodes in the files
are added or corrected; stored postcodes that the files do not have stay. With --replace, these are
removed from the postal areas that are in the files (the letters a postcode begins with, or the
first digit of a ZIP code). The command can be stopped and started again at any time.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any

from tqdm import tqdm

from chalicelib.core.countries import COUNTRIES
from chalicelib.dynamodb.table import BATCH, Item, Table, decode_item
from chalicelib.registry.gazetteer.sector_centres import (
    CENTRES,
    SectorCentre,
    centres_item,
    postal_area,
    read_centres,
)
from chalicelib.registry.postcodes import sector_item, sector_key, unpack_sector
from infra.deployment.target import Target
from infra.errors import StackError
from infra.geodata.postcode_files import postcode_files
from infra.geodata.postcode_merge import Gathered, MergePlan, plan, sample_of
from infra.geodata.postcode_rows import Findings

HELP = "Load postcodes (Code-Point Open, NSPL, ONSPD, or a CSV of postcodes or ZIP codes)."

WORKERS = 8
FAR_M = 2_000
"""Metres. A postcode that moves farther than this is reported."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments to its parser."""
    parser.add_argument(
        "file",
        type=Path,
        help="the download as it is, or a CSV with postcode (or zip), latitude and longitude",
    )
    parser.add_argument(
        "--replace",
        action="store_true",
        help="remove what the files do not have from the postal areas that they have",
    )
    parser.add_argument(
        "--dry-run",
        action="store_true",
        help="say what would change, and change nothing",
    )


def run(options: argparse.Namespace, target: Target) -> int:
    """Load what is new or different. Returns 0 also when there were bad rows, which it prints."""
    replace = getattr(options, "replace", False)
    outputs = target.outputs()
    client = target.client("dynamodb")
    table = Table(client, outputs["RegistryTable"])
    findings, gathered = Findings(), Gathered()
    files = postcode_files(options.file, COUNTRIES[outputs["Country"]])
    for file in files:
        rows = tqdm(file.read(findings), desc=file.name, unit=" postcodes", disable=None)
        gathered.add(rows)
    _check(options.file.name, findings, gathered, replace=replace)
    wanted = set(gathered.sectors)
    if replace:
        wanted |= set(_sectors_of(client, table.name, gathered.areas))
    planned = plan(gathered, _stored(table, wanted), replace=replace)
    _tell(planned, findings, gathered, replace=replace)
    if getattr(options, "dry_run", False):
        print("Nothing was changed, because of --dry-run.")
        return 0
    _write(table, planned)
    _write_centres(table, planned)
    left_out = f" {findings.left_out:,} bad rows were left out." if findings.left_out else ""
    print(
        f"{gathered.count:,} postcodes in {len(gathered.sectors):,} sectors are in the table."
        f"{left_out}"
    )
    return 0


def _check(name: str, findings: Findings, gathered: Gathered, *, replace: bool) -> None:
    """Print bad rows, and raise StackError when the files cannot be right as they are."""
    for row in findings.shown:
        print(f"  {row}")
    if findings.left_out > len(findings.shown):
        print(f"  … and {findings.left_out - len(findings.shown):,} more")
    if findings.exchanged and findings.exchanged >= gathered.count:
        raise StackError(
            f"Latitude and longitude look exchanged in {findings.exchanged:,} rows of {name}. "
            "Exchange the names of the two columns in its first line. Nothing was changed."
        )
    if not gathered.count and findings.terminated and not findings.left_out:
        raise StackError(
            f"All {findings.terminated:,} postcodes of {name} are terminated. Nothing was changed."
        )
    if not gathered.count:
        raise StackError(f"No row of {name} could be used. Nothing was changed.")
    if replace and findings.unusable:
        raise StackError(
            f"{findings.unusable:,} rows of {name} cannot be read, and --replace would remove "
            "their postcodes. Mend these rows, or load without --replace. Nothing was changed."
        )


def _tell(planned: MergePlan, findings: Findings, gathered: Gathered, *, replace: bool) -> None:
    if findings.terminated:
        print(f"{findings.terminated:,} terminated postcodes are left out.")
    if gathered.box:
        west, south, east, north = (side / 1e6 for side in gathered.box)
        print(
            f"Their positions: latitude {south:.4f} to {north:.4f}, "
            f"longitude {west:.4f} to {east:.4f}."
        )
    removed = f" ({sample_of(planned.removed)})" if planned.removed else ""
    print(
        f"Against the table: {planned.added:,} to add, {planned.changed:,} to change, "
        f"{len(planned.removed):,} to remove{removed}, {planned.same:,} as they are."
    )
    metres, postcode = planned.farthest
    if metres > FAR_M:
        print(f"The farthest move: {postcode}, by {metres / 1000:,.0f} km. Is the file right?")
    if planned.kept and not replace:
        print(
            f"{planned.kept:,} more postcodes of the same sectors are in the table and not in the "
            "file. They stay. With --replace they would go, and with them all that the file does "
            f"not have of the postal areas {sample_of(sorted(gathered.areas))}."
        )


def _sectors_of(client: Any, table: str, areas: frozenset[str]) -> Iterator[str]:
    """List the sectors of some postal areas that the table holds."""
    prefix = sector_key("")[0]
    pages = client.get_paginator("scan").paginate(
        TableName=table,
        FilterExpression="begins_with(PK, :prefix)",
        ExpressionAttributeValues={":prefix": {"S": prefix}},
        ProjectionExpression="PK",
        ConsistentRead=True,
    )
    for page in pages:
        for item in page["Items"]:
            sector = str(decode_item(item)["PK"]).removeprefix(prefix)
            if postal_area(sector) in areas:
                yield sector


def _stored(table: Table, sectors: set[str]) -> dict[str, bytes]:
    """Read the packed units of those sectors that the table holds, by sector."""
    keys = {sector_key(sector): sector for sector in sectors}
    found = table.get_many(keys, attributes=("units",), consistent=True)
    return {keys[key]: bytes(item["units"]) for key, item in found.items()}


def _write(table: Table, planned: MergePlan) -> None:
    items = (
        sector_item(name, unpack_sector(name, units)) for name, units in planned.writes.items()
    )
    with (
        ThreadPoolExecutor(WORKERS) as pool,
        tqdm(total=len(planned.writes), unit=" sectors", desc="Writing", disable=None) as bar,
    ):
        for written in pool.map(table.batch_put, _batches(items)):
            bar.update(written)
        for _ in pool.map(lambda name: table.delete(*sector_key(name)), planned.empties):
            pass


def _write_centres(table: Table, planned: MergePlan) -> None:
    """Write where the sectors lie, for each postal area in which that changed."""
    for area in sorted(set(map(postal_area, planned.centres))):
        stored = table.get(CENTRES, area, consistent=True)
        before = {one.sector: one for one in read_centres(stored)} if stored else {}
        own = {name: one for name, one in planned.centres.items() if postal_area(name) == area}
        after = [one for one in {**before, **own}.values() if one]
        if not after:
            table.delete(CENTRES, area)
        elif sorted(before.values(), key=_name) != sorted(after, key=_name):
            table.put(centres_item(area, after))


def _name(centre: SectorCentre) -> str:
    return centre.sector


def _batches(items: Iterator[Item]) -> Iterator[list[Item]]:
    while batch := list(islice(items, BATCH)):
        yield batch
