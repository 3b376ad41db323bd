"""The Lambda package and its template: `chalice package`, run once per state of its inputs."""

from __future__ import annotations

import json
import platform
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
from infra.building.steps import one_at_a_time, run_command
from infra.building.templates import REMINDERS, STAGE, read_stage_template
from infra.errors import StackError
from infra.paths import BUILD, ROOT

KEEP = 4
"""How many earlier packages stay in build/ (each about 25 MB)."""
MERGED = "resources.json"
"""The file in which Chalice finds what is added to the functions and the API that it makes."""
MISSING_WHEEL = "Could not install dependencies"
"""A warning of Chalice, treated as an error here: such a package fails at its first call."""


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


def build_package() -> Package:
    """Build the package of the present tree, unless it was built before."""
    inputs = files_under(
        ROOT / "app.py",
        ROOT / "chalicelib",
        ROOT / "requirements.txt",
        ROOT / ".chalice" / "config.json",
    )
    makers = files_under(STAGE, REMINDERS, ROOT / "infra" / "building")
    directory = BUILD / f"package-{content_hash(ROOT, [*inputs, *makers], *_makers())}"
    with one_at_a_time("package"):
        if not (directory / "template.json").exists():
            _build(inputs, directory)
        directory.touch()
        _forget_old()
    return Package(directory)


def _makers() -> tuple[str, ...]:
    """List the versions that a package depends on, as functions need the Python that built it."""
    return (platform.python_version(), _architecture(), version("chalice"))


def _architecture() -> str:
    """Lambda's name for this machine's processor, so that the emulator here can run the wheels."""
    return "arm64" if platform.machine() in ("arm64", "aarch64") else "x86_64"


def _build(inputs: list[Path], directory: Path) -> None:
    """Build beside, then rename: a half-built package never has the final name."""
    print("Packaging …", flush=True)
    with tempfile.TemporaryDirectory(dir=BUILD, prefix="packaging-") as scratch:
        project, out = Path(scratch, "project"), Path(scratch, "out")
        # The copy is clean because Chalice packs everything in chalicelib/, caches included.
        for file in inputs:
            copy = project / file.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(file, copy)
        config = project / ".chalice" / "config.json"
        settings = json.loads(config.read_text()) | {"lambda_architecture": _architecture()}
        config.write_text(json.dumps(settings))

        (project / MERGED).write_text(json.dumps(read_stage_template()))
        said = _chalice_package(project, out, _wheels())
        if MISSING_WHEEL in said:
            raise StackError(f"The package would lack requirements:\n{said}")
        template = json.loads((out / "sam.json").read_text())
        complete_api(template)
        complete_dashboards(template)
        _encrypt_logs(template)
        machine = template["Resources"]["ReminderMachine"]["Properties"]
        machine["DefinitionString"] = json.dumps(
            json.loads(REMINDERS.read_text()), separators=(",", ":")
        )
        (out / "template.json").write_text(json.dumps(template, indent=1, sort_keys=True))
        (out / "said.txt").write_text(said)
        shutil.rmtree(directory, ignore_errors=True)
        out.rename(directory)


def _encrypt_logs(template: dict[str, Any]) -> None:
    """Give every log group the key for logs; those that Chalice makes for functions have none."""
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Logs::LogGroup":
            resource["Properties"]["KmsKeyId"] = {"Fn::GetAtt": ["OperationsKey", "Arn"]}


def _chalice_package(project: Path, out: Path, wheels: Path) -> str:
    """Run `chalice package` on a folder of wheels; return its output.

    Threat: Chalice asks the registry again for wheels that fit Lambda, by version and without their
    hashes. Here it finds no registry, only files that were compared with requirements.txt.
    """
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels)}
    command = ["package", "--stage", "any", "--merge-template", MERGED, str(out)]
    return run_command(
        [Path(sys.executable).parent / "chalice", *command],
        cwd=project,
        what="Packaging (chalice package)",
        # Chalice asks for a region although the package is the same in each.
        environment={"AWS_DEFAULT_REGION": "eu-west-2", **offline},
    )


def _wheels() -> Path:
    """Fetch the requirements' wheels once, as downloading takes most of the time of packaging.

    Both those of this machine, which Chalice looks at first, and those of Lambda's, which it takes
    where the former do not fit. pip refuses a file whose hash is not in requirements.txt.
    """
    requirements = ROOT / "requirements.txt"
    folder = BUILD / f"wheels-{content_hash(ROOT, [requirements, Path(__file__)], *_makers())}"
    if not folder.exists():
        for old in BUILD.glob("wheels-*"):
            shutil.rmtree(old)
        with tempfile.TemporaryDirectory(dir=BUILD, prefix="wheels.") as scratch:
            pip = [sys.executable, "-m", "pip", "download", "--quiet", "--only-binary", ":all:"]
            pip += ["--require-hashes", "-r", str(requirements), "-d", scratch]
            for platforms in ([], _lambda_platforms()):
                run_command([*pip, *platforms], ROOT, "Fetching the Lambda's wheels")
            shutil.copytree(scratch, folder)
    return folder


def _lambda_platforms() -> list[str]:
    """List pip's options for the platforms that Lambda's Linux can load, the oldest glibc first."""
    machine = {"arm64": "aarch64"}.get(_architecture(), _architecture())
    newest = 26 if sys.version_info < (3, 12) else 34  # Amazon Linux 2, and 2023
    names = ["manylinux2014", *(f"manylinux_2_{minor}" for minor in range(17, newest + 1))]
    return [f"--platform={name}_{machine}" for name in names]


def _forget_old() -> None:
    packages = sorted(BUILD.glob("package-*"), key=lambda p: p.stat().st_mtime, reverse=True)
    for old in packages[KEEP:]:
        shutil.rmtree(old, ignore_errors=True)
