"""Dashboards: from rows of graphs, as a template names them, to the JSON that CloudWatch takes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

WIDTH = 24
"""Columns of CloudWatch's grid."""
HEADING, GRAPH = 1, 6
"""Heights, in rows of the grid."""

OWN_LINES = "own"
"""A graph's short form for metrics of our own: their names, with the dimensions that all have."""


def complete_dashboards(template: dict[str, Any]) -> None:
    """Change the rows of every dashboard of the template into the text that CloudWatch takes.

    `${…}` in it stands for resources and parameters, as in Fn::Sub.
    """
    for resource in template["Resources"].values():
        if resource.get("Type") == "AWS::CloudWatch::Dashboard":
            properties = resource["Properties"]
            widgets = list(_widgets(properties["DashboardBody"]["Rows"]))
            body = json.dumps({"widgets": widgets}, separators=(",", ":"))
            properties["DashboardBody"] = {"Fn::Sub": body}


def _widgets(rows: list[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Lay the rows out: a heading over its graphs, which share the width."""
    top = 0
    for row in rows:
        heading = f"## {row['Title']}"
        if "Words" in row:
            heading += f"\n{row['Words']}"
        height = HEADING + ("Words" in row)
        yield {"type": "text", "x": 0, "y": top, "width": WIDTH, "height": height,
               "properties": {"markdown": heading, "background": "transparent"}}  # fmt: skip
        top += height
        width = WIDTH // len(row["Graphs"])
        for place, graph in enumerate(row["Graphs"]):
            yield {"type": "metric", "x": place * width, "y": top, "width": width, "height": GRAPH,
                   "properties": _graph(graph)}  # fmt: skip
        top += GRAPH


def _graph(graph: Mapping[str, Any]) -> dict[str, Any]:
    """Make a graph's properties; what the template says besides its lines is CloudWatch's own."""
    own = [
        ["Sightline", name, "service", "sightline", "stage", "${Stage}"]
        for name in graph.get(OWN_LINES, ())
    ]
    shown = {name: value for name, value in graph.items() if name != OWN_LINES}
    return {
        "region": "${AWS::Region}",
        "stat": "Sum",
        "period": 300,
        "view": "timeSeries",
        **shown,
        "metrics": [*own, *graph.get("metrics", ())],
    }
