"""Every place where the code goes another way because of an error of AWS has a test with that one.

The emulator answers few of the errors that AWS documents, so a branch for one is easily never run.
Unit tests give them through botocore's own Stubber (tests/support/stubbed.py), which also refuses a
code that AWS does not document for the operation; where a command makes many calls of many
services, an error made by hand at one of them will do.
"""

from __future__ import annotations

import re
from fnmatch import fnmatch
from pathlib import Path

import pytest

from infra.paths import ROOT
from tests.support.aws_branches import branches

TESTED_BY = {
    "chalicelib.access.officers:OfficerSignIn.*": "test_refusals_of_cognito",
    "chalicelib.access.presence.officer_directory:*": "test_refusals_of_cognito",
    "chalicelib.dynamodb.table:Table._one": "test_refusals_of_dynamodb",
    "chalicelib.dynamodb.table:Table.transact": "test_refusals_of_dynamodb",
    "chalicelib.evidence.files:*": "test_missing_objects",
    "chalicelib.integrity.locked_bucket:LockedBucket.keep": "test_refusals_of_s3",
    "chalicelib.notifications.channels:Mailer.*": "test_mail_refusals",
    "chalicelib.notifications.channels:Texter.send": "test_refusals_of_sns",
    "chalicelib.requests.reminders.reminder_workflow:*": "test_refusals_of_step_functions",
    "chalicelib.search.index_reader:TableIndexReader._query": "test_refusals_of_dynamodb",
    "infra.commands.replay:*": "test_refusals_of_recovery",
    "infra.commands.restore:run": "test_restore_command",
    "infra.account.identity:*": "test_account",
    "infra.deployment.artifacts:*": "test_account",
    "infra.stacks.failures:*": "test_refusals_of_cloudformation",
    "infra.account.mail_account:_readable": "test_mail_account",
    "infra.stacks.applying:*": "test_refusals_of_cloudformation",
    "infra.stacks.statuses:*": "test_refusals_of_cloudformation",
    "infra.deployment.target:Target.outputs": "test_refusals_at_the_keyboard",
    "infra.first_day.object_lock:prove": "test_first_day_by_aws",
    "infra.first_day.running:*": "test_first_day_by_aws",
    "infra.first_day.second_factor:*": "test_first_day_by_aws",
    "infra.recovery.sources:*": "test_sources",
    "infra.recovery.switching:*": "test_refusals_of_recovery",
    "infra.recovery.table_settings:*": "test_table_settings",
    "infra.manage:main": "test_refusals_at_the_keyboard",
}
"""The test module for each place; a `*` stands for several places of one subject."""

ONLY_EMULATED = "infra.localstack."
"""What works with the local emulator alone meets no error of AWS."""

PACKAGES = ("chalicelib", "infra")


def places() -> set[str]:
    found: set[str] = set()
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            found |= branches(path, ".".join(path.relative_to(ROOT).with_suffix("").parts))
    return {one for one in found if not one.startswith(ONLY_EMULATED)}


def test_each_place_is_tested() -> None:
    untested = {one for one in places() if not any(fnmatch(one, known) for known in TESTED_BY)}
    assert not untested, "give each the documented error in a unit test, and name the test here"


def test_each_line_is_of_a_place() -> None:
    found = places()
    gone = {known for known in TESTED_BY if not any(fnmatch(one, known) for one in found)}
    assert not gone


@pytest.mark.parametrize("place, module", TESTED_BY.items())
def test_its_test_gives_an_error_of_aws(place: str, module: str) -> None:
    (test,) = (ROOT / "tests" / "unit").rglob(f"{module}.py")
    text = test.read_text()
    assert re.search(r"\b(stubbed|add_client_error|ClientError)\(", text), "it gives no error"
    assert place.split(":")[0].rpartition(".")[2] in text, "it is about another module"


@pytest.mark.parametrize(
    "code, found",
    [
        ("try: f()\nexcept ClientError: pass", {"m:"}),
        ("def g():\n  try: f()\n  except (KeyError, c.exceptions.NotThere): pass", {"m:g"}),
        ("class A:\n  def g(self):\n    try: f()\n    except errors.Busy: pass", {"m:A.g"}),
        ("def g():\n  with suppress(s3.exceptions.NoSuchKey): f()", {"m:g"}),
        ("def g(e): return isinstance(e, ClientError)", {"m:g"}),
        ("def g():\n  retry(f, on=errors.Conflict)", {"m:g"}),
        ("def g():\n  try: f()\n  except (KeyError, DomainError): pass", set()),
    ],
)
def test_a_place_is_found(tmp_path: Path, code: str, found: set[str]) -> None:
    file = tmp_path / "m.py"
    file.write_text(code)
    assert branches(file, "m") == found
