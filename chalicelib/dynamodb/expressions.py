"""Conditions and updates as DynamoDB's expressions, with placeholders for names and values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypedDict

from chalicelib.dynamodb.attributes import Value, encode_value


@dataclass(frozen=True)
class Condition:
    """The condition of a write: an expression with `#name` and `:value` placeholders, and these."""

    expression: str
    names: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Value] = field(default_factory=dict)


NEW = Condition("attribute_not_exists(PK)")
EXISTS = Condition("attribute_exists(PK)")


def equals(name: str, value: Value) -> Condition:
    """Return the condition that the stored attribute `name` is `value`."""
    return Condition(f"#c_{name} = :c_{name}", {f"#c_{name}": name}, {f":c_{name}": value})


def one_of(name: str, values: Iterable[Value]) -> Condition:
    """Return the condition that the stored attribute `name` is one of `values`."""
    keyed = {f":c_{name}{n}": value for n, value in enumerate(values)}
    return Condition(f"#c_{name} IN ({', '.join(keyed)})", {f"#c_{name}": name}, keyed)


def absent(name: str) -> Condition:
    """Return the condition that there is no item, or that it has no attribute `name`."""
    return Condition(f"attribute_not_exists(#c_{name})", {f"#c_{name}": name})


def below(name: str, value: Value) -> Condition:
    """Return the condition that the stored attribute `name` is less than `value`, or not there."""
    return Condition(
        f"attribute_not_exists(#c_{name}) OR #c_{name} < :c_{name}",
        {f"#c_{name}": name},
        {f":c_{name}": value},
    )


def all_of(*conditions: Condition) -> Condition:
    """Return the condition that all of `conditions` hold."""
    names: dict[str, str] = {}
    values: dict[str, Value] = {}
    for condition in conditions:
        names.update(condition.names)
        values.update(condition.values)
    return Condition(" AND ".join(f"({c.expression})" for c in conditions), names, values)


def conditional(when: Condition | None) -> dict[str, Any]:
    """Return the arguments of a DynamoDB call that carry a condition; none for None."""
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
    """What an update does to an item. assign: new values by attribute, None to remove one. add:
    what is added to numbers. remove: attributes to remove. default: values for attributes that the
    item does not have. when: the condition; by default the item must exist."""

    assign: Mapping[str, Value] | None
    add: Mapping[str, int] | None
    remove: Iterable[str]
    default: Mapping[str, Value]
    when: Condition | None


def update_expression(changes: Changes) -> dict[str, Any]:
    """Return the arguments of a DynamoDB call that carry changes of an item and their condition."""
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


def key_expression(
    pk: str, partition: str, sort: str, prefix: str, between: tuple[str, str] | None
) -> dict[str, Any]:
    """Return the arguments of a query for the items of one partition. partition, sort: names of the
    key's attributes; sort: "" for all sort keys, else those with a prefix or between two."""
    expression, values = "#pk = :pk", {":pk": encode_value(pk)}
    names = {"#pk": partition}
    if between:
        expression += " AND #sk BETWEEN :first AND :last"
        values |= {":first": encode_value(between[0]), ":last": encode_value(between[1])}
    elif prefix:
        expression += " AND begins_with(#sk, :prefix)"
        values[":prefix"] = encode_value(prefix)
    return {
        "KeyConditionExpression": expression,
        "ExpressionAttributeNames": names | ({"#sk": sort} if sort else {}),
        "ExpressionAttributeValues": values,
    }


def filtered(arguments: dict[str, Any], keep: Condition) -> None:
    """Add to the arguments of a query the condition on items that it gives."""
    arguments["FilterExpression"] = keep.expression
    arguments["ExpressionAttributeNames"] |= keep.names
    values = {name: encode_value(value) for name, value in keep.values.items()}
    arguments["ExpressionAttributeValues"] |= values
