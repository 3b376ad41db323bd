"""Deployment of a stage, to AWS or to the local emulator: build, upload, change sets, assets.

    python -m infra.deploy --stage demo --mail-from footage@example.police.uk --force-name "…"
    python -m infra.deploy --stage demo              # later: everything keeps its value
    python -m infra.deploy --stage demo --plan       # what would change
    python -m infra.deploy --stage demo --releases   # what was deployed; --release ID goes back

Running it again with nothing changed changes nothing. docs/operations.md, "Deploying a stage to
AWS", goes through it step by step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from botocore.exceptions import NoCredentialsError

from infra.account.certificate import deploy_certificate
from infra.account.identity import caller_of, check_stage_name, shared_parameters
from infra.account.mail_account import tell_of_messages
from infra.account.quotas import fitting_parameters
from infra.building.frontend import build_frontend
from infra.building.package import build_package
from infra.building.runtime import CHOSEN, machine_runtime
from infra.deployment.artifacts import Artifacts, open_artifacts
from infra.deployment.assets import BASEMAP_FOLDER, upload_assets
from infra.deployment.edge import EdgeTemplates, deploy_edge
from infra.deployment.edge_alarms import deploy_edge_alarms
from infra.deployment.options import (
    DeploymentOptions,
    check_test_stage,
    make_parser,
    read_options,
)
from infra.deployment.passes import NOT_YET, StageWork
from infra.deployment.releases import (
    Release,
    find_release,
    history_of,
    history_words,
    left_out_commit,
    make_release,
    missing_assets,
    record_release,
)
from infra.deployment.target import GLOBAL_REGION, Target
from infra.deployment.versions import Shift
from infra.errors import StackError, report_errors
from infra.recovery.switching import refuse_while_restoring
from infra.stacks.applying import Consent, make_ready, outputs_of, parameters_of


def deploy(target: Target, wishes: DeploymentOptions) -> dict[str, str]:
    """Deploy the present tree, or an earlier release, to the stage; return the outputs of both
    stacks.

    Raises StackError when something does not build, a resource fails, or nobody agrees.
    """
    check_stage_name(target.stage)
    account, who = caller_of(target, wishes.account)
    consent = replace(
        wishes.consent,
        doubts=target.endpoint is None,
        tags={"application": "sightline", "stage": target.stage, **wishes.consent.tags},
    )
    _make_stacks_ready(target, consent)
    wishes = _with_certificate(target, wishes, consent)
    cloudformation = target.client("cloudformation")
    before = outputs_of(cloudformation, target.stack)
    refuse_while_restoring(before)
    known = parameters_of(cloudformation, target.stack)
    parameters = _first_parameters(target, wishes, known if before else {}, f"{account} ({who})")
    artifacts = open_artifacts(target, account)
    release, assets = _release(target, artifacts, wishes, before)
    unfinished = not before or known.get("Protect") == NOT_YET
    work = StageWork(target, artifacts, release, consent, _shift(target, wishes, unfinished))

    plan = consent.plan_only
    if before and not plan:  # the new pages' scripts must be there before the new pages are
        upload_assets(target.client("s3"), before["AssetsBucket"], assets, wishes.basemap)
    outputs = work.main_stack(parameters)
    if plan and not before:
        return {}  # the edge needs what is only planned
    if not before:
        upload_assets(target.client("s3"), outputs["AssetsBucket"], assets, wishes.basemap)
    edge_outputs = _deploy_edge(work, outputs, wishes)
    if plan:
        return {**outputs, **edge_outputs}
    outputs = _finish(work, parameters, wishes, outputs, edge_outputs)
    record_release(artifacts, target.stage, who, release)
    return {**outputs, **edge_outputs}


def _make_stacks_ready(target: Target, consent: Consent) -> None:
    """See to it that each stack can be changed before the first one is."""
    make_ready(target.client("cloudformation"), target.stack, consent)
    make_ready(target.client("cloudformation"), target.edge_stack, consent)
    for name in (target.firewall_stack, target.edge_alarms_stack):
        make_ready(target.client("cloudformation", GLOBAL_REGION), name, consent)


def _with_certificate(
    target: Target, wishes: DeploymentOptions, consent: Consent
) -> DeploymentOptions:
    """Make the certificate if that is asked for, before anything names the new address: its proof
    may wait for somebody who keeps the domain."""
    if not wishes.certificate:
        return wishes
    edge = dict(wishes.edge_parameters)
    arn = deploy_certificate(target, edge["Alias"], edge.get("HostedZone", ""), consent)
    return replace(wishes, edge_parameters={**edge, "CertificateArn": arn})


def _first_parameters(
    target: Target, wishes: DeploymentOptions, known: Mapping[str, str], whose: str
) -> dict[str, str]:
    """Make the parameters of the first pass. known: the values that the stage has; none before its
    first deployment. whose: account and caller, in words. Raises StackError."""
    parameters = {"Stage": target.stage, **wishes.parameters}
    if wishes.basemap is not None:
        parameters["BasemapUrl"] = f"/{BASEMAP_FOLDER}/{wishes.basemap.name}"
    if wishes.base_url is not None:
        parameters["BaseUrl"] = wishes.base_url
    if not known:
        if wishes.release or not {"MailFrom", "ForceName"} <= set(parameters):
            raise StackError(
                f"There is no stage {target.stage} in {target.region} of account {whose}. "
                "To make it there, give --mail-from and --force-name."
            )
        # Deletion protection would keep CloudFormation from undoing a deployment that fails, and
        # the stack would be ROLLBACK_FAILED for good. So the last pass protects.
        if parameters.get("Protect") != "no":
            parameters["Protect"] = NOT_YET
    values = {**known, **parameters}
    check_test_stage(target.stage, known, values)
    if wishes.release:
        return parameters
    return {
        **parameters,
        **fitting_parameters(target, parameters),
        **shared_parameters(target, values),
    }


def _release(
    target: Target,
    artifacts: Artifacts,
    wishes: DeploymentOptions,
    before: Mapping[str, str],
) -> tuple[Release, Path | None]:
    """Make the release of the present tree, or find the one that is asked for; return it with the
    folder of its assets, None when they are in the stage already. Raises StackError."""
    if wishes.release:
        release = find_release(artifacts, target.stage, wishes.release)
        if gone := missing_assets(target.client("s3"), before["AssetsBucket"], release):
            raise StackError(f"Scripts or styles of {release.id} are gone: {', '.join(gone[:5])}")
        return release, None
    assets = build_frontend(wishes.rebuild_frontend)
    runtime = CHOSEN if target.endpoint is None else machine_runtime()
    release = make_release(artifacts, build_package(runtime), runtime, assets)
    history = history_of(artifacts, target.stage, 1) if wishes.consent.shows else []
    if other := left_out_commit(history):
        print(
            f"\n  ATTENTION: the stage runs commit {other}, which this checkout does not contain."
            "\n  Deploying takes back what that commit brought.\n",
            flush=True,
        )
    return release, assets


def _shift(target: Target, wishes: DeploymentOptions, unfinished: bool) -> Shift:
    """Choose how calls come to the new version. Going back is at once: the alarm that is the reason
    for it would stop a canary."""
    if target.endpoint is not None:
        return Shift.PLAIN
    return Shift.AT_ONCE if unfinished or wishes.at_once or wishes.release else Shift.CANARY


def _deploy_edge(
    work: StageWork, outputs: Mapping[str, str], wishes: DeploymentOptions
) -> dict[str, str]:
    """Deploy what stands before the API."""
    templates = EdgeTemplates(
        work.stored_template(work.release.edge_template),
        work.stored_template(work.release.firewall_template),
    )
    wanted = wishes.edge_parameters
    edge = deploy_edge(work.target, outputs, wanted, templates, work.consent)
    if edge:  # none when a first one is only planned
        # What watches is no part of a release: going back does not make it blind.
        deploy_edge_alarms(work.target, edge["DistributionId"], work.consent)
    return edge


def _finish(
    work: StageWork,
    parameters: Mapping[str, str],
    wishes: DeploymentOptions,
    outputs: dict[str, str],
    edge_outputs: Mapping[str, str],
) -> dict[str, str]:
    """Make the second pass if there is something for it: the address and the protection of a first
    deployment, and a version for resources that were replaced in the first pass. This carries on
    where a first deployment stopped."""
    base_url = _address(work.target, wishes, outputs["BaseUrl"], edge_outputs["DistributionHost"])
    now = parameters_of(work.target.client("cloudformation"), work.target.stack)
    last = dict(parameters)
    if outputs["BaseUrl"] != base_url:
        last["BaseUrl"] = base_url
    if now.get("Protect") == NOT_YET:
        last["Protect"] = wishes.parameters.get("Protect", "yes")
    changed = any(now.get(name) != last[name] for name in ("BaseUrl", "Protect") if name in last)
    return work.main_stack(last) if changed or work.is_behind(last) else outputs


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


def main() -> int:
    """Run the command line: deploy a stage, or list what was deployed to it."""
    options = make_parser().parse_args()
    target = Target(options.stage, options.region)
    try:
        if options.releases:
            account, _ = caller_of(target, options.account)
            artifacts = open_artifacts(target, account)
            print(history_words(history_of(artifacts, target.stage)))
            return 0
        outputs = deploy(target, read_options(options))
    except NoCredentialsError as error:
        raise StackError(
            "AWS knows no credentials here. Sign in first (aws sso login, or AWS_PROFILE=…)."
        ) from error
    if options.plan:
        print("\nThat is what would be done. Nothing was changed.")
        return 0
    print(f"\n{target.stack} is up to date in {target.region}:")
    for name, value in sorted(outputs.items()):
        print(f"  {name:22} {value}")
    print(tell_of_messages(target, outputs["MailIdentity"]))
    return 0


if __name__ == "__main__":
    raise SystemExit(report_errors(main))
