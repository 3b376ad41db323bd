"""Every kind of item that the stores declare, and values of any stored record."""

from __future__ import annotations

import importlib
import pkgutil
import re
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

import chalicelib
from chalicelib.core.times import iso, iso_micros
from chalicelib.dynamodb.field_marks import FieldMark, StoredForm
from chalicelib.dynamodb.item_schema import DeclaredItem
from chalicelib.dynamodb.stored_record import StoredRecord

Values = st.SearchStrategy[Any]

_FIRST = datetime(1970, 1, 1, tzinfo=UTC)


def declared() -> dict[str, DeclaredItem]:
    """The ITEMS of every module by name, each once."""
    found: dict[str, DeclaredItem] = {}
    for module in pkgutil.walk_packages(chalicelib.__path__, "chalicelib."):
        for one in getattr(importlib.import_module(module.name), "ITEMS", ()):
            name = one.kind.name
            assert found.setdefault(name, one) is one, f"two kinds are called {name}"
    return found


def records() -> list[StoredRecord[Any]]:
    """List the kinds of items that are read into a model."""
    return [one for one in declared().values() if isinstance(one, StoredRecord)]


def values(record: StoredRecord[Any]) -> Values:
    """Draw any record of a kind, with those parts of its key that are not its fields."""
    hints = get_type_hints(record.model, include_extras=True)
    key = record.key_patterns
    own = {one.name: of(hints[one.name]) for one in fields(record.model)}
    own |= {name: _part(pattern, hints[name]) for name, pattern in key.items() if name in own}
    parts = {name: _part(pattern, str) for name, pattern in key.items() if name not in own}
    return st.tuples(st.builds(record.model, **own), st.fixed_dictionaries(parts))


def _part(pattern: str, hint: Any) -> Values:
    if hint is int:
        return st.integers(0, 99)
    return st.from_regex(re.compile(pattern, re.ASCII), fullmatch=True)


def of(hint: Any) -> Values:
    """Draw any value of a field's declared type."""
    marks = getattr(hint, "__metadata__", ())
    if marks:
        written = [mark for mark in marks if isinstance(mark, StoredForm)]
        at_time = written and hint.__origin__ is datetime
        return _times(written[0]) if at_time else of(hint.__origin__)
    if get_origin(hint) is not None:
        return _composed(get_origin(hint), get_args(hint))
    if hint is type(None):
        return st.none()
    if hint is Any:
        return st.one_of(st.text(), st.booleans(), st.floats(allow_nan=False, allow_infinity=False))
    if hint is int:
        return st.integers(0, 60_000)
    if hint is str:
        return st.text(max_size=60)
    if issubclass(hint, Enum):
        return st.sampled_from(hint)
    if is_dataclass(hint) and isinstance(hint, type):
        hints = get_type_hints(hint, include_extras=True)
        return st.builds(hint, **{name: of(one) for name, one in hints.items()})
    return st.from_type(hint)


def _times(time: StoredForm) -> Values:
    """Draw any moment between 1970 and 2096, as precise as it is stored."""
    step = timedelta(microseconds=1) if time.write in (iso, iso_micros) else timedelta(seconds=1)
    return st.integers(0, timedelta(days=46_000) // step).map(lambda n: _FIRST + n * step)


def _composed(origin: Any, arguments: tuple[Any, ...]) -> Values:
    if origin in (Union, types.UnionType):
        return st.one_of(*map(of, arguments))
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin is tuple:
        return st.lists(of(arguments[0]), max_size=3).map(tuple)
    if origin is frozenset:
        return st.frozensets(of(arguments[0]), max_size=3)
    assert issubclass(origin, Mapping), origin
    return st.dictionaries(of(arguments[0]), of(arguments[1]), max_size=3)


def apart(record: StoredRecord[Any]) -> list[str]:
    """List the fields of a record that are stored in items of their own."""
    hints = get_type_hints(record.model, include_extras=True)
    return [n for n, hint in hints.items() if FieldMark.APART in getattr(hint, "__metadata__", ())]
