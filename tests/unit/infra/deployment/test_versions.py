"""A version is published when what the API's function is made of changes, and not otherwise."""

from __future__ import annotations

from typing import Any

import pytest

from infra.deployment.versions import Shift, published

TEMPLATE: dict[str, Any] = {
    "Parameters": {
        "BaseUrl": {"Default": "https://one"},
        "SignInUrl": {"Default": ""},
        "Emulator": {"Default": "no"},
        "AlarmEmail": {"Default": ""},
    },
    "Conditions": {
        "OwnSignInUrl": {"Fn::Not": [{"Fn::Equals": [{"Ref": "SignInUrl"}, ""]}]},
        "OnAws": {"Fn::And": [{"Condition": "Really"}]},
        "Really": {"Fn::Equals": [{"Ref": "Emulator"}, "no"]},
    },
    "Globals": {
        "Function": {
            "Environment": {
                "Variables": {
                    "BASE_URL": {"Ref": "BaseUrl"},
                    "TABLE": {"Ref": "RegistryTable"},
                    "ORIGIN": {"Fn::Sub": "https://${EvidenceBucket}.s3.${AWS::Region}.x"},
                    "SECRET": {"Fn::GetAtt": ["Secret", "Id"]},
                    "SIGN_IN": {"Fn::If": ["OwnSignInUrl", "a", "b"]},
                    "HOPS": {"Fn::If": ["OnAws", "2", "1"]},
                }
            }
        }
    },
    "Resources": {
        "APIHandler": {
            "Properties": {
                "CodeUri": {"Bucket": "b", "Key": "k"},
                "AutoPublishAlias": "live",
                "AutoPublishCodeSha256": "0",
                "DeploymentPreference": {
                    "Type": "Canary10Percent5Minutes",
                    "Alarms": [{"Ref": "ApiErrorsAlarm"}],
                },
            }
        }
    },
}
PHYSICAL = {"RegistryTable": "t1", "EvidenceBucket": "b1", "Secret": "s1", "ApiErrorsAlarm": "a1"}


def digest(values: dict[str, str] | None = None, **physical: str) -> str:
    made = published(TEMPLATE, values or {}, PHYSICAL | physical, Shift.CANARY)
    found: str = made["Resources"]["APIHandler"]["Properties"]["AutoPublishCodeSha256"]
    return found


@pytest.mark.parametrize(
    "values", [{"BaseUrl": "https://two"}, {"SignInUrl": "https://x"}, {"Emulator": "yes"}]
)
def test_another_value_of_a_parameter_is_another_version(values: dict[str, str]) -> None:
    assert digest(values) != digest()


@pytest.mark.parametrize("name", ["RegistryTable", "EvidenceBucket", "Secret"])
def test_a_resource_that_was_replaced_is_another_version(name: str) -> None:
    """As after a table was lost and taken in again under another name."""
    assert digest(None, **{name: "another"}) != digest()


def test_what_the_function_does_not_read_changes_nothing() -> None:
    assert digest({"AlarmEmail": "somebody@example.police.uk"}) == digest()
    assert digest(ApiErrorsAlarm="another") == digest()
    assert digest({"BaseUrl": "https://one"}) == digest()


def test_calls_are_moved_as_it_is_asked() -> None:
    def preference(shift: Shift) -> Any:
        made = published(TEMPLATE, {}, PHYSICAL, shift)
        return made["Resources"]["APIHandler"]["Properties"].get("DeploymentPreference")

    assert preference(Shift.CANARY)["Alarms"] == [{"Ref": "ApiErrorsAlarm"}]
    assert preference(Shift.AT_ONCE) == {"Type": "AllAtOnce"}
    assert preference(Shift.PLAIN) is None
    assert TEMPLATE["Resources"]["APIHandler"]["Properties"]["AutoPublishCodeSha256"] == "0"
