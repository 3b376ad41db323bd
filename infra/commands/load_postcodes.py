"""Loads postcodes into their store: Code-Point Open, as it is downloaded from Ordnance Survey, or
a CSV of postcodes or ZIP codes, as they are written in the stage's country.

Can be stopped and started again at any time: files of the download that are in the table already,
by their content, are passed over. A newer edition replaces the one before, and sectors that are no
longer in it go. A sector is written whole: of two files that hold the same one, the later stands.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from tqdm import tqdm

from chalicelib.countries import COUNTRIES
from chalicelib.registry.postcodes import Located, sector_item, sector_of
from chalicelib.table import BATCH, Item, Table
from chalicelib.times import iso_seconds
from infra.errors import StackError
from infra.postcode_files import BadRow, Source, sources
from infra.target import Target

HELP = "Load postcodes (Code-Point Open, or a CSV of postcodes or ZIP codes)."

WORKERS = 8
SHOWN = 20
"""Bad rows that are printed; all are counted."""

FORM = "2"
"""Raise it when what is stored for a sector changes: then everything is loaded anew."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument(
        "file",
        type=Path,
        help="codepo_gb.zip, or a CSV with postcode (or zip), latitude and longitude",
    )


def run(options: argparse.Namespace, target: Target) -> int:
    """Loads every file that is not loaded yet. Returns 0 also with bad rows, which are told."""
    outputs = target.outputs()
    table = Table(target.client("dynamodb"), outputs["RegistryTable"])
    files = sources(options.file, COUNTRIES[outputs["Country"]])
    bad: list[BadRow] = []
    postcodes = sectors = 0
    with (
        ThreadPoolExecutor(WORKERS) as pool,
        tqdm(
            total=sum(file.size for file in files),
            unit="B",
            unit_scale=True,
            desc="Postcodes",
            disable=None,  # where there is no terminal
        ) as bar,
    ):
        for file in files:
            loaded = _load(table, file, bad, pool)
            postcodes, sectors = postcodes + loaded[0], sectors + loaded[1]
            bar.update(file.size)
    for row in bad[:SHOWN]:
        print(f"  {row}")
    if len(bad) > SHOWN:
        print(f"  … and {len(bad) - SHOWN} more")
    if not postcodes and bad:
        raise StackError(f"No row of {options.file.name} could be used.")
    skipped = f" {len(bad):,} bad rows were left out." if bad else ""
    print(f"{postcodes:,} postcodes in {sectors:,} sectors are in the table.{skipped}")
    return 0


def _load(
    table: Table, file: Source, bad: list[BadRow], pool: ThreadPoolExecutor
) -> tuple[int, int]:
    """Loads one file; gives how many postcodes and sectors of it are in the table."""
    content = file.content()
    mark = f"{FORM}.{file.hash(content)}"
    before = table.get("POSTCODES", f"FILE#{file.name}")
    if before and before["content"] == mark:
        return before["postcodes"], len(before["sectors"])
    by_sector: dict[str, list[Located]] = defaultdict(list)
    for located in file.read(content, bad.append):
        by_sector[sector_of(located.postcode)].append(located)
    items = (sector_item(sector, units) for sector, units in by_sector.items())
    for _ in pool.map(table.batch_put, _batches(items)):
        pass
    for sector in set(before["sectors"] if before else ()) - by_sector.keys():
        table.delete(f"POSTCODE#{sector}", "POSTCODES")
    count = sum(len(units) for units in by_sector.values())
    # Last: a file counts as loaded only when all of it is.
    table.put(
        {
            "PK": "POSTCODES",
            "SK": f"FILE#{file.name}",
            "content": mark,
            "postcodes": count,
            "sectors": sorted(by_sector),
            "loaded_at": iso_seconds(datetime.now(UTC)),
        }
    )
    return count, len(by_sector)


def _batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    waiting = iter(items)
    while batch := list(islice(waiting, BATCH)):
        yield batch
