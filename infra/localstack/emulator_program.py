"""Runs the emulator with four things done otherwise, all for time.

- **One address's e-mails.** The emulator tells of all e-mails at once or of none. After hundreds of
  requests that is megabytes, and whoever waits for a mail asks again and again: it took more of a
  processor than what was tested. `GET /_ministack/ses/messages?to=SHA256` answers in the same form
  with the mails to the address that has this hash; an address itself would stand in logs.
- **A package unpacked once.** The emulator unpacks a function's package anew for each of its
  processes, and each compiles every module again. Here they share one folder, named after the
  content, in the folder that UNPACKED names; compiled modules stay in it.
- **An expression read once.** A query reads its key condition and checks its grammar anew for each
  item of the partition. The same text always gives the same.
- **A policy read once.** Each call parses all policies of its role from JSON.

This file is run by the Python of the emulator's environment, which has none of our packages.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ministack import app  # type: ignore[import-not-found]  # In the emulator's environment only.
from ministack.core import (  # type: ignore[import-not-found]  # As above.
    iam_evaluator,
    lambda_runtime,
)
from ministack.services import dynamodb  # type: ignore[import-not-found]  # As above.

MESSAGES = "/_ministack/ses/messages"
TOLD = (
    "MessageId", "Source", "To", "CC", "BCC", "Subject", "BodyText", "BodyHtml", "Timestamp", "Type"
)  # fmt: skip
"""What the emulator tells of a mail; of one that was made from a template, as it was rendered."""
KEPT = 3 * 86400
"""Seconds after which an unpacked package that no process was started from is forgotten."""

REMEMBERED = 4096
"""Expressions, and policies; the least recently used one makes room."""

tell_all = app._handle_ses_messages_request
unpacking = threading.Lock()


async def tell_messages(method: str, path: str, headers: Any, query: dict[str, Any]) -> Any:
    """Answer for one address; anything else is the emulator's own to answer."""
    if (method, path) != ("GET", MESSAGES) or "to" not in query:
        return await tell_all(method, path, headers, query)
    (wanted,) = query["to"]
    sent = app._get_module("ses")._sent_emails.to_dict()
    found = [
        {name: mail.get(f"Rendered{name}") or mail.get(name) for name in TOLD}
        for key, mails in sent.items()
        if key[-1] == "entries"
        for mail in mails
        if wanted in (hashlib.sha256(to.encode()).hexdigest() for to in mail.get("To", []))
    ]
    body = json.dumps({"messages": {"": found}}).encode()
    return 200, {"Content-Type": "application/json"}, body


class SharedPackage(zipfile.ZipFile):
    """A function's package, of which the emulator's Lambda unpacks all files into a folder."""

    def extractall(self, path: Any = None, members: Any = None, pwd: Any = None) -> None:
        """Make the folder a link to the one that all processes of this package share."""
        shared = Path(os.environ["UNPACKED"], digest_of(Path(str(self.filename))))
        with unpacking:
            if not shared.exists():
                forget_old(shared.parent)
                beside = Path(tempfile.mkdtemp(dir=shared.parent))
                super().extractall(beside, members, pwd)
                move_to(beside, shared)
        os.utime(shared)
        folder = Path(path)
        folder.rmdir()
        folder.symlink_to(shared, target_is_directory=True)


def digest_of(file: Path) -> str:
    """Name a package after its content."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()[:16]


def move_to(beside: Path, shared: Path) -> None:
    """Give the folder its name, unless another emulator was first."""
    try:
        beside.rename(shared)
    except OSError:
        shutil.rmtree(beside, ignore_errors=True)


def forget_old(folder: Path) -> None:
    """Remove what nothing was started from for days; make the folder if there is none."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        if old.stat().st_mtime < time.time() - KEPT:
            shutil.rmtree(old, ignore_errors=True)


def remembered(read: Callable[..., Any], made: type) -> Callable[..., Any]:
    """A function that remembers its answers for a first argument of the immutable type `made`, and
    works as before for any other."""
    remember = lru_cache(REMEMBERED)(read)

    def read_once(first: Any, *more: Any) -> Any:
        return (remember if isinstance(first, made) else read)(first, *more)

    return read_once


def read_expressions_once() -> None:
    """Remember what DynamoDB's expressions say, and what is wrong with them. Tokens are a tuple, so
    that nobody who is given the remembered ones changes them."""
    tokens_of = dynamodb._tokenize
    dynamodb._tokenize = remembered(lambda text: tuple(tokens_of(text)), str)
    for name in ("_check_redundant_parens", "_check_reserved_keyword_usage"):
        setattr(dynamodb, name, remembered(getattr(dynamodb, name), tuple))
    dynamodb._condition_syntax_error = remembered(dynamodb._condition_syntax_error, str)


if __name__ == "__main__":
    read_expressions_once()
    iam_evaluator.parse_policy_document = remembered(iam_evaluator.parse_policy_document, str)
    app._handle_ses_messages_request = tell_messages
    lambda_runtime.zipfile = SimpleNamespace(
        ZipFile=SharedPackage,
        BadZipFile=zipfile.BadZipFile,
        LargeFileError=getattr(zipfile, "LargeZipFile", zipfile.BadZipFile),
    )
    app.main()
