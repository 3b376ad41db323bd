"""Item keys as templates, `SITE#{id}`: written, read back, and as regular expressions. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from string import Formatter


class KeyTemplate:
    """A key of one kind of item.

    template: with named parts; `{n:d}` and `{n:010d}` are numbers. patterns: regular expressions
    for parts that are neither numbers nor our ids.
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
        """The key of a record with these parts."""
        return self._template.format_map(parts)

    def parse_key(self, key: str) -> dict[str, str] | None:
        """The parts of a key, None when it is not one of these."""
        found = self._expression.fullmatch(key)
        return found.groupdict() if found else None


def _escape(literal: str) -> str:
    return re.sub(r"([.\\+*?\[^\]$(){}|])", r"\\\1", literal)


def _pattern(spec: str) -> str:
    """`[0-9a-z]{16}`, an id, unless the format says a number (`{n:d}`, `{n:010d}`)."""
    if not spec.endswith("d"):
        return "[0-9a-z]{16}"
    width = spec[:-1].lstrip("0")
    return rf"\d{{{width}}}" if width else r"\d+"
