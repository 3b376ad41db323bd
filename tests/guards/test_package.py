"""The Lambda package is for the runtime that its template names, whoever builds it."""

from __future__ import annotations

import json
import re
import zipfile

import pytest

from infra.building.frontend import build_frontend
from infra.building.package import build_package
from infra.building.runtime import CHOSEN, MACHINES, OFFERED, Runtime, machine_runtime
from infra.errors import StackError

COMPILED = {"x86_64": 62, "arm64": 183}
"""By architecture the number of the machine in the head of an ELF file."""


@pytest.mark.parametrize("runtime", [CHOSEN, machine_runtime()], ids=["AWS", "emulator"])
def test_the_package_holds_what_its_runtime_can_load(runtime: Runtime) -> None:
    """Whoever builds it: the names of compiled files say for which Python, their heads for which
    processor, and each metadata file which wheel it came from."""
    build_frontend()
    package = build_package(runtime)
    functions = [
        resource["Properties"]
        for resource in package.template["Resources"].values()
        if resource["Type"] == "AWS::Serverless::Function"
    ]
    assert {one["Runtime"] for one in functions} == {runtime.name}
    assert {tuple(one["Architectures"]) for one in functions} == {(runtime.architecture,)}
    abi = runtime.name.replace("python3.", "cp3")
    with zipfile.ZipFile(package.archive) as archive:
        compiled = [name for name in archive.namelist() if re.search(r"\.so(\.\d+)*$", name)]
        wheels = [name for name in archive.namelist() if name.endswith(".dist-info/WHEEL")]
        for name in compiled:
            assert f".cpython-{abi[2:]}-" in name or ".abi3." in name, name
            assert archive.read(name)[18] == COMPILED[runtime.architecture], name
        told = "\n".join(archive.read(name).decode() for name in wheels)
    packages = {name.split("/")[0] for name in compiled}
    assert {"pydantic_core", "h3", "markupsafe"} <= packages and len(wheels) > 20
    tags = re.findall(r"^Tag: (cp3\d\S*)", told, re.MULTILINE)
    assert tags and all(tag.startswith(abi) or "-abi3-" in tag for tag in tags)


def test_what_cannot_be_built_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Python that is too new made a runtime that Lambda does not know."""
    assert CHOSEN.python in OFFERED and CHOSEN.architecture in MACHINES
    monkeypatch.setattr("sys.version_info", type("V", (), {"major": 3, "minor": 15}))
    with pytest.raises(StackError, match=r"3\.15 .*must be one of 3\.11"):
        machine_runtime()


def test_another_machine_builds_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    options = CHOSEN.pip_options()
    monkeypatch.setattr("sys.version_info", type("V", (), {"major": 3, "minor": 12}))
    monkeypatch.setattr("platform.machine", lambda: "aarch64")
    assert machine_runtime() == Runtime("3.12", "arm64")
    assert CHOSEN.pip_options() == options
    assert "--platform=manylinux_2_34_x86_64" in options and "--python-version=3.13" in options
    assert not [one for one in machine_runtime().pip_options() if "x86_64" in one]


def test_the_older_linux_gets_no_wheels_of_the_newer() -> None:
    old = Runtime("3.11", "x86_64").pip_options()
    assert "--platform=manylinux_2_26_x86_64" in old
    assert "--platform=manylinux_2_27_x86_64" not in old


def test_the_alarms_of_the_canary_do_not_wait_for_the_api() -> None:
    """The gateway names the alias, the alias its deployment group, and the group the alarms: an
    alarm that named the gateway would close a circle, which CloudFormation refuses."""
    build_frontend()
    resources = build_package().template["Resources"]
    preference = resources["APIHandler"]["Properties"]["DeploymentPreference"]
    assert preference["Type"].startswith("Canary") and preference["Alarms"]
    for alarm in preference["Alarms"]:
        assert resources[alarm["Ref"]]["Type"] == "AWS::CloudWatch::Alarm"
        assert "RestAPI" not in json.dumps(resources[alarm["Ref"]]["Properties"])


def test_the_gateway_calls_the_alias_and_may_call_nothing_else() -> None:
    build_frontend()
    resources = build_package().template["Resources"]
    alias = {"Ref": "APIHandler.Alias"}
    paths = resources["RestAPI"]["Properties"]["DefinitionBody"]["paths"]
    methods = [method for path in paths.values() for method in path.values()]
    assert len(methods) > 100
    for method in methods:
        text, names = method["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"]
        assert text.endswith("functions/${Alias}/invocations") and names == {"Alias": alias}
    of_gateway = [
        one["Properties"]
        for one in resources.values()
        if one["Type"] == "AWS::Lambda::Permission"
        and one["Properties"]["Principal"] == "apigateway.amazonaws.com"
    ]
    assert of_gateway and all(one["FunctionName"] == alias for one in of_gateway)
