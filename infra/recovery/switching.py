"""Has a stage use a restored table in place of the one that was lost.

A logical resource cannot be told to be another table. So there are three changes of the stack:

1. *use*: the template without the table; whatever named it names the new table instead. Functions,
   roles, the stream's trigger and outputs follow in one update, which CloudFormation takes back as
   a whole when a part fails. The old table stays, if there still is one: its DeletionPolicy.
2. *take in*: a change set of type IMPORT adds the new table under the old logical id. AWS: "you
   cannot modify or add [Outputs]" in it, nor change anything else.
3. *as before*: the template as it was before the restore, with a version of the API for the new
   table. Every name in it means the same by now.

So a stage that was restored is like any other, and each later deployment treats the table as its
own. Between 1 and 3 a deployment of the usual template would make a new, empty table: an output
marks that time, and `infra.deploy` refuses meanwhile. The template of before is kept in the
artifacts' bucket, so that the switch goes on wherever it was interrupted.
"""

from __future__ import annotations

import copy
import json
import re
import time
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from infra.deployment.target import Target
from infra.deployment.versions import Shift, published
from infra.errors import StackError
from infra.recovery.stage_table import TABLES, processed_template
from infra.stacks.applying import Consent, apply_stack, parameters_of
from infra.stacks.statuses import physical_names

UNDER_WAY = "RestoreUnderWay"
"""The output that stands in a stack while a restored table is being switched to."""


class TableSwitch:
    """The change of one stage to one restored table."""

    def __init__(self, target: Target, called: str) -> None:
        self._target = target
        self._logical_id = TABLES[called]
        self._cloudformation = target.client("cloudformation")
        self._s3 = target.client("s3")
        account = str(target.client("sts").get_caller_identity()["Account"])
        self._bucket = f"sightline-artifacts-{account}-{target.region}"
        # Threat: the name can be guessed, and somebody else may have a bucket that is called so.
        self._owner = {"ExpectedBucketOwner": account}
        self._folder = f"restores/{target.stack}/{self._logical_id}"

    def in_use(self) -> str:
        """Name the table that the stage uses now."""
        return self._target.outputs()[self._logical_id]

    def under_way(self) -> str:
        """Name the table that a switch is under way to, "" when none is."""
        return self._target.outputs().get(UNDER_WAY, "")

    def settle(self) -> None:
        """Wait until no change of the stack is in progress, as after an interruption."""
        while True:
            stack = self._cloudformation.describe_stacks(StackName=self._target.stack)["Stacks"][0]
            if not str(stack["StackStatus"]).endswith("_IN_PROGRESS"):
                return
            time.sleep(2)

    def kept_template(self) -> dict[str, Any] | None:
        """Read the template of before the restore, when a switch is under way."""
        return self._read("processed") if self.under_way() else None

    def replaced(self) -> str:
        """Name the table that the last switch replaced, "" when there was none."""
        try:
            return str(self._read("replaced")["table"])
        except self._s3.exceptions.NoSuchKey:
            return ""

    def use_table(self, described: Mapping[str, Any]) -> None:
        """The first change: the stage uses the new table. described: by DynamoDB."""
        name = str(described["TableName"])
        if self.under_way() == name:
            return
        if self.under_way():
            raise StackError(
                f"A restore of {self.under_way()} is under way. Finish that one first: run its "
                "command again."
            )
        if self.in_use() == name:
            return
        processed = processed_template(self._cloudformation, self._target.stack)
        self._keep("replaced", {"table": self.in_use()})
        # Before anything changes: with these the third change and a resumed restore work.
        self._keep("processed", processed)
        self._keep(
            "original", processed_template(self._cloudformation, self._target.stack, "Original")
        )
        self._apply("use", without_resource(processed, self._logical_id, described))

    def take_in(self, name: str) -> None:
        """The second change: the new table becomes a resource of the stack."""
        if not self.under_way() or self._resource() == name:
            return
        present = processed_template(self._cloudformation, self._target.stack)
        before = self._read("processed")["Resources"][self._logical_id]
        resources = {**present["Resources"], self._logical_id: before}
        url = self._keep("import", {**present, "Resources": resources})
        self._import(url, name)

    def as_before(self) -> None:
        """The third change: the stage has the template that it had before the restore."""
        if not self.under_way():
            return
        stack = self._target.stack
        # A version of the API for the new table. By CloudFormation alone: the alias was moved by
        # hand meanwhile, and the alarm that would stop CodeDeploy may be ringing. The next
        # deployment brings CodeDeploy back.
        template = published(
            self._read("original"),
            parameters_of(self._cloudformation, stack),
            physical_names(self._cloudformation, stack),
            Shift.PLAIN,
        )
        self._apply("as-before", template)

    def _resource(self) -> str:
        """Name the table that is the stack's resource; "" when there is none."""
        try:
            found = self._cloudformation.describe_stack_resource(
                StackName=self._target.stack, LogicalResourceId=self._logical_id
            )["StackResourceDetail"]
        except ClientError as error:
            if error.response["Error"]["Code"] != "ValidationError":
                raise
            return ""
        gone = str(found["ResourceStatus"]).startswith("DELETE")
        return "" if gone else str(found["PhysicalResourceId"])

    def _apply(self, called: str, template: Mapping[str, Any]) -> None:
        url = self._keep(called, template)
        # The first change takes the table out of the stack, which is what it is for.
        consent = Consent(
            replace=frozenset({self._logical_id}), doubts=self._target.endpoint is None
        )
        apply_stack(self._cloudformation, self._target.stack, template, {}, url, consent)

    def _import(self, url: str, name: str) -> None:
        stack, change_set = self._target.stack, f"restore-{time.time_ns()}"
        known = self._cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
        try:
            self._cloudformation.create_change_set(
                StackName=stack,
                ChangeSetName=change_set,
                ChangeSetType="IMPORT",
                TemplateURL=url,
                Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
                Parameters=[
                    {"ParameterKey": one["ParameterKey"], "UsePreviousValue": True}
                    for one in known.get("Parameters", [])
                ],
                ResourcesToImport=[
                    {
                        "ResourceType": "AWS::DynamoDB::Table",
                        "LogicalResourceId": self._logical_id,
                        "ResourceIdentifier": {"TableName": name},
                    }
                ],
            )
            self._cloudformation.get_waiter("change_set_create_complete").wait(
                StackName=stack, ChangeSetName=change_set, WaiterConfig={"Delay": 1}
            )
            self._cloudformation.execute_change_set(StackName=stack, ChangeSetName=change_set)
            self._cloudformation.get_waiter("stack_import_complete").wait(
                StackName=stack, WaiterConfig={"Delay": 1, "MaxAttempts": 1800}
            )
        except Exception as error:
            raise StackError(
                f"The stage uses {name}, but {stack} could not take it in as its resource: {error}"
                " Mend what it names and run the same command again; deploy nothing before that."
            ) from error

    def _keep(self, called: str, template: Mapping[str, Any]) -> str:
        """Put a template into the artifacts' bucket; return its address."""
        key = f"{self._folder}/{called}.json"
        body = json.dumps(template).encode()
        self._s3.put_object(Bucket=self._bucket, Key=key, Body=body, **self._owner)
        host = self._target.endpoint or f"https://s3.{self._target.region}.amazonaws.com"
        return f"{host}/{self._bucket}/{key}"

    def _read(self, called: str) -> dict[str, Any]:
        key = f"{self._folder}/{called}.json"
        found = self._s3.get_object(Bucket=self._bucket, Key=key, **self._owner)
        template: dict[str, Any] = json.loads(found["Body"].read())
        return template


