"""Change sets: making one, saying in words what it would do, and what of it is too dangerous."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from infra.errors import StackError
from infra.stacks.failures import validation_words
from infra.stacks.statuses import HOLDS_DATA
from infra.stacks.waiting import pauses

UNCHANGED = ("didn't contain changes", "No updates are to be performed")
"""Texts by which CloudFormation says that a change set would do nothing."""
CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]

Change = Mapping[str, Any]


def await_change_set(cloudformation: Any, stack: str, name: str) -> list[Change] | None:
    """Wait for a change set; return the changes of resources, from all pages, or None when it would
    change nothing. Raises StackError with CloudFormation's reason when it cannot be carried out."""
    for _ in pauses():
        described = cloudformation.describe_change_set(StackName=stack, ChangeSetName=name)
        if described["Status"] == "CREATE_COMPLETE":
            pages = cloudformation.get_paginator("describe_change_set").paginate(
                StackName=stack, ChangeSetName=name
            )
            return [
                change["ResourceChange"]
                for page in pages
                for change in page.get("Changes", [])
                if change["Type"] == "Resource"
            ]
        if described["Status"] == "FAILED":
            reason = str(described.get("StatusReason", "no reason given"))
            if any(phrase in reason for phrase in UNCHANGED):
                return None
            found = validation_words(cloudformation, stack, name)
            raise StackError(f"CloudFormation refuses the change to {stack}: {reason}{found}")
    raise AssertionError("unreachable: pauses raises")


def drop_change_set(cloudformation: Any, stack: str, name: str, new: bool) -> None:
    """Delete a change set. new: also delete the empty stack that AWS made for it, unless a
    colleague plans to fill it."""
    cloudformation.delete_change_set(StackName=stack, ChangeSetName=name)
    if not new:
        return
    for _ in pauses():
        pages = cloudformation.get_paginator("list_change_sets").paginate(StackName=stack)
        left = [one["ChangeSetName"] for page in pages for one in page["Summaries"]]
        if name not in left:
            break
    status = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"]
    if status == "REVIEW_IN_PROGRESS" and not left:
        cloudformation.delete_stack(StackName=stack)


def change_words(changes: Iterable[Change]) -> str:
    """Say what a change set does: a line for each resource, the dangerous ones first."""
    changes = list(changes)
    replaced = replaced_names(changes)
    lines = []
    for change in changes:
        word, rank = _word(change, replaced)
        name, kind = change["LogicalResourceId"], change["ResourceType"].removeprefix("AWS::")
        risky = holds_data(change) and rank < 3
        line = f"{word:>15}  {name} ({kind}){_details(change)}"
        if risky:
            line += f"  ◀ HOLDS DATA{_kept(change)}"
        lines.append((not risky, rank, name, line))
    return "\n".join(line for *_, line in sorted(lines))


def endangered(changes: Iterable[Change], doubts: bool = True) -> list[str]:
    """Name what holds data and would, or with doubts might, be removed or replaced."""
    changes = list(changes)
    replaced = replaced_names(changes)
    return sorted(
        change["LogicalResourceId"]
        for change in changes
        if holds_data(change) and _word(change, replaced)[1] < (3 if doubts else 2)
    )


def refuse_loss(
    stack: str, changes: Iterable[Change], named: Collection[str], doubts: bool = True
) -> None:
    """Raise StackError when a change would lose what holds data and was not named for it.

    doubts: also when it is only possible. The emulator calls a replacement possible for every
    property that it does not know.
    """
    if left := [name for name in endangered(changes, doubts) if name not in named]:
        options = " ".join(f"--replace {name}" for name in left)
        raise StackError(
            f"{stack}: this would remove or replace {', '.join(left)}, which hold data. What they "
            "hold would not be in the new ones. Nothing was changed. If that is meant, say so by "
            f"name: {options}"
        )


def holds_data(change: Change) -> bool:
    """Tell whether a change is of a resource whose loss loses data."""
    return change["ResourceType"] in HOLDS_DATA


def replaced_names(changes: Iterable[Change]) -> set[str]:
    """Name the resources that are replaced for certain, or by the replacement of others."""
    changes = list(changes)
    found: set[str] = {c["LogicalResourceId"] for c in changes if c.get("Replacement") == "True"}
    while more := {
        c["LogicalResourceId"]
        for c in changes
        if c["LogicalResourceId"] not in found and _may_be_replaced(c, found)
    }:
        found |= more
    return found


def _may_be_replaced(change: Change, replaced: Collection[str]) -> bool:
    """Tell whether a change that CloudFormation calls conditional can be a replacement.

    It says so of every property that comes from a resource which changes in any way. But a `Ref`
    and an `Arn` are other than before only when that resource is itself replaced, so a chain of
    these that does not begin with a replacement is none.
    """
    if change.get("Replacement") != "Conditional":
        return False
    for detail in change.get("Details", []):
        if detail.get("Target", {}).get("RequiresRecreation", "Never") == "Never":
            continue
        cause, _, attribute = detail.get("CausingEntity", "").partition(".")
        by_name = detail.get("ChangeSource") in ("ResourceReference", "ResourceAttribute")
        if not by_name or attribute not in ("", "Arn") or cause in replaced:
            return True
    return False


def _word(change: Change, replaced: Collection[str]) -> tuple[str, int]:
    """Choose the word for a change, and its place in the list; below 3 something is lost."""
    action = change["Action"]
    if action == "Remove":
        return "REMOVED", 0
    if action == "Modify" and change.get("Replacement") == "True":
        return "REPLACED", 1
    if action == "Dynamic" or (action == "Modify" and change["LogicalResourceId"] in replaced):
        return "MAY BE REPLACED", 2
    words = {"Modify": ("changed", 3), "Add": ("added", 4), "Import": ("taken in", 5)}
    return words.get(action, (action, 3))


def _details(change: Change) -> str:
    """Name the properties that change, and for a replacement those that cause it."""
    names = []
    for detail in change.get("Details", []):
        target = detail.get("Target", {})
        name = target.get("Name") or target.get("Attribute", "")
        names.append(
            name + (" (forces it)" if target.get("RequiresRecreation") == "Always" else "")
        )
    return f": {', '.join(sorted(set(names)))}" if names else ""


def _kept(change: Change) -> str:
    """Say what becomes of the old one."""
    kept = "Retain" in change.get("PolicyAction", "")
    return ", the old one stays in the account" if kept else ""
