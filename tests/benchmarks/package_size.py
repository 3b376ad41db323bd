"""How large the Lambda package is, zipped: `python -m tests.benchmarks.package_size`."""

from __future__ import annotations

import json

from infra.building.frontend import build_frontend
from infra.building.package import build_package
from infra.errors import report_errors

MEGABYTE = 1024 * 1024


def main() -> int:
    """Prints one JSON line."""
    build_frontend()
    size = build_package().archive.stat().st_size / MEGABYTE
    print(json.dumps({"benchmark": "package", "zipped_mb": round(size, 1), "allowed_mb": 25}))
    return 0


if __name__ == "__main__":
    raise SystemExit(report_errors(main))
