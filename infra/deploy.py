"""Deployment of a stage, to AWS or to the local emulator: build, upload, change sets, assets.

    python -m infra.deploy --stage demo --mail-from footage@example.police.uk
    python -m infra.deploy --stage demo              # later: everything keeps its value

Running it again with nothing changed changes nothing.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import ClientError, NoCredentialsError

from chalicelib.core.typed.typed_text import clean_text
from infra.building.frontend import build_frontend
from infra.building.hashing import content_hash
from infra.building.package import Package, build_package
from infra.deployment.assets import BASEMAP_FOLDER, upload_assets
from infra.deployment.edge import deploy_edge, firewall_parameters
from infra.deployment.edge_alarms import deploy_edge_alarms
from infra.deployment.force_directory import check_directory, read_metadata
from infra.deployment.mail_account import tell_of_messages
from infra.deployment.quotas import fitting_parameters
from infra.deployment.stacks import apply_stack
from infra.deployment.target import REGION, Target
from infra.errors import StackError, report_errors
from infra.paths import ROOT
from infra.recovery.switching import refuse_while_restoring


@dataclass(frozen=True)
class DeploymentOptions:
    """What a deployment sets; an option that is absent keeps the value that the stage has."""

    parameters: Mapping[str, str] = field(default_factory=dict)
    """Parameters of infra/templates/stage/parameters.yaml."""
    edge_parameters: Mapping[str, str] = field(default_factory=dict)
    """Parameters of infra/templates/edge.yaml."""
    base_url: str | None = None
    """The public origin; by default what the stage has, else CloudFront's own name."""
    basemap: Path | None = None
    """The PMTiles file of the maps; None keeps the one that the stage has."""
    rebuild_frontend: bool = True
    """False uses the scripts and styles that were built last."""


def deploy(target: Target, wishes: DeploymentOptions) -> dict[str, str]:
    """Deploy the present tree to the stage; return the outputs of both stacks.

    Raises StackError when something does not build or a resource fails.
    """
    assets = build_frontend(wishes.rebuild_frontend)
    package = build_package()
    bucket = _artifact_bucket(target)
    template, url = _upload(target, bucket, package)
    s3, cloudformation = target.client("s3"), target.client("cloudformation")

    parameters = {"Stage": target.stage, **wishes.parameters}
    parameters |= fitting_parameters(target, parameters)
    if wishes.basemap is not None:
        parameters["BasemapUrl"] = f"/{BASEMAP_FOLDER}/{wishes.basemap.name}"
    if wishes.base_url is not None:
        parameters["BaseUrl"] = wishes.base_url
    before = _outputs_if_any(target)
    refuse_while_restoring(before)
    if not before and not {"MailFrom", "ForceName"} <= set(parameters):
        raise StackError("The first deployment of a stage needs --mail-from and --force-name.")
    if before:  # the new pages' scripts must be there before the new pages are
        upload_assets(s3, before["AssetsBucket"], assets, wishes.basemap)
    outputs = apply_stack(cloudformation, target.stack, template, parameters, url)
    if not before:
        upload_assets(s3, outputs["AssetsBucket"], assets, wishes.basemap)

    edge_outputs = deploy_edge(target, outputs, wishes.edge_parameters)
    deploy_edge_alarms(target, edge_outputs["DistributionId"])
    base_url = _address(target, wishes, outputs["BaseUrl"], edge_outputs["DistributionHost"])
    if outputs["BaseUrl"] != base_url:  # the address of a first deployment is known only now
        outputs = apply_stack(
            cloudformation, target.stack, template, {**parameters, "BaseUrl": base_url}, url
        )
    return {**outputs, **edge_outputs}


def _address(
    target: Target, wishes: DeploymentOptions, present: str, distribution_host: str
) -> str:
    """Choose the public origin: what is asked for, else what the stage has, else CloudFront's name.

    The origin of a local stack changes with the emulator's port.
    """
    if wishes.base_url:
        return wishes.base_url
    if target.endpoint is None and not present.endswith(".invalid"):
        return present
    return target.public_url(distribution_host)


def _outputs_if_any(target: Target) -> dict[str, str]:
    """Read the stage's outputs; empty before its first deployment and after one that failed."""
    try:
        outputs = target.outputs()
    except StackError:
        return {}
    return outputs if "AssetsBucket" in outputs else {}


def _artifact_bucket(target: Target) -> str:
    """Name the account's bucket for packages and templates, and create it when it is missing."""
    account = target.client("sts").get_caller_identity()["Account"]
    bucket = f"sightline-artifacts-{account}-{target.region}"
    s3 = target.client("s3")
    try:
        s3.head_bucket(Bucket=bucket)
    except ClientError as error:
        if error.response["Error"]["Code"] not in {"404", "NoSuchBucket"}:
            raise
        s3.create_bucket(
            Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": target.region}
        )
        s3.put_public_access_block(
            Bucket=bucket,
            PublicAccessBlockConfiguration={
                "BlockPublicAcls": True,
                "BlockPublicPolicy": True,
                "IgnorePublicAcls": True,
                "RestrictPublicBuckets": True,
            },
        )
    return bucket


