"""Applies a template to a CloudFormation stack through a change set, or says why it failed."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from infra.errors import StackError
from infra.stacks.change_sets import (
    CAPABILITIES,
    await_change_set,
    change_words,
    drop_change_set,
    refuse_loss,
)
from infra.stacks.failures import failure_words, has_begun, newest_event
from infra.stacks.statuses import (
    Step,
    advice,
    holding_data,
    resources_of,
    status_of,
    step_for,
)
from infra.stacks.waiting import await_stack, pauses

WORKED = ("CREATE_COMPLETE", "UPDATE_COMPLETE")


@dataclass(frozen=True)
class Consent:
    """What a person agrees to, and what their deployment is marked with."""

    plan_only: bool = False
    """Show what would change, and change nothing."""
    asks: bool = False
    """Ask at the terminal before each change set; else it is carried out at once."""
    replace: frozenset[str] = frozenset()
    """Logical names of what holds data and may be removed or replaced all the same."""
    doubts: bool = True
    """Refuse also what is only possibly replaced."""
    role: str = ""
    """The role that CloudFormation takes to work on resources; "" for the caller's own rights."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """Given to every resource, beside those that the stack has."""
    shows: bool = False
    """Print the changes before they are carried out."""


AT_ONCE = Consent()
"""For programs: nobody is asked, and what holds data is still not lost."""


def apply_stack(
    cloudformation: Any,
    name: str,
    template: Mapping[str, Any],
    parameters: Mapping[str, str],
    template_url: str | None = None,
    consent: Consent = AT_ONCE,
    look: Callable[[], None] | None = None,
) -> dict[str, str]:
    """Create or change stack `name`; return its outputs.

    parameters: values to set; other parameters keep what the stack has, or their default.
    template_url: the template's address in S3; needed above 51,200 bytes. look: called while
    CloudFormation works.
    Raises StackError when the stack's state needs a person, when what holds data would be lost, and
    when the change fails, with the first cause.
    """
    status = make_ready(cloudformation, name, consent, look)
    exists = step_for(status) is Step.CHANGE
    since = newest_event(cloudformation, name)
    change_set = f"deploy-{time.time_ns()}"
    body = {"TemplateURL": template_url} if template_url else {"TemplateBody": json.dumps(template)}
    role = {"RoleARN": consent.role} if consent.role else {}
    try:
        made = cloudformation.create_change_set(
            StackName=name,
            ChangeSetName=change_set,
            ChangeSetType="UPDATE" if exists else "CREATE",
            Capabilities=CAPABILITIES,
            Parameters=_parameters(cloudformation, name, template, parameters, exists),
            Tags=_tags(cloudformation, name, consent.tags, exists),
            **body,
            **role,
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        message = error.response["Error"]["Message"]
        raise StackError(f"CloudFormation refuses the change to {name}: {message}") from error
    executed = False
    try:
        changes = await_change_set(cloudformation, name, change_set)
        if consent.plan_only or consent.shows:
            words = "nothing changes." if changes is None else f"\n{change_words(changes)}"
            print(f"{name}: {words}", flush=True)
        if changes is not None and not consent.plan_only:
            refuse_loss(name, changes, consent.replace, consent.doubts)
            if consent.asks:
                _ask(name)
            print(f"Deploying {name} …", flush=True)
            cloudformation.execute_change_set(
                StackName=name, ChangeSetName=change_set, ClientRequestToken=change_set
            )
            executed = True
    finally:
        if not executed:
            drop_change_set(cloudformation, name, change_set, new=not exists)
    if executed:
        ended = _ended(cloudformation, made["StackId"], since, change_set, look)
        if ended not in WORKED:
            raise StackError(
                failure_words(cloudformation, made["StackId"], ended, since, change_set)
            )
    return outputs_of(cloudformation, name)


def _ended(
    cloudformation: Any,
    stack: str,
    since: str | None,
    token: str,
    look: Callable[[], None] | None,
) -> str:
    """Wait for the end of an operation, from its beginning on; return the stack's status."""
    for _ in pauses():
        status = await_stack(cloudformation, stack, look)
        if has_begun(cloudformation, stack, since, token):
            # It may have begun between the two looks.
            return await_stack(cloudformation, stack, look) or "DELETE_COMPLETE"
        if status is None:
            return "DELETE_COMPLETE"
    raise AssertionError("unreachable: pauses raises")


def make_ready(
    cloudformation: Any,
    name: str,
    consent: Consent = AT_ONCE,
    look: Callable[[], None] | None = None,
) -> str | None:
    """Bring a stack into a state in which it can be made or changed, and return its status.

    Waits while something is being done, and deletes a stack that never worked when nothing in it
    holds data. Raises StackError, with what to do, for any other state.
    """
    status = status_of(cloudformation, name)
    if step_for(status) is Step.WAIT:
        print(f"  {name} is {status}; waiting …", flush=True)
        status = await_stack(cloudformation, name, look)
    step = step_for(status)
    if status is None or step in (Step.CHANGE, Step.CREATE):
        return None if status == "DELETE_COMPLETE" else status
    resources = resources_of(cloudformation, name)
    if step is Step.EXPLAIN or holding_data(resources):
        region = cloudformation.meta.region_name
        raise StackError(advice(name, region, status, resources, consent.role))
    if consent.plan_only:
        raise StackError(f"{name} is {status} from a failed first deployment: deploy to mend it.")
    print(f"  {name} never came up; removing what is left of it …", flush=True)
    role = {"RoleARN": consent.role} if consent.role else {}
    cloudformation.delete_stack(StackName=name, **role)
    for _ in pauses():  # it may have its old status for a moment
        ended = await_stack(cloudformation, name)
        if ended == "DELETE_FAILED":
            left = resources_of(cloudformation, name)
            raise StackError(advice(name, cloudformation.meta.region_name, ended, left))
        if step_for(ended) is Step.CREATE:
            break
    return None


def _ask(name: str) -> None:
    """Ask whether to carry a change set out. Raises StackError for anything but yes."""
    if not sys.stdin.isatty():
        raise StackError("Nobody is at a terminal to agree: say --yes, or --plan to only look.")
    if input(f"Change {name}? [y/N] ").strip().lower() not in ("y", "yes"):
        raise StackError(f"{name} was not changed.")


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


def _tags(
    cloudformation: Any, name: str, wanted: Mapping[str, str], exists: bool
) -> list[dict[str, str]]:
    """Add tags to those that a stack has, so that the name that somebody gave it stays."""
    present: list[dict[str, str]] = []
    if exists:
        present = cloudformation.describe_stacks(StackName=name)["Stacks"][0].get("Tags", [])
    tags = {tag["Key"]: tag["Value"] for tag in present} | dict(wanted)
    return [{"Key": key, "Value": value} for key, value in sorted(tags.items())]


def parameters_of(cloudformation: Any, name: str) -> dict[str, str]:
    """Read the parameters of a stack; none when there is no such stack."""
    if status_of(cloudformation, name) is None:
        return {}
    stack = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    return {p["ParameterKey"]: p["ParameterValue"] for p in stack.get("Parameters", [])}


def outputs_of(cloudformation: Any, name: str) -> dict[str, str]:
    """Read the outputs of a stack; none when there is no such stack."""
    if status_of(cloudformation, name) is None:
        return {}
    stack = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    return {o["OutputKey"]: o["OutputValue"] for o in stack.get("Outputs", [])}
