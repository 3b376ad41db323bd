"""Reads catalogue.json, the data file of all makes, and says in words what is wrong with it.

The file has the fields of the dataclasses in catalogue, but writes sources in its own way: each
make, and the assumptions together, list their sources once under short names
(`"sources": {"times": {…}}`), and fields refer to a source by its short name. An assumption can
name a make's source: `nest/quoted`.

The file is JSON because the Lambda package has no reader of another format. pydantic checks it
strictly: an unknown field is refused, and a number in quotes is no number. This module is imported
when the catalogue is first asked for, so that a function that needs none does not pay for it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from chalicelib.cameras.catalogue import Catalogue, CatalogueSource

FILE = Path(__file__).with_name("catalogue.json")

_NAMING = ("source", "unknown_source", "steps_source")
"""Fields in which the file has the short name of a source."""

_SOURCES = TypeAdapter(dict[str, CatalogueSource])

_ANY = {"title": "?", "address": "https://?", "looked": "2026-01-01"}
"""Stands in for a source that is wrong, so that the error is reported once and not wherever the
source is used. The file is refused all the same."""


class WrongCatalogue(Exception):
    """catalogue.json has errors: the message has a line for each, naming its make and plan."""


def read_catalogue(text: str) -> Catalogue:
    """Read the catalogue from the text of the file. Raises WrongCatalogue when it has errors."""
    try:
        raw = json.loads(text, object_pairs_hook=_each_field_once)
    except ValueError as error:
        raise WrongCatalogue(f"catalogue.json: {error}") from error
    wrong = list(_put_sources_in_place(raw))
    try:
        known = TypeAdapter(Catalogue).validate_json(json.dumps(raw))
    except ValidationError as error:
        raise WrongCatalogue("\n".join([*wrong, *_said(error, (), raw)])) from error
    if wrong:
        raise WrongCatalogue("\n".join(wrong))
    return known


def _each_field_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse an object with a field twice: the json module would silently take the last one."""
    fields = dict(pairs)
    if len(fields) < len(pairs):
        keys = [key for key, _ in pairs]
        double = next(key for key in keys if keys.count(key) > 1)
        whose = f" in “{fields['key']}”" if "key" in fields else ""
        raise ValueError(f"the field “{double}” stands twice{whose}")
    return fields


def _put_sources_in_place(raw: Any) -> Iterator[str]:
    """Replace each source's name by the source, and yield what is wrong with sources and names."""
    if not isinstance(raw, dict):
        return
    everywhere: dict[str, Any] = {}
    for number, make in enumerate(_list(raw.get("makes"))):
        if isinstance(make, dict):
            place = ("makes", number)
            own = make.pop("sources", {})
            yield from _wrong_sources(own, place, raw)
            entries: list[tuple[tuple[Any, ...], Any]] = [(place, make)]
            entries += [((*place, "plans", n), p) for n, p in enumerate(_list(make.get("plans")))]
            yield from _replace_names(entries, own, place, raw)
            if isinstance(own, dict):
                everywhere |= {f"{make.get('key')}/{name}": one for name, one in own.items()}
    if isinstance(assumed := raw.get("assumptions"), dict):
        own = assumed.pop("sources", {})
        yield from _wrong_sources(own, ("assumptions",), raw)
        places = assumed.get("places")
        every = assumed | (places if isinstance(places, dict) else {})
        entries = [(("assumptions", name), one) for name, one in every.items() if name != "places"]
        yield from _replace_names(entries, own, ("assumptions",), raw, everywhere)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _wrong_sources(own: Any, place: tuple[Any, ...], raw: Any) -> Iterator[str]:
    try:
        _SOURCES.validate_json(json.dumps(own))
    except ValidationError as error:
        yield from _said(error, (*place, "sources"), raw)
        for name in {one["loc"][0] for one in error.errors() if one["loc"]}:
            own[name] = _ANY


def _replace_names(
    entries: list[tuple[tuple[Any, ...], Any]],
    own: Any,
    place: tuple[Any, ...],
    raw: Any,
    others: dict[str, Any] | None = None,
) -> Iterator[str]:
    """Replace sources' names in entries by the sources; a source in `own` must be named."""
    known = (others or {}) | (own if isinstance(own, dict) else {})
    named = set()
    for where, entry in entries:
        for field in _NAMING:
            if isinstance(entry, dict) and field in entry:
                name = entry[field]
                if isinstance(name, str) and name in known:
                    named.add(name)
                    entry[field] = known[name]
                else:
                    yield f"{_place((*where, field), raw)}: no source is called “{name}”"
                    entry[field] = _ANY
    for name in own if isinstance(own, dict) else ():
        if name not in named:
            yield f"{_place((*place, 'sources', name), raw)}: nothing refers to this source"


def _said(error: ValidationError, place: tuple[Any, ...], raw: Any) -> Iterator[str]:
    for one in error.errors(include_url=False):
        yield f"{_place((*place, *one['loc']), raw)}: {one['msg'].removeprefix('Value error, ')}"


def _place(path: tuple[Any, ...], raw: Any) -> str:
    """Name a place in the file, like `make ring, plan free, minutes`: by keys, not list numbers."""
    words: list[str] = []
    node = raw
    for step in path:
        try:
            node = node[step]
        except (KeyError, IndexError, TypeError):
            node = None
        if isinstance(step, int) and words:
            key = node.get("key") if isinstance(node, dict) else None
            words.append(f"{words.pop().removesuffix('s')} {key or f'number {step + 1}'}")
        else:
            words.append(str(step))
    return ", ".join(words) or "catalogue.json"
