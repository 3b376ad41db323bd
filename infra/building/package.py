"""The Lambda package and its template: `chalice package`, run once per state of its inputs."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

from infra.building.dashboards import complete_dashboards
from infra.building.gateway import complete_api
from infra.building.hashing import content_hash, files_under
from infra.building.runtime import Runtime, machine_runtime
from infra.building.steps import one_at_a_time, run_command
from infra.building.templates import REMINDERS, STAGE, read_stage_template
from infra.paths import BUILD, ROOT

KEEP = 4
"""How many packages, and folders of libraries, stay in build/ (each about 25 and 70 MB)."""
MERGED = "resources.json"
"""The file in which Chalice finds what is added to the functions and the API that it makes."""


@dataclass(frozen=True)
class Package:
    """One built Lambda package: a folder with the archive and its template."""

    directory: Path

    @property
    def name(self) -> str:
        """The package's name, which changes with the code, its requirements and the template."""
        return self.directory.name

    @property
    def archive(self) -> Path:
        return self.directory / "deployment.zip"

    @cached_property
    def template(self) -> dict[str, Any]:
        """The merged template, still with `./deployment.zip` as the code."""
        loaded: dict[str, Any] = json.loads((self.directory / "template.json").read_text())
        return loaded

    def template_with_code(self, bucket: str, key: str) -> dict[str, Any]:
        """The template whose functions take their code from S3."""
        template: dict[str, Any] = json.loads(json.dumps(self.template))
        for resource in template["Resources"].values():
            if resource["Type"] == "AWS::Serverless::Function":
                resource["Properties"]["CodeUri"] = {"Bucket": bucket, "Key": key}
        return template


def build_package(runtime: Runtime | None = None) -> Package:
    """Build the package of the present tree for a runtime, unless it was built before.

    runtime: this machine's unless another is named. Raises StackError when a requirement has no
    wheel for it.
    """
    runtime = runtime or machine_runtime()
    inputs = files_under(
        ROOT / "app.py",
        ROOT / "chalicelib",
        ROOT / "requirements.txt",
        ROOT / ".chalice" / "config.json",
    )
    makers = files_under(STAGE, REMINDERS, ROOT / "infra" / "building")
    versions = (runtime.name, runtime.architecture, version("chalice"))
    directory = BUILD / f"package-{content_hash(ROOT, [*inputs, *makers], *versions)}"
    with one_at_a_time("package"):
        if not (directory / "template.json").exists():
            _build(inputs, directory, runtime)
        directory.touch()
        _forget_old("package-*")
    return Package(directory)


def _build(inputs: list[Path], directory: Path, runtime: Runtime) -> None:
    """Build beside, then rename: a half-built package never has the final name."""
    print(f"Packaging for {runtime.in_words} …", flush=True)
    with tempfile.TemporaryDirectory(dir=BUILD, prefix="packaging-") as scratch:
        project, out = Path(scratch, "project"), Path(scratch, "out")
        # The copy is clean because Chalice packs everything in chalicelib/, caches included.
        for file in inputs:
            copy = project / file.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(file, copy)
        config = project / ".chalice" / "config.json"
        settings = json.loads(config.read_text()) | {"lambda_architecture": runtime.architecture}
        config.write_text(json.dumps(settings))
        (project / "requirements.txt").write_text("")
        (project / "vendor").symlink_to(_libraries(runtime))

        (project / MERGED).write_text(json.dumps(read_stage_template()))
        _chalice_package(project, out)
        template = json.loads((out / "sam.json").read_text())
        _set_runtime(template, runtime)
        complete_api(template)
        complete_dashboards(template)
        _encrypt_logs(template)
        machine = template["Resources"]["ReminderMachine"]["Properties"]
        machine["DefinitionString"] = json.dumps(
            json.loads(REMINDERS.read_text()), separators=(",", ":")
        )
        (out / "template.json").write_text(json.dumps(template, indent=1, sort_keys=True))
        shutil.rmtree(directory, ignore_errors=True)
        out.rename(directory)


def _encrypt_logs(template: dict[str, Any]) -> None:
    """Give every log group the key for logs; those that Chalice makes for functions have none."""
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Logs::LogGroup":
            resource["Properties"]["KmsKeyId"] = {"Fn::GetAtt": ["OperationsKey", "Arn"]}


def _set_runtime(template: dict[str, Any], runtime: Runtime) -> None:
    """Name the runtime, for which Chalice takes the Python that it runs on itself."""
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["Runtime"] = runtime.name


def _chalice_package(project: Path, out: Path) -> None:
    """Run `chalice package`, to which everything but our own code is vendored.

    Chalice would choose wheels by the Python that it runs on, and ask the registry for them by
    version and without hashes. What lies in vendor/ it adds as it is, which is its documented way
    to bring libraries along; requirements.txt is empty there, and no registry can be reached.
    """
    command = ["package", "--stage", "any", "--merge-template", MERGED, str(out)]
    run_command(
        [Path(sys.executable).parent / "chalice", *command],
        cwd=project,
        what="Packaging (chalice package)",
        # Chalice asks for a region although the package is the same in each.
        environment={"AWS_DEFAULT_REGION": "eu-west-2", "PIP_NO_INDEX": "1"},
    )


def _libraries(runtime: Runtime) -> Path:
    """Install the requirements for the runtime into a folder, once, as the downloads take most of
    the time of packaging.

    pip refuses a file whose hash is not in requirements.txt, and anything that is not a wheel.
    """
    requirements = ROOT / "requirements.txt"
    options = runtime.pip_options()
    hashed = content_hash(ROOT, [requirements, Path(__file__)], *options)
    folder = BUILD / f"libraries-{hashed}"
    if not folder.exists():
        with tempfile.TemporaryDirectory(dir=BUILD, prefix="installing-") as scratch:
            pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-compile", "--no-deps"]
            pip += ["--disable-pip-version-check", "--require-hashes", "-r", str(requirements)]
            what = f"Fetching wheels for {runtime.in_words}"
            run_command([*pip, *options, "--target", scratch], ROOT, what)
            shutil.rmtree(Path(scratch, "bin"), ignore_errors=True)  # programs of this machine
            shutil.copytree(scratch, folder)
    folder.touch()
    _forget_old("libraries-*")
    return folder


def _forget_old(pattern: str) -> None:
    found = sorted(BUILD.glob(pattern), key=lambda p: p.stat().st_mtime, reverse=True)
    for old in found[KEEP:]:
        shutil.rmtree(old, ignore_errors=True)
