"""What a deployment left: a version behind the alias, a line of history, and nothing of a plan."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from infra import local
from infra.deploy import deploy
from infra.deployment.artifacts import open_artifacts
from infra.deployment.options import DeploymentOptions
from infra.deployment.releases import history_of
from infra.stacks.applying import Consent
from tests.running import RunningStack


def wishes(stack: RunningStack) -> DeploymentOptions:
    return local.local_wishes(local.emulator(stack.state), rebuild_frontend=False)


def test_pages_are_answered_by_a_version_with_the_present_environment(stack: RunningStack) -> None:
    """The environment of the last pass, not of the one before the address was known."""
    functions, name = stack.client("lambda"), stack.target.physical_name("APIHandler")
    live = functions.get_function_configuration(FunctionName=name, Qualifier="live")
    latest = functions.get_function_configuration(FunctionName=name)
    assert live["Version"].isdigit() and latest["Version"] == "$LATEST"
    for part in ("Environment", "CodeSha256", "Role", "Timeout", "MemorySize"):
        assert live[part] == latest[part], part
    assert live["Environment"]["Variables"]["BASE_URL"] == stack.base_url
    for operation in stack.client("apigateway").get_rest_apis()["items"]:
        gateway = stack.client("apigateway")
        for path in gateway.get_resources(restApiId=operation["id"], limit=500)["items"][:5]:
            for method in path.get("resourceMethods", {}):
                called = gateway.get_integration(
                    restApiId=operation["id"], resourceId=path["id"], httpMethod=method
                )
                assert called["uri"].endswith(":live/invocations"), called["uri"]


def test_a_plan_changes_nothing_and_says_so(
    stack: RunningStack, capsys: pytest.CaptureFixture[str]
) -> None:
    cloudformation = stack.client("cloudformation")
    consent = Consent(plan_only=True, shows=True)
    outputs = deploy(stack.target, replace(wishes(stack), consent=consent))
    assert outputs["BaseUrl"] == stack.base_url
    said = capsys.readouterr().out
    assert f"{stack.target.stack}: nothing changes." in said
    assert f"{stack.target.edge_stack}: nothing changes." in said
    for name in (stack.target.stack, stack.target.edge_stack):
        listed = cloudformation.list_change_sets(StackName=name)["Summaries"]
        assert not [one for one in listed if one["ExecutionStatus"] == "AVAILABLE"]


def test_the_history_names_the_release_once(stack: RunningStack) -> None:
    account = stack.client("sts").get_caller_identity()["Account"]
    artifacts = open_artifacts(stack.target, account)
    history = history_of(artifacts, stack.target.stage)
    ids = [one.release.id for one in history]
    assert ids and all(one != other for one, other in pairwise(ids))
    newest = history[0].release
    assert newest.package in artifacts.keys("packages/")
    assert newest.stage_template in artifacts.keys("templates/") and newest.assets
