"""Templates of item keys, such as `SITE#{id}`, that format, parse and match keys. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from string import Formatter


class KeyTemplate:
    """The template of a key of one kind of item.

    template: has named fields; `{n:d}` and `{n:010d}` are numbers. patterns: regular expressions
    for fields that are neither numbers nor ids of `core.ids`.
    """

    def __init__(self, template: str, patterns: Mapping[str, str]) -> None:
        self._template = template
        self.parts: dict[str, str] = {}
        self.pattern = self._named = ""
        for literal, name, spec, _ in Formatter().parse(template):
            self.pattern += _escape(literal)
            self._named += _escape(literal)
            if name:
                pattern = patterns.get(name) or _pattern(spec or "")
                self.parts[name] = pattern
                self.pattern += pattern
                self._named += f"(?P<{name}>{pattern})"

    @cached_property
    def _expression(self) -> re.Pattern[str]:
        return re.compile(self._named)

    def format_key(self, parts: Mapping[str, object]) -> str:
        """Return the key with these values of its named fields."""
        return self._template.format_map(parts)

    def parse_key(self, key: str) -> dict[str, str] | None:
        """Return the values of a key's named fields, or None when the template does not fit."""
        found = self._expression.fullmatch(key)
        return found.groupdict() if found else None


def _escape(literal: str) -> str:
    return re.sub(r"([.\\+*?\[^\]$(){}|])", r"\\\1", literal)


def _pattern(spec: str) -> str:
    """Return the expression for an id, or for a number when the format is one (`d`, `010d`)."""
    if not spec.endswith("d"):
        return "[0-9a-z]{16}"
    width = spec[:-1].lstrip("0")
    return rf"\d{{{width}}}" if width else r"\d+"
