"""How the whole suite is divided among workers: `make test`, whose options for pytest-xdist are in
the Makefile.

Most of a stack test's time is waiting, so there are more workers than cores. Each has a stack of
its own, with its own port and folder, and takes whole files, because what a file's tests share is
made once. Files that take long are handed out first, so that none is left alone at the end.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import DEVNULL, Popen

import pytest

from infra.building.frontend import build_frontend
from infra.building.package import build_package
from infra.errors import StackError
from infra.localstack.emulator import install
from infra.paths import ROOT

A_CORE = 2
MOST = 8
"""Workers. Each one's stack takes about a gigabyte."""

LONGEST = (
    "tests/stack/infra/test_restore.py",
    "tests/stack/requests/test_requests_outage.py",
    "tests/stack/requests/test_requests_real_time.py",
    "tests/stack/whole/test_planted_markers.py",
    "tests/browser/test_compose.py",
    "tests/browser/test_corridor.py",
    "tests/stack/whole/test_telemetry.py",
    "tests/unit/dynamodb/test_all_stored_records.py",
    "tests/browser/test_map.py",
    "tests/browser/test_reply.py",
    "tests/stack/whole/test_api_description.py",
    "tests/browser/test_officers_and_owners.py",
    "tests/browser/test_console.py",
    "tests/unit/search/test_site_search_exact.py",
    "tests/unit/search/test_site_map.py",
    "tests/unit/web/test_api_schema.py",
)
"""As the summary of a run tells it; the others follow in the order of their kinds."""

KINDS = ("tests/stack/", "tests/browser/", "tests/guards/", "tests/unit/")
"""Unit tests last: they are short, so the workers end together."""


def is_worker(config: pytest.Config) -> bool:
    """Tell whether this process is a worker, to which another process gives tests to run."""
    return hasattr(config, "workerinput")


class Workers:
    """A pytest plugin for pytest-xdist."""

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_auto_num_workers(self) -> int:
        return min(MOST, A_CORE * (os.cpu_count() or 1))

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_setupnodes(self) -> None:
        """Build once what every worker's stack needs; the workers only find it done."""
        try:
            with _compiling():
                build_frontend()
                build_package()
                install()
        except StackError as error:
            raise pytest.UsageError(str(error)) from error

    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        if is_worker(config):
            items.sort(key=lambda item: _place(item.nodeid.partition("::")[0]))


@contextmanager
def _compiling() -> Iterator[None]:
    """Have a process collect the tests meanwhile, when nothing was compiled yet where the Makefile
    has compiled modules kept: else each worker compiles all of them."""
    if sys.pycache_prefix is None or Path(sys.pycache_prefix, *ROOT.parts[1:], "tests").exists():
        yield
        return
    collect = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider"]
    with Popen(collect, cwd=ROOT, stdout=DEVNULL, stderr=DEVNULL):
        yield


def _place(file: str) -> tuple[int, int]:
    kind = next((n for n, kind in enumerate(KINDS) if file.startswith(kind)), len(KINDS))
    return (LONGEST.index(file) if file in LONGEST else len(LONGEST), kind)
