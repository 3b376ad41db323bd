"""Checks of the first day against what AWS documents that it answers, where no emulator does."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.first_day import object_lock, second_factor
from infra.first_day.running import Outcome, StageOnTrial, TrialFinding
from tests.support.stubbed import Answer, Refusal, StubbedTarget, stubbed

P, F = Outcome.PROVED, Outcome.FAILED
NAMED = {"EvidenceBucket": "evidence", "AuditBucket": "audit", "UserPoolId": "eu-west-2_a"}
LOCKS = {"EvidenceLockMode": "GOVERNANCE", "EvidenceLockDays": "365"}
LOCKS |= {"AuditLockMode": "COMPLIANCE", "AuditLockDays": "2557"}


def stage(**clients: Any) -> StageOnTrial:
    """A stage in AWS, whose stack is known."""
    trial = StageOnTrial(StubbedTarget("live", clients=clients))
    trial.__dict__.update(outputs=NAMED, parameters=LOCKS)
    return trial


def outcomes(trial: StageOnTrial, check: Any) -> list[Outcome]:
    with trial.undo:
        found: list[TrialFinding] = list(check.prove(trial))
    assert not trial.left
    return [one.outcome for one in found]


def rule(mode: str, days: int) -> Answer:
    retention = {"DefaultRetention": {"Mode": mode, "Days": days}}
    locked = {"ObjectLockEnabled": "Enabled", "Rule": retention}
    return "get_object_lock_configuration", {"ObjectLockConfiguration": locked}


RULES = (rule("GOVERNANCE", 365), rule("COMPLIANCE", 2557))
PUT: Answer = ("put_object", {"VersionId": "v1"})
REMOVED: Answer = ("delete_object", {})


def test_a_lock_that_holds_is_proved_and_the_trial_removed() -> None:
    held: Answer = ("delete_object", Refusal("AccessDenied", status=403))
    s3 = stubbed("s3", *RULES, PUT, held, REMOVED)
    assert outcomes(stage(s3=s3), object_lock) == [P, P, P]


def test_a_lock_that_does_not_hold_fails() -> None:
    assert outcomes(stage(s3=stubbed("s3", *RULES, PUT, REMOVED)), object_lock) == [P, P, F]


def test_a_rule_that_somebody_changed_fails() -> None:
    held: Answer = ("delete_object", Refusal("AccessDenied", status=403))
    rules = (rule("GOVERNANCE", 1), rule("GOVERNANCE", 2557))
    s3 = stubbed("s3", *rules, PUT, held, REMOVED)
    assert outcomes(stage(s3=s3), object_lock) == [F, F, P]


def test_a_lock_of_which_nothing_is_known_proves_nothing() -> None:
    trial = stage(s3=stubbed("s3", *RULES, PUT, ("delete_object", Refusal("SlowDown")), REMOVED))
    with trial.undo, pytest.raises(ClientError, match="SlowDown"):
        list(object_lock.prove(trial))


SECRET = "GEZDGNBVGY3TQOJQ"
USER = {"User": {"Username": "x", "UserCreateDate": datetime(2026, 11, 30, tzinfo=UTC)}}
MADE: tuple[Answer, ...] = (
    ("get_user_pool_mfa_config", {"MfaConfiguration": "ON"}),
    ("admin_create_user", USER),
    ("admin_set_user_password", {}),
    ("create_user_pool_client", {"UserPoolClient": {"ClientId": "trial"}}),
)
SET_UP: tuple[Answer, ...] = (
    ("admin_initiate_auth", {"ChallengeName": "MFA_SETUP", "Session": "s" * 20}),
    ("associate_software_token", {"SecretCode": SECRET, "Session": "t" * 20}),
    ("verify_software_token", {"Status": "SUCCESS", "Session": "u" * 20}),
)
ASKED: Answer = ("admin_initiate_auth", {"ChallengeName": "SOFTWARE_TOKEN_MFA",
                                         "Session": "v" * 20})  # fmt: skip
TOKENS = {"AuthenticationResult": {"AccessToken": "a", "IdToken": "i", "RefreshToken": "r"}}
GONE: tuple[Answer, ...] = (("delete_user_pool_client", {}), ("admin_delete_user", {}))
ANSWER = "admin_respond_to_auth_challenge"


def signing_in(*answers: Answer) -> list[Outcome]:
    return outcomes(stage(**{"cognito-idp": stubbed("cognito-idp", *answers)}), second_factor)


@pytest.mark.parametrize("code", sorted(second_factor.REFUSED_CODES))
def test_a_second_factor_that_is_asked_for_is_proved(code: str) -> None:
    wrong: Answer = (ANSWER, Refusal(code))
    right: Answer = (ANSWER, TOKENS)
    assert signing_in(*MADE, *SET_UP, ASKED, ASKED, wrong, ASKED, right, *GONE) == [P, P, P]


def test_an_officer_let_in_by_the_password_alone_fails() -> None:
    assert signing_in(*MADE, ("admin_initiate_auth", TOKENS), *GONE) == [F]
    assert signing_in(*MADE, *SET_UP, ("admin_initiate_auth", TOKENS), *GONE) == [P, F]


def test_any_code_that_lets_in_fails() -> None:
    taken: Answer = (ANSWER, TOKENS)
    assert signing_in(*MADE, *SET_UP, ASKED, ASKED, taken, ASKED, taken, *GONE) == [P, F, P]


@pytest.mark.parametrize("asked", ["OPTIONAL", "OFF"])
def test_a_pool_that_asks_for_none_fails(asked: str) -> None:
    assert signing_in(("get_user_pool_mfa_config", {"MfaConfiguration": asked})) == [F]
