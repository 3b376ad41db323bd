"""Values to DynamoDB's JSON and back. Pure.

Numbers are integers throughout: positions are microdegrees, times are text, so no value passes
through a float.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Value = str | int | bool | bytes | None | Sequence["Value"] | Mapping[str, "Value"]
Item = dict[str, Any]
"""An item as the stores use it: keys PK and SK and attributes of type `Value`."""

LISTING_INDEX = ("Listing", "listing", "listed_at")
"""The index of lists of any kind: its name, and the attributes with the list and its order."""


def encode_value(value: Value) -> dict[str, Any]:
    """Return a value in DynamoDB's JSON. Raises TypeError for a type that no table holds."""
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, int):
        return {"N": str(value)}
    if isinstance(value, bytes):
        return {"B": value}
    if value is None:
        return {"NULL": True}
    if isinstance(value, Mapping):
        return {"M": {key: encode_value(inner) for key, inner in value.items()}}
    if isinstance(value, Sequence):
        return {"L": [encode_value(inner) for inner in value]}
    raise TypeError(f"cannot store a {type(value).__name__}")


def decode_value(stored: Mapping[str, Any]) -> Any:
    """Return the value that a value of DynamoDB's JSON stands for. A number that is no integer
    stays text: nothing of ours writes one, but a check of the table must be able to read it."""
    ((kind, value),) = stored.items()
    if kind == "N":
        try:
            return int(value)
        except ValueError:
            return value
    if kind == "NULL":
        return None
    if kind == "M":
        return {key: decode_value(inner) for key, inner in value.items()}
    if kind == "L":
        return [decode_value(inner) for inner in value]
    return value


def encode_item(item: Mapping[str, Value]) -> dict[str, Any]:
    """Return an item in DynamoDB's JSON; attributes that are None are left out."""
    return {name: encode_value(value) for name, value in item.items() if value is not None}


def decode_item(stored: Mapping[str, Any]) -> Item:
    """Return the item that an item of DynamoDB's JSON stands for."""
    return {name: decode_value(value) for name, value in stored.items()}
