"""How the command of a restore is typed, and that what AWS refuses is told in words."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.commands import restore
from infra.errors import StackError


def typed(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    restore.arguments(parser)
    return parser.parse_args(words)


def test_a_moment_is_utc_unless_it_says_otherwise() -> None:
    noon = datetime(2026, 11, 30, 12, tzinfo=UTC)
    assert typed("registry", "--moment", "2026-11-30T12:00:00Z").moment == noon
    assert typed("registry", "--moment", "2026-11-30T13:00:00+01:00").moment == noon


@pytest.mark.parametrize(
    "words",
    [
        ("registry", "--moment", "noon"),
        ("registry", "--moment", "2026-11-30T12:00:00"),
        ("registry", "--deleted", "--backup", "arn:aws:dynamodb:x"),
        ("evidence", "--deleted"),
        (),
    ],
)
def test_what_cannot_be_meant_is_refused(words: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit):
        typed(*words)


def test_what_aws_refuses_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    said: Any = {"Error": {"Code": "AccessDeniedException", "Message": "Not authorized."}}

    class Refusing:
        """A restore that may not do something."""

        def __init__(self, *_: object) -> None:
            pass

        def restore(self) -> int:
            raise ClientError(said, "UpdateTimeToLive")

    monkeypatch.setattr(restore, "Restoration", Refusing)
    with pytest.raises(StackError, match=r"refuses UpdateTimeToLive .*Not authorized.*carries on"):
        restore.run(typed("registry", "--deleted"), None)  # type: ignore[arg-type]  # it is not used
