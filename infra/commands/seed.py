"""Makes confirmed registrations at real postcodes, in bulk, for trying things at size.

The same seed and file make the same sites again, so a second run adds nothing and a run that was
stopped is completed by running it again; another seed or file adds to what is there. What this
run makes is listed in seed.csv in the stack's folder: site_id,latitude,longitude,cameras,kind, in
degrees with six decimals, exactly as they are stored. Never run it on a stage with real people.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from tqdm import tqdm

from chalicelib.core.countries import COUNTRIES
from chalicelib.dynamodb.table import BATCH, Item, Table
from chalicelib.registry import records
from chalicelib.registry.model import Owner, Site
from infra.deployment.target import Target
from infra.paths import LOCAL
from infra.records.recounting import Recount, areas_of
from infra.sampling.made_up import make_registrations, read_spots

HELP = "Make confirmed registrations at real postcodes, in bulk."

WORKERS = 8
AT_ONCE = 500
"""Registrations that are held in memory at once, as some 2,500 items."""

LISTED = ("site_id", "latitude", "longitude", "cameras", "kind")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments to its parser."""
    parser.add_argument("--registrations", type=_positive, required=True, metavar="N")
    parser.add_argument(
        "--postcodes",
        type=Path,
        required=True,
        metavar="FILE",
        help="a CSV with latitude and longitude columns (gzip allowed), or the official zip",
    )
    parser.add_argument("--seed", type=int, default=1, help="another one makes other sites (1)")


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def run(options: argparse.Namespace, target: Target) -> int:
    """Write the made-up registrations, correct the map's counts, and list the sites in seed.csv."""
    outputs = target.outputs()
    table = Table(target.client("dynamodb"), outputs["RegistryTable"])
    secret = target.client("secretsmanager").get_secret_value(SecretId=outputs["SecretArn"])
    key = str(json.loads(secret["SecretString"])["key"]).encode()
    country = COUNTRIES[outputs["Country"]]
    where = read_spots(options.postcodes, country)
    made = make_registrations(
        where, options.registrations, options.seed, datetime.now(UTC), country
    )
    path = Path(os.environ.get("SIGHTLINE_STATE", LOCAL)) / "seed.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    positions: set[tuple[int, int]] = set()
    with (
        path.open("w", newline="") as listing,
        ThreadPoolExecutor(WORKERS) as pool,
        tqdm(total=options.registrations, desc="Registrations", disable=None) as bar,
    ):
        rows = csv.writer(listing)
        rows.writerow(LISTED)
        while some := list(islice(made, AT_ONCE)):
            for _ in pool.map(table.batch_put, _batches(some, key)):
                pass
            for _, site in some:
                positions.add((site.latitude_e6, site.longitude_e6))
                rows.writerow(_row(site))
            bar.update(len(some))
    Recount(table).recount_areas(areas_of(positions))
    print(f"{options.registrations:,} registrations are on the map; {path} lists them.")
    return 0


def _batches(some: list[tuple[Owner, Site]], key: bytes) -> Iterator[list[Item]]:
    items = (item for owner, site in some for item in _items(owner, site, key))
    while batch := list(islice(items, BATCH)):
        yield batch


def _items(owner: Owner, site: Site, key: bytes) -> Iterator[Item]:
    """Make every item that confirming a registration writes, except for the counts."""
    yield records.email_item(key, owner)
    yield records.OWNER.item(owner)
    yield records.listed_item(key, site)
    yield records.SITE.item(site)
    for camera in site.cameras:
        yield records.camera_item(site.id, camera)


def _row(site: Site) -> tuple[str, str, str, int, str]:
    return (
        site.id,
        f"{site.latitude_e6 / 1e6:.6f}",
        f"{site.longitude_e6 / 1e6:.6f}",
        len(site.cameras),
        site.property_type.value,
    )
