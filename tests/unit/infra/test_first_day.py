"""The checks of the first day: what is tidied up, and the codes of an authenticator app."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.first_day.checks import CHECKS
from infra.first_day.running import Outcome, StageOnTrial, TrialFinding, proved, run_checks
from infra.first_day.totp import totp_code
from tests.support.stubbed import StubbedTarget


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
    ],
)
def test_codes_are_those_of_rfc_6238(moment: int, code: str) -> None:
    """Its Appendix B, of which an app shows the last six digits."""
    assert totp_code("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", moment) == code


REFUSED = ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "DeleteObject")


class Trial:
    """A check that makes two things. ends: what happens then. sticks: what cannot be removed."""

    QUESTION = "Does it tidy up?"

    def __init__(self, ends: BaseException | None = None, sticks: str = "") -> None:
        self.ends, self.sticks = ends, sticks
        self.removed: list[str] = []

    def prove(self, stage: StageOnTrial) -> Iterator[TrialFinding]:
        for what in ("first", "second"):
            stage.remove_later(what, self.remove, named=what)
        yield proved("something")
        if self.ends:
            raise self.ends

    def remove(self, named: str) -> None:
        if named == self.sticks:
            raise REFUSED
        self.removed.append(named)


def run(*trials: Trial) -> list[TrialFinding]:
    named = [(f"trial{n}", trial) for n, trial in enumerate(trials)]
    return list(run_checks(StubbedTarget("live"), named))


def test_what_was_made_is_removed_the_last_first() -> None:
    trial = Trial()
    assert [one.outcome for one in run(trial)] == [Outcome.PROVED]
    assert trial.removed == ["second", "first"]


def test_what_aws_refuses_fails_one_check_and_no_other() -> None:
    trials = [Trial(REFUSED), Trial()]
    found = run(*trials)
    assert [(one.check, one.outcome) for one in found] == [
        ("trial0", Outcome.PROVED),
        ("trial0", Outcome.FAILED),
        ("trial1", Outcome.PROVED),
    ]
    assert [trial.removed for trial in trials] == [["second", "first"]] * 2


@pytest.mark.parametrize("ends", [KeyboardInterrupt(), ValueError("a fault of ours")])
def test_it_tidies_up_when_it_is_stopped(ends: BaseException) -> None:
    trial = Trial(ends)
    with pytest.raises(type(ends)):
        run(trial)
    assert trial.removed == ["second", "first"]


def test_who_stops_between_two_findings_leaves_nothing() -> None:
    """As Ctrl-C does while a finding is printed."""
    trial = Trial()
    findings = run_checks(StubbedTarget("live"), [("trial", trial)])
    next(findings)
    findings.close()
    assert trial.removed == ["second", "first"]


def test_what_could_not_be_removed_is_named() -> None:
    found = run(Trial(sticks="second"))
    assert [one.outcome for one in found] == [Outcome.PROVED, Outcome.FAILED]
    assert "second" in found[1].said and found[1].todo


def test_every_check_says_what_it_asks() -> None:
    modules: dict[str, Any] = {**CHECKS}
    for name, module in modules.items():
        assert module.QUESTION.endswith("?") and module.__doc__, name
