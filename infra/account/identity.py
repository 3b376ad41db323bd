"""The account that a stage is in: whose it is, and what of it exists once for all its stages."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from infra.deployment.target import Target
from infra.errors import StackError

RESERVED = ("aws", "amazon", "cognito")
"""Words that Cognito takes in no sign-in page's address, of which the stage's name is a part."""


def check_stage_name(stage: str) -> None:
    """Raise StackError for a name that AWS would refuse half-way."""
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,18}[a-z0-9]|[a-z]", stage):
        raise StackError(
            "A stage's name has up to twenty lower case letters, digits and hyphens, begins with a "
            "letter and does not end with a hyphen."
        )
    if used := [word for word in RESERVED if word in stage]:
        raise StackError(f"A stage's name cannot contain {used[0]}: Cognito takes no such address.")


def caller_of(target: Target, expected: str) -> tuple[str, str]:
    """Find the account of the credentials, and the ARN of who they are.

    expected: the account that they must be of; "" for any. Raises StackError when they are not.
    """
    found = target.client("sts").get_caller_identity()
    account, who = str(found["Account"]), str(found["Arn"])
    if expected and account != expected:
        raise StackError(
            f"{target.stage} is in account {expected}, and these credentials are of {account} "
            f"({who}). Nothing was changed. Sign in to the other account (AWS_PROFILE=…)."
        )
    return account, who


def shared_parameters(target: Target, known: Mapping[str, str]) -> dict[str, str]:
    """Make the parameters that say what the account has already and this stage must not make.

    What the stage itself made stays its own: its stack names it. known: the values of parameters
    that the stage has or gets.
    """
    identity = known.get("MailIdentityName", "")
    resources = _made_by(target, ("MailIdentity", "ApiAccount"))
    mail_ours = resources.get("MailIdentity") == identity
    logs_ours = "ApiAccount" in resources
    return {
        "MailIdentityThere": _word(not mail_ours and _has_identity(target, identity)),
        "ApiLogRoleThere": _word(not logs_ours and _has_log_role(target)),
    }


def _word(there: bool) -> str:
    return "yes" if there else "no"


def _made_by(target: Target, names: tuple[str, ...]) -> dict[str, str]:
    """Find which of these resources the stage's stack has, with their physical names."""
    cloudformation, found = target.client("cloudformation"), {}
    for name in names:
        try:
            detail = cloudformation.describe_stack_resource(
                StackName=target.stack, LogicalResourceId=name
            )["StackResourceDetail"]
        except ClientError as error:
            if error.response["Error"]["Code"] != "ValidationError":
                raise
            continue  # neither the stack, or no such resource in it
        if detail["ResourceStatus"] != "DELETE_COMPLETE":
            found[name] = str(detail.get("PhysicalResourceId", ""))
    return found


def _exists(call: Callable[..., Any], missing: str, **arguments: str) -> bool:
    try:
        call(**arguments)
    except ClientError as error:
        if error.response["Error"]["Code"] != missing:
            raise
        return False
    return True


def _has_identity(target: Target, identity: str) -> bool:
    if not identity:
        return False
    find = target.client("sesv2").get_email_identity
    return _exists(find, "NotFoundException", EmailIdentity=identity)


def _has_log_role(target: Target) -> bool:
    """Tell whether API Gateway may log in this account and region, by a role that still exists."""
    role = target.client("apigateway").get_account().get("cloudwatchRoleArn")
    if not role:
        return False
    find = target.client("iam").get_role
    return _exists(find, "NoSuchEntity", RoleName=role.rsplit("/", 1)[-1])
