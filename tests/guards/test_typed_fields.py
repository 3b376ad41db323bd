"""Every text that people or programs send passes the one rule of `core.typed.typed_text`."""

from __future__ import annotations

import importlib
import pkgutil
import typing
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any

import pytest
from pydantic import TypeAdapter, ValidationError

import chalicelib.web
from chalicelib.core.countries import COUNTRIES
from chalicelib.web.fields.field_types import FieldType
from chalicelib.web.http.validation import Input

for found in pkgutil.walk_packages(chalicelib.web.__path__, "chalicelib.web."):
    importlib.import_module(found.name)

OURS = {"version", "page", "news", "far_pin", "email_choice", "looked_at", "site_id", "key", "sure"}
"""Text fields without a type of `web.fields`: our own pages fill them, and nothing of them is kept
or shown."""

SAMPLES = (
    *("Pat Jones", "pat@example.test", "07700 900123", "B1 1AY", "52.48142", "12", "yes", "home"),
    *("20/123456/26", "7K3M-9QXA", "2026-11-20T21:30", "2026-11-20T21:30:00Z", "2026-11-20"),
    *("1:45", "front.mp4", "video/mp4", "0123456789abcdef", "incident.4f0c2m8k1n5p7q9r", "sees"),
    *("a" * 64, "burglary"),
)
CONTEXT: dict[str, Any] = {
    "now": datetime(2026, 11, 30, 12, tzinfo=UTC),
    "zone": "Europe/London",
    "key": b"k" * 32,
    "country": COUNTRIES["GB"],
    "camera": 1,
}


def subclasses(kind: type[Any]) -> Iterator[type[Any]]:
    for one in kind.__subclasses__():
        yield one
        yield from subclasses(one)


def types_in(annotation: Any) -> Iterator[FieldType]:
    for part in typing.get_args(annotation):
        if isinstance(part, FieldType):
            yield part
        yield from types_in(part)


MODELS = sorted(
    {one for one in subclasses(Input) if one.__module__.startswith("chalicelib.")},
    key=lambda one: f"{one.__module__}.{one.__name__}",
)
FIELDS = [
    (f"{model.__name__}.{name}", field)
    for model in MODELS
    for name, field in model.model_fields.items()
]
TYPES = {
    repr(kind): kind
    for _, field in FIELDS
    for kind in (
        *(one for one in field.metadata if isinstance(one, FieldType)),
        *types_in(field.annotation),
    )
}


def test_there_is_something_to_guard() -> None:
    assert len(MODELS) > 30 and len(TYPES) > 40


def test_every_text_field_has_a_type_of_ours() -> None:
    """A plain `str` is read as it came: a name of somebody in it would keep what nobody sees."""
    plain = {
        label
        for label, field in FIELDS
        if field.annotation in (str, list[str])
        and not any(isinstance(one, FieldType) for one in field.metadata)
        and label.partition(".")[2] not in OURS
    }
    assert plain == set()
    assert {label.partition(".")[2] for label, _ in FIELDS} >= OURS


def outcome(kind: FieldType, sent: str) -> Any:
    reader = TypeAdapter(Annotated[Any, kind])
    try:
        return repr(reader.validate_python(sent, context=CONTEXT))
    except ValidationError as error:
        return [one["msg"] for one in error.errors(include_url=False, include_input=False)]


@pytest.mark.parametrize(
    "kind", TYPES.values(), ids=lambda kind: f"{type(kind).__name__} {kind.what}"
)
def test_what_nobody_sees_changes_nothing(kind: FieldType) -> None:
    for sample in SAMPLES:
        pasted = "\ufeff\u202a" + "\u200b".join(sample) + "\u00ad\u2060\u202c\u200e"
        assert outcome(kind, pasted) == outcome(kind, sample), sample


def test_the_guard_sees_a_type_that_does_not_clean() -> None:
    class Raw(FieldType):
        def cleaned(self, sent: Any) -> Any:
            return sent

        def read(self, sent: Any) -> Any:
            return sent

    assert outcome(Raw("it"), "a\u200bb") != outcome(Raw("it"), "ab")
