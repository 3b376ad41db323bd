"""What a deployment finds in an account, by AWS's documented answers (botocore's Stubber)."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from infra.account.identity import caller_of, check_stage_name, shared_parameters
from infra.deployment.artifacts import open_artifacts
from infra.deployment.target import Target
from infra.errors import StackError

ACCOUNT = "111122223333"
WHO = f"arn:aws:sts::{ACCOUNT}:assumed-role/deployer/sam"
BUCKET = f"sightline-artifacts-{ACCOUNT}-"


class Stubbed(Target):
    """A target whose clients answer what a test told them, in order."""

    def client(self, service: str, region: str = "", config: Any = None) -> Any:
        made: dict[str, Any] = self.__dict__.setdefault("made", {})
        if service not in made:
            keys = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}
            client = boto3.client(service, region_name=self.region, **keys)
            made[service] = (client, Stubber(client))
            made[service][1].activate()
        return made[service][0]

    def told(self, service: str) -> Stubber:
        self.client(service)
        stubber: Stubber = self.__dict__["made"][service][1]
        return stubber

    def all_was_asked(self) -> None:
        for _, stubber in self.__dict__["made"].values():
            stubber.assert_no_pending_responses()


def stack_resources(target: Stubbed, **physical: str) -> None:
    """Answer for MailIdentity and ApiAccount, in this order; what is not named is not there."""
    for name in ("MailIdentity", "ApiAccount"):
        if name in physical:
            detail = {
                "LogicalResourceId": name,
                "PhysicalResourceId": physical[name],
                "ResourceType": "AWS::X::Y",
                "ResourceStatus": "CREATE_COMPLETE",
                "LastUpdatedTimestamp": "2026-11-30T00:00:00Z",
            }
            target.told("cloudformation").add_response(
                "describe_stack_resource", {"StackResourceDetail": detail}
            )
        else:
            target.told("cloudformation").add_client_error(
                "describe_stack_resource", "ValidationError", "Resource does not exist"
            )


def role(target: Stubbed, arn: str | None, exists: bool = True) -> None:
    found = {"cloudwatchRoleArn": arn} if arn else {}
    target.told("apigateway").add_response("get_account", found)
    if arn and exists:
        made = {
            "Path": "/",
            "RoleName": "ApiLogRole",
            "RoleId": "A" * 16,
            "Arn": arn,
            "CreateDate": "2026-11-30T00:00:00Z",
        }
        target.told("iam").add_response("get_role", {"Role": made}, {"RoleName": "ApiLogRole"})
    elif arn:
        target.told("iam").add_client_error("get_role", "NoSuchEntity")


LOG_ROLE = f"arn:aws:iam::{ACCOUNT}:role/ApiLogRole"
SENDER = {"MailIdentityName": "example.police.uk"}


def test_the_first_stage_of_an_account_makes_what_there_is_once() -> None:
    target = Stubbed("prod")
    stack_resources(target)
    target.told("sesv2").add_client_error("get_email_identity", "NotFoundException")
    role(target, None)
    made = {"MailIdentityThere": "no", "ApiLogRoleThere": "no"}
    assert shared_parameters(target, SENDER) == made
    target.all_was_asked()


def test_the_second_stage_takes_what_is_there() -> None:
    target = Stubbed("test")
    stack_resources(target)
    target.told("sesv2").add_response("get_email_identity", {"IdentityType": "DOMAIN"})
    role(target, LOG_ROLE)
    there = {"MailIdentityThere": "yes", "ApiLogRoleThere": "yes"}
    assert shared_parameters(target, SENDER) == there
    target.all_was_asked()


def test_what_a_stage_made_stays_its_own() -> None:
    """Its identity is found in the account too, and must not be dropped for that."""
    target = Stubbed("prod")
    stack_resources(target, MailIdentity="example.police.uk", ApiAccount="1")
    own = {"MailIdentityThere": "no", "ApiLogRoleThere": "no"}
    assert shared_parameters(target, SENDER) == own
    target.all_was_asked()


def test_another_sender_that_is_there_is_not_made_again() -> None:
    target = Stubbed("prod")
    stack_resources(target, MailIdentity="old.police.uk", ApiAccount="1")
    target.told("sesv2").add_response("get_email_identity", {"IdentityType": "DOMAIN"})
    assert shared_parameters(target, SENDER)["MailIdentityThere"] == "yes"


def test_a_role_that_is_gone_is_made_again() -> None:
    target = Stubbed("prod")
    stack_resources(target, MailIdentity="example.police.uk")
    role(target, LOG_ROLE, exists=False)
    assert shared_parameters(target, SENDER)["ApiLogRoleThere"] == "no"


def test_credentials_of_another_account_are_refused() -> None:
    target = Stubbed("prod")
    found = {"Account": ACCOUNT, "Arn": WHO, "UserId": "x"}
    for _ in range(3):
        target.told("sts").add_response("get_caller_identity", found)
    assert caller_of(target, "") == caller_of(target, ACCOUNT) == (ACCOUNT, WHO)
    with pytest.raises(StackError, match=r"999988887777.*111122223333.*Nothing was changed"):
        caller_of(target, "999988887777")


@pytest.mark.parametrize("name", ["Prod", "1st", "prod-", "a" * 21, "aws-test", "my-cognito", ""])
def test_names_that_aws_would_refuse_late_are_refused_early(name: str) -> None:
    with pytest.raises(StackError):
        check_stage_name(name)


@pytest.mark.parametrize("name", ["prod", "test-2", "a", "a" * 20])
def test_other_names_are_taken(name: str) -> None:
    check_stage_name(name)


@pytest.mark.parametrize(
    ("region", "place"),
    [
        ("us-east-1", {}),
        ("eu-west-2", {"CreateBucketConfiguration": {"LocationConstraint": "eu-west-2"}}),
    ],
)
def test_the_bucket_is_made_in_its_region(region: str, place: dict[str, Any]) -> None:
    target = Stubbed("prod", region)
    owner = {"Bucket": BUCKET + region, "ExpectedBucketOwner": ACCOUNT}
    s3 = target.told("s3")
    s3.add_client_error("head_bucket", "404", http_status_code=404, expected_params=owner)
    s3.add_response("create_bucket", {}, {"Bucket": BUCKET + region, **place})
    s3.add_response("put_public_access_block", {})
    assert open_artifacts(target, ACCOUNT).bucket == BUCKET + region
    target.all_was_asked()


def test_somebody_elses_bucket_of_that_name_is_not_used() -> None:
    target = Stubbed("prod")
    target.told("s3").add_client_error("head_bucket", "403", http_status_code=403)
    with pytest.raises(StackError, match="another account's"):
        open_artifacts(target, ACCOUNT)


def test_a_colleague_who_makes_the_bucket_at_the_same_time_is_no_error() -> None:
    target = Stubbed("prod")
    target.told("s3").add_client_error("head_bucket", "404", http_status_code=404)
    target.told("s3").add_client_error("create_bucket", "BucketAlreadyOwnedByYou")
    target.told("s3").add_response("put_public_access_block", {})
    open_artifacts(target, ACCOUNT)
    target.all_was_asked()


def test_what_is_there_is_not_stored_again_and_what_is_gone_is_told() -> None:
    target = Stubbed("prod")
    s3 = target.told("s3")
    s3.add_response("head_bucket", {})
    artifacts = open_artifacts(target, ACCOUNT)
    s3.add_response("head_object", {})
    artifacts.put("templates/x.json", b"{}")
    owned = {"Bucket": f"{BUCKET}eu-west-2", "ExpectedBucketOwner": ACCOUNT}
    s3.add_client_error("head_object", "404", http_status_code=404)
    s3.add_response("put_object", {}, {**owned, "Key": "templates/y.json", "Body": b"{}"})
    artifacts.put("templates/y.json", b"{}")
    for code in ("NoSuchKey", "AccessDenied"):
        s3.add_client_error("get_object", code)
    with pytest.raises(StackError, match="is not there any more"):
        artifacts.read("templates/x.json")
    with pytest.raises(ClientError):
        artifacts.read("templates/x.json")
    s3.add_client_error("head_object", "403", http_status_code=403)
    with pytest.raises(ClientError):
        artifacts.put("templates/x.json", b"{}")
    target.all_was_asked()
