"""Counts the sites of every H3 cell of the map anew, from the index, and mends what is wrong.

The command is safe while people use the service, and can be stopped and run again at any time:
each area is mended by itself, and only when nothing changed in it while it was counted. Ends with
1 when a count is left wrong: with --check, or in an area that changed each time it was counted.
"""

from __future__ import annotations

import argparse

from chalicelib.dynamodb.table import Table
from chalicelib.geo import h3_cells
from infra.deployment.target import Target
from infra.records.recounting import CorrectedCount, Recount, RecountResult, areas_in_table

HELP = "Make the counts on the map agree with the registered sites."

SHOWN = 20
"""How many wrong counts are named one by one."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments to its parser."""
    parser.add_argument("--check", action="store_true", help="only say what is wrong")
    parser.add_argument("--quiet", action="store_true", help="no progress bar")


def run(options: argparse.Namespace, target: Target) -> int:
    """Recount the sites of all areas, and print which counts were mended."""
    client, name = target.client("dynamodb"), target.outputs()["RegistryTable"]
    areas = areas_in_table(client, name, options.quiet)
    done = Recount(Table(client, name), change=not options.check).recount_areas(
        areas, options.quiet
    )
    print(report_lines(done, options.check))
    return 1 if done.busy or (options.check and done.mended) else 0


def report_lines(done: RecountResult, check: bool) -> str:
    """Write the report of a recount, a line for each of the first SHOWN wrong counts."""
    lines = [_line(each) for each in done.mended[:SHOWN]]
    if len(done.mended) > SHOWN:
        lines.append(f"  and {len(done.mended) - SHOWN:,} more")
    if not done.mended and not done.busy:
        return f"The counts in {done.areas:,} areas are right."
    if done.mended:
        verb = "were" if check else "were mended"
        wrong = (
            f"{len(done.mended):,} counts {verb}{' wrong; nothing was changed' if check else ''}"
        )
        lines.insert(0, f"{wrong}, in {done.areas:,} areas:")
    if done.busy:
        lines.append(f"{done.busy:,} areas changed each time they were counted. Run it again.")
    return "\n".join(lines)


def _line(each: CorrectedCount) -> str:
    middle = h3_cells.cell_centre(each.cell)
    return (
        f"  {each.cell} (resolution {h3_cells.resolution_of(each.cell)}) around "
        f"{middle.latitude:.3f}, {middle.longitude:.3f}: "
        f"{each.said:,} were noted, {each.there:,} are there"
    )
