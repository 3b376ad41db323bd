"""Unit tests are pure: one that opens a socket fails instead of reaching out."""

from __future__ import annotations

import os
import socket
from typing import Any

import pytest
from hypothesis import Phase, settings

# A busy machine is no error: no test fails because of the time it took.
settings.register_profile("sightline", deadline=None)
# Whoever only asks whether a test fails (tests/benchmarks/mutation.py) needs no smallest example.
settings.register_profile(
    "mutation", deadline=None, database=None, phases=(Phase.explicit, Phase.generate)
)
settings.load_profile(os.environ.get("SIGHTLINE_HYPOTHESIS", "sightline"))


@pytest.fixture(autouse=True)
def no_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a unit test opened a socket")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
