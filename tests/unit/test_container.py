"""The container puts services together without paying for what this process does not use."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import boto3
import pytest

from chalicelib.clients import Clients
from chalicelib.container import Container
from chalicelib.core.settings import OPTIONAL, Settings


class NotedSession:
    """Makes clients that call nobody, and notes which it was asked for."""

    def __init__(self) -> None:
        self.made: list[str] = []
        self._real = boto3.Session("AKIDEXAMPLE", "secret", "token", region_name="eu-west-2")

    def client(self, name: str, **options: Any) -> Any:
        self.made.append(name)
        return self._real.client(name, **options)


@pytest.fixture
def settings() -> Settings:
    return Settings(**dict.fromkeys(Settings.__dataclass_fields__, "x") | OPTIONAL)


FEATURES = [name for name in vars(Container) if not name.startswith("_")]


def test_making_every_service_makes_no_client_but_that_of_the_index(settings: Settings) -> None:
    session = NotedSession()
    own = Container(settings, session=session)
    assert session.made == []
    made = [getattr(own, name) for name in FEATURES]
    assert len(made) == 10 and all(len(vars(one)) > 1 for one in made)
    assert session.made == ["dynamodb"]


def test_a_feature_is_put_together_once(settings: Settings) -> None:
    own = Container(settings, session=NotedSession())
    assert own.evidence is own.evidence
    assert own.requests.store is own.requests.store
    assert own.registry.sites.table is own.clients.registry_table


def test_a_client_is_made_once_also_when_many_ask_for_it_at_once(settings: Settings) -> None:
    made: list[str] = []
    together = Barrier(8)

    def client(name: str, **_: Any) -> Any:
        made.append(name)
        return SimpleNamespace(number=len(made), meta=MagicMock())

    own = Clients(settings, session=SimpleNamespace(client=client))

    def ask(_: int) -> int:
        together.wait()
        return int(own.client("sqs").number)

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(8))) == {1}
    assert made == ["sqs"]
