"""What a deployment sets and how it goes about it, and the command line that says so."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from chalicelib.core.typed.typed_text import clean_text
from infra.deployment.edge import firewall_parameters
from infra.deployment.force_directory import check_directory, read_metadata
from infra.deployment.target import REGION
from infra.errors import StackError
from infra.stacks.applying import AT_ONCE, Consent

TEST_STAGE = {
    "TestStage": "yes",
    "Protect": "no",
    "EvidenceLockMode": "GOVERNANCE",
    "EvidenceLockDays": "1",
    "AuditLockMode": "GOVERNANCE",
    "AuditLockDays": "1",
}
"""The parameters of a stage that can be removed again: nothing is locked for more than a day, and
who has s3:BypassGovernanceRetention need not wait for that."""
OPTIONS = {
    "AlarmEmail": "alarm_email",
    "ForceName": "force_name",
    "ForcePhone": "force_phone",
    "Country": "country",
    "TimeZone": "time_zone",
}
"""By parameter the option that sets it."""


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
    account: str = ""
    """The account that the credentials must be of; "" for any."""
    certificate: bool = False
    """Make the certificate of the public origin."""
    release: str = ""
    """Id of an earlier release to go back to; "" deploys the present tree."""
    at_once: bool = False
    """Move all calls to the new version at once, whatever alarms say."""
    consent: Consent = AT_ONCE


def check_test_stage(stage: str, known: Mapping[str, str], values: Mapping[str, str]) -> None:
    """Raise StackError when a stage would become or cease to be one for tests, and when one for
    tests would lock what it stores for long.

    known: what the stage has; none before its first deployment. values: what it is to have.
    """
    if known and values.get("TestStage") != known.get("TestStage"):
        raise StackError("A stage is a test stage from its first deployment on, or never.")
    if values.get("TestStage") == "yes":
        for name, value in TEST_STAGE.items():
            if values.get(name, value) != value:
                raise StackError(f"{stage} is a test stage, which has {name}={value}.")


def make_parser() -> argparse.ArgumentParser:
    """Make the parser of `python -m infra.deploy`."""
    parser = argparse.ArgumentParser(
        prog="python -m infra.deploy", description="Deploy a stage to AWS."
    )
    parser.add_argument(
        "--stage", required=True, help="name of the stage: lower case, digits, hyphens"
    )
    parser.add_argument("--region", default=REGION)
    parser.add_argument(
        "--account", default="", help="the account the stage is in; other credentials are refused"
    )
    _add_ways(parser.add_argument_group("how"))
    _add_settings(parser.add_argument_group("what (later: whatever is not named keeps its value)"))
    return parser


def _add_ways(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--plan", action="store_true", help="say what would change, and change nothing"
    )
    group.add_argument("--yes", action="store_true", help="do not ask before each stack")
    group.add_argument(
        "--replace",
        action="append",
        default=[],
        metavar="RESOURCE",
        help="let this resource be removed or replaced although it holds data",
    )
    group.add_argument(
        "--at-once",
        action="store_true",
        help="move all calls to the new version at once, whatever alarms say",
    )
    group.add_argument("--release", default="", metavar="ID", help="go back to an earlier release")
    group.add_argument("--releases", action="store_true", help="list what was deployed, and end")
    group.add_argument(
        "--role", default="", metavar="ARN", help="the role with which CloudFormation works"
    )
    group.add_argument(
        "--tag",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a tag for every resource, beside application and stage",
    )


def _add_settings(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--test-stage",
        action="store_true",
        help="a stage for made-up data that can be removed again: no protection, locks of a day",
    )
    group.add_argument(
        "--mail-from", type=clean_text, help="sender of all e-mail; needed the first time"
    )
    group.add_argument(
        "--mail-identity", type=clean_text, help="SES identity of the sender; else its domain"
    )
    group.add_argument(
        "--base-url", type=clean_text, help="public address, if DNS has one for the distribution"
    )
    group.add_argument("--certificate-arn", help="ACM certificate (us-east-1) of that address")
    group.add_argument(
        "--make-certificate", action="store_true", help="make the certificate of that address"
    )
    group.add_argument(
        "--hosted-zone", help="Route 53's id of the zone in which to prove and name that address"
    )
    group.add_argument(
        "--firewall",
        metavar="built-in|none|ARN",
        help="the built-in firewall (unless told otherwise), none, or a web ACL of one's own",
    )
    group.add_argument("--alarm-email", type=clean_text, help="who is told when an alarm rings")
    group.add_argument(
        "--force-name", type=clean_text, help="the force, as pages and e-mails name it"
    )
    group.add_argument(
        "--force-phone", type=clean_text, help="its switchboard, for people who want to check"
    )
    group.add_argument("--country", help="GB or US: how postcodes and phone numbers are written")
    group.add_argument("--time-zone", help="of the force, like Europe/London or America/Chicago")
    group.add_argument(
        "--directory-metadata",
        type=Path,
        metavar="FILE",
        help="SAML metadata of the force's directory, if AWS cannot fetch it from an address",
    )
    group.add_argument("--basemap", type=Path, help="PMTiles file for the maps")
    group.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="any other parameter of infra/templates/stage/parameters.yaml",
    )


def read_options(options: argparse.Namespace) -> DeploymentOptions:
    """Read what the command line asks for. Raises StackError for what does not fit together."""
    parameters = _pairs(options.set, "--set")
    if options.mail_from:
        parameters["MailFrom"] = options.mail_from
        parameters["MailIdentityName"] = options.mail_identity or options.mail_from.split("@")[-1]
    for name, option in OPTIONS.items():
        if (value := getattr(options, option)) is not None:
            parameters[name] = value
    if options.directory_metadata:
        parameters["DirectorySamlMetadata"] = read_metadata(options.directory_metadata)
    check_directory(parameters)
    if options.test_stage:
        for name, value in TEST_STAGE.items():
            if parameters.setdefault(name, value) != value:
                raise StackError(f"A test stage has {name}={value}.")
    elif "TestStage" in parameters:
        raise StackError("A test stage is made by --test-stage, which sets its locks as well.")
    if options.release and (parameters or options.basemap):
        raise StackError("Going back to a release keeps all values: give --release without others.")
    consent = Consent(
        plan_only=options.plan,
        asks=not options.yes and not options.plan,
        replace=frozenset(options.replace),
        role=options.role,
        tags=_pairs(options.tag, "--tag"),
        shows=True,
    )
    return DeploymentOptions(
        parameters,
        _edge(options),
        options.base_url,
        options.basemap,
        account=options.account,
        certificate=options.make_certificate,
        release=options.release,
        at_once=options.at_once,
        consent=consent,
    )


def _edge(options: argparse.Namespace) -> dict[str, str]:
    """Read the parameters of the edge."""
    edge: dict[str, str] = {}
    if options.certificate_arn and options.make_certificate:
        raise StackError("Either --certificate-arn or --make-certificate: both give a certificate.")
    if options.certificate_arn or options.make_certificate:
        if not (options.base_url or "").startswith("https://"):
            raise StackError("A certificate is for an address: give --base-url https://… with it.")
        edge["Alias"] = urlsplit(options.base_url).netloc
        if options.certificate_arn:
            edge["CertificateArn"] = options.certificate_arn
    if options.hosted_zone:
        edge["HostedZone"] = options.hosted_zone
    if options.firewall:
        edge |= firewall_parameters(options.firewall)
    return edge


def _pairs(given: list[str], option: str) -> dict[str, str]:
    """Read NAME=VALUE as often as it was given. Raises StackError for anything else."""
    if bad := [pair for pair in given if "=" not in pair]:
        raise StackError(f"{option} takes NAME=VALUE, and {bad[0]} has no =.")
    return dict(pair.split("=", 1) for pair in given)
