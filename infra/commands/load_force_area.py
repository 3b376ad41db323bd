"""Loads the boundary of the area that the force serves, as GeoJSON in WGS84 degrees.

Registrations outside it are turned away and told where to go; without a boundary everything is
taken. Loading again replaces it.
"""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path

from chalicelib.dynamodb.table import Table
from chalicelib.registry.force_area import area_item, from_geojson
from infra.errors import StackError
from infra.target import Target

HELP = "Load the boundary of the area that the force serves (GeoJSON)."


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("file", type=Path, help="a Polygon or MultiPolygon, or features of them")


def run(options: argparse.Namespace, target: Target) -> int:
    """Replaces the boundary."""
    try:
        area = from_geojson(json.loads(options.file.read_text()))
        item = area_item(area, datetime.now(UTC))
    except FileNotFoundError as error:
        raise StackError(f"There is no file {options.file}.") from error
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise StackError(f"{options.file.name} is not an area in GeoJSON: {error}.") from error
    Table(target.client("dynamodb"), target.outputs()["RegistryTable"]).put(item)
    print(f"The force's area has {area.points:,} points, {len(item['geometry']):,} bytes.")
    return 0