def without_resource(
    template: Mapping[str, Any], logical_id: str, described: Mapping[str, Any]
) -> dict[str, Any]:
    """Write a template without a table, in which everything that named it names another table.

    described: that other table, by DynamoDB. Raises StackError when the template names the table in
    a way that is not known here, since a part of the stage would go on with the lost one.
    """
    values = {
        "Arn": str(described["TableArn"]),
        "StreamArn": str(described["LatestStreamArn"]),
        "": str(described["TableName"]),
    }
    changed = copy.deepcopy(dict(template))
    del changed["Resources"][logical_id]
    changed = {part: _named(value, logical_id, values) for part, value in changed.items()}
    changed["Outputs"] = {**changed.get("Outputs", {}), UNDER_WAY: {"Value": values[""]}}
    left = re.findall(rf'"{logical_id}"|\$\{{{logical_id}[.}}]', json.dumps(changed["Resources"]))
    if left:
        raise StackError(f"The template names {logical_id} in a way that is not known: {left[0]}.")
    return changed


def _named(node: Any, logical_id: str, values: Mapping[str, str]) -> Any:
    """Replace each Ref, Fn::GetAtt, Fn::Sub and DependsOn of a table by what it means."""
    if isinstance(node, list):
        return [_named(one, logical_id, values) for one in node]
    if not isinstance(node, dict):
        return node
    if node == {"Ref": logical_id}:
        return values[""]
    attribute = node.get("Fn::GetAtt")
    if isinstance(attribute, str):
        attribute = attribute.split(".", 1)
    if attribute and attribute[0] == logical_id:
        return values[attribute[1]]
    kept = {}
    for name, value in node.items():
        if name == "DependsOn":
            others = [one for one in _listed(value) if one != logical_id]
            if others:
                kept[name] = others
        elif name == "Fn::Sub":
            kept[name] = _substituted(value, logical_id, values)
        else:
            kept[name] = _named(value, logical_id, values)
    return kept


def _substituted(value: Any, logical_id: str, values: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        text, names = value
        return [_substituted(text, logical_id, values), _named(names, logical_id, values)]
    for attribute, said in values.items():
        value = value.replace(f"${{{logical_id}{'.' + attribute if attribute else ''}}}", said)
    return value


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def refuse_while_restoring(outputs: Mapping[str, str]) -> None:
    """Raise StackError when a switch to a restored table is under way in the stage whose outputs
    these are: a deployment would make an empty table in its place."""
    if name := outputs.get(UNDER_WAY):
        raise StackError(
            f"A restore is under way: the stage uses {name}, which is not yet a resource of its "
            "stack. Run the restore command again; it carries on. Then deploy."
        )


def serve_present_settings(functions: Any, names: list[str], setting: str, table: str) -> int:
    """Have every alias of these functions serve a version that knows the table; return how many
    were moved. A published version keeps the environment that it was published with, so a change
    of the environment alone does not reach an alias."""
    moved = 0
    for name in names:
        pages = functions.get_paginator("list_aliases").paginate(FunctionName=name)
        for alias in [one for page in pages for one in page["Aliases"]]:
            served = functions.get_function_configuration(
                FunctionName=name, Qualifier=alias["Name"]
            )
            if served["Environment"]["Variables"].get(setting) == table:
                continue
            version = functions.publish_version(
                FunctionName=name, Description=f"the restored {table}"[:256]
            )["Version"]
            functions.update_alias(
                FunctionName=name,
                Name=alias["Name"],
                FunctionVersion=version,
                RoutingConfig={"AdditionalVersionWeights": {}},
            )
            moved += 1
    return moved
