"""Alarms as the templates define them, and what CloudWatch does with the metrics they watch."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from operator import ge, gt, le, lt
from statistics import quantiles
from typing import Any

from infra.building.templates import EDGE_ALARMS, read_stage_template, read_template

Resources = dict[str, Any]

COMPARED: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanThreshold": gt,
    "GreaterThanOrEqualToThreshold": ge,
    "LessThanThreshold": lt,
    "LessThanOrEqualToThreshold": le,
}


def alarms_of(resources: Resources) -> Resources:
    """Name → properties of every alarm of a template."""
    return {
        name: one["Properties"]
        for name, one in resources.items()
        if one.get("Type") == "AWS::CloudWatch::Alarm"
    }


def every_alarm() -> Resources:
    """Name → properties of every alarm of the stage and of its edge."""
    stage, edge = read_stage_template()["Resources"], read_template(EDGE_ALARMS)["Resources"]
    return {**alarms_of(stage), **alarms_of(edge)}


@dataclass(frozen=True)
class Figure:
    """One value of a metric. minute: when, in minutes of the test's own time."""

    namespace: str
    name: str
    dimensions: frozenset[tuple[str, str]]
    value: float
    minute: int = 0


def embedded(line: str, minute: int = 0) -> list[Figure]:
    """What CloudWatch takes out of one line of a function's log, by its embedded metric format."""
    if '"_aws"' not in line:
        return []
    said = json.loads(line)
    return [
        Figure(
            group["Namespace"],
            metric["Name"],
            frozenset((name, said[name]) for name in names),
            float(value),
            minute,
        )
        for group in said["_aws"]["CloudWatchMetrics"]
        for names in group["Dimensions"]
        for metric in group["Metrics"]
        for value in as_list(said[metric["Name"]])
    ]


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def rings(alarm: Mapping[str, Any], figures: Iterable[Figure], now: int) -> bool:
    """Whether an alarm rings at minute `now`, by CloudWatch's document on evaluating alarms: each
    of the last periods is compared, a period without data counts as TreatMissingData says, and as
    many must breach as DatapointsToAlarm says (all, unless it is given).

    alarm: properties with values, not references. `ignore` and `missing` are not used by ours.
    """
    periods, minutes = alarm["EvaluationPeriods"], alarm["Period"] / 60
    dimensions = frozenset((one["Name"], one["Value"]) for one in alarm.get("Dimensions", []))
    own = [
        one
        for one in figures
        if (one.namespace, one.name, one.dimensions)
        == (alarm["Namespace"], alarm["MetricName"], dimensions)
    ]
    breached = 0
    for back in range(periods):
        end = now - back * minutes
        values = [one.value for one in own if end - minutes < one.minute <= end]
        if values:
            compare = COMPARED[alarm["ComparisonOperator"]]
            breached += compare(statistic(alarm, values), float(alarm["Threshold"]))
        else:
            breached += alarm["TreatMissingData"] == "breaching"
    return bool(breached >= alarm.get("DatapointsToAlarm", periods))


def statistic(alarm: Mapping[str, Any], values: list[float]) -> float:
    """The one figure of a period that is compared."""
    if extended := alarm.get("ExtendedStatistic"):
        rank = int(re.fullmatch(r"p(\d+)", extended)[1])  # type: ignore[index]  # ours are whole
        many = values if len(values) > 1 else values * 2
        return quantiles(many, n=100, method="inclusive")[rank - 1]
    named: dict[str, Callable[[list[float]], float]] = {"Sum": sum, "Maximum": max, "Minimum": min}
    if alarm["Statistic"] == "Average":
        return sum(values) / len(values)
    return float(named[alarm["Statistic"]](values))
