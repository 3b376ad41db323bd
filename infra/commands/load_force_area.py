"""Loads the boundary of the area that the force serves: GeoJSON, KML or KMZ.

Several features or polygons are taken together. Registrations outside of the area are refused and
told where to go; without a boundary, every place in the country is accepted. The file is read and
checked before it replaces the boundary that was loaded before.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from chalicelib.core.countries import COUNTRIES
from chalicelib.dynamodb.table import Table
from chalicelib.registry.force_area import ForceArea, area_item
from infra.deployment.target import Target
from infra.errors import StackError
from infra.geodata.boundary_checks import checked_area, square_km
from infra.geodata.boundary_files import read_boundary

HELP = "Load the boundary of the area that the force serves (GeoJSON or KML)."

SHOWN = 10
"""How many features without an area are named; all of them are counted."""

Box = tuple[float, float, float, float]


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments to its parser."""
    parser.add_argument("file", type=Path, help="polygons in GeoJSON, KML or KMZ, WGS84 degrees")
    parser.add_argument("--dry-run", action="store_true", help="check the file, and change nothing")


def run(options: argparse.Namespace, target: Target) -> int:
    """Check the new boundary, and replace the stored one. Raises StackError when it is wrong."""
    outputs = target.outputs()
    table = Table(target.client("dynamodb"), outputs["RegistryTable"])
    try:
        boundary = read_boundary(options.file)
        area = checked_area(boundary, COUNTRIES[outputs["Country"]])
        item = area_item(area, datetime.now(UTC))
    except (FileNotFoundError, IsADirectoryError) as error:
        raise StackError(f"There is no file {options.file}.") from error
    except ValueError as error:
        raise StackError(
            f"{options.file.name} is not an area in GeoJSON or KML: {error}. Nothing was changed."
        ) from error
    for said in boundary.left_out[:SHOWN]:
        print(f"  Left out: {said}.")
    if len(boundary.left_out) > SHOWN:
        print(f"  … and {len(boundary.left_out) - SHOWN:,} more")
    before = ForceArea(table, lambda: datetime.now(UTC)).bounds()
    if before:
        print(f"The area until now: {_words(before)}.")
    print(
        f"The area in the file: {_words(area.bounds)}; {len(area.polygons):,} polygons, "
        f"{square_km(area):,.0f} km²."
    )
    if before and not _meet(before, area.bounds):
        print("The two have nothing in common. Is this the right file?")
    if getattr(options, "dry_run", False):
        print("Nothing was changed, because of --dry-run.")
        return 0
    table.put(item)
    print(f"The force's area has {area.points:,} points, {len(item['geometry']):,} bytes.")
    return 0


def _words(box: Box) -> str:
    west, south, east, north = box
    return f"latitude {south:.4f} to {north:.4f}, longitude {west:.4f} to {east:.4f}"


def _meet(one: Box, other: Box) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]
