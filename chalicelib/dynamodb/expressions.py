"""Conditions and changes as DynamoDB reads them: expressions, with placeholders for names and
values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypedDict

from chalicelib.dynamodb.attributes import Value, encode_value


@dataclass(frozen=True)
class Condition:
    """A condition: an expression with `#name` and `:value` placeholders and their values."""

    expression: str
    names: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Value] = field(default_factory=dict)


NEW = Condition("attribute_not_exists(PK)")
EXISTS = Condition("attribute_exists(PK)")


def equals(name: str, value: Value) -> Condition:
    """The stored attribute `name` is `value`."""
    return Condition(f"#c_{name} = :c_{name}", {f"#c_{name}": name}, {f":c_{name}": value})


def one_of(name: str, values: Iterable[Value]) -> Condition:
    """The stored attribute `name` is one of `values`."""
    keyed = {f":c_{name}{n}": value for n, value in enumerate(values)}
    return Condition(f"#c_{name} IN ({', '.join(keyed)})", {f"#c_{name}": name}, keyed)


def absent(name: str) -> Condition:
    """The stored item has no attribute `name` (or there is no item)."""
    return Condition(f"attribute_not_exists(#c_{name})", {f"#c_{name}": name})


def present(name: str) -> Condition:
    """The stored item has an attribute `name`."""
    return Condition(f"attribute_exists(#c_{name})", {f"#c_{name}": name})


def all_of(*conditions: Condition) -> Condition:
    """All of `conditions` hold."""
    names: dict[str, str] = {}
    values: dict[str, Value] = {}
    for condition in conditions:
        names.update(condition.names)
        values.update(condition.values)
    return Condition(" AND ".join(f"({c.expression})" for c in conditions), names, values)


def conditional(when: Condition | None) -> dict[str, Any]:
    """The condition as DynamoDB's calls take it; nothing for None."""
    if when is None:
        return {}
    arguments: dict[str, Any] = {"ConditionExpression": when.expression}
    if when.names:
        arguments["ExpressionAttributeNames"] = dict(when.names)
    if when.values:
        arguments["ExpressionAttributeValues"] = {
            k: encode_value(v) for k, v in when.values.items()
        }
    return arguments


class Changes(TypedDict, total=False):
    """What an update does to an item. assign: attributes and their values, None to remove one.
    add: to numbers. remove: attributes. default: assigned where the item has no such attribute.
    when: the condition; by default the item must exist."""

    assign: Mapping[str, Value] | None
    add: Mapping[str, int] | None
    remove: Iterable[str]
    default: Mapping[str, Value]
    when: Condition | None


def update_expression(changes: Changes) -> dict[str, Any]:
    """The changes of an item, and their condition, as DynamoDB's calls take them."""
    names: dict[str, str] = {}
    values: dict[str, Any] = {}
    assign = changes.get("assign") or {}
    kept = {n: v for n, v in assign.items() if v is not None}
    gone = [*changes.get("remove", ()), *(n for n, v in assign.items() if v is None)]
    clauses = []
    default, add = changes.get("default") or {}, changes.get("add") or {}
    sets = [f"#{n} = :{n}" for n in kept] + [f"#{n} = if_not_exists(#{n}, :{n})" for n in default]
    for verb, changed in (("SET", sets), ("ADD", [f"#{n} :{n}" for n in add])):
        if changed:
            clauses.append(f"{verb} " + ", ".join(changed))
    for n, value in {**kept, **default, **add}.items():
        names[f"#{n}"], values[f":{n}"] = n, encode_value(value)
    if gone:
        clauses.append("REMOVE " + ", ".join(f"#{n}" for n in gone))
        names.update({f"#{n}": n for n in gone})
    arguments = conditional(changes.get("when", EXISTS))
    names.update(arguments.pop("ExpressionAttributeNames", {}))
    values.update(arguments.pop("ExpressionAttributeValues", {}))
    arguments["UpdateExpression"] = " ".join(clauses)
    if names:
        arguments["ExpressionAttributeNames"] = names
    if values:
        arguments["ExpressionAttributeValues"] = values
    return arguments
