"""`python -m infra.first_day` on the local stack, as somebody tries it before the real account."""

from __future__ import annotations

import json
import sys

import pytest

from infra.errors import StackError
from infra.first_day.__main__ import main
from infra.first_day.checks import CHECKS
from tests.running import RunningStack


@pytest.fixture
def local(stack: RunningStack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIGHTLINE_STATE", str(stack.state))


def test_it_proves_what_it_can_and_says_what_it_cannot(
    local: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["first_day", "--json"])
    assert main() == 0
    told = json.loads(capsys.readouterr().out)
    assert told["stack"] == "sightline-local" and told["failed"] == 0
    assert told["proved"] >= 12 and told["not here"] >= 6
    assert [*dict.fromkeys(one["check"] for one in told["findings"])] == list(CHECKS)
    assert any("no second factor" in one["said"] for one in told["findings"])


def test_a_person_reads_questions_and_answers(
    local: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["first_day", "--only", "form", "--only", "backups"])
    assert main() == 0
    told = capsys.readouterr().out
    assert CHECKS["form"].QUESTION in told and CHECKS["edge"].QUESTION not in told
    assert "✓ A form's file of 24 bytes arrived" in told and "– Backups of RegistryTable" in told
    assert "sightline-local in eu-west-2: 2 proved, 0 failed, 2 not here." in told


def test_without_a_stage_it_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setenv("SIGHTLINE_STATE", str(tmp_path_factory.mktemp("none")))
    monkeypatch.setattr(sys, "argv", ["first_day"])
    with pytest.raises(StackError, match="make up"):
        main()
