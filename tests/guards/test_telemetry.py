"""Loggers, tracers and metrics are made in one place, and nothing can go around it."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib.telemetry.metrics import NAMESPACE, Metric
from infra.building.templates import read_stage_template
from infra.paths import ROOT

SOURCES = [*sorted((ROOT / "chalicelib").rglob("*.py")), ROOT / "app.py"]
JOBS = [p for p in sorted((ROOT / "chalicelib" / "jobs").glob("*.py"))
        if "@job." in p.read_text()]  # fmt: skip
OWN = "telemetry"
MADE_THERE = {
    "Logger", "Tracer", "Metrics", "EphemeralMetrics", "single_metric", "Meter", "getLogger",
    "xray_recorder", "ThreadPoolExecutor",
}  # fmt: skip
WITH_POOLS_OF_THEIR_OWN = {"table"}
"""Its threads only read, and log nothing."""
EXTRAS = {
    "code", "days", "task", "event", "evidence", "files", "final", "findings", "kind",
    "message_id", "messages", "method", "next", "object", "over",
    "request", "request_id", "route", "state", "status",
}  # fmt: skip
"""What a log line may say beside its text: kinds, counts, and ids of things that are no person."""


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def names_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.alias):
            yield node.name.rpartition(".")[2]


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_loggers_tracers_and_metrics_are_made_in_one_place(path: Path) -> None:
    if path.parent.name == OWN:
        return
    allowed = {"ThreadPoolExecutor"} if path.stem in WITH_POOLS_OF_THEIR_OWN else set()
    tree = ast.parse(path.read_text())
    assert not (MADE_THERE - allowed) & set(names_in(tree))
    assert not [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom) and "xray" in ast.dump(node)
    ]


def log_calls(tree: ast.AST) -> Iterator[ast.Call]:
    levels = {"debug", "info", "warning", "error", "exception", "critical", "log"}
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="logger"), attr=level)):
                if level in levels:
                    yield node


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_log_lines_are_fixed_texts_with_known_keys(path: Path) -> None:
    for call in log_calls(ast.parse(path.read_text())):
        (text,) = call.args
        assert isinstance(text, ast.Constant), f"line {call.lineno}: a text that is put together"
        extras = [word.value for word in call.keywords if word.arg == "extra"]
        assert len(call.keywords) == len(extras)
        for extra in extras:
            keys = [
                key.value
                for inner in ast.walk(extra)
                if isinstance(inner, ast.Dict)
                for key in inner.keys
                if isinstance(key, ast.Constant)
            ]
            assert set(keys) <= EXTRAS, f"line {call.lineno}: {set(keys) - EXTRAS}"


def test_there_are_log_lines_to_look_at() -> None:
    assert sum(1 for path in SOURCES for _ in log_calls(ast.parse(path.read_text()))) > 20


@pytest.mark.parametrize("path", JOBS, ids=name)
def test_every_job_is_observed(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef) and node.decorator_list:
            said = [ast.unparse(one) for one in node.decorator_list]
            if said[0].startswith("job."):
                assert said[1] in ("observed", "observed_job"), f"{node.name} leaves no trace"


def test_there_are_ten_jobs() -> None:
    assert len(JOBS) == 10


@pytest.mark.parametrize("path", JOBS, ids=name)
def test_a_job_loads_neither_the_api_nor_the_xray_sdk(path: Path) -> None:
    script = (
        f"import sys, chalicelib.jobs.{path.stem}, chalicelib.jobs.inputs\n"
        "loaded = [m for m in sys.modules if m.startswith(('chalicelib.web', 'aws_xray_sdk'))]\n"
        "assert not loaded, loaded\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        cwd=ROOT, env={"PATH": os.environ.get("PATH", "")}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    found: dict[str, Any] = read_stage_template()["Resources"]
    return found


def test_functions_trace_and_nothing_that_sees_paths_or_names_does(
    template: dict[str, Any],
) -> None:
    assert json.loads((ROOT / ".chalice" / "config.json").read_text())["xray"] is True
    assert template["RestAPI"]["Properties"]["TracingEnabled"] is False
    machine = template["ReminderMachine"]["Properties"]
    assert machine["TracingConfiguration"] == {"Enabled": False}


def test_alarms_on_our_own_figures_name_figures_that_there_are(template: dict[str, Any]) -> None:
    own = [
        one["Properties"]
        for one in template.values()
        if one.get("Properties", {}).get("Namespace") == NAMESPACE
    ]
    assert own
    for alarm in own:
        assert alarm["MetricName"] in {metric.label for metric in Metric}
        assert {one["Name"] for one in alarm["Dimensions"]} == {"service", "stage"}
