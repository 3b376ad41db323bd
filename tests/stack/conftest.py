"""What several files of stack tests begin with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from infra.localstack.visitor import Visitor
from tests.running import RunningStack
from tests.stack.asking import signed_in
from tests.stack.residents import Resident, load_area_data


@pytest.fixture(scope="module")
def area_data(stack: RunningStack, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Postcodes and the force's area; files whose every test needs them say so with
    `pytestmark`."""
    load_area_data(stack, tmp_path_factory.mktemp("area"))


@pytest.fixture(scope="module")
def officer(stack: RunningStack) -> Iterator[Visitor]:
    """An investigator who is signed in."""
    with signed_in(stack, "investigator") as visitor:
        yield visitor


@pytest.fixture
def pat(stack: RunningStack, area_data: None) -> Iterator[Resident]:
    """An owner who registered a home with two cameras and is signed in."""
    with stack.visitor() as visitor:
        resident = Resident(stack, visitor)
        resident.register()
        resident.sign_in()
        yield resident
