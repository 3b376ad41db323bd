"""What all kinds of tests share: one private stack per session or worker, and a summary."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from infra import local
from tests.running import RunningStack
from tests.stored_rightly import found_wrong
from tests.summary import Summary
from tests.workers import Workers


def pytest_addoption(pluginmanager: pytest.PytestPluginManager) -> None:
    # Before pytest-xdist asks how many workers there shall be, which is before pytest_configure.
    pluginmanager.register(Workers(), "workers")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Summary(config), "summary")


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """A stack that only this session uses. Its data stays between tests: make your own.

    At the end everything in it must be stored as declared; what is not fails the last test.
    """
    state = tmp_path_factory.mktemp("stack")
    try:
        stack = RunningStack.start(state)
        yield stack
        wrong = found_wrong(stack)
    finally:
        local.remove_stack(state)
    if wrong:
        told = "The tests that used this stack left behind what must not be:\n"
        pytest.fail(told + "\n".join(wrong), pytrace=False)
