"""What a deployment does with a stack in each of CloudFormation's states."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any

from botocore.exceptions import ClientError

HOLDS_DATA = frozenset(
    {
        "AWS::Cognito::UserPool",
        "AWS::DynamoDB::Table",
        "AWS::KMS::Key",
        "AWS::S3::Bucket",
        "AWS::SecretsManager::Secret",
        "AWS::SQS::Queue",
    }
)
"""Types of resources whose loss loses what nobody can make again, keys to it included."""


class Step(Enum):
    """What is done with a stack before it is changed."""

    CREATE = "there is none, or one without anything in it: make it"
    CHANGE = "it works: change it"
    WAIT = "something is being done with it: wait, and look again"
    MAKE_AGAIN = "it never worked: delete it if nothing that holds data is in it, and make it"
    EXPLAIN = "a person must decide: say what is the matter and what to do"


STEPS: Mapping[str, Step] = {
    "CREATE_COMPLETE": Step.CHANGE,
    "CREATE_FAILED": Step.MAKE_AGAIN,
    "CREATE_IN_PROGRESS": Step.WAIT,
    "DELETE_COMPLETE": Step.CREATE,
    # Somebody began to delete a stack that worked: what holds data stands beside it.
    "DELETE_FAILED": Step.EXPLAIN,
    "DELETE_IN_PROGRESS": Step.WAIT,
    "IMPORT_COMPLETE": Step.CHANGE,
    "IMPORT_IN_PROGRESS": Step.WAIT,
    "IMPORT_ROLLBACK_COMPLETE": Step.CHANGE,
    "IMPORT_ROLLBACK_FAILED": Step.EXPLAIN,
    "IMPORT_ROLLBACK_IN_PROGRESS": Step.WAIT,
    # A new stack for which somebody made a change set, and which has nothing yet. AWS: "Ongoing
    # creation of one or more stacks with an expected StackId but without any templates or
    # resources." A change set more can stand beside theirs, so nothing has to be deleted.
    "REVIEW_IN_PROGRESS": Step.CREATE,
    "ROLLBACK_COMPLETE": Step.MAKE_AGAIN,
    "ROLLBACK_FAILED": Step.MAKE_AGAIN,
    "ROLLBACK_IN_PROGRESS": Step.WAIT,
    "UPDATE_COMPLETE": Step.CHANGE,
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS": Step.WAIT,
    # Only after an update that was told to keep what succeeded, which ours are not.
    "UPDATE_FAILED": Step.EXPLAIN,
    "UPDATE_IN_PROGRESS": Step.WAIT,
    "UPDATE_ROLLBACK_COMPLETE": Step.CHANGE,
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS": Step.WAIT,
    "UPDATE_ROLLBACK_FAILED": Step.EXPLAIN,
    "UPDATE_ROLLBACK_IN_PROGRESS": Step.WAIT,
}
"""Every state that AWS documents; the unit tests compare it with botocore's list."""


def status_of(cloudformation: Any, name: str) -> str | None:
    """Read a stack's status; None when there is no such stack."""
    try:
        status: str = cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    return status


def step_for(status: str | None) -> Step:
    """Decide by status. A status that nobody knew when this was written needs a person."""
    return Step.CREATE if status is None else STEPS.get(status, Step.EXPLAIN)


def resources_of(cloudformation: Any, name: str) -> list[dict[str, Any]]:
    """List the resources that CloudFormation counts to a stack, from all pages."""
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=name)
    return [one for page in pages for one in page["StackResourceSummaries"]]


def physical_names(cloudformation: Any, name: str) -> dict[str, str]:
    """By the logical name of each resource of a stack the one that it has in the account."""
    return {
        one["LogicalResourceId"]: str(one.get("PhysicalResourceId", ""))
        for one in resources_of(cloudformation, name)
    }


def holding_data(resources: Iterable[Mapping[str, Any]]) -> list[str]:
    """Name those that exist and hold data."""
    return [
        f"{one['LogicalResourceId']} ({one.get('PhysicalResourceId') or 'no name yet'})"
        for one in resources
        if one["ResourceType"] in HOLDS_DATA
        and one.get("PhysicalResourceId")
        and one["ResourceStatus"] not in ("DELETE_COMPLETE", "CREATE_FAILED")
    ]


def advice(
    name: str, region: str, status: str, resources: Iterable[Mapping[str, Any]], role: str = ""
) -> str:
    """Say what is the matter with a stack that no deployment may touch, and what to do.

    role: the stack's service role, which a command on it must name again.
    """
    resources = list(resources)
    stuck = [r for r in resources if r["ResourceStatus"].endswith("_FAILED")]
    names = " ".join(r["LogicalResourceId"] for r in stuck)
    reasons = "".join(
        f"\n  {r['LogicalResourceId']} ({r['ResourceType']}): "
        f"{r.get('ResourceStatusReason', 'no reason given')}"
        for r in stuck
    )
    where = f"--stack-name {name} --region {region}" + (f" --role-arn {role}" if role else "")
    head = f"{name} is {status}, so nothing was changed." + (f" Stuck:{reasons}" if stuck else "")
    data = ", ".join(holding_data(resources))
    if status == "UPDATE_ROLLBACK_FAILED":
        return (
            f"{head}\nAn update failed and could not be undone. The stage goes on as it stands, "
            "but cannot be changed until that is finished. Mend the reason and run\n"
            f"  aws cloudformation continue-update-rollback {where}\n"
            "or leave out what cannot be undone, if you know that it is right as it is:\n"
            f"  aws cloudformation continue-update-rollback {where} "
            f"--resources-to-skip {names or 'NAMES'}\n"
            "Then deploy again."
        )
    if status == "UPDATE_FAILED":
        return (
            f"{head}\nAn update stopped half-way and was told not to undo itself. Undo it with\n"
            f"  aws cloudformation rollback-stack {where}\nand deploy again."
        )
    if status == "DELETE_FAILED":
        keep = f" --retain-resources {names}" if names else ""
        return (
            f"{head}\nSomebody began to delete it, and it cannot be changed any more. "
            f"What still holds data: {data or 'nothing that CloudFormation names'}. It is not "
            "lost: tables, buckets, user pool and keys are kept. Write their names down first. "
            f"Then finish the deletion,\n  aws cloudformation delete-stack {where}{keep}\n"
            "and take them into a new stack by a resource import (see docs/operations.md, "
            '"When a stack is stuck"). A plain deployment afterwards would make empty tables.'
        )
    if status in ("ROLLBACK_FAILED", "CREATE_FAILED", "ROLLBACK_COMPLETE"):
        return (
            f"{head}\nIts first deployment failed and left these, which hold data or may: {data}. "
            "They are not deleted by themselves. If nobody needs them, switch off their protection "
            f"and delete them, then run\n  aws cloudformation delete-stack {where}\n"
            "and deploy again."
        )
    return f"{head}\nLook at its events in the CloudFormation console, and mend it there."