def _upload(target: Target, bucket: str, package: Package) -> tuple[dict[str, Any], str]:
    """Put package and template under names made from their content; return template and address."""
    s3 = target.client("s3")
    code = f"packages/{package.name}.zip"
    if not _exists(s3, bucket, code):
        s3.upload_file(str(package.archive), bucket, code)
    template = package.template_with_code(bucket, code)
    text = json.dumps(template, sort_keys=True)
    key = f"templates/{content_hash(ROOT, [], text)}.json"
    if not _exists(s3, bucket, key):
        s3.put_object(Bucket=bucket, Key=key, Body=text.encode())
    host = target.endpoint or f"https://s3.{target.region}.amazonaws.com"
    return template, f"{host}/{bucket}/{key}"


def _exists(s3: Any, bucket: str, key: str) -> bool:
    try:
        s3.head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if error.response["Error"]["Code"] in {"404", "NoSuchKey"}:
            return False
        raise
    return True


def main() -> int:
    """Run the command line: deploy a stage."""
    summary = (__doc__ or "").split("\n")[0]
    parser = argparse.ArgumentParser(prog="python -m infra.deploy", description=summary)
    parser.add_argument(
        "--stage", required=True, help="name of the stage: lower case, digits, hyphens"
    )
    parser.add_argument("--region", default=REGION)
    parser.add_argument(
        "--mail-from", type=clean_text, help="sender of all e-mail; needed the first time"
    )
    parser.add_argument(
        "--mail-identity", type=clean_text, help="SES identity of the sender; else its domain"
    )
    parser.add_argument(
        "--base-url", type=clean_text, help="public address, if DNS has one for the distribution"
    )
    parser.add_argument("--certificate-arn", help="ACM certificate (us-east-1) of that address")
    parser.add_argument(
        "--firewall",
        metavar="built-in|none|ARN",
        help="the built-in firewall (unless told otherwise), none, or a web ACL of one's own",
    )
    parser.add_argument("--alarm-email", type=clean_text, help="who is told when an alarm rings")
    parser.add_argument(
        "--force-name", type=clean_text, help="the force, as pages and e-mails name it"
    )
    parser.add_argument(
        "--force-phone", type=clean_text, help="its switchboard, for people who want to check"
    )
    parser.add_argument("--country", help="GB or US: how postcodes and phone numbers are written")
    parser.add_argument("--time-zone", help="of the force, like Europe/London or America/Chicago")
    parser.add_argument(
        "--directory-metadata",
        type=Path,
        metavar="FILE",
        help="SAML metadata of the force's directory, if AWS cannot fetch it from an address",
    )
    parser.add_argument("--basemap", type=Path, help="PMTiles file for the maps")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="any other parameter of infra/templates/stage/parameters.yaml",
    )
    options = parser.parse_args()
    target = Target(options.stage, options.region)
    try:
        outputs = deploy(target, _wishes(options))
    except NoCredentialsError as error:
        raise StackError(
            "AWS knows no credentials here. Sign in first (aws sso login, or AWS_PROFILE=…)."
        ) from error
    print(f"\n{target.stack} is up to date in {target.region}:")
    for name, value in sorted(outputs.items()):
        print(f"  {name:22} {value}")
    print(tell_of_messages(target, outputs["MailIdentity"]))
    return 0


def _wishes(options: argparse.Namespace) -> DeploymentOptions:
    """Read what the command line asks for. Raises StackError for a certificate without address."""
    parameters = dict(pair.split("=", 1) for pair in options.set)
    if options.mail_from:
        parameters["MailFrom"] = options.mail_from
        parameters["MailIdentityName"] = options.mail_identity or options.mail_from.split("@")[-1]
    for name, value in {
        "AlarmEmail": options.alarm_email,
        "ForceName": options.force_name,
        "ForcePhone": options.force_phone,
        "Country": options.country,
        "TimeZone": options.time_zone,
    }.items():
        if value is not None:
            parameters[name] = value
    if options.directory_metadata:
        parameters["DirectorySamlMetadata"] = read_metadata(options.directory_metadata)
    check_directory(parameters)
    edge: dict[str, str] = {}
    if options.certificate_arn:
        if not options.base_url:
            raise StackError("A certificate is for an address: give --base-url https://… with it.")
        edge = {
            "CertificateArn": options.certificate_arn,
            "Alias": urlsplit(options.base_url).netloc,
        }
    if options.firewall:
        edge |= firewall_parameters(options.firewall)
    return DeploymentOptions(parameters, edge, options.base_url, options.basemap)


if __name__ == "__main__":
    raise SystemExit(report_errors(main))
