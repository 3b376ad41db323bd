"""A table of a stage: what it is called in the template, and how the template wants it to be."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from infra.deployment.target import Target
from infra.errors import StackError
from infra.stacks.applying import parameters_of

TABLES = {"registry": "RegistryTable", "audit": "AuditTable"}
"""The tables by what people call them, with their logical ids, which are outputs as well."""
ENVIRONMENT = {"registry": "REGISTRY_TABLE", "audit": "AUDIT_TABLE"}
"""The setting by which the functions know each table."""


@dataclass(frozen=True)
class StageTable:
    """One of a stage's tables. called: a key of TABLES. wanted: its properties in the template that
    is deployed. key: the ARN of the key that encrypts it. protected: whether it is to refuse
    deletion. tags: of the stage's stack, which CloudFormation gives to what it makes."""

    called: str
    wanted: Mapping[str, Any]
    key: str
    protected: bool
    tags: tuple[tuple[str, str], ...] = ()

    @property
    def logical_id(self) -> str:
        return TABLES[self.called]

    @property
    def setting(self) -> str:
        return ENVIRONMENT[self.called]

    @property
    def indexes(self) -> list[dict[str, Any]]:
        """The indexes that the template wants."""
        return [dict(one) for one in self.wanted.get("GlobalSecondaryIndexes", [])]

    @property
    def expiry(self) -> str:
        """The attribute by which items expire, "" for none."""
        return str(self.wanted.get("TimeToLiveSpecification", {}).get("AttributeName", ""))

    @property
    def encryption(self) -> dict[str, Any]:
        """The encryption that the template wants, as DynamoDB's calls take it."""
        return {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": self.key}


def processed_template(cloudformation: Any, stack: str, stage: str = "Processed") -> dict[str, Any]:
    """Read the template that a stack has: after its transforms, or as it was sent ("Original")."""
    found = cloudformation.get_template(StackName=stack, TemplateStage=stage)["TemplateBody"]
    template: dict[str, Any] = json.loads(found if isinstance(found, str) else json.dumps(found))
    return template


def read_stage_table(target: Target, called: str, kept: Mapping[str, Any] | None) -> StageTable:
    """Read how the stage's template wants a table. kept: the template to read it from when the
    stack's own does not have the table just now. Raises StackError."""
    cloudformation, kms = target.client("cloudformation"), target.client("kms")
    template = kept or processed_template(cloudformation, target.stack)
    resource = template["Resources"].get(TABLES[called])
    if resource is None:
        raise StackError(
            f"The template of {target.stack} has no {TABLES[called]}, and no restore is under way."
        )
    stack = cloudformation.describe_stacks(StackName=target.stack)["Stacks"][0]
    key = kms.describe_key(KeyId=target.physical_name("DataKey"))["KeyMetadata"]
    if key["KeyState"] != "Enabled":
        raise StackError(
            f"The key {key['KeyId']}, which encrypts the tables and their backups, is "
            f"{key['KeyState']}. Nothing can be restored before it is enabled again: "
            "docs/recovery.md, “A lost key”."
        )
    return StageTable(
        called,
        resource["Properties"],
        str(key["Arn"]),
        parameters_of(cloudformation, target.stack).get("Protect", "yes") == "yes",
        tuple((one["Key"], one["Value"]) for one in stack.get("Tags", [])),
    )
