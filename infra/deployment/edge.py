"""Deploys what stands before the API: the firewall, and CloudFront with the key that it shows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from infra.deployment.target import GLOBAL_REGION, Target
from infra.errors import StackError
from infra.stacks.applying import AT_ONCE, Consent, apply_stack, parameters_of

BUILT_IN, OWN, NONE = "built-in", "own", "none"
"""Values of the parameter Firewall of infra/templates/edge.yaml."""


@dataclass(frozen=True)
class EdgeTemplates:
    """The templates of the edge, as a release has them."""

    edge: Mapping[str, Any]
    firewall: Mapping[str, Any]


def firewall_parameters(wanted: str) -> dict[str, str]:
    """Make the parameters of the edge's template for a firewall: built-in, none, or the ARN of
    one's own web ACL. Raises StackError for anything else."""
    if wanted in (BUILT_IN, NONE):
        return {"Firewall": wanted}
    if not wanted.startswith("arn:") or f":{GLOBAL_REGION}:" not in wanted:
        raise StackError(
            "--firewall takes built-in, none, or the ARN of a web ACL of CloudFront's, which is in "
            f"{GLOBAL_REGION}."
        )
    return {"Firewall": OWN, "WebAclArn": wanted}


def deploy_edge(
    target: Target,
    outputs: Mapping[str, str],
    wanted: Mapping[str, str],
    templates: EdgeTemplates,
    consent: Consent = AT_ONCE,
) -> dict[str, str]:
    """Deploy the firewall, unless the stage has another or none, and then CloudFront.

    outputs: of the main stack. wanted: parameters of infra/templates/edge.yaml; what it does not
    name keeps its value. Returns the outputs of the edge. Raises StackError.
    """
    cloudformation = target.client("cloudformation")
    found = {
        "AssetsBucket": outputs["AssetsBucket"],
        "EvidenceOrigin": outputs["EvidenceOrigin"],
        "EdgeSecretArn": outputs["EdgeSecretArn"],
        "EdgeKeyVersion": key_version(target, outputs["EdgeSecretArn"]),
        **target.origin(outputs["RestAPIId"], outputs["ApiStage"]),
    }
    # An earlier release may not have asked for all of it.
    asked = templates.edge["Parameters"]
    parameters = {**{name: found[name] for name in found if name in asked}, **wanted}
    before = parameters_of(cloudformation, target.edge_stack)
    if parameters.get("Firewall", before.get("Firewall", BUILT_IN)) == BUILT_IN:
        made = apply_stack(
            target.client("cloudformation", GLOBAL_REGION),
            target.firewall_stack,
            templates.firewall,
            {},
            consent=consent,
        )
        if made:  # none when it is only planned
            parameters["WebAclArn"] = made["WebAclArn"]
    return apply_stack(
        cloudformation, target.edge_stack, templates.edge, parameters, consent=consent
    )


def key_version(target: Target, secret_arn: str) -> str:
    """Find the version of the edge's secret that CloudFront is to show."""
    found = target.client("secretsmanager").describe_secret(SecretId=secret_arn)
    versions: dict[str, list[str]] = found["VersionIdsToStages"]
    return next(one for one, stages in versions.items() if "AWSCURRENT" in stages)


def shown_version(target: Target) -> str:
    """Find the version of the edge's secret that CloudFront shows."""
    edge = parameters_of(target.client("cloudformation"), target.edge_stack)
    return edge.get("EdgeKeyVersion", "")


def take_up_key(target: Target, secret_arn: str) -> None:
    """Have CloudFront show the present key of the secret, and wait until it does everywhere.

    The template is the one that the stage has: a checkout with another one deploys nothing here.
    """
    cloudformation = target.client("cloudformation")
    body = cloudformation.get_template(StackName=target.edge_stack)["TemplateBody"]
    template: dict[str, Any] = json.loads(body) if isinstance(body, str) else body
    version = {"EdgeKeyVersion": key_version(target, secret_arn)}
    apply_stack(cloudformation, target.edge_stack, template, version)
