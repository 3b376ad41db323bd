"""A CloudFormation that answers as AWS documents: pages, newest events first, change sets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError

ACCOUNT = "111122223333"


def refused(message: str, code: str = "ValidationError") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "Operation")


def event(
    name: str, status: str, reason: str = "", kind: str = "AWS::SQS::Queue", **more: Any
) -> dict[str, Any]:
    """One event of a stack, without what FakeCloudFormation adds."""
    found = {"LogicalResourceId": name, "ResourceStatus": status, "ResourceType": kind, **more}
    return {**found, "ResourceStatusReason": reason} if reason else found


def resource(name: str, kind: str, status: str, reason: str = "") -> dict[str, Any]:
    """One line of list_stack_resources."""
    line = {
        "LogicalResourceId": name,
        "PhysicalResourceId": f"physical-{name}",
        "ResourceType": kind,
        "ResourceStatus": status,
    }
    return {**line, "ResourceStatusReason": reason} if reason else line


class FakeCloudFormation:
    """One region's stacks. `outcome` says how the next change set that is executed ends."""

    meta = SimpleNamespace(region_name="eu-west-2")
    page = 2
    """Items on a page; AWS gives a hundred events."""

    def __init__(self) -> None:
        self.stacks: dict[str, dict[str, Any]] = {}
        self.resources: dict[str, list[dict[str, Any]]] = {}
        self.events: dict[str, list[dict[str, Any]]] = {}
        self.change_sets: dict[str, dict[str, dict[str, Any]]] = {}
        self.changes: list[dict[str, Any]] = []
        self.outcome: tuple[str, list[dict[str, Any]]] = ("UPDATE_COMPLETE", [])
        self.outputs: Callable[[dict[str, str]], dict[str, str]] | None = None
        """Makes a stack's outputs of its values."""
        self.late: list[str] = []
        """Statuses that are seen after a change set is executed, before it begins."""
        self.held: list[dict[str, Any]] = []
        self.refusal = ""
        """Why change sets fail; "" when they are made."""
        self.validation: list[dict[str, Any]] = []
        self.calls: list[str] = []
        self.settles_as: dict[str, list[str]] = {}
        """By stack the statuses that it takes at each look."""

    def have(self, name: str, status: str, **more: Any) -> None:
        self.stacks[name] = {
            "StackName": name,
            "StackId": f"arn:aws:cloudformation:eu-west-2:{ACCOUNT}:stack/{name}/1",
            "StackStatus": status,
            "Parameters": [],
            "Outputs": [],
            "Tags": [],
            **more,
        }

    def say(self, name: str, *told: dict[str, Any], token: str | None = None) -> None:
        """Add events of a stack, in the order in which they happen."""
        stack = self.stacks[name]["StackId"]
        for one in told:
            number = len(self.events.setdefault(name, []))
            full = {"StackId": stack, "EventId": f"{name}-{number}", "Timestamp": number, **one}
            if token:
                full["ClientRequestToken"] = token
            self.events[name].append(full)

    def own(self, name: str, status: str, reason: str = "") -> dict[str, Any]:
        """An event of the stack itself."""
        stack = self.stacks[name]["StackId"]
        kind = "AWS::CloudFormation::Stack"
        return event(name, status, reason, kind, PhysicalResourceId=stack)

    def _named(self, name: str) -> str:
        found = name.split("/")[1] if name.startswith("arn:") else name
        if found not in self.stacks:
            raise refused(f"Stack with id {name} does not exist")
        return found

    def describe_stacks(self, StackName: str) -> dict[str, Any]:  # noqa: N803 - AWS's names
        name = self._named(StackName)
        if self.settles_as.get(name):
            self.stacks[name]["StackStatus"] = self.settles_as[name].pop(0)
            if len(self.settles_as[name]) < 2 and self.held:
                self.events[name], self.held = self.held, []
        return {"Stacks": [self.stacks[name]]}

    def describe_stack_events(self, StackName: str) -> dict[str, Any]:  # noqa: N803 - AWS's names
        name = self._named(StackName)
        return {"StackEvents": self.events.get(name, [])[::-1][: self.page]}

    def create_change_set(self, **asked: Any) -> dict[str, Any]:
        self.calls.append(f"create {asked['ChangeSetType']}")
        name = asked["StackName"]
        if name not in self.stacks:
            self.have(name, "REVIEW_IN_PROGRESS")
        made = self.change_sets.setdefault(name, {})
        made[asked["ChangeSetName"]] = asked
        return {"StackId": self.stacks[name]["StackId"]}

    def describe_change_set(self, StackName: str, ChangeSetName: str) -> dict[str, Any]:  # noqa: N803 - AWS's names
        assert ChangeSetName in self.change_sets[self._named(StackName)]
        if self.refusal:
            return {"Status": "FAILED", "StatusReason": self.refusal}
        return {"Status": "CREATE_COMPLETE", "Changes": self.changes[: self.page]}

    def execute_change_set(
        self,
        StackName: str,  # noqa: N803 - AWS's names
        ChangeSetName: str,  # noqa: N803 - AWS's names
        ClientRequestToken: str,  # noqa: N803 - AWS's names
    ) -> None:
        self.calls.append("execute")
        name = self._named(StackName)
        self._take_values(name, self.change_sets[name][ChangeSetName])
        self.change_sets[name].clear()
        status, told = self.outcome
        self.stacks[name]["StackStatus"] = status
        begun = self.own(name, "UPDATE_IN_PROGRESS", "User Initiated")
        self.say(name, begun, *told, token=ClientRequestToken)
        if self.late:
            self.held = self.events[name]
            self.events[name] = []
            self.settles_as[name] = self.late

    def _take_values(self, name: str, asked: dict[str, Any]) -> None:
        """Give the stack the values of a change set, and the outputs that come of them."""
        values = {p["ParameterKey"]: p["ParameterValue"] for p in self.stacks[name]["Parameters"]}
        given = {p["ParameterKey"]: p.get("ParameterValue") for p in asked["Parameters"]}
        values |= {key: value for key, value in given.items() if value is not None}
        self.stacks[name]["Parameters"] = [
            {"ParameterKey": key, "ParameterValue": value} for key, value in values.items()
        ]
        if self.outputs is not None and not self.outcome[0].endswith("ROLLBACK_COMPLETE"):
            self.stacks[name]["Outputs"] = [
                {"OutputKey": key, "OutputValue": value}
                for key, value in self.outputs(values).items()
            ]

    def delete_change_set(self, StackName: str, ChangeSetName: str) -> None:  # noqa: N803 - AWS's names
        self.calls.append("delete change set")
        del self.change_sets[self._named(StackName)][ChangeSetName]

    def delete_stack(self, StackName: str, **_: Any) -> None:  # noqa: N803 - AWS's names
        self.calls.append("delete stack")
        self.stacks[self._named(StackName)]["StackStatus"] = "DELETE_COMPLETE"
        del self.stacks[StackName]

    def get_paginator(self, operation: str) -> Any:
        def paginate(**asked: Any) -> Iterator[dict[str, Any]]:
            key, items = getattr(self, f"_{operation}")(**asked)
            for begin in range(0, max(len(items), 1), self.page):
                yield {key: items[begin : begin + self.page]}

        return SimpleNamespace(paginate=paginate)

    def _list_stack_resources(self, StackName: str) -> tuple[str, list[Any]]:  # noqa: N803 - AWS's names
        return "StackResourceSummaries", self.resources.get(self._named(StackName), [])

    def _describe_stack_events(self, StackName: str) -> tuple[str, list[Any]]:  # noqa: N803 - AWS's names
        return "StackEvents", self.events.get(self._named(StackName), [])[::-1]

    def _describe_change_set(self, **_: Any) -> tuple[str, list[Any]]:
        return "Changes", self.changes

    def _list_change_sets(self, StackName: str) -> tuple[str, list[Any]]:  # noqa: N803 - AWS's names
        names = self.change_sets.get(self._named(StackName), {})
        return "Summaries", [{"ChangeSetName": name} for name in names]

    def _describe_events(self, **_: Any) -> tuple[str, list[Any]]:
        return "OperationEvents", self.validation


def change(action: str, name: str, kind: str, **more: Any) -> dict[str, Any]:
    """One change of a change set."""
    found = {"Action": action, "LogicalResourceId": name, "ResourceType": kind, **more}
    return {"Type": "Resource", "ResourceChange": found}


def detail(
    name: str, recreation: str, source: str = "DirectModification", cause: str = ""
) -> dict[str, Any]:
    """Why a resource changes: a property, and what changes it."""
    target = {"Attribute": "Properties", "Name": name, "RequiresRecreation": recreation}
    evaluation = "Dynamic" if source.startswith("Resource") else "Static"
    found = {"Target": target, "Evaluation": evaluation, "ChangeSource": source}
    return {**found, "CausingEntity": cause} if cause else found
