"""How many wrong programs the unit tests notice: `make bench` tries a hundred, chosen at random.

`python -m tests.benchmarks.mutation [--mutants 100] [--seed 1] [--write]` prints a JSON line for
each mutant that survived and one for the whole. With --write it also writes
docs/benchmarks-mutation.md.

A mutant is the program with one change: a comparison, an operator, a number, a condition or what a
function returns. It is killed when a unit test fails, or when the tests never end. Those of the
mirrored folder run first, and all others only when these notice nothing. The changes are made in a
copy of the checkout.

cosmic-ray makes the changes, because it is maintained, lets one choose them, and also changes
constants of modules and classes, which mutmut leaves alone: that is where deadlines are. What it
cannot do is `ReturnReplacer`. Its own runner is not used: it would run all tests for each mutant.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from itertools import islice
from pathlib import Path
from typing import Any

from cosmic_ray.ast import get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.boolean_replacer import AddNot
from cosmic_ray.operators.operator import Example, Operator
from cosmic_ray.plugins import get_operator
from parso import parse

from infra.errors import told
from infra.paths import ROOT

LIMIT = 0.93
PAGE = ROOT / "docs" / "benchmarks-mutation.md"
HEAD = """# How many wrong programs the unit tests notice

`make bench` changes one thing in a module with rules of its own (a comparison, an operator, a
number, a condition, or what a function returns), runs the unit tests alone, and counts how often
one of them fails. At least 93 of 100 have to. `python -m tests.benchmarks.mutation --help` says
which modules these are, and which are tried against the emulator instead.

Every seed chooses other mutants, of about 5,000:

