"""Unit tests are pure: one that opens a socket fails instead of reaching out."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from hypothesis import settings

# A busy machine is no error: no test fails because of the time it took.
settings.register_profile("sightline", deadline=None)
settings.load_profile("sightline")


@pytest.fixture(autouse=True)
def no_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a unit test opened a socket")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
