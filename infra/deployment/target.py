"""The stack that a command works on: one in an AWS account, or one in a local emulator."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config

from infra.errors import StackError
from infra.paths import LOCAL

REGION = "eu-west-2"
"""The region of the local stack, and of a stage for which no other region is given."""

GLOBAL_REGION = "us-east-1"
"""Where what belongs to CloudFront must be: its firewall, certificates, figures and logs."""

SUPPORTED_REGIONS = (
    "eu-west-2", "eu-west-1", "eu-central-1", "us-east-1", "us-east-2", "us-west-2", "ca-central-1",
    "ap-southeast-2",
)  # fmt: skip
"""Regions for whose resource types and properties cfn-lint checks the templates. Others may do."""


@dataclass(frozen=True)
class Target:
    """A stage's name, with the region and endpoint of the AWS interface that it is deployed to."""

    stage: str
    region: str = REGION
    endpoint: str | None = None
    """Address of an emulator; None for AWS with the caller's own credentials."""

    @property
    def stack(self) -> str:
        return f"sightline-{self.stage}"

    @property
    def edge_stack(self) -> str:
        return f"{self.stack}-edge"

    @property
    def firewall_stack(self) -> str:
        """The name of a stack in us-east-1. It has the stage's region in it, because a stage of
        the same name in another region has a firewall there too."""
        return f"{self.stack}-firewall-{self.region}"

    @property
    def certificate_stack(self) -> str:
        return f"{self.stack}-certificate-{self.region}"

    @property
    def edge_alarms_stack(self) -> str:
        return f"{self.stack}-edge-alarms-{self.region}"

    def client(self, service: str, region: str = "", config: Config | None = None) -> Any:
        """Make a boto3 client; the emulator has one account, whose root key is test/test. region:
        another than the stage's. config: settings besides those that all clients have."""
        region = region or self.region
        settings = Config(retries={"mode": "standard", "max_attempts": 5}, max_pool_connections=64)
        settings = settings.merge(config) if config else settings
        if self.endpoint is None:
            return boto3.client(service, region_name=region, config=settings)
        return boto3.client(
            service,
            region_name=region,
            endpoint_url=self.endpoint,
            aws_access_key_id="test",
            aws_secret_access_key="test",  # noqa: S106 - the emulator's fixed root key
            config=settings,
        )

    def physical_name(self, logical: str, stack: str = "", region: str = "") -> str:
        """Find the name that a resource of the template has in the stage, or in another of its
        stacks."""
        found = self.client("cloudformation", region).describe_stack_resource(
            StackName=stack or self.stack, LogicalResourceId=logical
        )
        return str(found["StackResourceDetail"]["PhysicalResourceId"])

    def origin(self, api_id: str, api_stage: str) -> dict[str, str]:
        """Make the parameters of edge.yaml that tell CloudFront where the API is."""
        if self.endpoint is None:
            return {
                "ApiHost": f"{api_id}.execute-api.{self.region}.amazonaws.com",
                "ApiPath": f"/{api_stage}",
            }
        return {
            "ApiHost": "localhost",
            "ApiPort": str(urlsplit(self.endpoint).port),
            "ApiProtocol": "http-only",
            "ApiPath": f"/_aws/execute-api/{api_id}/{api_stage}",
            "ViewerProtocol": "allow-all",
        }

    def public_url(self, distribution_host: str) -> str:
        """Make the public address of a stage that has no domain name of its own."""
        if self.endpoint is None:
            return f"https://{distribution_host}"
        label = distribution_host.split(".")[0]
        return f"http://{label}.cloudfront.localhost:{urlsplit(self.endpoint).port}"

    def outputs(self) -> dict[str, str]:
        """Read the outputs of the stage's main stack. Raises StackError when it does not exist."""
        cloudformation = self.client("cloudformation")
        try:
            stack = cloudformation.describe_stacks(StackName=self.stack)["Stacks"][0]
        except cloudformation.exceptions.ClientError as error:
            if "does not exist" not in str(error):  # a right that is missing is no missing stack
                raise
            raise StackError(
                f"There is no stack {self.stack} in {self.region}. "
                f"Deploy it with: python -m infra.deploy --stage {self.stage}"
            ) from error
        return {o["OutputKey"]: o["OutputValue"] for o in stack.get("Outputs", [])}


@dataclass(frozen=True)
class TargetWithTables(Target):
    """A stage some of whose outputs are others, so that a command works on a table that the stage
    does not use yet."""

    instead: Mapping[str, str] = field(default_factory=dict)

    def outputs(self) -> dict[str, str]:
        return {**super().outputs(), **self.instead}


def local_target(state: Path = LOCAL) -> Target:
    """Read from `state`/stack.json how to reach the local stack. Raises StackError."""
    try:
        described = json.loads((state / "stack.json").read_text())
    except FileNotFoundError as error:
        raise StackError(
            f"There is no stack in {state.name}/: start one with `make up`, "
            "or name one in AWS with --stage NAME."
        ) from error
    return Target(described["stage"], described["region"], described["aws_endpoint"])
