"""DynamoDB by two emulators that know nothing of each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.running import RunningStack
from tests.support.moto_server import MotoServer


@pytest.fixture(scope="module", params=["ministack", "moto"])
def dynamodb(request: pytest.FixtureRequest) -> Iterator[Any]:
    if request.param == "ministack":
        stack: RunningStack = request.getfixturevalue("stack")
        yield stack.client("dynamodb")
    else:
        with MotoServer() as moto:
            yield moto.client("dynamodb")
