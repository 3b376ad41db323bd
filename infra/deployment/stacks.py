"""Applies a template to a CloudFormation stack through a change set, or says why it failed."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from infra.errors import StackError

UNCHANGED = ("didn't contain changes", "No updates are to be performed")
"""Texts by which CloudFormation says that a change set would do nothing."""
DEAD = {
    "ROLLBACK_COMPLETE",
    "ROLLBACK_FAILED",
    "CREATE_FAILED",
    "REVIEW_IN_PROGRESS",
    "DELETE_FAILED",
}
"""The states of a stack that never worked: it cannot be updated, only removed and made again."""


def apply_stack(
    cloudformation: Any,
    name: str,
    template: Mapping[str, Any],
    parameters: Mapping[str, str],
    template_url: str | None = None,
) -> dict[str, str]:
    """Create or change stack `name`; return its outputs.

    parameters: values to set; other parameters keep what the stack has, or their default.
    template_url: the template's address in S3; needed above 51,200 bytes.
    Raises StackError naming every resource that failed and CloudFormation's reason.
    """
    status = _status(cloudformation, name)
    if status in DEAD:
        _remove(cloudformation, name)
        status = None
    if status and status.endswith("_IN_PROGRESS"):
        print(f"  {name} is still {status}; waiting …", flush=True)
        status = _settled(cloudformation, name)
    since = _newest_event(cloudformation, name)
    change_set = f"deploy-{time.time_ns()}"
    body = {"TemplateURL": template_url} if template_url else {"TemplateBody": json.dumps(template)}
    try:
        cloudformation.create_change_set(
            StackName=name,
            ChangeSetName=change_set,
            ChangeSetType="UPDATE" if status else "CREATE",
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
            Parameters=_parameters(cloudformation, name, template, parameters, status is not None),
            **body,
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        message = error.response["Error"]["Message"]
        raise StackError(f"CloudFormation refuses the change to {name}: {message}") from error
    reason = _change_set_ready(cloudformation, name, change_set)
    if reason is None:
        print(f"Deploying {name} …", flush=True)
        cloudformation.execute_change_set(StackName=name, ChangeSetName=change_set)
        status = _settled(cloudformation, name)
        if status not in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
            raise StackError(_why(cloudformation, name, status, since))
    else:
        cloudformation.delete_change_set(StackName=name, ChangeSetName=change_set)
        if not any(phrase in reason for phrase in UNCHANGED):
            raise StackError(f"CloudFormation refuses the change to {name}: {reason}")
    stack = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    return {o["OutputKey"]: o["OutputValue"] for o in stack.get("Outputs", [])}


def _parameters(
    cloudformation: Any,
    name: str,
    template: Mapping[str, Any],
    wanted: Mapping[str, str],
    exists: bool,
) -> list[dict[str, Any]]:
    previous = parameters_of(cloudformation, name) if exists else {}
    known = template.get("Parameters", {})
    if unknown := sorted(set(wanted) - set(known)):
        raise StackError(f"{name} has no parameter {', '.join(unknown)}.")
    return [
        {"ParameterKey": key, "ParameterValue": wanted[key]}
        if key in wanted
        else {"ParameterKey": key, "UsePreviousValue": True}
        for key in known
        if key in wanted or key in previous
    ]


def parameters_of(cloudformation: Any, name: str) -> dict[str, str]:
    """Read the parameters of a stack; none when there is no such stack."""
    if _status(cloudformation, name) is None:
        return {}
    stack = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    return {p["ParameterKey"]: p["ParameterValue"] for p in stack.get("Parameters", [])}


def _status(cloudformation: Any, name: str) -> str | None:
    try:
        status: str = cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    return None if status == "DELETE_COMPLETE" else status


def _pauses() -> Iterator[None]:
    """Sleep shortly at first (the emulator is quick), later five seconds, for up to an hour."""
    deadline = time.monotonic() + 3600
    pause = 0.1
    while time.monotonic() < deadline:
        yield
        time.sleep(pause)
        pause = min(5.0, pause * 1.3)
    raise StackError("CloudFormation did not finish within an hour; look at it in the AWS console.")


def _settled(cloudformation: Any, name: str) -> str:
    """Wait until no change of the stack is in progress; return its status."""
    for _ in _pauses():
        status = _status(cloudformation, name) or "DELETE_COMPLETE"
        if not status.endswith("_IN_PROGRESS"):
            return status
    raise AssertionError("unreachable: _pauses raises")


def _change_set_ready(cloudformation: Any, name: str, change_set: str) -> str | None:
    """Wait for a change set; return None when it can be executed, else CloudFormation's reason."""
    for _ in _pauses():
        described = cloudformation.describe_change_set(StackName=name, ChangeSetName=change_set)
        if described["Status"] == "CREATE_COMPLETE":
            return None
        if described["Status"] == "FAILED":
            return str(described.get("StatusReason", "no reason given"))
    raise AssertionError("unreachable: _pauses raises")


def _remove(cloudformation: Any, name: str) -> None:
    print(f"  {name} never came up; removing what is left of it …", flush=True)
    cloudformation.delete_stack(StackName=name)
    status = _settled(cloudformation, name)
    if status != "DELETE_COMPLETE":
        raise StackError(f"The remains of {name} cannot be removed ({status}); delete it by hand.")


def _events(cloudformation: Any, name: str) -> list[dict[str, Any]]:
    try:
        found = cloudformation.describe_stack_events(StackName=name)
    except ClientError:
        return []
    return list(found["StackEvents"])


def _newest_event(cloudformation: Any, name: str) -> str | None:
    events = _events(cloudformation, name)
    return str(events[0]["EventId"]) if events else None


def _why(cloudformation: Any, name: str, status: str, since: str | None) -> str:
    """Write one line per resource that failed in this deployment, the first cause first."""
    lines: list[str] = []
    for event in _events(cloudformation, name):
        if event["EventId"] == since:
            break
        if event["ResourceStatus"].endswith("_FAILED"):
            reason = event.get("ResourceStatusReason", "no reason given")
            lines.append(f"  {event['LogicalResourceId']} ({event['ResourceType']}): {reason}")
    failed = "\n".join(reversed(lines)) or "  CloudFormation names no resource."
    return f"{name} ended as {status}. What failed, the first cause first:\n{failed}"
