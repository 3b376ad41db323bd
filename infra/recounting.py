"""Makes the counts of sites agree with the pins: after a bulk load, or when they went wrong."""

from __future__ import annotations

from collections.abc import Iterable

from chalicelib.registry.pins import counted, unpack
from chalicelib.table import Table


def recount(table: Table, partitions: Iterable[str]) -> int:
    """Corrects the counts of the map's partitions (the part of a key after `COUNT#`) and gives
    how many were wrong.

    Adds the difference instead of writing the number, so that a registration confirmed
    meanwhile is not forgotten; one confirmed between the two reads can be counted twice until
    the next recount.
    """
    wrong = 0
    for partition in sorted(set(partitions)):
        said = {
            (item["PK"], item["SK"]): int(item["n"]) for item in table.query(f"COUNT#{partition}")
        }
        pins = table.query(f"CELL#{partition}", consistent=True)
        there = counted(unpack(str(item["SK"]), item["v"]) for item in pins)
        for key in said.keys() | there.keys():
            difference = there[key] - said.get(key, 0)
            if difference:
                table.update(*key, add={"n": difference}, when=None)
                wrong += 1
    return wrong
