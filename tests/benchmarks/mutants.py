"""Makes the mutants of tests.benchmarks.mutation: where, which, and a random choice of them.

cosmic-ray makes the changes, because it is maintained, lets one choose them, and also changes
constants of modules and classes, which mutmut leaves alone: that is where deadlines are. What it
cannot do is here: `ReturnReplacer`, and conditions that are negated as a whole.
"""

from __future__ import annotations

import ast
import random
from collections.abc import Iterable, Iterator
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

from infra.paths import ROOT

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
    "access": "audit audit_statistics form_drafts officer_profiles officers",
    "registry": "email_change owner_changes owner_sign_in registration store text_message_opt_in",
    "incidents": "message_templates search_history search_service service",
    "notifications": "channels",
    "requests": "request_service store withdrawals",
    "requests/closing": "closing_notices service termination",
    "requests/coverage": "answer_history",
    "requests/digest": "officer_digest",
    "requests/overviews": "request_overviews",
    "requests/recipients": "contact_history recipient_batches recipient_context recipient_list"
    " recipient_mailer",
    "requests/reminders": "reminders",
    "requests/replies": "answers reply_links",
    "requests/sending": "bounces bulk_mailer fan_out recipient_admission recovery send_tasks",
    "requests/threads": "notices service store",
    "evidence": "coverage_report files footage_times ingest officer_access store upload_notices",
    "evidence/receiving": "assembly form_upload upload",
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


class Division(get_operator("core/ReplaceBinaryOperator_Mul_Div")):  # type: ignore[misc] # untyped
    """Divides instead of multiplying; the library takes the bare `*` of a signature for it too."""

    def mutation_positions(self, node: Any) -> Iterator[tuple[Any, Any]]:
        if not (node.parent and node.parent.type in ("parameters", "lambdef")):
            yield from super().mutation_positions(node)


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
    own = {"Division": Division(), "Negation": Negation(), "ReturnReplacer": ReturnReplacer()}
    return made | own


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
    paths = (path for room in DOMAIN for path in (ROOT / "chalicelib" / room).rglob("*.py"))
    found = {path.relative_to(ROOT) for path in paths}
    if held - found:
        moved = ", ".join(sorted(map(str, held - found)))
        raise ValueError(f"HELD_BY_STACK_TESTS names modules that are not there: {moved}")
    return sorted(found - held)


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
        if _meaning(changed) not in (None, _meaning(original)):
            yield Mutant(path, name, original, changed)


def _meaning(source: str) -> str | None:
    """What Python runs: without annotations and what is for types alone, which are not.

    Nothing when it is no program: the library takes the stars of `{**one}` for a power too.
    """
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            node.test = ast.Constant(False)
        elif isinstance(node, ast.FunctionDef):
            node.returns = None
        elif isinstance(node, ast.arg):
            node.annotation = None
        elif isinstance(node, ast.AnnAssign):
            node.annotation = ast.Name("_")
    return ast.dump(tree)


def sample(number: int, seed: int, within: str = "") -> list[Mutant]:
    """Random mutants of all that there are. within: letters that the path of a module holds."""
    paths = [path for path in modules() if within in path.as_posix()]
    order = [change for path in paths for change in changes(path)]
    random.Random(seed).shuffle(order)  # noqa: S311 - nothing here is secret
    return list(islice(mutants(order), number))
