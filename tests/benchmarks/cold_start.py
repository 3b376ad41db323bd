"""What a cold start pays: the import of `app.py` against a bare Chalice handler with boto3,
powertools' Logger, Tracer and Metrics, and one pydantic model.

`python -m tests.benchmarks.cold_start [--runs 15]` prints one JSON line. Both imports happen in
fresh interpreters, by turns, so that a busy machine slows both alike; the least of each counts.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

BARE = """
import boto3
from aws_lambda_powertools import Logger, Metrics, Tracer
from chalice import Chalice
from pydantic import BaseModel
app = Chalice(app_name="bare")
logger = Logger(service="bare")
tracer = Tracer(service="bare")
metrics = Metrics(namespace="Bare", service="bare")
class Body(BaseModel):
    name: str
@app.route("/")
def index():
    return {}
"""
OURS = "import app"

TIMED = "import time; begin = time.perf_counter()\n{}\nprint(time.perf_counter() - begin)"


def import_seconds(code: str) -> float:
    """Seconds that `code` takes in an interpreter of its own."""
    done = subprocess.run(
        [sys.executable, "-c", TIMED.format(code)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout.split()[-1])


def measure(runs: int) -> dict[str, float]:
    """Least milliseconds of both over `runs` turns and their ratio."""
    import_seconds(BARE), import_seconds(OURS)  # byte code is written before the clock counts
    pairs = [(import_seconds(BARE), import_seconds(OURS)) for _ in range(runs)]
    bare, ours = (min(column) * 1000 for column in zip(*pairs, strict=True))
    return {
        "bare_import_ms": round(bare, 1),
        "app_import_ms": round(ours, 1),
        "ratio": round(ours / bare, 2),
        "allowed_ratio": 1.4,
    }


def main() -> None:
    """Prints the line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15)
    print(json.dumps({"benchmark": "cold start", **measure(parser.parse_args().runs)}))


if __name__ == "__main__":
    main()