| seed | mutants | killed |
| --- | --- | --- |"""
MOST_CPU_S = 600
"""Processor time of one run of all unit tests, which take a minute and a half: however busy the
machine is, whoever needs more never ends."""

DOMAIN = (
    "core",
    "geo",
    "cameras",
    "registry",
    "search",
    "incidents",
    "requests",
    "evidence",
    "access",
    "notifications",
)
"""The rooms that have rules of their own."""

HELD_BY_STACK_TESTS = {
    "access": "audit audit_statistics officer_profiles officers",
    "registry": "email_change owner_changes owner_sign_in registration store text_message_opt_in",
    "incidents": "message_templates search_history search_service service",
    "notifications": "channels",
    "requests": "overviews request_service store",
    "requests/closing": "closing_notices service termination",
    "requests/coverage": "answer_history",
    "requests/digest": "officer_digest",
    "requests/recipients": "contact_history recipient_batches recipient_context recipient_list",
    "requests/reminders": "reminders",
    "requests/replies": "answers reply_links",
    "requests/sending": "bounces bulk_mailer fan_out recipient_admission recipient_mailer recovery"
    " send_queue send_tasks",
    "requests/threads": "notices service store",
    "evidence": "coverage_report files footage_times form_upload ingest officer_access store"
    " upload upload_notices",
}
"""Modules that are mostly calls of a table, a queue or another service. What they promise is tried
against the emulator, because a fake would only repeat what we believe of DynamoDB."""

COMPARISONS = {
    "Eq": ["NotEq"],
    "NotEq": ["Eq"],
    "Is": ["IsNot"],
    "IsNot": ["Is"],
    "Lt": ["LtE", "GtE"],
    "LtE": ["Lt", "Gt"],
    "Gt": ["GtE", "LtE"],
    "GtE": ["Gt", "Lt"],
}
ARITHMETIC = {
    "Add": "Sub",
    "Sub": "Add",
    "Mul": "Div",
    "Div": "Mul",
    "FloorDiv": "Mul",
    "Mod": "FloorDiv",
    "Pow": "Mul",
    "RShift": "LShift",
    "LShift": "RShift",
    "BitOr": "BitAnd",
    "BitAnd": "BitOr",
}


def _parsed(text: str) -> Any:
    return parse(text)  # type: ignore[no-untyped-call] # only half of the library has types


class Negation(AddNot):  # type: ignore[misc] # the library has no types
    """Negates whole conditions; `AddNot` itself negates the first term of `a or b`."""

    def mutate(self, node: Any, index: int) -> Any:
        place = 2 if node.type == "test" else 1
        node.children[place] = _parsed(f" not ({node.children[place].get_code().strip()})")
        return node


class ReturnReplacer(Operator):  # type: ignore[misc] # the library has no types
    """Returns nothing, and of `True` and `False` the other."""

    def mutation_positions(self, node: Any) -> Iterator[tuple[Any, Any]]:
        if node.type == "return_stmt" and node.children[1].get_code().strip() != "None":
            yield node.children[1].start_pos, node.children[1].end_pos

    def mutate(self, node: Any, index: int) -> Any:
        opposites = {"True": " False", "False": " True"}
        value = node.children[1].get_code().strip()
        node.children[1] = _parsed(opposites.get(value, " None"))
        return node

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        return (Example("def f(): return 1", "def f(): return None"),)


def operators() -> dict[str, Operator]:
    """All changes that are made, each with its name."""
    names = [
        *(
            f"ReplaceComparisonOperator_{old}_{new}"
            for old, news in COMPARISONS.items()
            for new in news
        ),
        *(f"ReplaceBinaryOperator_{old}_{new}" for old, new in ARITHMETIC.items()),
        "ReplaceUnaryOperator_Delete_USub",
        "ReplaceUnaryOperator_Delete_Not",
        "ReplaceAndWithOr",
        "ReplaceOrWithAnd",
        "NumberReplacer",
    ]
    made: dict[str, Operator] = {name: get_operator(f"core/{name}")() for name in names}
    return made | {"Negation": Negation(), "ReturnReplacer": ReturnReplacer()}


Change = tuple[Path, str, int]
"""A module, the name of an operator, and which of the places that it can change."""


@dataclass(frozen=True)
class Mutant:
    """One wrong program."""

    path: Path
    operator: str
    original: str
    changed: str

    @property
    def diff(self) -> str:
        lines = self.original.splitlines(), self.changed.splitlines()
        return "\n".join([*unified_diff(*lines, n=0, lineterm="")][3:])

    @property
    def line(self) -> int:
        pairs = zip(self.original.splitlines(), self.changed.splitlines(), strict=False)
        return next(number for number, (one, other) in enumerate(pairs, 1) if one != other)


def modules() -> list[Path]:
    """Those whose mutants unit tests have to kill."""
    held = {
        Path("chalicelib", room, f"{name}.py")
        for room, names in HELD_BY_STACK_TESTS.items()
        for name in names.split()
    }
    found = [path for room in DOMAIN for path in (ROOT / "chalicelib" / room).rglob("*.py")]
    return sorted({path.relative_to(ROOT) for path in found} - held)


def changes(path: Path) -> list[Change]:
    """All changes that can be made to one module."""
    found = []
    nodes = list(_nodes(get_ast((ROOT / path).read_text())))
    for name, operator in operators().items():
        number = sum(len(list(operator.mutation_positions(node))) for node in nodes)
        found += [(path, name, occurrence) for occurrence in range(number)]
    return found


def _nodes(node: Any) -> Iterator[Any]:
    yield node
    for child in getattr(node, "children", ()):
        yield from _nodes(child)


def mutants(order: Iterable[Change]) -> Iterator[Mutant]:
    """The programs with these changes, but for those that mean the same without."""
    made = operators()
    for path, name, occurrence in order:
        original = (ROOT / path).read_text()
        changed = mutate_code(original, made[name], occurrence)
        if _meaning(changed) != _meaning(original):
            yield Mutant(path, name, original, changed)


def _meaning(source: str) -> str:
    """What Python runs: without annotations, which are not evaluated."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.returns = None
        elif isinstance(node, ast.arg):
            node.annotation = None
        elif isinstance(node, ast.AnnAssign):
            node.annotation = ast.Name("_")
    return ast.dump(tree)


