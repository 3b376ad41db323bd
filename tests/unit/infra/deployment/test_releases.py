"""The history of a stage: who deployed what, and how an earlier release is found."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from infra.account.certificate import wanted_records
from infra.deployment import releases
from infra.deployment.releases import (
    Release,
    find_release,
    history_of,
    history_words,
    left_out_commit,
    record_release,
)
from infra.errors import StackError
from tests.unit.infra.deployment.fake_cloudformation import FakeCloudFormation, event


class Bucket:
    """The artifact bucket in memory."""

    def __init__(self) -> None:
        self.content: dict[str, bytes] = {}

    def put(self, key: str, content: bytes) -> None:
        self.content.setdefault(key, content)

    def read(self, key: str) -> bytes:
        return self.content[key]

    def keys(self, prefix: str) -> list[str]:
        return sorted(key for key in self.content if key.startswith(prefix))


def release(name: str, commit: str = "c0ffee") -> Release:
    return Release(name, "t", "e", "f", "p", ("assets/a.js",), "Python 3.13 on x86_64", commit)


WHO = "arn:aws:sts::111122223333:assumed-role/SightlineDeployer/sam"


@pytest.fixture
def bucket() -> Bucket:
    made = Bucket()
    for name in ("aaaa", "bbbb", "bbbb", "aaaa", "cccc"):
        record_release(made, "prod", WHO, release(name))  # type: ignore[arg-type] # stands in
    record_release(made, "prod-2", WHO, release("dddd"))  # type: ignore[arg-type] # stands in
    return made


def test_the_newest_is_first_and_a_deployment_of_the_same_is_no_line(bucket: Bucket) -> None:
    history = history_of(bucket, "prod")  # type: ignore[arg-type] # stands in
    assert [one.release.id for one in history] == ["cccc", "aaaa", "bbbb", "aaaa"]
    assert history[0].by == WHO and history[0].release == release("cccc")
    lines = history_words(history).splitlines()
    assert lines[1].startswith("now cccc  20") and "c0ffee" in lines[1] and "sam" in lines[1]
    assert lines[2].startswith("    aaaa")


def test_an_earlier_release_is_found_by_its_id_and_only_of_this_stage(bucket: Bucket) -> None:
    assert find_release(bucket, "prod", "bbbb") == release("bbbb")  # type: ignore[arg-type] # so
    for other in ("dddd", "bb", ""):
        with pytest.raises(StackError, match="never had a release"):
            find_release(bucket, "prod", other)  # type: ignore[arg-type] # stands in


def test_a_checkout_without_the_running_commit_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def git(*words: str) -> str:
        names = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
        command = ["/usr/bin/env", "git", *names, *words]
        done = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    monkeypatch.setattr(releases, "ROOT", tmp_path)
    bucket = Bucket()
    git("init", "-q")
    git("commit", "-q", "--allow-empty", "-m", "one")
    one = git("rev-parse", "--short=12", "HEAD")
    git("commit", "-q", "--allow-empty", "-m", "two")
    two = git("rev-parse", "--short=12", "HEAD")
    record_release(bucket, "prod", WHO, release("r", one))  # type: ignore[arg-type] # stands in
    assert left_out_commit(history_of(bucket, "prod")) == ""  # type: ignore[arg-type] # stands in
    record_release(bucket, "prod", WHO, release("s", f"{two}+"))  # type: ignore[arg-type] # so
    git("checkout", "-q", one)
    assert left_out_commit(history_of(bucket, "prod")) == two  # type: ignore[arg-type] # so
    assert left_out_commit([]) == ""


def test_the_record_that_proves_a_domain_is_read_from_the_events() -> None:
    """AWS's own text, as the certificate's stack tells it while it waits."""
    cloudformation = FakeCloudFormation()
    cloudformation.have("c", "CREATE_IN_PROGRESS")
    said = (
        "Content of DNS Record is: {Name: _x1.cameras.example.police.uk.,Type: CNAME,"
        "Value: _y2.acm-validations.aws.}"
    )
    cloudformation.say("c", cloudformation.own("c", "CREATE_IN_PROGRESS", "User Initiated"))
    for _ in range(2):
        cloudformation.say("c", event("Certificate", "CREATE_IN_PROGRESS", said))
    line = "_x1.cameras.example.police.uk  CNAME  _y2.acm-validations.aws"
    assert wanted_records(cloudformation, "c") == [line]
