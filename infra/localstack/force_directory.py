"""The force's directory on the emulator, whose CloudFormation makes no identity providers.

On AWS the template's resource `Directory` does this. Here the provider is made by a call that the
emulator supports, from the same resource and the same parameters. The emulator then federates as
Cognito does, but for what docs/decisions/0030-the-forces-directory.md lists.
"""

from __future__ import annotations

from typing import Any

from infra.deployment.target import Target

RESOURCE = "Directory"


def make_directory(target: Target, template: dict[str, Any], pool: str) -> None:
    """Make the identity provider that the stack's parameters describe; take away any other."""
    cognito = target.client("cognito-idp")
    known = _parameters(target)
    for other in cognito.list_identity_providers(UserPoolId=pool, MaxResults=60)["Providers"]:
        cognito.delete_identity_provider(UserPoolId=pool, ProviderName=other["ProviderName"])
    if known["DirectoryKind"] == "none":
        return
    wanted = template["Resources"][RESOURCE]["Properties"]
    cognito.create_identity_provider(
        UserPoolId=pool,
        ProviderName=known["DirectoryName"],
        ProviderType=known["DirectoryKind"].upper(),
        ProviderDetails=_details(target, wanted["ProviderDetails"]["Fn::If"], known),
        AttributeMapping={
            name: known[value["Ref"]] for name, value in wanted["AttributeMapping"].items()
        },
    )


def _details(target: Target, choice: list[Any], known: dict[str, str]) -> dict[str, str]:
    """Read the template's two lists of details: SAML's first, OpenID Connect's second."""
    _, saml, oidc = choice
    if known["DirectoryKind"] == "saml":
        by_url = bool(known["DirectorySamlUrl"])
        fixed = {name: value for name, value in saml.items() if isinstance(value, str)}
        name = "MetadataURL" if by_url else "MetadataFile"
        return {**fixed, name: known["DirectorySamlUrl" if by_url else "DirectorySamlMetadata"]}
    details = {
        name: known[value["Ref"]] if "Ref" in value else value
        for name, value in oidc.items()
        if name != "client_secret"
    }
    secrets = target.client("secretsmanager")
    details["client_secret"] = secrets.get_secret_value(SecretId=known["DirectorySecret"])[
        "SecretString"
    ]
    return details


def _parameters(target: Target) -> dict[str, str]:
    stacks = target.client("cloudformation").describe_stacks(StackName=target.stack)["Stacks"]
    return {one["ParameterKey"]: one["ParameterValue"] for one in stacks[0]["Parameters"]}
