"""A chain compared with the locked copies of its entries. Pure.

The hashes of a chain show what was changed by somebody who could not make them anew, and the copies
show what was changed by somebody who could. All that differs is named: which entry, and which field
of it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from chalicelib.core.times import iso_seconds, parse_iso
from chalicelib.dynamodb.table import Item
from chalicelib.integrity.record_copies import ROW, RecordCopy, copy_digest, entry_place

STREAM_LAG = timedelta(minutes=10)
"""How long an entry may be without a copy before it counts as lost by the stream."""
STREAM_KEEPS = timedelta(hours=25)
"""A stream keeps what it tells for a day: what comes by it later than that was backdated."""
CLOCKS_DIFFER = timedelta(minutes=10)
_OF_THE_CHAIN = frozenset({"PK", "SK", "previous", "sequence", "hash"})
_MOST_NAMED = 20


@dataclass
class Comparison:
    """What the comparison of a chain with its copies found.

    problems: what is not as it was written, in words, in the order of entries. notes: what was
    changed once and is as it was written again. lost: entries without a copy that should have one,
    and waiting: those that are so new that the stream may still tell of them.
    """

    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    lost: list[Item] = field(default_factory=list)
    waiting: int = 0


def compare_with_copies(
    entries: Sequence[Item],
    copies: Iterable[RecordCopy],
    read: Callable[[RecordCopy], Mapping[str, Any]],
    now: datetime,
) -> Comparison:
    """Compare the entries of one chain, as the table holds them, with all that is kept of it.

    read: reads a copy; called only for entries that differ.
    """
    found = Comparison()
    stored = {entry_place(str(entry["SK"])): entry for entry in entries}
    kept: dict[str, list[RecordCopy]] = {}
    for copy in copies:
        kept.setdefault(copy.place, []).append(copy)
    row_removals = kept.pop(ROW, [])
    gone: list[str] = []
    changed: list[tuple[str, Item, RecordCopy]] = []
    for place in sorted(stored.keys() | kept.keys()):
        entry, known = stored.get(place), kept.get(place, [])
        first = next((copy for copy in known if copy.digest), None)
        if entry is None:
            gone.append(place)
        elif not known:
            _note_uncopied(found, entry, now)
        elif first is None:
            found.problems.append(f"{_named(place)} was removed and put there again")
        elif copy_digest(entry) != first.digest:
            changed.append((place, entry, first))
        else:
            _check_times(found, entry, first)
            if len(known) > 1 and any(one.digest != first.digest for one in known):
                when = iso_seconds(next(c.at for c in known if c.digest != first.digest))
                found.notes.append(
                    f"{_named(place)} was changed or removed at {when}, and is as it was written"
                )
    found.problems += _missing(gone, whole=not stored)
    found.problems += _changed(changed, read)
    if row_removals:
        found.notes.append(f"its row was removed at {iso_seconds(row_removals[0].at)}")
    return found


def _note_uncopied(found: Comparison, entry: Item, now: datetime) -> None:
    said = _time(entry)
    if said is not None and now - said < STREAM_LAG:
        found.waiting += 1
    else:
        found.lost.append(entry)


def _check_times(found: Comparison, entry: Item, first: RecordCopy) -> None:
    """Threat: an entry is added to a chain of old, with good hashes and a time of old."""
    said, name = _time(entry), _named(first.place)
    if said is None:
        found.problems.append(f"{name} does not say when it was written")
    elif said > first.at + CLOCKS_DIFFER or (not first.late and first.at - said > STREAM_KEEPS):
        found.problems.append(
            f"{name} says that it was written at {iso_seconds(said)}, "
            f"and was written at {iso_seconds(first.at)}"
        )


def _missing(places: Sequence[str], *, whole: bool) -> list[str]:
    if not places:
        return []
    if whole:
        return [f"all of its entries were removed ({len(places)})"]
    return [f"{_named(place)} was written and is missing" for place in places[:_MOST_NAMED]] + (
        [f"{len(places) - _MOST_NAMED} more entries are missing"]
        if len(places) > _MOST_NAMED
        else []
    )


def _changed(
    changed: Sequence[tuple[str, Item, RecordCopy]],
    read: Callable[[RecordCopy], Mapping[str, Any]],
) -> list[str]:
    """Name the fields in which entries differ from their copies, or that entries were moved."""
    named = changed[:_MOST_NAMED]
    written = {place: read(first) for place, _, first in named}
    said = []
    for place, entry, first in named:
        moved = next(
            (
                other
                for other, copy in written.items()
                if other != place and _content(copy) == _content(entry)
            ),
            "",
        )
        if moved:
            said.append(f"{_named(place)} is what was written as {_named(moved)}")
        else:
            fields = " and ".join(differing_fields(entry, written[place]))
            said.append(
                f"{_named(place)} is not as it was written at {iso_seconds(first.at)}: "
                f"{fields} {'differs' if ' and ' not in fields else 'differ'}"
            )
    if len(changed) > _MOST_NAMED:
        said.append(f"{len(changed) - _MOST_NAMED} more entries are not as they were written")
    return said


def differing_fields(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """Name the fields in which two entries differ. Of details, which are JSON text, each one is
    named; the chain's own fields only where nothing else differs, as they follow from the rest."""
    names = {name for name in one.keys() | other.keys() if one.get(name) != other.get(name)}
    names = names - _OF_THE_CHAIN or names
    if "details" in names:
        before, after = _details(one), _details(other)
        inner = {
            f"details.{n}" for n in before.keys() | after.keys() if before.get(n) != after.get(n)
        }
        names = names - {"details"} | (inner or {"details"})
    return sorted(names)


def _details(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        found = json.loads(str(entry.get("details") or "{}"))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _content(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if name not in _OF_THE_CHAIN}


def _time(entry: Item) -> datetime | None:
    try:
        return parse_iso(str(entry.get("at")))
    except ValueError:
        return None


def _named(place: str) -> str:
    return f"entry {int(place)}" if place.isdigit() else "an item that is no entry"
