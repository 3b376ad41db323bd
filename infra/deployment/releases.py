"""Releases: what was deployed to a stage, by whom and when, and how to get back to it.

A release is three templates, the package of the functions, and the names of the scripts and styles.
All lie under names made from their content and are never removed, so an earlier release can be
deployed as it was, without building anything. Its id is made from its content too.
"""

from __future__ import annotations

import json
import subprocess  # Lists of our own words, never a shell line. # nosec B404
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from infra.building.hashing import content_hash, files_under
from infra.building.package import Package
from infra.building.runtime import Runtime
from infra.building.templates import EDGE, FIREWALL, read_template
from infra.deployment.artifacts import Artifacts
from infra.errors import StackError
from infra.paths import ROOT


@dataclass(frozen=True)
class Release:
    """What is deployed together. Templates and package are keys of the artifact bucket."""

    id: str
    stage_template: str
    edge_template: str
    firewall_template: str
    package: str
    assets: tuple[str, ...]
    """Keys in the stage's assets bucket."""
    runtime: str
    commit: str
    """Of the checkout, with `+` when it had changes of its own; "" without git."""


@dataclass(frozen=True)
class DeployedRelease:
    """A line of a stage's history."""

    at: str
    by: str
    """The ARN of who deployed."""
    release: Release


def make_release(
    artifacts: Artifacts, package: Package, runtime: Runtime, assets: Path | None
) -> Release:
    """Put package and templates into the bucket, and describe the release that they are."""
    code = f"packages/{package.name}.zip"
    artifacts.put(code, package.archive)
    stage = package.template_with_code(artifacts.bucket, code)
    texts = [json.dumps(t, sort_keys=True) for t in (stage, *map(read_template, (EDGE, FIREWALL)))]
    main, edge, firewall = (artifacts.put_template(text) for text in texts)
    files = files_under(assets) if assets else []
    names = tuple(f"assets/{file.relative_to(assets).as_posix()}" for file in files if assets)
    identity = content_hash(ROOT, [], main, edge, firewall, *names)[:10]
    return Release(
        id=identity,
        stage_template=main,
        edge_template=edge,
        firewall_template=firewall,
        package=code,
        assets=names,
        runtime=runtime.in_words,
        commit=present_commit(),
    )


def present_commit() -> str:
    """Name the commit of the checkout, with `+` after it when files differ from it."""
    commit = _git("rev-parse", "--short=12", "HEAD")
    changed = commit and _git("status", "--porcelain", "--untracked-files=no")
    return f"{commit}+" if changed else commit


def left_out_commit(history: Sequence[DeployedRelease]) -> str:
    """Find the commit that the stage runs when the checkout does not contain it; else "".

    Two people deploy in turn: the second one's older checkout would take back what the first did.
    """
    running = history[0].release.commit.rstrip("+") if history else ""
    if not running or not _git("rev-parse", "HEAD"):
        return ""
    base = _git("merge-base", running, "HEAD")
    return "" if base and base.startswith(running) else running


def _git(*arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def history_of(artifacts: Artifacts, stage: str, most: int = 20) -> list[DeployedRelease]:
    """Read what was deployed to a stage, the newest first."""
    keys = artifacts.keys(f"releases/{stage}/")[::-1][:most]
    return [_from_json(json.loads(artifacts.read(key))) for key in keys]


def find_release(artifacts: Artifacts, stage: str, wanted: str) -> Release:
    """Find a release by its id. Raises StackError when the stage never had it."""
    for key in artifacts.keys(f"releases/{stage}/")[::-1]:
        if key.removesuffix(".json").rsplit("-", 1)[-1] == wanted:
            return _from_json(json.loads(artifacts.read(key))).release
    raise StackError(f"{stage} never had a release {wanted}. Which it had says: --releases")


def record_release(artifacts: Artifacts, stage: str, by: str, release: Release) -> None:
    """Note that a stage runs a release now, unless its last note says so."""
    keys = artifacts.keys(f"releases/{stage}/")
    if keys and keys[-1].endswith(f"-{release.id}.json"):
        return
    now = datetime.now(UTC)
    line = DeployedRelease(now.strftime("%Y-%m-%dT%H:%M:%SZ"), by, release)
    key = f"releases/{stage}/{now:%Y%m%dT%H%M%S.%fZ}-{release.id}.json"
    artifacts.put(key, json.dumps(asdict(line), indent=1).encode())


def _from_json(stored: dict[str, Any]) -> DeployedRelease:
    release = Release(**stored["release"])
    release = replace(release, assets=tuple(release.assets))
    return DeployedRelease(stored["at"], stored["by"], release)


def history_words(history: Sequence[DeployedRelease]) -> str:
    """Write a stage's releases as a list, the one that it runs first."""
    if not history:
        return "Nothing was deployed to this stage."
    lines = [
        f"{'now ' if n == 0 else '':4}{one.release.id}  {one.at}  {one.release.commit or '-':13}  "
        f"{one.by.rsplit('/', 1)[-1]}  {one.release.runtime}"
        for n, one in enumerate(history)
    ]
    return "\n".join(["    release     when                  commit         by", *lines])


def missing_assets(s3: Any, bucket: str, release: Release) -> list[str]:
    """Name the scripts and styles of a release that are not in the stage's bucket any more."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="assets/")
    present = {item["Key"] for page in pages for item in page.get("Contents", [])}
    return sorted(set(release.assets) - present)
