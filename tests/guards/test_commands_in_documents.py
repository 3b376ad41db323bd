"""Every command that a page of the documents tells people to type is one that there is: ours with
its arguments, AWS's with its operation and options."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import botocore.session
import pytest
from botocore import xform_name

from infra import manage
from infra.deployment import options
from infra.paths import ROOT

DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
OURS, AWS = ".venv/bin/python -m infra.manage", "aws "
GENERAL = {"query", "output", "region", "profile", "no-cli-pager"}
"""Options that the AWS CLI takes for every command."""
SERVICES = {"s3api": "s3", "cognito-idp": "cognito-idp"}
PLAIN = {"s3", "sso", "configure"}
"""Commands of the AWS CLI that are no operations of a service."""
WAYS_ON = ("…", "COMMAND", "...")
"""What stands for the rest of a command in running text."""


def commands(beginning: str) -> Iterator[tuple[str, str]]:
    """What documents tell people to type: lines of blocks, and spans in running text."""
    for document in DOCUMENTS:
        text = re.sub(r"\\\n\s*", " ", document.read_text())
        spans = re.findall(r"^```\w*\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE)
        blocks = re.findall(r"^ *```\w*\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE)
        typed = [line.strip() for block in {*spans, *blocks} for line in block.splitlines()]
        typed += re.findall(r"`([^`\n]+)`", text)
        for one in typed:
            if one.startswith(beginning) and not any(way in one for way in WAYS_ON):
                yield document.name, one


OWN = sorted(set(commands(OURS)))
OTHERS = sorted(set(commands(AWS)))


def test_the_guard_finds_commands() -> None:
    assert len(OWN) > 15 and len(OTHERS) > 20


@pytest.mark.parametrize("document, typed", OWN)
def test_our_commands_are_ours(
    document: str, typed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    parser, _ = manage.command_line()
    try:
        parser.parse_args(shlex.split(typed.removeprefix(OURS)))
    except SystemExit:
        pytest.fail(f"{document}: {typed}: {capsys.readouterr().err}")


@pytest.mark.parametrize("document, typed", OTHERS)
def test_commands_of_aws_are_operations_with_these_options(document: str, typed: str) -> None:
    words = shlex.split(typed.partition(" > ")[0])
    if len(words) < 3 or words[1] in PLAIN:
        return
    session = botocore.session.get_session()
    service = session.get_service_model(SERVICES.get(words[1], words[1]))
    name = words[2]
    options = {word.removeprefix("--").partition("=")[0] for word in words if word[:2] == "--"}
    if name == "wait":
        waiters = session.get_waiter_model(service.service_name)
        waiter = next(w for w in waiters.waiter_names if xform_name(w, "-") == words[3])
        name = xform_name(waiters.get_waiter(waiter).operation, "-")
    operations = {xform_name(one, "-"): one for one in service.operation_names}
    assert name in operations, f"{document}: {typed}"
    shape = service.operation_model(operations[name]).input_shape
    members = {xform_name(member, "-") for member in shape.members} if shape else set[str]()
    unknown = {one for one in options - GENERAL if one.removeprefix("no-") not in members}
    assert not unknown, f"{document}: {typed}"


def test_deploying_takes_the_options_that_documents_name() -> None:
    source = Path(options.__file__).read_text()
    named = {
        option
        for _, typed in commands(".venv/bin/python -m infra.deploy")
        for option in re.findall(r"--[a-z-]+", typed)
    }
    assert named and [one for one in sorted(named) if f'"{one}"' not in source] == []
