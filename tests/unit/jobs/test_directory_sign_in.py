"""The triggers, with events as AWS documents them and as Cognito was seen to send them."""

from __future__ import annotations

import copy
import json
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.access.federation.directory_roles import GROUPS
from chalicelib.jobs import directory_sign_in as trigger

CONTEXT = SimpleNamespace(
    function_name="f",
    memory_limit_in_mb=1024,
    invoked_function_arn="arn:aws:lambda:eu-west-2:1:function:f",
    aws_request_id="1",
)
COMMON: dict[str, Any] = {
    "version": "1",
    "region": "eu-west-2",
    "userPoolId": "eu-west-2_abc",
    "userName": "ForceID_jane@force.example",
    "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": "1example"},
}
OF_DIRECTORY = {
    "sub": "77f1d3ae-ff0c-4b0e-8e05-d5ff6e2880d2",
    "cognito:user_status": "EXTERNAL_PROVIDER",
    "identities": '[{"userId":"jane@force.example","providerName":"ForceID","providerType":'
    '"SAML","issuer":"https://sts.force.example","primary":true,"dateCreated":1111111111111}]',
    GROUPS: '["Detectives"]',
}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIRECTORY_ROLES", '{"Detectives": "investigator"}')
    monkeypatch.setenv("DIRECTORY_GROUPS_CLAIM", "groups")
    monkeypatch.setenv("DIRECTORY_UNITS_CLAIM", "department")
    monkeypatch.setenv("DIRECTORY_PHONE_CLAIM", "phone_number")


def asked(source: str, request: dict[str, Any], response: dict[str, Any]) -> dict[str, Any]:
    event = {**COMMON, "triggerSource": source, "request": request, "response": response}
    answer = trigger.directory_sign_in(copy.deepcopy(event), CONTEXT)
    assert json.loads(json.dumps(answer)) == answer
    assert {**answer, "response": None} == {**event, "response": None}, "the event comes back"
    said: dict[str, Any] = answer["response"]
    return said


def tokens(attributes: dict[str, str], groups: list[str] | None, source: str) -> dict[str, Any]:
    request = {
        "userAttributes": attributes,
        "groupConfiguration": {
            "groupsToOverride": groups,
            "iamRolesToOverride": [],
            "preferredRole": None,
        },
    }
    response = asked(f"TokenGeneration_{source}", request, {"claimsOverrideDetails": None})
    details: dict[str, Any] = response["claimsOverrideDetails"]
    return details


@pytest.mark.parametrize("source", ["HostedAuth", "RefreshTokens", "Authentication"])
def test_an_officer_of_the_directory_has_the_directorys_roles_alone(source: str) -> None:
    groups = ["eu-west-2_abc_ForceID", "administrator"]
    details = tokens(OF_DIRECTORY, groups, source)
    assert details["groupOverrideDetails"] == {"groupsToOverride": ["investigator"]}
    assert details["claimsToSuppress"] == [GROUPS]


def test_without_a_mapped_group_there_is_none() -> None:
    for said in ("[]", "", "[Detectives]"):
        details = tokens({**OF_DIRECTORY, GROUPS: said}, ["administrator"], "HostedAuth")
        assert details["groupOverrideDetails"] == {"groupsToOverride": []}


@pytest.mark.parametrize("groups", [["auditor", "another"], [], None])
def test_a_local_account_keeps_its_groups_as_they_are(groups: list[str] | None) -> None:
    local = {"sub": "1", "cognito:user_status": "CONFIRMED", GROUPS: '["Detectives"]'}
    details = tokens(local, groups, "HostedAuth")
    assert details["groupOverrideDetails"] == {
        "groupsToOverride": groups,
        "iamRolesToOverride": [],
        "preferredRole": None,
    }


@pytest.mark.parametrize(
    "attributes",
    [
        {"samlResponse": {"groups": "[Detectives, Everybody]", "department": "CID"}},
        {"idToken": {"sub": "1", "groups": ["Detectives", "x"]}, "userInfo": {"department": "CID"}},
        {"idToken": {"groups": '["Detectives"]', "department": ["CID"]}, "tokenResponse": {}},
    ],
)
def test_what_the_directory_sent_is_made_fit(attributes: dict[str, Any]) -> None:
    request = {"providerName": "ForceID", "providerType": "OIDC", "attributes": attributes}
    response = asked("InboundFederation_ExternalProvider", request, {"userAttributesToMap": {}})
    sent = response["userAttributesToMap"]
    assert (sent["groups"], sent["department"]) == ('["Detectives"]', "CID")
    assert all(isinstance(value, str) for value in sent.values())


def test_the_signed_token_counts_more_than_what_stands_beside_it() -> None:
    attributes = {"idToken": {"groups": []}, "userInfo": {"groups": ["Detectives"]}}
    response = asked("InboundFederation_ExternalProvider", {"attributes": attributes}, {})
    assert response["userAttributesToMap"]["groups"] == "[]"


def test_too_many_groups_to_send_are_told_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    attributes = {"idToken": {"_claim_names": {"groups": "src1"}}}
    response = asked("InboundFederation_ExternalProvider", {"attributes": attributes}, {})
    assert response["userAttributesToMap"]["groups"] == "[]"
    assert "too many groups for the directory to send" in caplog.text


@pytest.mark.parametrize("source", ["PreSignUp_ExternalProvider", "", "tokengeneration_x"])
def test_any_other_question_is_refused(source: str) -> None:
    with pytest.raises(ValueError, match="not a trigger of ours"):
        asked(source, {"userAttributes": {}}, {})


def test_a_map_that_cannot_be_read_lets_nobody_of_the_directory_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DIRECTORY_ROLES", "{")
    with pytest.raises(ValueError, match="no JSON"):
        tokens(OF_DIRECTORY, [], "HostedAuth")
    local = {"sub": "1", "cognito:user_status": "CONFIRMED"}
    assert tokens(local, ["auditor"], "HostedAuth")["groupOverrideDetails"]["groupsToOverride"]
