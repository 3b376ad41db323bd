"""Somebody who knows Chalice reads what to use instead, before anything is made."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from app import AT_THE_KEYBOARD
from infra.paths import ROOT

README = (ROOT / "README.md").read_text()


def test_chalice_deploy_is_refused_in_words_before_anything_is_made() -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "chalice", "deploy"],
        cwd=ROOT,
        # No address of AWS can be reached by these, so nothing but the refusal can come.
        env={
            "PATH": "",
            "AWS_DEFAULT_REGION": "eu-west-2",
            "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    assert done.stderr.strip() == AT_THE_KEYBOARD["deploy"] and done.stdout == ""


@pytest.mark.parametrize("command", ["deploy", "local"])
def test_the_readme_says_the_same(command: str) -> None:
    assert f"`chalice {command}`" in AT_THE_KEYBOARD[command]
    assert f"**`chalice {command}`" in README
    use = {"deploy": "python -m infra.deploy --stage NAME", "local": "`make up`"}[command]
    assert use in AT_THE_KEYBOARD[command] and use in README
