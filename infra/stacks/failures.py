"""Finds in a stack's events why an operation failed, and says it in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from botocore.exceptions import ClientError

STACK = "AWS::CloudFormation::Stack"
VICTIM = re.compile(r"^Resource (creation|update|deletion|import) cancelled", re.IGNORECASE)
"""What CloudFormation says of a resource that it gave up because another one failed."""
HANDLER = re.compile(r'Resource handler returned message: "(.*?)" \(RequestToken: .*?\)', re.DOTALL)
"""The reason of a resource, as most of AWS's resource types report it."""
MANY = 20
"""Lines. What failed after these is not the cause."""

Event = Mapping[str, Any]


def newest_event(cloudformation: Any, name: str) -> str | None:
    """Find the id of a stack's last event, where the events of the next operation begin."""
    try:
        found = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
    except ClientError:
        return None  # there is no such stack yet
    return str(found[0]["EventId"]) if found else None


def events_since(
    cloudformation: Any, stack: str, since: str | None, token: str | None
) -> list[Event]:
    """Read the events of one operation, the oldest first.

    AWS gives them a page at a time and the newest first, so every page is read until the event
    before the operation. stack: the name or id. since: that event's id; None for a new stack.
    token: the operation's, with which AWS marks all its events; those of others are left out. None
    for every operation.
    """
    found: list[Event] = []
    pages = cloudformation.get_paginator("describe_stack_events").paginate(StackName=stack)
    for event in chain.from_iterable(page["StackEvents"] for page in pages):
        if event["EventId"] == since:
            break
        if token is None or event.get("ClientRequestToken", token) == token:
            found.append(event)
    return found[::-1]


def has_begun(cloudformation: Any, stack: str, since: str | None, token: str) -> bool:
    """Tell whether an operation is on record for the stack itself. Right after it was asked for,
    the stack may still have the status of the one before, which says nothing of this one."""
    events = events_since(cloudformation, stack, since, token)
    return any(_is_stack(one) and one.get("ClientRequestToken") == token for one in events)


def failure_words(
    cloudformation: Any, stack: str, status: str, since: str | None, token: str
) -> str:
    """Say in words what failed in an operation: the first cause first, then what failed in undoing
    it, then the rest."""
    events = events_since(cloudformation, stack, since, token)
    name = stack.split("/")[1] if stack.startswith("arn:") else stack
    undoing = next((n for n, event in enumerate(events) if _begins_rollback(event)), len(events))
    failed = list(_failed(cloudformation, events[:undoing]))
    after = list(_failed(cloudformation, events[undoing:]))
    if not failed and not after:
        stacks = [e.get("ResourceStatusReason") for e in events if _is_stack(e)]
        said = next((reason for reason in stacks if reason and reason != "User Initiated"), None)
        return f"{name} ended as {status}. CloudFormation names no resource: {said or 'no reason'}."
    parts = [f"{name} ended as {status}."]
    if failed:
        parts.append(f"What failed first:\n  {failed[0]}")
        parts += _listed("What failed with it or after it", failed[1:])
    parts += _listed("What could not be undone", after)
    return "\n".join(parts)


def _listed(heading: str, lines: list[str]) -> list[str]:
    if not lines:
        return []
    more = [f"… and {len(lines) - MANY} more"] if len(lines) > MANY else []
    return [f"{heading}:", *(f"  {line}" for line in lines[:MANY] + more)]


def _is_stack(event: Event) -> bool:
    """Tell whether an event is of the stack itself; a nested stack has another id."""
    own: bool = event["ResourceType"] == STACK
    return own and event.get("PhysicalResourceId", event["StackId"]) == event["StackId"]


def _begins_rollback(event: Event) -> bool:
    status: str = event["ResourceStatus"]
    return _is_stack(event) and status.endswith("ROLLBACK_IN_PROGRESS")


def _failed(cloudformation: Any, events: list[Event]) -> Iterator[str]:
    """Write a line for each resource that failed by itself, and for what failed inside of it."""
    for event in events:
        reason = event.get("ResourceStatusReason") or "no reason given"
        if not event["ResourceStatus"].endswith("_FAILED") or _is_stack(event):
            continue
        if VICTIM.match(reason):
            continue
        yield f"{event['LogicalResourceId']} ({event['ResourceType']}): {plain_reason(reason)}"
        if event["ResourceType"] == STACK and event.get("PhysicalResourceId"):
            inside = events_since(cloudformation, event["PhysicalResourceId"], None, None)
            begun = events[0]["Timestamp"]
            for line in _failed(cloudformation, [e for e in inside if e["Timestamp"] >= begun]):
                yield f"  in {event['LogicalResourceId']}: {line}"


def plain_reason(reason: str) -> str:
    """Take the message out of what a resource's handler returned; other reasons stay."""
    found = HANDLER.search(reason)
    return " ".join((found[1] if found else reason).split())


def validation_words(cloudformation: Any, stack: str, change_set: str) -> str:
    """List what CloudFormation's checks before a deployment found in a change set; "" for nothing.

    AWS (DescribeEvents): "Returns CloudFormation events based on flexible query criteria. It groups
    events by operation ID." The reason of the change set itself only says that a check failed.
    """
    try:
        pages = cloudformation.get_paginator("describe_events").paginate(
            ChangeSetName=change_set, StackName=stack, Filters={"FailedEvents": True}
        )
        found = [event for page in pages for event in page["OperationEvents"]]
    except ClientError:
        return ""  # an older interface, or no right to it: the reason alone has to do
    lines = [
        f"  {event.get('LogicalResourceId', stack)} {event.get('ValidationPath', '')}: "
        f"{plain_reason(event['ValidationStatusReason'])}"
        for event in found
        if event.get("ValidationStatusReason")
    ]
    return "\n".join(["", *lines]) if lines else ""
