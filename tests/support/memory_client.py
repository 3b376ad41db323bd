"""DynamoDB as `chalicelib.dynamodb.table` uses it, in memory: single writes, transactions, queries.

For tests of many interleavings, which an emulator would make slow. It knows the expressions that
`Table` writes and no others; tests/stack/infra/test_memory_client.py holds it against the emulator.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

Stored = dict[str, Any]
"""An item in DynamoDB's JSON."""


class Refused(Exception):
    """A condition did not hold."""


class Cancelled(Exception):
    """A transaction was cancelled. response: says why, as botocore's error does."""

    def __init__(self, codes: list[str]) -> None:
        super().__init__(codes)
        self.response = {"CancellationReasons": [{"Code": code} for code in codes]}


class Never(Exception):
    """Errors that do not happen in memory."""


_SORT_KEYS = {"Subject": "at", "Case": "at", "Day": "at"}
"""The sort keys of the audit table's indexes, which a query for a whole partition does not name."""


class MemoryClient:
    """A low-level client of one table. Each call is atomic, and indexes are never behind."""

    exceptions = SimpleNamespace(
        ConditionalCheckFailedException=Refused,
        TransactionCanceledException=Cancelled,
        TransactionConflictException=Never,
    )

    def __init__(self) -> None:
        self.items: dict[tuple[str, str], Stored] = {}
        self._lock = threading.RLock()

    def get_item(self, **asked: Any) -> dict[str, Any]:
        found = self.items.get(_key_of(asked))
        return {"Item": dict(found)} if found is not None else {}

    def batch_get_item(self, **asked: Any) -> dict[str, Any]:
        ((table, wanted),) = asked["RequestItems"].items()
        found = (self.get_item(Key=key).get("Item") for key in wanted["Keys"])
        return {"Responses": {table: [one for one in found if one]}}

    def put_item(self, **asked: Any) -> dict[str, Any]:
        return self._alone("Put", asked)

    def update_item(self, **asked: Any) -> dict[str, Any]:
        return self._alone("Update", asked)

    def delete_item(self, **asked: Any) -> dict[str, Any]:
        return self._alone("Delete", asked)

    def _alone(self, kind: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        with self._lock:
            if not self._holds(asked):
                raise Refused
            self._write(kind, asked)
            return {"Attributes": dict(self.items.get(_key_of(asked), {}))}

    def transact_write_items(self, **asked_together: Any) -> None:
        with self._lock:
            writes = [next(iter(one.items())) for one in asked_together["TransactItems"]]
            assert len({_key_of(asked) for _, asked in writes}) == len(writes), "one item twice"
            held = [self._holds(asked) for _, asked in writes]
            if not all(held):
                raise Cancelled(["None" if ok else "ConditionalCheckFailed" for ok in held])
            for kind, asked in writes:
                self._write(kind, asked)

    def query(self, **asked: Any) -> dict[str, Any]:
        names, values = asked["ExpressionAttributeNames"], asked["ExpressionAttributeValues"]
        partition, sort = names["#pk"], names.get("#sk")
        with self._lock:
            found = [one for one in self.items.values() if one.get(partition) == values[":pk"]]
        if ":first" in values:
            first, last = values[":first"]["S"], values[":last"]["S"]
            found = [one for one in found if first <= one.get(sort, {}).get("S", "") <= last]
        if ":prefix" in values:
            found = [one for one in found if one[sort]["S"].startswith(values[":prefix"]["S"])]
        order = sort or _SORT_KEYS.get(asked.get("IndexName", ""), "SK")
        found.sort(key=lambda one: one[order]["S"], reverse=not asked["ScanIndexForward"])
        if "FilterExpression" in asked:
            found = [one for one in found if _evaluate(asked["FilterExpression"], one, asked)]
        return {"Items": [dict(one) for one in found[: asked.get("Limit")]]}

    def _holds(self, asked: Mapping[str, Any]) -> bool:
        expression = asked.get("ConditionExpression", "")
        return not expression or _evaluate(expression, self.items.get(_key_of(asked), {}), asked)

    def _write(self, kind: str, asked: Mapping[str, Any]) -> None:
        place = _key_of(asked)
        if kind == "Put":
            self.items[place] = dict(asked["Item"])
        elif kind == "Delete":
            self.items.pop(place, None)
        elif kind == "Update":
            self.items[place] = _updated(self.items.get(place) or dict(asked["Key"]), asked)


def _place(key: Stored) -> tuple[str, str]:
    return key["PK"]["S"], key["SK"]["S"]


def _key_of(asked: Mapping[str, Any]) -> tuple[str, str]:
    return _place(asked["Key"] if "Key" in asked else asked["Item"])


def _updated(item: Stored, asked: Mapping[str, Any]) -> Stored:
    names = asked.get("ExpressionAttributeNames", {})
    values = asked.get("ExpressionAttributeValues", {})
    changed = dict(item)
    for verb, body in re.findall(r"(SET|ADD|REMOVE) (.+?)(?= SET | ADD | REMOVE |$)",
                                 asked["UpdateExpression"]):  # fmt: skip
        for part in re.split(r", (?![^(]*\))", body):
            name = names[part.split()[0]]
            if verb == "REMOVE":
                changed.pop(name, None)
            elif verb == "ADD":
                before = int(changed.get(name, {"N": "0"})["N"])
                changed[name] = {"N": str(before + int(values[part.split()[1]]["N"]))}
            elif "if_not_exists" not in part or name not in item:
                changed[name] = values[part.split()[-1].rstrip(")")]
    return changed


_TESTS = re.compile(
    r"(contains|begins_with)\(([#\w]+), (:\w+)\)"
    r"|(attribute_not_exists|attribute_exists)\(([#\w]+)\)|([#\w]+) (=|<=|>=|<>|<|>) (:\w+)"
    r"|([#\w]+) IN \(([^)]*)\)"
)


def _evaluate(expression: str, item: Stored, asked: Mapping[str, Any]) -> bool:
    """Whether a condition holds, each of its comparisons and then what joins them."""
    names = asked.get("ExpressionAttributeNames", {})
    values = asked.get("ExpressionAttributeValues", {})

    def one(match: re.Match[str]) -> str:
        part_test, text_in, part, exists, of, left, sign, right, within, several = match.groups()
        if part_test:
            whole = item.get(names[text_in], {"S": ""})["S"]
            sought = values[part]["S"]
            return str(whole.startswith(sought) if part_test == "begins_with" else sought in whole)
        found = item.get(names.get(of or left or within, of or left or within))
        if exists:
            return str((found is None) is (exists == "attribute_not_exists"))
        if several:
            return str(found in [values[name] for name in several.split(", ")])
        if found is None:
            return "False"
        (a,), (b,) = found.values(), values[right].values()
        if "N" in found:
            a, b = int(a), int(b)
        tests = {"=": a == b, "<>": a != b, "<=": a <= b, "<": a < b, ">": a > b, ">=": a >= b}
        return str(tests[sign])

    logic = _TESTS.sub(one, expression).replace("AND", "and")
    logic = logic.replace("OR", "or").replace("NOT", "not")
    assert re.fullmatch(r"[()\s]*(?:(?:True|False|and|or|not)[()\s]*)+", logic), expression
    return bool(eval(logic))  # noqa: S307 - nothing but True, False, and, or, and brackets