class Trial:
    """A copy of the checkout in which mutants are tried, one after the other."""

    def __init__(self, folder: Path) -> None:
        self._root = folder / "checkout"
        left_out = shutil.ignore_patterns(".*", "build", "node_modules", "__pycache__", "pictures")
        shutil.copytree(ROOT, self._root, ignore=left_out)
        self._tried = 0

    def unchanged_passes(self) -> bool:
        """Whether the tests pass without a mutant, without which nothing is measured."""
        return self._pass("tests/unit")

    def kills(self, mutant: Mutant) -> bool:
        """Whether a unit test fails."""
        target = self._root / mutant.path
        before = target.stat()
        target.write_text(mutant.changed)
        # A time of its own, so that no compiled file of another program is taken for this one.
        self._tried += 1
        os.utime(target, (self._tried, self._tried))
        try:
            near = self._mirrored(mutant.path)
            return not (self._pass(near) and self._pass("tests/unit", f"--ignore={near}"))
        finally:
            target.write_text(mutant.original)
            os.utime(target, ns=(before.st_atime_ns, before.st_mtime_ns))

    def _mirrored(self, path: Path) -> str:
        """The module's own tests, or those of the nearest folder that has any."""
        near = Path("tests/unit", *path.parts[1:]).with_name(f"test_{path.name}")
        while not (self._root / near).exists():
            near = near.parent
        return str(near)

    def _pass(self, *tests: str) -> bool:
        arguments = ["-x", "-q", "-p", "no:cacheprovider", "--hypothesis-seed=0"]
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *arguments, *tests],
            cwd=self._root,
            env={**os.environ, "SIGHTLINE_HYPOTHESIS": "mutation"},
            check=False,
            capture_output=True,
            preexec_fn=_limit_processor_time,
        )
        return done.returncode == 0


def _limit_processor_time() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_S, MOST_CPU_S))


def sample(number: int, seed: int) -> list[Mutant]:
    """Random mutants of all that there are."""
    order = [change for path in modules() for change in changes(path)]
    random.Random(seed).shuffle(order)  # noqa: S311 - nothing here is secret
    return list(islice(mutants(order), number))


def write(seed: int, number: int, survived: Sequence[Mutant]) -> None:
    """Puts one run into the page, which keeps those of other seeds."""
    text = PAGE.read_text() if PAGE.exists() else ""
    rows = {
        int(row.split("|")[1]): row for row in text.splitlines() if row[:3].strip("| ").isdigit()
    }
    rows[seed] = f"| {seed} | {number} | {number - len(survived)} |"
    PAGE.write_text("\n".join([HEAD, *(rows[one] for one in sorted(rows)), ""]))


def main() -> int:
    """Prints JSON lines; the exit status says whether enough were killed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mutants", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        trial = Trial(Path(folder))
        if not trial.unchanged_passes():
            raise SystemExit("The unit tests fail without a mutant: mend them first.")
        survived = []
        for mutant in sample(options.mutants, options.seed):
            if not trial.kills(mutant):
                survived.append(mutant)
                place = f"{mutant.path}:{mutant.line}"
                line = {"survived": place, "operator": mutant.operator, "diff": mutant.diff}
                print(json.dumps({"benchmark": "mutation", **line}), flush=True)
    killed = options.mutants - len(survived)
    ratio = killed / options.mutants
    tried = {"seed": options.seed, "mutants": options.mutants, "killed": killed}
    print(json.dumps({"benchmark": "mutation", **tried, "ratio": ratio, "allowed": LIMIT}))
    if options.write:
        write(options.seed, options.mutants, survived)
    return int(ratio < LIMIT)


if __name__ == "__main__":
    raise SystemExit(told(main))
