"""What the command line of a deployment asks for, and what it refuses."""

from __future__ import annotations

import pytest

from infra.deployment.options import TEST_STAGE, DeploymentOptions, make_parser, read_options
from infra.errors import StackError


def read(*words: str) -> DeploymentOptions:
    return read_options(make_parser().parse_args(["--stage", "prod", *words]))


def test_nothing_named_keeps_everything() -> None:
    options = read()
    assert options.parameters == {} and options.edge_parameters == {} and not options.release
    assert options.consent.asks and options.consent.shows and not options.consent.plan_only


def test_a_plan_does_not_ask_and_yes_does_neither() -> None:
    assert read("--plan").consent.plan_only and not read("--plan").consent.asks
    assert not read("--yes").consent.asks and not read("--yes").consent.plan_only


def test_losses_are_named_one_by_one() -> None:
    options = read("--replace", "RegistryTable", "--replace", "UserPool")
    assert options.consent.replace == {"RegistryTable", "UserPool"}


def test_a_test_stage_locks_for_a_day_and_nobody_protects_it() -> None:
    options = read("--test-stage", "--mail-from", "a@b.example", "--force-name", "X")
    assert TEST_STAGE.items() <= options.parameters.items()
    assert options.parameters["AuditLockMode"] == "GOVERNANCE"
    assert options.parameters["AuditLockDays"] == options.parameters["EvidenceLockDays"] == "1"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--test-stage", "--set", "AuditLockMode=COMPLIANCE"], "AuditLockMode=GOVERNANCE"),
        (["--set", "TestStage=yes"], "--test-stage"),
        (["--set", "Protect"], "NAME=VALUE"),
        (["--tag", "cost"], "NAME=VALUE"),
        (["--release", "x", "--force-name", "Other"], "without others"),
        (["--certificate-arn", "arn:x"], "--base-url"),
        (["--make-certificate", "--base-url", "http://plain.example"], "--base-url"),
        (
            ["--make-certificate", "--certificate-arn", "a", "--base-url", "https://x.example"],
            "Either",
        ),
        (["--firewall", "arn:aws:wafv2:eu-west-2:1:x"], "us-east-1"),
    ],
)
def test_what_does_not_fit_together_is_refused(words: list[str], why: str) -> None:
    with pytest.raises(StackError, match=why):
        read(*words)


def test_an_address_with_a_certificate_of_its_own() -> None:
    words = ["--base-url", "https://cameras.example.police.uk", "--make-certificate"]
    options = read(*words, "--hosted-zone", "Z1")
    assert options.certificate
    assert options.edge_parameters == {"Alias": "cameras.example.police.uk", "HostedZone": "Z1"}
