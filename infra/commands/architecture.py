"""Draws the rooms in docs/architecture.md from what the modules of chalicelib really import."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from infra.paths import ROOT

DOCUMENT = ROOT / "docs" / "architecture.md"
HOUSE = ROOT / "chalicelib"

Needs = dict[str, set[str]]
"""For each room the other rooms that its modules import."""


def imported_modules(source: str) -> Iterator[str]:
    """Find every module that a file imports: at the top, inside a function, or for types alone."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room_modules() -> dict[str, list[Path]]:
    """Find the modules of each room: of a package, or a file at the top of chalicelib."""
    found: dict[str, list[Path]] = {}
    for path in sorted(HOUSE.rglob("*.py")):
        if path != HOUSE / "__init__.py":
            room = path.relative_to(HOUSE).with_suffix("").parts[0]
            found.setdefault(room, []).append(path)
    return found


def room_imports(rooms: Mapping[str, list[Path]]) -> Needs:
    """Find which other rooms each room imports from."""
    found: Needs = {}
    for room, paths in rooms.items():
        names = {name for path in paths for name in imported_modules(path.read_text())}
        others = {name.split(".")[1] for name in names if name.startswith("chalicelib.")}
        found[room] = (others & set(rooms)) - {room}
    return found


def rooms_by_floor(needed: Needs) -> list[list[str]]:
    """Sort the rooms into floors: those of one floor import only from floors below it. Raises
    ValueError when rooms import each other in a circle."""
    floors: list[list[str]] = []
    placed: set[str] = set()
    while len(placed) < len(needed):
        floor = sorted(room for room in needed if room not in placed and needed[room] <= placed)
        if not floor:
            raise ValueError(f"in a circle: {', '.join(sorted(set(needed) - placed))}")
        floors.append(floor)
        placed |= set(floor)
    return floors


def direct_imports(needed: Needs) -> Needs:
    """Leave out the imports that a longer way implies, so that the drawing can be read."""
    below: Needs = {}
    for floor in rooms_by_floor(needed):
        for room in floor:
            below[room] = needed[room].union(*(below[other] for other in needed[room]))
    return {
        room: {one for one in others if not any(one in below[other] for other in others)}
        for room, others in needed.items()
    }


def draw_rooms() -> str:
    """Draw a Mermaid graph: an arrow goes from a room to a room that it imports from."""
    needed = room_imports(room_modules())
    arrows = direct_imports(needed)
    lines = ["```mermaid", "graph TD"]
    for floor in reversed(rooms_by_floor(needed)):
        for room in floor:
            lines.append(f"    {room}")
            lines += [f"    {room} --> {other}" for other in sorted(arrows[room])]
    return "\n".join([*lines, "```"])


def room_table() -> str:
    """Make a table of the rooms: floor, number of modules, and the rooms they import from."""
    rooms = room_modules()
    needed = room_imports(rooms)
    lines = ["| floor | room | modules | imports from |", "|---|---|---|---|"]
    for number, floor in enumerate(rooms_by_floor(needed)):
        for room in floor:
            count = sum(path.name != "__init__.py" for path in rooms[room])
            others = ", ".join(sorted(needed[room])) or "nothing"
            lines.append(f"| {number} | `{room}` | {count} | {others} |")
    return "\n".join(lines)


def room_paragraphs() -> str:
    """List each room, and each room within it, with the docstring of its `__init__.py`."""
    rooms = room_modules()
    lines = []
    for room in (room for floor in rooms_by_floor(room_imports(rooms)) for room in floor):
        own = [path for path in rooms[room] if path.name == "__init__.py"] or rooms[room]
        for path in own:
            place = path.parent if path.name == "__init__.py" else path
            said = ast.get_docstring(ast.parse(path.read_text())) or ""
            within = "" if len(place.relative_to(HOUSE).parts) == 1 else "  "
            words = re.sub(r"\s+", " ", said)
            lines.append(f"{within}- **`{place.relative_to(ROOT)}`**: {words}")
    return "\n".join(lines)


SECTIONS = {"drawing": draw_rooms, "table": room_table, "rooms": room_paragraphs}
"""What is written between `<!-- begin NAME -->` and `<!-- end NAME -->` in the page, by name."""


def document() -> str:
    """Make the whole page: the stored text with the sections of SECTIONS made again."""
    page = DOCUMENT.read_text()
    for name, make in SECTIONS.items():
        begin, end = f"<!-- begin {name} -->\n", f"\n<!-- end {name} -->"
        before, _, rest = page.partition(begin)
        _, found, after = rest.partition(end)
        if not found:
            raise ValueError(f"{DOCUMENT.name} has no section {name}")
        page = f"{before}{begin}{make()}{end}{after}"
    return page


if __name__ == "__main__":
    DOCUMENT.write_text(document())
